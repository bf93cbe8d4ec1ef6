"""What the pages of this room show: requests of customers and their state, and what retention did last."""

from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.privacy.models import Erasure, Export, RetentionRun

_SHOWN = 20


def copies_for(actor: Actor) -> list[Export]:
    """Return the newest copies that the actor asked for: only they can collect them."""
    actor.require(Permission.MANAGE_PRIVACY)
    return list(Export.objects.filter(asked_by_id=actor.id)[:_SHOWN])


def erasures(actor: Actor) -> list[Erasure]:
    """Return the newest erasures, whoever asked for them."""
    actor.require(Permission.MANAGE_PRIVACY)
    return list(Erasure.objects.select_related("asked_by")[:_SHOWN])


def erasure(actor: Actor, reference: str) -> Erasure | None:
    """Return one erasure."""
    actor.require(Permission.MANAGE_PRIVACY)
    found: Erasure | None = Erasure.objects.select_related("asked_by").filter(reference=reference).first()
    return found


def last_run(actor: Actor) -> RetentionRun | None:
    """Return what retention did last."""
    actor.require(Permission.MANAGE_PRIVACY)
    found: RetentionRun | None = RetentionRun.objects.first()
    return found
