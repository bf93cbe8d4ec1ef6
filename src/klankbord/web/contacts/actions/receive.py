"""Contacts come in: each row checked, the newest state of each contact kept, and nothing counted twice."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from klankbord.errors import OptionError
from klankbord.web.centre.actions import forgotten_among
from klankbord.web.contacts.actions.customers import Pseudonyms, know_customers, pseudonyms_in
from klankbord.web.contacts.actions.erase import hold
from klankbord.web.contacts.actions.payloads import keep_raw
from klankbord.web.contacts.events import ContactsReceived
from klankbord.web.contacts.models import Contact
from klankbord.web.contacts.rows import NAMES, PLACE, SOURCE, Person, Rejected, WrongError, read_row
from klankbord.web.contacts.staging import fetched, moment_writer, quoted, staged
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.events import emit
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Organisation

MOST: Final = 10_000
RECEIVED = audit.entry_type("contacts.receive", shred=audit.keep_all)
_TOLD = tuple("customer_id" if name == "customer" else name for name in NAMES)
_STAGED = (*_TOLD, "lake_month")
_ID, _CUSTOMER, _UPDATED, _STARTED = (PLACE[n] for n in ("external_id", "customer", "updated_at", "started_at"))
_AGENT = PLACE["agent"]
_MOMENTS = tuple(PLACE[name] for name in ("started_at", "ended_at", "updated_at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of rows that came in: `accepted` are in the register, the others are told with their reason.

    Of those accepted, `changed` are new or newer than what was there; `unchanged` said nothing new.
    """

    accepted: int
    changed: int
    unchanged: int
    rejected: list[Rejected] = field(default_factory=list)


class _Row(NamedTuple):
    number: int
    values: list[Any]
    person: Person | None
    at: datetime


def receive_contacts(
    *, actor: Actor, source: str, rows: Sequence[object], raw: bytes | None = None, keep: bool = True
) -> Received:
    """Take in rows of one source; those that cannot be used are told, and the others are kept.

    `raw` is what came in, byte for byte, where the caller has it; `keep` is false where it was kept before.
    """
    actor.require(Permission.BRING_IN)
    if not re.fullmatch(SOURCE, source):
        raise OptionError(f"{source[:60]!r} cannot be a source", hint="take letters, digits, dots, dashes; at most 60")
    if len(rows) > MOST:
        raise OptionError(f"{len(rows):,} contacts are too many at once", hint=f"send at most {MOST:,}", most=MOST)
    now = timezone.now()
    read, rejected = _read(rows, now)
    organisation = actor.organisation
    lake = lake_of(organisation)
    with transaction.atomic():
        hold(organisation)
        pseudonyms = pseudonyms_in(organisation, lake.key)
        forgotten = _without_forgotten(organisation, read)
        if keep and read:
            keep_raw(
                organisation, source, _keepable(rows, read, raw, pseudonyms, forgotten), _whose(read, pseudonyms), now
            )
        people = ((row.person, row.at) for row in read if row.person)
        customers = know_customers(organisation, pseudonyms, people, now)
        stored = _stored(_newest(read), pseudonyms, customers, ZoneInfo(lake.settings.zone))
        changed = _upsert(organisation, source, stored, now)
        if changed:
            audit.record(actor, RECEIVED, f"source {source}", accepted=len(read), changed=changed)
            emit(ContactsReceived(organisation=organisation, count=changed))
    return Received(accepted=len(read), changed=changed, unchanged=len(read) - changed, rejected=rejected)


def _read(rows: Iterable[object], now: datetime) -> tuple[list[_Row], list[Rejected]]:
    """Check every row."""
    read, rejected = [], []
    for number, row in enumerate(rows, 1):
        try:
            values, person = read_row(row)
        except WrongError as wrong:
            rejected.append(Rejected(row=number, field=wrong.field, message=wrong.message, hint=wrong.hint))
        else:
            read.append(_Row(number, values, person, values[_UPDATED] or now))
    return read, rejected


