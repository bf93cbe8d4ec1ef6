"""What becomes of an invitation after it has left, and whom that keeps from being asked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from klankbord.web.invitations import actions
from klankbord.web.invitations.models import Block, Invitation
from klankbord.web.invitations.persons import marks
from klankbord.web.kernel.access import ForbiddenError
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import AuditEntry
from klankbord.web.kernel.statements import write
from klankbord.web.kernel.tenancy import here


def blocked(text):
    """Say for which reasons the holder of an identifier or address is not asked."""
    there = Block.objects.filter(mark__in=marks([lake_of(here()).key.pseudonym(text)]))
    return set(there.values_list("reason", flat=True))


def note_answered(invitation, at=None):
    write([actions.answered(invitation, at)])


NOTES = {what: getattr(actions, f"note_{what}") for what in ("delivered", "opened", "started")}
NOTES |= {"answered": note_answered}


@pytest.mark.parametrize("what", NOTES)
def test_the_first_time_is_kept_and_the_lake_comes_to_know(invited, what):
    invitation = invited()
    first = timezone.now() - timedelta(minutes=5)
    NOTES[what](invitation, first)
    NOTES[what](invitation)
    kept = Invitation.objects.get(pk=invitation.pk)
    assert getattr(kept, f"{what}_at") == first
    assert kept.lake_version == 2


def test_who_has_answered_is_not_reminded(invited):
    invitation = invited(remind_at=timezone.now())
    note_answered(invitation)
    assert Invitation.objects.get(pk=invitation.pk).remind_at is None


def test_an_opt_out_holds_for_the_customer_and_every_address_and_can_be_said_again(invited):
    invitation = invited(customer="an", remind_at=timezone.now())
    actions.opt_out(invitation, source="one_click")
    actions.opt_out(invitation)
    assert blocked("an") == blocked("AN@noord.example") == {"opted_out"}
    assert blocked("bo") == set()
    kept = Invitation.objects.get(pk=invitation.pk)
    assert kept.opted_out_at
    assert kept.remind_at is None
    (entry,) = AuditEntry.objects.filter(action="invitations.opted_out")
    assert entry.actor_name == "customer"


def test_a_bounce_keeps_the_address_from_being_written_to_and_not_the_customer(invited):
    invitation = invited(customer="an")
    actions.note_bounce(invitation)
    assert blocked("an@noord.example") == {"bounced"}
    assert blocked("an") == set()
    kept = Invitation.objects.get(pk=invitation.pk)
    assert (kept.state, kept.reason) == ("failed", "bounced")
    assert kept.is_open  # a bounce can be wrong, and an answer never is


def test_a_complaint_is_an_opt_out_that_nobody_had_to_ask_for(invited):
    actions.note_complaint(invited(customer="an"))
    assert blocked("an") == blocked("an@noord.example") == {"complained"}


def test_a_withdrawn_link_is_closed_and_its_customer_still_counts_as_asked(invited, actor):
    invitation = invited()
    assert actions.withdraw(actor(), invitation=invitation)
    assert not actions.withdraw(actor(), invitation=invitation)
    kept = Invitation.objects.get(pk=invitation.pk)
    assert (kept.state, kept.is_open) == ("sent", False)


def test_what_has_not_left_is_withheld_when_it_is_withdrawn(invited, actor):
    invitation = invited(state="planned", sent_at=None)
    assert actions.withdraw(actor(), invitation=invitation)
    kept = Invitation.objects.get(pk=invitation.pk)
    assert (kept.state, kept.reason) == ("withheld", "withdrawn")


def test_an_answer_is_not_withdrawn(invited, actor):
    assert not actions.withdraw(actor(), invitation=invited(answered_at=timezone.now()))


def test_blocks_are_made_once_and_lifted_by_reason(acting, actor):
    digests = [lake_of(acting).key.pseudonym(text) for text in ("an", "an@noord.example")]
    told = {"digests": digests, "source": "crm"}
    assert actions.block(actor(), reason="open_complaint", **told) == 2
    assert actions.block(actor(), reason="open_complaint", **told) == 0
    assert actions.block(actor("privacy_officer"), reason="deceased", **told) == 2
    assert actions.lift(actor(), digests=digests, reason="open_complaint") == 2
    assert blocked("an") == {"deceased"}
    assert actions.lift(actor(), digests=digests) == 2


@pytest.mark.parametrize("role", ["lead", "agent", "client_viewer"])
def test_nobody_else_blocks_lifts_or_withdraws(actor, invited, role):
    invitation = invited()
    with pytest.raises(ForbiddenError):
        actions.block(actor(role), digests=["x"], reason="opted_out", source="test")
    with pytest.raises(ForbiddenError):
        actions.lift(actor(role), digests=["x"])
    with pytest.raises(ForbiddenError):
        actions.withdraw(actor(role), invitation=invitation)
    assert Block.objects.count() == 0


def test_what_is_kept_of_a_block_is_not_what_register_and_lake_know_somebody_by(invited):
    invitation = invited(customer="an")
    actions.opt_out(invitation)
    customer = invitation.customer
    kept = set(Block.objects.values_list("mark", flat=True))
    assert len(kept) == 2
    assert not kept & {customer.pseudonym, customer.email_digest}
