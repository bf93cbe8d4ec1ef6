"""Who is asked: the rules, the draw, what protects from being asked, and a reason for everybody else."""

from collections import Counter
from datetime import timedelta

import pytest

from klankbord.web.contacts.models import Contact
from klankbord.web.invitations import actions
from klankbord.web.invitations.models import Clock, Invitation, Passed
from klankbord.web.invitations.reasons import REASONS
from klankbord.web.invitations.tests.conftest import NOON
from klankbord.web.kernel.lakes import lake_of

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def plan(acting):
    return lambda now=NOON + MINUTE: actions.plan_contacts(acting, now=now)


def reasons():
    return Counter(Passed.objects.values_list("reason", flat=True))


def test_a_contact_is_asked_about_once(rule, came, plan):
    asking = rule()
    (contact,) = came()
    assert plan() == 1
    assert plan() == 0
    (invitation,) = Invitation.objects.all()
    assert (invitation.contact, invitation.rule, invitation.state) == (contact, asking, "planned")
    assert (invitation.chance, invitation.metric, invitation.customer) == (1.0, "nps", contact.customer)
    assert invitation.circumstances == {"agent": "A1", "channel": "phone"}
    assert invitation.due_at == invitation.asked_at == NOON + MINUTE
    assert Passed.objects.count() == 0


def test_a_contact_that_comes_again_or_changes_is_not_decided_about_again(rule, came, plan):
    rule()
    came(external_id="7", customer=None)
    plan()
    came(external_id="7", queue="new")
    assert plan() == 0
    assert reasons() == {"no_address": 1}


@pytest.mark.parametrize(
    ("reason", "contact"),
    [
        ("internal", {"direction": "internal"}),
        ("automated", {"handled_by": "automated"}),
        ("automated", {"offered": False}),
        ("abandoned", {"abandoned": True}),
        ("transferred", {"transferred_to": "T2"}),
        ("no_rule", {"channel": "chat"}),
        ("too_old", {"ended_at": (NOON - 8 * DAY).isoformat(), "started_at": (NOON - 8 * DAY).isoformat()}),
        ("no_address", {"customer": {"id": "bo", "phone": "+3225550101"}}),
        ("no_address", {"customer": None}),
    ],
)
def test_who_is_not_asked_has_a_reason(rule, came, plan, reason, contact):
    rule(conditions={"channel": ["phone"]})
    (one,) = came(**contact)
    plan()
    passed = Passed.objects.get(contact=one)
    assert (passed.reason, passed.eligible) == (reason, REASONS[reason].is_eligible)
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize("who", ["an", "an@noord.example"])
@pytest.mark.parametrize("reason", ["opted_out", "bounced", "complained", "open_complaint", "deceased"])
def test_who_is_blocked_is_not_asked(rule, came, plan, acting, actor, who, reason):
    rule()
    digest = lake_of(acting).key.pseudonym(who)
    actions.block(actor(), digests=[digest], reason=reason, source="test")
    came()
    came(customer="bo")
    plan()
    assert reasons() == {reason: 1}
    assert Invitation.objects.count() == 1


def test_somebody_is_asked_once_in_ninety_days_by_person_and_by_mailbox(rule, came, plan):
    rule()
    came(customer="an")
    came(customer="an")
    came(customer={"id": "other", "email": "an@noord.example"})
    came(customer="bo")
    plan()
    assert reasons() == {"quarantine": 2}
    later = NOON + 89 * DAY
    came(customer="an", at=later)
    plan(later)
    assert reasons() == {"quarantine": 3}
    later = NOON + 90 * DAY + MINUTE
    came(customer="an", at=later)
    plan(later)
    assert Invitation.objects.count() == 3


