"""A customer is forgotten here: their contacts, their addresses, what came in raw, and the extracts of files."""

import json
from typing import Any

from django.db import connection, transaction

from klankbord.web.contacts.extracts import erase_from_extracts
from klankbord.web.contacts.models import Contact, Customer, Payload
from klankbord.web.contacts.queries import rows_about, rows_in
from klankbord.web.contacts.raw import packed, unpacked
from klankbord.web.contacts.staging import fetched
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Organisation

ERASED = audit.entry_type("contacts.erase", shred=audit.keep_all)


def erase_customer(actor: Actor, pseudonym: str) -> dict[str, int]:
    """Forget a customer, and return how much went from where; the lake has a door of its own.

    What is left is a mark by which they are refused when they are sent again. It can be done again after a kill.
    """
    actor.require(Permission.MANAGE_PRIVACY)
    organisation = actor.organisation
    mark = lake_of(organisation).key.mark(pseudonym)
    with transaction.atomic():
        hold(organisation, alone=True)
        gone: dict[str, int] = {
            "contacts": Contact.objects.filter(customer__pseudonym=pseudonym).delete()[0],
            "customers": Customer.objects.filter(pseudonym=pseudonym).delete()[0],
            "payloads": sum(_without(payload, pseudonym) for payload in payloads_of(pseudonym)),
        }
        Customer.objects.get_or_create(pseudonym=mark, defaults={"erased": True})
        gone["extracts"] = erase_from_extracts(organisation, pseudonym)
        if any(gone.values()):
            audit.record(actor, ERASED, "customer", rows=sum(gone.values()))
    return gone


def hold(organisation: Organisation, *, alone: bool = False) -> None:
    """Keep out who erases while something comes in, and whatever comes in while somebody is erased.

    SQLite lets in one writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        how = "for update" if alone else "for key share"
        fetched(f"select 1 from kernel_organisation where id = %s {how}", [organisation.pk])  # noqa: S608


def payloads_of(pseudonym: str) -> list[Payload]:
    """Return what came in raw about a customer."""
    return list(Payload.objects.filter(pseudonyms__contains=pseudonym))


def _without(payload: Payload, pseudonym: str) -> int:
    """Take a customer's rows out of a payload; one that is no list of ours goes as a whole."""
    content = unpacked(payload)
    own = rows_about(payload, content, pseudonym)
    rest: list[Any] = [row for row in rows_in(content) if row not in own] if own else []
    if not rest:
        payload.delete()
        return 1
    payload.content = packed(json.dumps(rest).encode())
    payload.pseudonyms = " ".join(one for one in payload.pseudonyms.split() if one != pseudonym)
    payload.save(update_fields=["content", "pseudonyms"])
    return 1
