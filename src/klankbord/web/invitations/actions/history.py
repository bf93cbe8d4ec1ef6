"""The past comes along: whoever was asked elsewhere is in quarantine here, and whoever opted out there is blocked."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import transaction
from django.utils import timezone

from klankbord.lake.looking import asks_of
from klankbord.lake.readers.people import People, Person
from klankbord.lake.store import Key
from klankbord.web.invitations.actions.blocks import block_all
from klankbord.web.invitations.actions.planning import hold_asking
from klankbord.web.invitations.models import Block, Invitation
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, the_product
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Organisation

_REMEMBERED = audit.entry_type("invitations.remembered", shred=audit.keep_all)
# No quarantine is so long that what lies before matters.
_BACK: Final = timedelta(days=2 * 365)
_AT_ONCE: Final = 5_000
_REASONS: Final = {
    "opted_out": Block.Reason.OPTED_OUT,
    "bounced": Block.Reason.BOUNCED,
    "complained": Block.Reason.COMPLAINED,
}


class _Past(NamedTuple):
    """Somebody, and when they were asked."""

    person: str
    recipient: str
    at: datetime
    metric: str
    values: Mapping[str, str]


def take_people(actor: Actor, people: People) -> dict[str, int]:
    """Block whom another tool must not ask, and remember when it asked the others; told again, nothing is new."""
    key, now = lake_of(actor.organisation).key, timezone.now()
    since: dict[str, dict[str, datetime]] = {}
    asked: list[_Past] = []
    for row in people.rows:
        person, address = _marks(row, key)
        if row.stop:
            for mark in filter(None, (person, *address)):
                since.setdefault(row.stop, {}).setdefault(mark, row.stopped_at or now)
        if row.asked_at:
            # The tool does not say what it asked, so that it counts for every metric.
            asked.append(_Past(person, next(filter(None, address), ""), row.asked_at, "", {}))
    with transaction.atomic():
        blocked = sum(
            block_all(actor, marks, reason=_REASONS[stop], source=people.source) for stop, marks in since.items()
        )
        return {"blocked": blocked, "remembered": _remember(actor, asked)}


def remember_import(organisation: Organisation, import_id: str) -> int:
    """Remember who was asked, as far as an import into the lake tells, and return how many that were."""
    lake = lake_of(organisation)
    rows = asks_of(lake, import_id, since=timezone.now() - _BACK)
    asked = [
        _Past(lake.key.mark(row.pop("customer")), "", row.pop("asked_at"), row.pop("metric") or "", _said(row))
        for row in rows
    ]
    return _remember(the_product(organisation), asked)


def _marks(row: Person, key: Key) -> tuple[str, tuple[str, str]]:
    """Return the marks of somebody by whatever they are known as: their number there, and their addresses."""
    own, email, phone = (key.mark(key.pseudonym(name)) if name else "" for name in (row.id, row.email, row.phone))
    return own or email or phone, (email, phone)


def _said(row: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in row.items() if value}


def _remember(actor: Actor, asked: Iterable[_Past]) -> int:
    """Write down who was asked, each question once; whoever plans meanwhile waits, and sees it."""
    first = timezone.now() - _BACK
    wanted = {(one.person, one.recipient, one.at, one.metric): one for one in asked if one.at >= first}
    if not wanted:
        return 0
    with transaction.atomic():
        hold_asking(actor.organisation)
        past = Invitation.objects.filter(version=None, asked_at__gte=min(at for *_, at, _ in wanted))
        known = set(past.values_list("person", "recipient", "asked_at", "metric"))
        new = [_invitation(one) for key, one in wanted.items() if key not in known]
        Invitation.objects.bulk_create(new, batch_size=_AT_ONCE)
        if new:
            audit.record(actor, _REMEMBERED, "history", questions=len(new))
    return len(new)


def _invitation(one: _Past) -> Invitation:
    """Return a question of the past: it has no link, and the lake knows of it already."""
    moments = dict.fromkeys(("planned_at", "due_at", "asked_at", "sent_at"), one.at)
    return Invitation(
        person=one.person,
        recipient=one.recipient,
        metric=one.metric,
        channel="",
        circumstances=dict(one.values),
        state=Invitation.State.SENT,
        projected_version=1,
        **moments,
    )
