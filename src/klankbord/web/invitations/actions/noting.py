"""What becomes of an invitation after it has left: opened, answered, returned, complained about, opted out."""

from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from klankbord.web.invitations.actions.blocks import block_marks
from klankbord.web.invitations.events import OptedOut
from klankbord.web.invitations.models import Block, Invitation
from klankbord.web.invitations.persons import marks_of
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission, the_product
from klankbord.web.kernel.events import emit
from klankbord.web.kernel.statements import Statement
from klankbord.web.kernel.tenancy import here

_OPTED_OUT = audit.entry_type("invitations.opted_out", shred=audit.keep_all)
_BOUNCED = audit.entry_type("invitations.bounced", shred=audit.keep_all)
_COMPLAINED = audit.entry_type("invitations.complained", shred=audit.keep_all)
_WITHDRAWN = audit.entry_type("invitations.withdrawn", shred=audit.keep_all)
_State = Invitation.State
# Written out because every answer goes through it: to put it together anew took longer than to carry it out.
_ANSWERED: Final = """
    update invitations_invitation set answered_at = %s, remind_at = null, lake_version = lake_version + 1
    where id = %s and organisation_id = %s and answered_at is null"""


def note_delivered(invitation: Invitation, at: datetime | None = None) -> None:
    """Note that the mail arrived, as far as somebody tells us."""
    _first(invitation, "delivered_at", at)


def note_opened(invitation: Invitation, at: datetime | None = None) -> None:
    """Note that the mail was opened, or its link followed: by a machine, for all we know."""
    _first(invitation, "opened_at", at)


def note_started(invitation: Invitation, at: datetime | None = None) -> None:
    """Note that a person reached the page."""
    _first(invitation, "started_at", at)


def answered(invitation: Invitation, at: datetime | None = None) -> Statement:
    """Return what notes that an answer was given, to be written with it: nobody is reminded of what they have done."""
    moment = connection.ops.adapt_datetimefield_value(at or timezone.now())
    return _ANSWERED, [moment, invitation.pk, here().pk]


def opt_out(invitation: Invitation, *, source: str = "link") -> None:
    """Ask the customer of an invitation never again, by no channel, whatever else of theirs was planned.

    Effective at once, and again and again without harm (RFC 8058); `source` says by which way it came.
    """
    actor = _customer(invitation)
    with transaction.atomic():
        block_marks(actor, marks=_marks(invitation), reason=Block.Reason.OPTED_OUT, source=source)
        if _first(invitation, "opted_out_at", remind_at=None):
            audit.record(actor, _OPTED_OUT, f"invitation {invitation.pk}", source=source)
            emit(OptedOut(organisation=invitation.organisation, invitation_id=invitation.pk))


def note_bounce(invitation: Invitation, *, source: str = "report") -> None:
    """Note that an address does not exist: it is not written to again, and nobody is left waiting for an answer."""
    actor = _customer(invitation)
    with transaction.atomic():
        block_marks(actor, marks=[invitation.recipient], reason=Block.Reason.BOUNCED, source=source)
        if _first(invitation, "bounced_at", state=_State.FAILED, reason=Block.Reason.BOUNCED, remind_at=None):
            audit.record(actor, _BOUNCED, f"invitation {invitation.pk}", source=source)


def note_complaint(invitation: Invitation, *, source: str = "report") -> None:
    """Note that the customer called the mail unwanted: they are not asked again."""
    actor = _customer(invitation)
    with transaction.atomic():
        block_marks(actor, marks=_marks(invitation), reason=Block.Reason.COMPLAINED, source=source)
        if _first(invitation, "complained_at", remind_at=None):
            audit.record(actor, _COMPLAINED, f"invitation {invitation.pk}", source=source)


def withdraw(actor: Actor, *, invitation: Invitation) -> bool:
    """Take an invitation back, and say whether that was still possible.

    One that has not left does not leave. The link of one that has stops working, and its customer still counts as
    asked.
    """
    actor.require(Permission.MANAGE_SURVEYS)
    now = timezone.now()
    with transaction.atomic():
        there = Invitation.objects.select_for_update(of=("self",)).filter(pk=invitation.pk, answered_at=None)
        found = there.first()
        if found is None or found.reason == "withdrawn":
            return False
        changes: dict[str, Any] = {"reason": "withdrawn", "remind_at": None, "expires_at": now}
        if found.state == _State.PLANNED:
            changes["state"] = _State.WITHHELD
        change(found, **changes)
        audit.record(actor, _WITHDRAWN, f"invitation {found.pk}")
    return True


def change(invitation: Invitation, **changes: Any) -> bool:
    """Change an invitation, here and in the register, so that the lake comes to know."""
    for name, value in changes.items():
        setattr(invitation, name, value)
    rows = Invitation.objects.filter(pk=invitation.pk)
    return bool(rows.update(**changes, lake_version=F("lake_version") + 1))


def _first(invitation: Invitation, field: str, at: datetime | None = None, **also: Any) -> bool:
    """Write down the first time that something happened, and say whether this was it."""
    changes = also | {field: at or timezone.now()}
    rows = Invitation.objects.filter(pk=invitation.pk, **{f"{field}__isnull": True})
    if not rows.update(**changes, lake_version=F("lake_version") + 1):
        return False
    for name, value in changes.items():
        setattr(invitation, name, value)
    return True


def _marks(invitation: Invitation) -> set[str]:
    """Return all marks of whom an invitation was for: as it was sent, and as they are known now."""
    known = set(marks_of(invitation.customer)) if invitation.customer else set()
    return known | {invitation.person, invitation.recipient}


def _customer(invitation: Invitation) -> Actor:
    return the_product(invitation.organisation, "customer")
