"""Asking again by hand: a letter that did not get through, or a reminder to who keeps silent."""

from django.db import transaction
from django.utils import timezone

from klankbord.web.invitations.actions.noting import change
from klankbord.web.invitations.models import Invitation
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission

_AGAIN = audit.entry_type("invitations.sent_again", shred=audit.keep_all)
_State = Invitation.State


def ask_again(actor: Actor, *, invitation: Invitation) -> bool:
    """Send a letter again that was given up, or remind who has not answered; say whether either can be done.

    Everything that protects from being asked is looked at again before it leaves, and nobody is reminded twice.
    """
    actor.require(Permission.MANAGE_SURVEYS)
    now = timezone.now()
    with transaction.atomic():
        found = Invitation.objects.select_for_update(of=("self",)).filter(pk=invitation.pk).first()
        if found is None or not can_be_asked_again(found):
            return False
        if found.state == _State.FAILED:
            change(found, state=_State.PLANNED, reason="", due_at=now, asked_at=now, tries=0)
        else:
            change(found, remind_at=now)
        audit.record(actor, _AGAIN, f"invitation {found.pk}")
    return True


def can_be_asked_again(invitation: Invitation) -> bool:
    """Say whether there is anything to send again."""
    if invitation.rule_id is None:
        return False
    if invitation.state == _State.FAILED:
        return invitation.reason == "not_delivered"
    silent = invitation.answered_at is None and invitation.opted_out_at is None and invitation.reminded_at is None
    return invitation.is_open and silent
