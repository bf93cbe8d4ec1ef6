"""A link is opened: noted for some days, and enough of it takes back what the same visitor had sent before."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from klankbord.web.invitations.actions import note_opened, note_started
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.responses.actions.doubting import doubt
from klankbord.web.responses.models import Visit
from klankbord.web.responses.occasions import Occasion
from klankbord.web.responses.rules import SITTING, Sitting, distrust

_Kind = Visit.Kind
_SOON_S = 60


def note_visit(occasion: Occasion, kind: str, visitor: str, now: datetime, *, score: int | None = None) -> Sitting:
    """Note that a link was opened, and return what its visitor has done by now; nothing of it stores an answer."""
    invitation = occasion.invitation
    if invitation is None:
        return occasion.sitting
    # One transaction, which is one wait for the disk.
    with acting_in(occasion.organisation), transaction.atomic():
        seen = Visit.objects.filter(
            invitation=invitation, visitor=visitor, kind=kind, score=score, at__gte=now - SITTING
        )
        fresh = not seen.exists()
        if fresh:
            Visit.objects.create(invitation=invitation, at=now, kind=kind, score=score, visitor=visitor)
        sitting = replace(
            occasion.sitting,
            trapped=occasion.sitting.trapped or kind == _Kind.HONEYPOT,
            scores_opened=occasion.sitting.scores_opened + (fresh and kind == _Kind.SCORE),
        )
        reason = distrust(sitting)
        if invitation.opened_at is None:
            note_opened(invitation, now)
        if reason:
            doubt(visitor, reason, now)
        elif invitation.started_at is None and kind in {_Kind.PAGE, _Kind.SCORE} and not _is_soon(sitting):
            note_started(invitation, now)
    return sitting


def _is_soon(sitting: Sitting) -> bool:
    return sitting.since_delivery_s is not None and sitting.since_delivery_s < _SOON_S
