"""Freshdesk tickets, with their `stats` where the export has them (codes: the vendor's API pages)."""

from collections.abc import Iterator

from klankbord.lake.readers.contact_dialect import ContactDialect, contact
from klankbord.lake.readers.contact_dialects.moments import between
from klankbord.lake.readers.dialect import FlatRow
from klankbord.lake.readers.dialects.records import Record, first_record, flat, mapping, records

_SOURCES = {1: "email", 2: "web", 3: "phone", 7: "chat", 9: "web", 10: "email"}
_OUTBOUND, _RESOLVED = 10, {4, 5}
_TICKET = {"id", "requester_id", "responder_id", "status", "source", "created_at"}


def _recognises(document: object) -> bool:
    record = first_record(document)
    return first_record(record.get("tickets", record)).keys() >= _TICKET


def _flatten(document: object) -> Iterator[FlatRow]:
    for ticket in records(document, "tickets", "ticket"):
        yield contact(_contact(ticket), flat(ticket))


def _contact(ticket: Record) -> FlatRow:
    stats = mapping(ticket.get("stats"))
    replied = stats.get("first_responded_at")
    source, status = ticket.get("source"), ticket.get("status")
    told: FlatRow = {
        "external_id": ticket.get("id"),
        "conversation": ticket.get("id"),
        "customer": ticket.get("requester_id"),
        "agent": ticket.get("responder_id"),
        "team": ticket.get("group_id"),
        "channel": _SOURCES.get(source, "other") if isinstance(source, int) else source,
        "direction": "outbound" if source == _OUTBOUND else "inbound",
        "reason": ticket.get("type"),
        "started_at": ticket.get("created_at"),
        "ended_at": stats.get("resolved_at") or stats.get("closed_at"),
        "offered": True,
        "resolved": status in _RESOLVED if isinstance(status, int) else None,
        "updated_at": ticket.get("updated_at"),
    }
    if stats:
        told |= {"wait_s": between(ticket.get("created_at"), replied), "answered": replied is not None}
        told["handled_by"] = "human" if replied else None
    return told


DIALECT = ContactDialect(name="freshdesk", title="Freshdesk tickets", recognises_document=_recognises, flatten=_flatten)
