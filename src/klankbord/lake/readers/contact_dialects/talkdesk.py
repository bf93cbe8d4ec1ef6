"""Talkdesk: the report "Calls", as JSON of the Explore API in both its shapes, or as CSV with the same headings.

Confirmed by docs.talkdesk.com (calls-report, explore-calls-report, calls-report-reporting): the names and
examples of both
shapes, seconds in the one (`call_id`, `start_at`), fractions of a day in the other (`interaction_id`,
`start_time`), UTC,
the call types. By data-dictionary.talkdesk.com: clocks such as 0:01:12 in downloads. Not confirmed: the headings
of the CSV
download, taken to be those names in words, and whether `talk_time` includes hold, taken to be without.
"""

import re
from collections.abc import Iterator, Sequence

from klankbord.lake.readers.contact_dialect import ContactDialect, ContactLayout
from klankbord.lake.readers.dialect import FlatRow, Head
from klankbord.lake.readers.dialects.columns import unique
from klankbord.lake.readers.dialects.records import first_record, flat, records
from klankbord.score import CSAT

_DAY = 86_400.0
_FIELDS = {
    "external_id": ("interaction id", "call id"),
    "customer": ("customer phone number", "contact phone number"),
    "agent": ("user id", "user email", "agent email", "agent name", "user name", "handling user id", "handling agent"),
    "team": ("team name", "team", "team id"),
    "queue": ("ring groups", "tags", "talkdesk phone display name", "phone display name"),
    "direction": ("call type", "type"),
    "reason": ("disposition code", "disposition"),
    "started_at": ("start time", "start at"),
    "ended_at": ("end time", "end at"),
    "wait_s": ("wait time", "waiting time"),
    "talk_s": ("talk time",),
    "hold_s": ("hold time", "holding time"),
    "transfers": ("transfer", "is transfer"),
    "score": ("csat score",),
    "answered_at": ("csat survey time",),
}
_TAKEN, _LOST = {"inbound", "outbound"}, {"abandoned", "short_abandoned", "short abandoned"}
_TYPES = {
    **dict.fromkeys(("inbound", "missed", "abandoned", "short_abandoned", "short abandoned", "voicemail"), "inbound"),
    **dict.fromkeys(("outbound", "outbound_missed", "outbound missed"), "outbound"),
}
# The type of a call tells four things at once.
_WORDS = {
    "direction": _TYPES,
    "channel": dict.fromkeys(_TYPES, "phone"),
    "answered": {kind: str(kind in _TAKEN).lower() for kind in _TYPES},
    "abandoned": {kind: str(kind in _LOST).lower() for kind in _TYPES},
}


def _plain(heading: str) -> str:
    return re.sub(r"[\W_]+", " ", heading).strip().casefold()


def _ours(headings: Sequence[str]) -> bool:
    names = {_plain(heading) for heading in headings}
    return "talkdesk phone number" in names and bool(names & {"interaction id", "call id"}) and "talk time" in names


def _recognises_document(document: object) -> bool:
    record = first_record(document)
    return _ours(list(first_record(record.get("entries", record))))


def _flatten(document: object) -> Iterator[FlatRow]:
    for entry in records(document, "entries"):
        yield flat(entry)


def _layout(head: Head) -> ContactLayout:
    columns = unique(head.header)
    by_plain = {_plain(name): name for name in reversed(columns)}
    found = {name: next((by_plain[h] for h in names if h in by_plain), None) for name, names in _FIELDS.items()}
    fields = {name: heading for name, heading in found.items() if heading is not None}
    if "direction" in fields:
        fields |= dict.fromkeys(_WORDS, fields["direction"])
    durations = {name: heading for name, heading in fields.items() if name.endswith("_s")}
    cells = {heading: head.column(head.header[columns.index(heading)]) for heading in durations.values()}
    return ContactLayout(
        columns=columns,
        fields=fields,
        units={name: _DAY for name in durations if _in_days([cell for column in cells.values() for cell in column])},
        words=_WORDS,
        measure=CSAT,
        zone="UTC",
    )


def _in_days(cells: Sequence[str]) -> bool:
    """Return whether durations are parts of a day: no call lasts a day, and none is shorter than a second."""
    numbers = [float(cell) for cell in cells if re.fullmatch(r"\d+(\.\d+)?([eE]-?\d+)?", cell.strip())]
    return any(0 < number < 1 for number in numbers) and all(number < 1 for number in numbers)


DIALECT = ContactDialect(
    name="talkdesk",
    title="Talkdesk calls",
    layout=_layout,
    recognises_table=lambda head: _ours(head.header),
    recognises_document=_recognises_document,
    flatten=_flatten,
)
