"""Keeping somebody from being asked, by any channel, and lifting that again."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from klankbord.web.invitations.models import Block
from klankbord.web.invitations.persons import marks
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission

_BLOCKED = audit.entry_type("invitations.blocked")
_LIFTED = audit.entry_type("invitations.lifted")
_AT_ONCE = 5_000


def require_protector(actor: Actor) -> None:
    """Refuse who may neither look after privacy nor after surveys."""
    if not actor.may(Permission.MANAGE_PRIVACY):
        actor.require(Permission.MANAGE_SURVEYS)


def block(
    actor: Actor,
    *,
    digests: Iterable[str],
    reason: str,
    source: str,
    since: datetime | None = None,
    about: str = "",
) -> int:
    """Keep people from being asked, and return how many blocks are new.

    `digests` are pseudonyms of customers, or what the lake's key makes of their addresses; `about` is the pseudonym
    of the customer where it is one person. It is in force from the next thing that would leave.
    """
    return block_marks(actor, marks=marks(digests), reason=reason, source=source, since=since, about=about)


def block_marks(
    actor: Actor,
    *,
    marks: Iterable[str],
    reason: str,
    source: str,
    since: datetime | None = None,
    about: str = "",
) -> int:
    """Keep people from being asked who are known by their marks only."""
    begun = since or timezone.now()
    return block_all(actor, dict.fromkeys(filter(None, marks), begun), reason=reason, source=source, about=about)


def block_all(actor: Actor, since: Mapping[str, datetime], *, reason: str, source: str, about: str = "") -> int:
    """Keep people from being asked who are known by their marks, each since a moment of their own."""
    require_protector(actor)
    reason = Block.Reason(reason)
    rows = [Block(mark=mark, reason=reason, source=source, since=since[mark]) for mark in sorted(since)]
    with transaction.atomic():
        before = Block.objects.filter(reason=reason).count()
        Block.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_AT_ONCE)
        new: int = Block.objects.filter(reason=reason).count() - before
        if new:
            audit.record(actor, _BLOCKED, f"reason {reason}", about=about, blocks=new, source=source)
    return new


def lift(actor: Actor, *, digests: Iterable[str], reason: str | None = None, about: str = "") -> int:
    """Let people be asked again, of one reason or of all, and return how many blocks went."""
    require_protector(actor)
    with transaction.atomic():
        there = Block.objects.filter(mark__in=marks(digests))
        gone: int = (there.filter(reason=reason) if reason else there).delete()[0]
        if gone:
            audit.record(actor, _LIFTED, f"reason {reason or 'any'}", about=about, blocks=gone)
    return gone


def lift_block(actor: Actor, *, block: Block) -> None:
    """Lift one block, and with it those that were made together with it: of the same customer, by the same hand."""
    require_protector(actor)
    with transaction.atomic():
        together = Block.objects.filter(reason=block.reason, source=block.source, since=block.since)
        gone: int = together.delete()[0]
        if gone:
            audit.record(actor, _LIFTED, f"reason {block.reason}", blocks=gone)
