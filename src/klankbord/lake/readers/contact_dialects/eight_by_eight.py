"""8x8: call records of Work, and the detailed interactions of Contact Center, as JSON or as a table.

Confirmed by the vendor's public-developer-docs: names, examples and milliseconds of Work's call records (`callId`,
`startTimeUTC`, `talkTimeMS`), names, labels and milliseconds of detailed-reports-interaction-details
(`interactionId`,
`participantHandlingDuration`), and that processing is handling and wrap-up together. Not confirmed: that handling
includes
hold, as taken here, and the headings of the CSV, taken to be the labels. Names such as `interactionGUID` and
`agentId`, of
other 8x8 interfaces, were not found with a layout and are read by the generic dialect.
"""

from collections.abc import Iterator, Mapping

from klankbord.lake.readers.contact_dialect import ContactDialect, ContactLayout
from klankbord.lake.readers.dialect import FlatRow, Head
from klankbord.lake.readers.dialects.columns import first_of, unique
from klankbord.lake.readers.dialects.records import Record, first_record, flat, items, mapping, records

_WORK = {"callid", "starttimeutc", "talktimems", "callee"}
_CENTRE = {"interaction id", "media type", "handling duration", "creation time"}
_LABELS = {
    "participantHandlingDuration": "Handling Duration",
    "participantHoldDuration": "Hold Duration",
    "participantWrapUpDuration": "Wrap Up Duration",
    "participantOfferTime": "Offer Time",
    "participantName": "Participant",
    "participantId": "Participant ID",
    "participantOfferAction": "Offer Action",
    "participantHold": "Hold",
    "wrapUpCodeText": "Wrap Up Code Text",
}
_FIELDS_OF_WORK: Mapping[str, tuple[str, ...]] = {
    "external_id": ("callLegId", "callId"),
    "conversation": ("callId",),
    "agent": ("callee",),
    "team": ("departments",),
    "site": ("branches",),
    "direction": ("direction",),
    "channel": ("direction",),
    "started_at": ("startTimeUTC", "startTime"),
    "ended_at": ("disconnectedTimeUTC", "disconnectedTime"),
    "wait_s": ("waitTimeMS",),
    "talk_s": ("talkTimeMS",),
    "hold_s": ("calleeHoldDurationMS",),
    "answered": ("answered",),
    "abandoned": ("abandoned",),
    "customer": ("caller",),
}
_FIELDS_OF_CENTRE: Mapping[str, tuple[str, ...]] = {
    "external_id": ("Leg ID", "Record ID", "Interaction ID"),
    "conversation": ("Original Interaction ID", "Interaction ID"),
    "customer": ("Origination",),
    "agent": ("Participant ID", "Participant"),
    "queue": ("Queue Name", "Queue ID"),
    "channel": ("Media Type",),
    "direction": ("Direction",),
    "reason": ("Wrap Up Code Text", "Wrap Up Code"),
    "started_at": ("Queue Time", "Creation Time", "Time"),
    "ended_at": ("Finished Time",),
    "wait_s": ("Queue Wait Duration",),
    "talk_s": ("Handling Duration",),
    "hold_s": ("Hold Duration",),
    "wrap_s": ("Wrap Up Duration",),
    "holds": ("Hold",),
    "transfers": ("Warm Transfers Completed",),
    "abandoned": ("Was abandoned", "Labels"),
    "answered": ("Was answered",),
}
_WAYS = {"incoming": "inbound", "outgoing": "outbound", "internal": "internal"}
_WORDS_OF_WORK = {
    "direction": _WAYS,
    "channel": dict.fromkeys(_WAYS, "phone"),
    "answered": {"answered": "true", "-": "false"},
    "abandoned": {"abandoned": "true", "-": "false"},
}
_FLAGS = {"true": "true", "false": "false"}
_WORDS_OF_CENTRE = {"direction": {"inbounddir": "inbound", "outbounddir": "outbound"}}


def _folded(names: object) -> set[str]:
    return {str(name).strip().casefold() for name in names} if isinstance(names, dict | tuple | list) else set()


def _recognises(head: Head) -> bool:
    names = _folded(head.header)
    return names >= _WORK or names >= _CENTRE


def _recognises_document(document: object) -> bool:
    record = first_record(document)
    first = first_record(record.get("data", record))
    keys = {str(item.get("key")) for item in items(first.get("items"))}
    return _folded(first) >= _WORK or keys >= {"interactionId", "mediaType", "creationTime"}


def _flatten(document: object) -> Iterator[FlatRow]:
    for record in records(document, "data"):
        if "items" in record:
            yield from _interaction(record)
        else:
            inward = str(record.get("direction")).casefold() != "outgoing"
            caller, callee = ("caller", "callee") if inward else ("callee", "caller")
            # A call that nobody took names the queue where the agent would be.
            took = record.get(callee) if str(record.get("answered")).casefold() == "answered" else None
            yield flat(record) | {"caller": record.get(caller), "callee": took}


def _interaction(record: Record) -> Iterator[FlatRow]:
    """Yield a row for each participant who took the interaction; where nobody is listed, one."""
    row: FlatRow = {}
    for item in items(record.get("items")):
        if item.get("key") != "participants":
            label = _LABELS.get(str(item.get("key")), str(item.get("label")))
            row[label] = _value(item.get("value"))
    labels = str(row.get("Labels") or "").casefold()
    listed = next((item.get("value") for item in items(record.get("items")) if item.get("key") == "participants"), None)
    took = [person for person in items(listed) if person.get("participantOfferAction") == "Accepted"]
    for person in took or [{}]:
        own = {_LABELS.get(name, name): _value(value) for name, value in person.items()}
        leg = f"{row.get('Interaction ID')}/{person.get('participantAssignNumber')}" if took else None
        yield (
            row
            | own
            | {
                "Leg ID": leg,
                "Was abandoned": "abandon" in labels,
                "Was answered": bool(took) or "handled" in labels,
            }
        )


def _value(value: object) -> object:
    """Return a value without its envelope; durations in milliseconds become seconds."""
    inner = mapping(value)
    if "ongoing" in inner:
        told = inner.get("value")
        return told / 1000 if isinstance(told, int | float) else told
    return ", ".join(str(part) for part in value) if isinstance(value, list) else value


def _layout(head: Head) -> ContactLayout:
    columns = unique(head.header)
    work = _folded(columns) >= _WORK
    asked = _FIELDS_OF_WORK if work else _FIELDS_OF_CENTRE
    found = {name: first_of(columns, *headings) for name, headings in asked.items()}
    return ContactLayout(
        columns=columns,
        fields={name: heading for name, heading in found.items() if heading is not None},
        units=dict.fromkeys(("wait_s", "talk_s", "hold_s"), 0.001) if work else {},
        words=_WORDS_OF_WORK if work else _labelled(head),
        talk_holds=not work,
    )


def _labelled(head: Head) -> Mapping[str, Mapping[str, str]]:
    """Return what the labels of a table, several in a cell, say of abandonment."""
    name = first_of(head.header, "Labels")
    cells = {cell.strip().casefold() for cell in head.column(name)} if name else set()
    return _WORDS_OF_CENTRE | {"abandoned": {cell: str("abandon" in cell).lower() for cell in cells} | _FLAGS}


DIALECT = ContactDialect(
    name="eight_by_eight",
    title="8x8 calls and interactions",
    layout=_layout,
    recognises_table=_recognises,
    recognises_document=_recognises_document,
    flatten=_flatten,
)
