"""Amazon Connect contact records: one a contact, delivered at least once and again when something changed.

Fields and their meaning: the data model in the
vendor's administrator guide. `AgentInteractionDuration` does not include
hold: the guide has a metric of its own for both together.
"""

from collections.abc import Iterator

from klankbord.lake.readers.contact_dialect import ContactDialect, contact
from klankbord.lake.readers.contact_dialects.attributes import scored
from klankbord.lake.readers.dialect import FlatRow
from klankbord.lake.readers.dialects.records import Record, first_record, flat, mapping, records

_DIRECTIONS = {
    **dict.fromkeys(("INBOUND", "TRANSFER", "QUEUE_TRANSFER", "DISCONNECT"), "inbound"),
    **dict.fromkeys(("OUTBOUND", "CALLBACK", "EXTERNAL_OUTBOUND"), "outbound"),
}
_CHANNELS = {"VOICE": "phone", "CHAT": "chat", "EMAIL": "email", "TASK": "other"}
_WRAPPERS = ("ContactTraceRecords", "records")


def _recognises(document: object) -> bool:
    record = first_record(document)
    return record.keys() >= {"ContactId", "InitiationMethod", "InitiationTimestamp"}


def _flatten(document: object) -> Iterator[FlatRow]:
    for record in records(document, *_WRAPPERS):
        yield contact(_contact(record), flat({name: value for name, value in record.items() if name != "Agent"}))


def _contact(record: Record) -> FlatRow:
    agent, queue = mapping(record.get("Agent")), mapping(record.get("Queue"))
    answered = bool(agent.get("ConnectedToAgentTimestamp"))
    moved_on = bool(record.get("NextContactId") or record.get("TransferCompletedTimestamp"))
    method, channel = str(record.get("InitiationMethod")), str(record.get("Channel"))
    told: FlatRow = {
        "external_id": record.get("ContactId"),
        "conversation": record.get("InitialContactId") or record.get("ContactId"),
        "customer": mapping(record.get("CustomerEndpoint")).get("Address"),
        "agent": agent.get("Username") or agent.get("ARN"),
        "team": _team(agent),
        "queue": queue.get("Name") or queue.get("ARN"),
        "channel": _CHANNELS.get(channel.upper(), channel),
        "direction": _DIRECTIONS.get(method, "inbound" if method == "API" and channel == "CHAT" else None),
        "started_at": queue.get("EnqueueTimestamp") or record.get("InitiationTimestamp"),
        "ended_at": record.get("DisconnectTimestamp"),
        "wait_s": queue.get("Duration"),
        "transfers": int(moved_on),
        "offered": bool(queue or answered),
        "answered": answered,
        "abandoned": bool(queue) and not answered and not moved_on,
        "handled_by": "human" if answered else None if queue else "automated",
        "updated_at": record.get("LastUpdateTimestamp"),
    }
    if answered:
        told |= {
            "talk_s": agent.get("AgentInteractionDuration"),
            "hold_s": agent.get("CustomerHoldDuration"),
            "wrap_s": agent.get("AfterContactWorkDuration"),
            "holds": agent.get("NumberOfHolds"),
        }
    return told | scored(mapping(record.get("Attributes")))


def _team(agent: Record) -> object:
    """Return the lowest group of the agent's hierarchy; where none is kept, the routing profile stands for the team."""
    groups = mapping(agent.get("HierarchyGroups"))
    named = [mapping(groups.get(f"Level{level}")).get("GroupName") for level in (5, 4, 3, 2, 1)]
    return next((name for name in named if name), mapping(agent.get("RoutingProfile")).get("Name"))


DIALECT = ContactDialect(
    name="amazon_connect", title="Amazon Connect contact records", recognises_document=_recognises, flatten=_flatten
)
