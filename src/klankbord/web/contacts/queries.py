"""What is read of contacts, narrowed to what an actor may see."""

import json
from collections.abc import Collection
from datetime import UTC
from typing import Any

from django.db.models import Count, Q, QuerySet

from klankbord.lake.store import Key
from klankbord.web.contacts.messages import as_told
from klankbord.web.contacts.models import Contact, Customer, Intake, Payload
from klankbord.web.contacts.raw import unpacked
from klankbord.web.contacts.rows import NAMES, WrongError, person_of
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.tenancy import here

_REACH = {"team": "team", "client": "client", "agent": "agent"}


def contact_as_told(actor: Actor, source: str, external_id: str) -> dict[str, Any] | None:
    """Return a contact as its source told it, its customer by pseudonym only; nothing when there is none in reach."""
    actor.require(Permission.SEE_CONTACTS)
    found = Contact.objects.filter(actor.reach.filter(**_REACH), source=source, external_id=external_id)
    contact = found.select_related("customer").first()
    if contact is None:
        return None
    return _told(contact) | {"in_lake": contact.projected_version == contact.version}


def intakes() -> QuerySet[Intake]:
    """Return the systems that send, each with how many of its messages wait and how many could not be read."""
    counts = {
        name: Count("payloads", filter=Q(payloads__state=state))
        for name, state in (("waiting", Payload.State.WAITING), ("unreadable", Payload.State.UNREADABLE))
    }
    found: QuerySet[Intake] = Intake.objects.annotate(**counts)
    return found


def export_customer(pseudonym: str, together: Collection[str] = ()) -> dict[str, Any]:
    """Return everything that this room holds of a customer; whoever asks has been asked for their permission.

    Beside what is in order, that is what came in raw: rows, and messages of other systems. A message that is about
    somebody else as well is counted but not told, unless that is the same person under another pseudonym (`together`).
    """
    customer = Customer.objects.filter(pseudonym=pseudonym).first()
    told: dict[str, Any] = {}
    if customer is not None:
        told = {name: getattr(customer, name) for name in ("language", "email", "phone", "addresses_until")}
    contacts = Contact.objects.filter(customer__pseudonym=pseudonym).select_related("customer").order_by("started_at")
    payloads = list(Payload.objects.filter(pseudonyms__contains=pseudonym).select_related("intake").order_by("id"))
    raw = (row for payload in payloads for row in rows_about(payload, unpacked(payload), pseudonym))
    messages = [payload for payload in payloads if payload.intake_id is not None]
    own = [payload for payload in messages if set(payload.pseudonyms.split()) <= {pseudonym, *together}]
    return told | {
        "messages_with_others": len(messages) - len(own),
        "contacts": [_told(contact) for contact in contacts],
        "raw": list(raw),
        "messages": [
            {"at": payload.received_at, "sender": payload.intake.name, "content": as_told(payload)} for payload in own
        ],
    }


def rows_about(payload: Payload, content: bytes, pseudonym: str) -> list[Any]:
    """Return the rows of a customer in what came in raw; nothing where that is in another tool's words."""
    if payload.intake_id is not None:
        return []
    key = lake_of(here()).key
    return [row for row in rows_in(content) if _is_of(row, pseudonym, key)]


def rows_in(content: bytes) -> list[Any]:
    """Return the rows of a body: of a list, of contacts of a source, or of one contact."""
    told = json.loads(content)
    if isinstance(told, dict):
        return list(told.get("contacts", [told]))
    return list(told)


def _is_of(row: Any, pseudonym: str, key: Key) -> bool:
    try:
        person = person_of(row.get("customer")) if isinstance(row, dict) else None
    except WrongError:
        return False
    return person is not None and key.pseudonym(person.identifier) == pseudonym


def _told(contact: Contact) -> dict[str, Any]:
    told = {name: getattr(contact, name) for name in NAMES} | {
        "customer": contact.customer.pseudonym if contact.customer else None
    }
    moments = {name: value.astimezone(UTC) for name, value in told.items() if name.endswith("_at") and value}
    empty = {name: None for name, value in told.items() if value == ""}
    return {"source": contact.source} | told | moments | empty


audit.called("contacts.webhook", Intake, permission=Permission.BRING_IN)
