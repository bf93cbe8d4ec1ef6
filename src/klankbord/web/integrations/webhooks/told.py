"""What is told to other systems; a further type of event is one function here."""

from collections.abc import Mapping
from typing import Any

from klankbord.web.contacts.events import ContactsReceived
from klankbord.web.integrations.webhooks.registry import tells


@tells("contacts.received", ContactsReceived, example={"count": 250})
def contacts_received(event: ContactsReceived) -> Mapping[str, Any]:
    """Tell how many contacts came in that are new or changed."""
    return {"count": event.count}
