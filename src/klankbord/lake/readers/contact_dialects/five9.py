"""Five9: the report "Call Log" as CSV (columns: rows in public code; times are HH:MM:SS, nobody is `[None]`).

That `TALK TIME` leaves hold out is taken from those rows, not from a page of the vendor. Moments are in the zone
of the
domain, which the file does not name.
"""

from klankbord.lake.readers.contact_dialect import ContactDialect, ContactLayout
from klankbord.lake.readers.dialect import Head
from klankbord.lake.readers.dialects.columns import first_of, unique

_FIELDS = {
    "external_id": ("call id",),
    "conversation": ("session id", "parent session id"),
    "customer": ("customer id", "contact id"),
    "team": ("agent group",),
    "queue": ("skill", "campaign"),
    "channel": ("media type", "call type"),
    "direction": ("call type",),
    "reason": ("disposition",),
    "started_at": ("timestamp",),
    "wait_s": ("queue wait time",),
    "talk_s": ("talk time",),
    "hold_s": ("hold time",),
    "wrap_s": ("after call work time",),
    "holds": ("holds",),
    "transfers": ("transfers",),
    "abandoned": ("abandoned",),
    "language": ("language",),
}
_TYPES = {"inbound": "inbound", "outbound": "outbound", "manual": "outbound", "preview": "outbound",
          "internal": "internal", "3rd party transfer": "inbound", "queue callback": "outbound"}  # fmt: skip


def _recognises(head: Head) -> bool:
    names = {heading.strip().casefold() for heading in head.header}
    return names >= {"call id", "timestamp", "call type", "disposition", "talk time", "queue wait time"}


def _layout(head: Head) -> ContactLayout:
    columns = unique(head.header)
    found = {name: first_of(columns, *headings) for name, headings in _FIELDS.items()}
    direction = first_of(columns, "call type")
    said = (
        {cell.strip().casefold() for cell in head.column(head.header[columns.index(direction)])} if direction else set()
    )
    # The customer's number is the caller's or the one that was called: one column tells it only when calls go one way.
    outward = bool(said) and all(_TYPES.get(cell) == "outbound" for cell in said)
    found["customer"] = found["customer"] or first_of(columns, "dnis" if outward else "ani")
    found["agent"] = first_of(columns, "agent", "agent email", "agent id", "agent name")
    return ContactLayout(
        columns=columns,
        fields={name: heading for name, heading in found.items() if heading is not None},
        words={"direction": _TYPES, "channel": dict.fromkeys(_TYPES, "phone")},
    )


DIALECT = ContactDialect(name="five9", title="Five9 call log", layout=_layout, recognises_table=_recognises)
