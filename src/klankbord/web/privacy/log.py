"""Reading the audit log: which entries are wanted, in words, a page at a time or all as a table."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.audit import names_of
from klankbord.web.kernel.models import AuditEntry
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.kernel.wording import wording
from klankbord.web.privacy import log_words

PAGE = 50
_RECENT = 5000  # entries from which the choices of the filters are taken, so that a long log offers them as fast
_SPREADSHEETS_RUN = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = ("at", "actor_kind", "actor", "action", "sentence", "subject", "customer", "details")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries: of an actor ("person:12"), of an action, of days in the organisation's zone."""

    actor: str = ""
    action: str = ""
    first: date | None = None
    last: date | None = None

    def told(self) -> dict[str, str]:
        """Return what narrows the log, for the record of who took it."""
        said = {"who": self.actor, "what": self.action, "first": self.first, "last": self.last}
        return {name: str(value) for name, value in said.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry as people read it."""

    id: int
    at: datetime
    actor_kind: str
    actor: str
    action: str
    sentence: str
    subject: str
    customer: str
    details: dict[str, Any]
    named: str
    facts: list[tuple[str, str]]

    @property
    def short(self) -> str:
        """The customer's pseudonym as pages show it."""
        return self.customer[:6]


def sentence(action: str) -> str:
    """Say in words what was done; an action that nobody has put into words is named."""
    key = f"privacy.entries.{action.replace('.', '_')}"
    speaking = wording()
    return speaking(key) if speaking.knows(key) else action


def page_of(actor: Actor, wanted: Wanted, after: int | None = None) -> tuple[list[Told], int | None]:
    """Return the newest entries before `after`, and where the next page begins, if there is one."""
    entries = _entries(actor, wanted)
    if after is not None:
        entries = entries.filter(pk__lt=after)
    rows = list(entries[: PAGE + 1])
    names = names_of(actor, rows[:PAGE])
    return [_told(entry, names) for entry in rows[:PAGE]], rows[PAGE - 1].pk if len(rows) > PAGE else None


def choices(actor: Actor) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return who and what there is to choose from: of the newest entries, by name."""
    actor.require(Permission.SEE_AUDIT)
    recent = AuditEntry.objects.values_list("actor_kind", "actor_id", "actor_name", "action")[:_RECENT]
    who: dict[str, str] = {}
    what: dict[str, str] = {}
    for kind, number, name, action in recent:
        who.setdefault(_code(kind, number), name)
        what.setdefault(action, sentence(action))
    return sorted(who.items(), key=_by_label), sorted(what.items(), key=_by_label)


def as_table(actor: Actor, wanted: Wanted) -> Iterator[str]:
    """Write all entries as CSV, line by line; `actions.take_log` writes down who took it."""
    zone = ZoneInfo(actor.organisation.zone)
    yield "\ufeff" + _line(_COLUMNS)  # without the mark spreadsheets take the letters for others
    with acting_in(actor.organisation):  # the lines are written after the page's own time in the organisation
        for entry in _entries(actor, wanted).iterator(chunk_size=1000):
            one = _told(entry, {})
            yield _line(
                (
                    *(one.at.astimezone(zone).isoformat(timespec="seconds"), one.actor_kind, one.actor, one.action),
                    *(one.sentence, one.subject, one.customer, json.dumps(one.details, ensure_ascii=False)),
                )
            )


def _entries(actor: Actor, wanted: Wanted) -> QuerySet[AuditEntry]:
    actor.require(Permission.SEE_AUDIT)
    entries: QuerySet[AuditEntry] = AuditEntry.objects.all()
    zone = ZoneInfo(actor.organisation.zone)
    if wanted.actor:
        kind, _, number = wanted.actor.partition(":")
        entries = entries.filter(actor_kind=kind, actor_id=int(number) if number.isdecimal() else None)
    if wanted.action:
        entries = entries.filter(action=wanted.action)
    if wanted.first:
        entries = entries.filter(at__gte=_midnight(wanted.first, zone))
    if wanted.last:
        entries = entries.filter(at__lt=_midnight(wanted.last + timedelta(days=1), zone))
    return entries


def _told(entry: AuditEntry, names: Mapping[tuple[str, str], str]) -> Told:
    return Told(
        id=entry.pk,
        at=entry.at,
        actor_kind=entry.actor_kind,
        actor=entry.actor_name,
        action=entry.action,
        sentence=sentence(entry.action),
        subject=entry.subject,
        customer=entry.about,
        details=entry.details,
        named=log_words.subject(entry, names),
        facts=log_words.facts(entry),
    )


def _code(kind: str, number: int | None) -> str:
    return kind if number is None else f"{kind}:{number}"


def _by_label(choice: tuple[str, str]) -> str:
    return choice[1].casefold()


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def _line(cells: tuple[str, ...]) -> str:
    """Write one line; a cell that a spreadsheet would run is marked as text."""
    line = StringIO()
    csv.writer(line).writerow(f"'{cell}" if cell.startswith(_SPREADSHEETS_RUN) else cell for cell in cells)
    return line.getvalue()
