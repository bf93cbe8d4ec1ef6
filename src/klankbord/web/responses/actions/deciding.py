"""Somebody decides whether an answer counts; that stands over the rules, and can be changed or given back to them."""

from typing import Any, Literal

from django.db import transaction
from django.utils import timezone

from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.responses.actions.changing import change
from klankbord.web.responses.actions.doubting import takes_of
from klankbord.web.responses.models import Change, Response

_DECIDED = audit.entry_type("responses.decided", shred=audit.keep_all)
BY_HAND = "by_hand"
Decision = Literal["count", "leave_out", "by_rule"]


def decide(actor: Actor, *, response: Response, decision: Decision) -> Response:
    """Count an answer, leave it out, or let the rules decide again; it is in the numbers within seconds."""
    actor.require(Permission.MANAGE_SURVEYS)
    with transaction.atomic():
        found: Response = Response.objects.select_for_update(of=("self",)).get(pk=response.pk)
        changes = _changes(found, decision)
        if all(getattr(found, name) == value for name, value in changes.items()):
            return found
        now = timezone.now()
        before = _told(found)
        change(found, now, changes)
        Change.objects.create(
            response=found, at=now, kind=Change.Kind.DECIDED, before=before, after=_told(found), by=actor.name[:120]
        )
        audit.record(actor, _DECIDED, f"answer {found.pk}", decision=decision)
    return found


def _changes(response: Response, decision: Decision) -> dict[str, Any]:
    if decision == "count":
        return {"counted": True, "not_counted_reason": "", "decided_by_hand": True}
    if decision == "leave_out":
        return {"counted": False, "not_counted_reason": BY_HAND, "decided_by_hand": True}
    takes = takes_of(response)
    suspect = takes[-1].suspect if takes and all(take.suspect for take in takes) else ""
    return {"counted": not suspect, "not_counted_reason": suspect, "decided_by_hand": False}


def _told(response: Response) -> str:
    return "counted" if response.counted else response.not_counted_reason