def test_clocks_run_independently(rule, came, plan):
    rule()
    Clock.objects.create(kind="organisation", days=0)
    Clock.objects.create(kind="metric", name="nps", days=2)
    Clock.objects.create(kind="attribute", name="touchpoint", days=60)
    came(touchpoint="invoice")
    plan()
    came(at=NOON + DAY, touchpoint="move")
    plan(NOON + DAY)
    assert reasons() == {"quarantine": 1}
    came(at=NOON + 3 * DAY, touchpoint="move")
    plan(NOON + 3 * DAY)
    assert Invitation.objects.count() == 2
    came(at=NOON + 20 * DAY, touchpoint="invoice")
    came(at=NOON + 20 * DAY, touchpoint="")
    plan(NOON + 20 * DAY)
    assert reasons() == {"quarantine": 2}
    assert Invitation.objects.count() == 3


def test_the_first_rule_that_is_met_decides(rule, came, plan):
    rule(position=2)
    first = rule(position=1, conditions={"channel": ["chat"], "attributes.region": ["north"]})
    rule(position=0, live=False)
    came(channel="chat", attributes={"region": "north"})
    came(customer="bo", channel="chat", attributes={"region": "south"})
    plan()
    assert (
        Invitation.objects.get(circumstances__channel="chat", rule=first).circumstances["attributes.region"] == "north"
    )
    assert Invitation.objects.exclude(rule=first).count() == 1


def test_a_rule_whose_survey_is_not_published_or_was_put_away_asks_nobody(rule, came, plan, survey):
    rule()
    survey.archived_at = NOON
    survey.save()
    came()
    plan()
    assert reasons() == {"no_rule": 1}


def test_a_contact_that_is_going_on_waits_and_holds_up_no_other(rule, came, plan):
    rule()
    (going,) = came(customer="an", ended_at=None)
    came(customer="bo")
    assert plan() == 1
    assert not hasattr(going, "invitation")
    came(external_id=going.external_id, customer="an", ended_at=(NOON + MINUTE).isoformat())
    assert plan() == 1
    assert Invitation.objects.filter(contact=going).exists()
    assert plan() == 0


def test_of_whom_no_end_is_told_is_over_after_some_hours(rule, came, plan):
    rule()
    came(ended_at=None)
    assert plan() == 0
    assert plan(NOON + timedelta(hours=5)) == 1


def test_a_share_is_drawn_whoever_comes_first(rule, came, plan):
    rule(share=0.3)
    contacts = came(400)
    plan()
    chosen = set(Invitation.objects.values_list("contact__external_id", flat=True))
    # Four standard deviations of a binomial with 400 draws.
    assert abs(len(chosen) - 120) < 37
    assert reasons() == {"not_sampled": 400 - len(chosen)}
    Invitation.objects.all().delete()
    Passed.objects.all().delete()
    for contact in reversed(contacts):
        contact.pk = None
    Contact.objects.all().delete()
    Contact.objects.bulk_create(reversed(contacts))
    plan()
    assert set(Invitation.objects.values_list("contact__external_id", flat=True)) == chosen


def test_batches_see_whom_the_batch_before_asked(rule, came, plan, monkeypatch):
    monkeypatch.setattr("klankbord.web.invitations.actions.planning.BATCH", 3)
    rule()
    for _ in range(4):
        came(customer="an")
    came(5, customer="x")
    assert plan() == 9
    assert reasons() == {"quarantine": 3}


def test_quiet_hours_and_delay_say_when_it_leaves(rule, came, plan):
    rule(delay_minutes=30, quiet_from="20:00", quiet_until="08:00", quiet_days=[6, 7])
    came(at=NOON + timedelta(hours=6, minutes=45))  # 19:45 in Brussels
    plan(NOON + timedelta(hours=7))
    assert Invitation.objects.get().due_at == NOON + timedelta(hours=19)  # Thursday, 8 in the morning there


def test_what_another_organisation_does_is_its_own_affair(rule, came, plan, elsewhere):
    rule()
    came()
    assert actions.plan_contacts(elsewhere, now=NOON) == 0
    plan()
    assert Invitation.objects.count() == 1
