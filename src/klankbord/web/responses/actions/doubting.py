"""What was sent is taken back when its sender turns out to be a machine; what a person said before stands again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from klankbord.web.responses.actions.changing import change
from klankbord.web.responses.models import Change, Response
from klankbord.web.responses.rules import SITTING

_SCORE = Change.Kind.SCORE


def doubt(visitor: str, reason: str, now: datetime) -> int:
    """Take back what a visitor sent in this sitting, and return how many answers are no longer what they were."""
    since = now - SITTING
    sent = Q(changes__visitor=visitor, changes__kind=_SCORE, changes__suspect="", changes__at__gte=since)
    recent = Response.objects.filter(sent, decided_by_hand=False).order_by()
    keys = set(recent.values_list("pk", flat=True))
    if not keys:
        return 0
    with transaction.atomic():
        # In one order for everybody, so that nobody waits for each other in a ring.
        held = Response.objects.select_for_update(of=("self",)).filter(pk__in=keys)
        responses = list(held.order_by("pk"))
        which = Q(visitor=visitor, at__gte=since)
        return sum(take_back(response, which, reason, now) for response in responses)


def take_back(response: Response, which: Q, reason: str, now: datetime) -> bool:
    """Let some scores of an answer count no more, and say whether that changed it."""
    if not Change.objects.filter(which, response=response, kind=_SCORE, suspect="").update(suspect=reason):
        return False
    if response.decided_by_hand:
        return False
    takes = takes_of(response)
    standing = next((take for take in reversed(takes) if not take.suspect), None)
    before, changes = str(response.score), dict[str, Any]()
    if standing is None:
        changes |= {"counted": False, "not_counted_reason": reason}
    else:
        changes |= {"score": int(standing.after), "visitor": standing.visitor, "confirmed": standing.confirmed}
        changes |= {"counted": True, "not_counted_reason": ""}
    change(response, now, changes)
    Change.objects.create(
        response=response,
        at=now,
        kind=Change.Kind.SUSPECTED,
        before=before,
        after=str(response.score) if standing else "",
        by="rule",
        suspect=reason,
    )
    return True


def takes_of(response: Response) -> Sequence[Change]:
    """Return every score that was sent, in order."""
    return list(Change.objects.filter(response=response, kind=_SCORE))
