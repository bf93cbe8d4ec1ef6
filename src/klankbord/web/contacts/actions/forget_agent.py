"""An agent is forgotten here, too: in the register, in what came in raw, in extracts of files, and in the lake."""

import json
from typing import Any

from django.db import transaction
from django.db.models import F

from klankbord.lake.store import Key
from klankbord.lake.upkeep import forget_agent as forget_in_lake
from klankbord.web.centre.actions import pseudonym_of
from klankbord.web.contacts.events import ContactsReceived
from klankbord.web.contacts.extracts import empty_in_extracts
from klankbord.web.contacts.messages import values_in
from klankbord.web.contacts.models import Contact, Payload
from klankbord.web.contacts.queries import rows_in
from klankbord.web.contacts.raw import packed, unpacked
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.events import emit
from klankbord.web.kernel.lakes import lake_of


def forget_agent(actor: Actor, code: str) -> None:
    """Take an agent out by the code that the centre knew; what happened stays. It can be done again after a kill."""
    actor.require(Permission.MANAGE_PRIVACY)
    lake = lake_of(actor.organisation)
    pseudonym = pseudonym_of(lake.key, code)
    written = Contact.objects.exclude(agent="").order_by().values_list("agent", flat=True).distinct()
    codes = {code, pseudonym, *(one for one in written if lake.key.pseudonym(one) == pseudonym)}
    for payload in Payload.objects.filter(state=Payload.State.READ).iterator(chunk_size=100):
        _take_out(payload, pseudonym, lake.key)
    empty_in_extracts(actor.organisation, "agent", codes)
    forget_in_lake(lake, codes)
    with transaction.atomic():
        count = Contact.objects.filter(agent__in=codes).update(agent="", version=F("version") + 1)
        if count:
            emit(ContactsReceived(organisation=actor.organisation, count=count))


def _take_out(payload: Payload, pseudonym: str, key: Key) -> None:
    """Empty the agent of our own rows; a message in another tool's words goes as a whole, as it has been read."""
    content = unpacked(payload)
    if payload.intake_id is not None:
        if any(key.pseudonym(value) == pseudonym for value in set(values_in(content))):
            payload.delete()
        return
    rows = rows_in(content)
    named = [row for row in rows if _names(row, pseudonym, key)]
    for row in named:
        row["agent"] = None
    if named:
        payload.content = packed(json.dumps(rows).encode())
        payload.save(update_fields=["content"])


def _names(row: Any, pseudonym: str, key: Key) -> bool:
    return isinstance(row, dict) and isinstance(row.get("agent"), str) and key.pseudonym(row["agent"]) == pseudonym
