"""What this room tells: that somebody was asked, and that somebody does not want to be asked again."""

from dataclasses import dataclass

from klankbord.web.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationSent(Event):
    """An invitation, or a reminder of it, left."""

    invitation_id: int
    is_reminder: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OptedOut(Event):
    """The customer of an invitation does not want to be asked again."""

    invitation_id: int