def _newest(rows: Iterable[_Row]) -> Collection[_Row]:
    """Return the newest state of each contact; of equally new ones the later."""
    newest: dict[str, _Row] = {}
    for row in rows:
        before = newest.get(row.values[_ID])
        if before is None or row.at >= before.at:
            newest[row.values[_ID]] = row
    return newest.values()


def _without_forgotten(organisation: Organisation, rows: Iterable[_Row]) -> set[int]:
    """Take agents out who were forgotten, and return in which rows they were."""
    agents = {str(row.values[_AGENT]) for row in rows if row.values[_AGENT]}
    forgotten = forgotten_among(organisation, agents)
    found = [row for row in rows if row.values[_AGENT] in forgotten] if forgotten else []
    for row in found:
        row.values[_AGENT] = ""
    return {row.number for row in found}


def _keepable(
    rows: Sequence[Any], read: Sequence[_Row], raw: bytes | None, pseudonyms: Pseudonyms, forgotten: Collection[int]
) -> bytes | list[object]:
    """Return what may be kept of what came in: not what was refused, nor who was erased or forgotten."""
    erased = {row.number for row in read if row.person and not pseudonyms.of(row.person.identifier)}
    if raw is not None and len(read) == len(rows) and not erased and not forgotten:
        return raw
    return [
        rows[row.number - 1]
        | ({"customer": None} if row.number in erased else {})
        | ({"agent": None} if row.number in forgotten else {})
        for row in read
    ]


def _whose(rows: Iterable[_Row], pseudonyms: Pseudonyms) -> set[str]:
    return {pseudonyms.of(row.person.identifier) for row in rows if row.person} - {""}


def _stored(
    rows: Iterable[_Row], pseudonyms: Pseudonyms, customers: Mapping[str, int], zone: ZoneInfo
) -> list[list[Any]]:
    """Return the rows as they are stored: moments written, customers by their row, and the month they belong to."""
    write = moment_writer()
    stored = []
    for _, values, person, _ in rows:
        month = _month(values[_STARTED], zone)
        if person:
            values[_CUSTOMER] = customers.get(pseudonyms.of(person.identifier))
        for place in _MOMENTS:
            values[place] = write(values[place])
        stored.append([*values, month])
    return sorted(stored, key=_by_id)


def _month(moment: datetime, zone: ZoneInfo) -> str:
    # Only near its ends is a month another one elsewhere; asking the zone is most of the work.
    local = moment if 1 < moment.day < 28 else moment.astimezone(zone)
    return f"{local.year}-{local.month:02}"


def _by_id(row: list[Any]) -> str:
    # In one order for everybody, so that two batches never wait for each other in a ring.
    return str(row[_ID])


def _upsert(organisation: Organisation, source: str, rows: list[list[Any]], now: datetime) -> int:
    """Insert what is new, replace what is older and differs, and return how many rows that were."""
    if not rows:
        return 0
    told = ", ".join(map(quoted, _TOLD))
    after = [name for name in _TOLD if name != "external_id"]
    there, came = (", ".join(f"{table}.{quoted(name)}" for name in after) for table in ("c", "excluded"))
    replaced = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in (*after, "received_at", "lake_month"))
    with staged(Contact, _STAGED, rows) as table:
        found = fetched(
            "insert into contacts_contact as c (organisation_id, source, received_at, version, projected_version, "  # noqa: S608  names are ours
            f"earlier_months, {told}, lake_month) "
            f"select %s, %s, %s, 1, 0, '', {told}, lake_month from {table} where true order by external_id "
            f"on conflict (organisation_id, source, external_id) do update set {replaced}, version = c.version + 1, "
            "earlier_months = case when c.lake_month = excluded.lake_month then c.earlier_months "
            "else c.earlier_months || c.lake_month || ' ' end "
            "where coalesce(excluded.updated_at, excluded.received_at) >= coalesce(c.updated_at, c.received_at) "
            f"and ({there}) {_differs()} ({came}) returning version",
            [organisation.pk, source, moment_writer()(now)],
        )
    return len(found)


def _differs() -> str:
    return "is distinct from" if connection.vendor == "postgresql" else "is not"
