"""What mail services tell of letters, by their webhooks: delivered, returned, complained about, unsubscribed."""

from typing import Any

from anymail.signals import tracking
from django.dispatch import receiver

from klankbord.web.invitations import actions
from klankbord.web.invitations.models import Invitation
from klankbord.web.invitations.returns import invitation_tagged
from klankbord.web.kernel.tenancy import acting_in

# Some services call an address that will never work rejected; a bounce that they say is temporary they try again.
_FINAL = {"bounced", "invalid"}


@receiver(tracking)
def heard(event: Any, **_: Any) -> None:
    """Note what a service tells; letters that are not ours, or not about an invitation, are none of our business."""
    invitation = invitation_tagged(str((event.metadata or {}).get("reference", "")))
    if invitation is None:
        return
    with acting_in(invitation.organisation):
        _note(invitation, event)


def _note(invitation: Invitation, event: Any) -> None:
    match event.event_type:
        case "delivered":
            actions.note_delivered(invitation, event.timestamp)
        case "bounced" | "rejected" if event.reject_reason in _FINAL:
            actions.note_bounce(invitation, source="service")
        case "complained":
            actions.note_complaint(invitation, source="service")
        case "unsubscribed":
            actions.opt_out(invitation, source="service")
