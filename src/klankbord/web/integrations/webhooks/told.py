"""What is told to other systems; a further type of event is one function here."""

from collections.abc import Mapping
from typing import Any

from klankbord.web.contacts.events import ContactsReceived
from klankbord.web.integrations.webhooks.registry import tells
from klankbord.web.responses.events import AnswersArrived, AnswersChanged


@tells("contacts.received", ContactsReceived, example={"count": 250})
def contacts_received(event: ContactsReceived) -> Mapping[str, Any]:
    """Tell how many contacts came in that are new or changed."""
    return {"count": event.count}


_ANSWERS = {"count": 12, "counted": 11, "surveys": ["after-contact"]}


@tells("response.created", AnswersArrived, example=_ANSWERS)
def answers_arrived(event: AnswersArrived) -> Mapping[str, Any]:
    """Tell how many answers came of which surveys; numbers count them already."""
    return {"count": event.count, "counted": event.counted, "surveys": list(event.surveys)}


@tells("response.changed", AnswersChanged, example=_ANSWERS)
def answers_changed(event: AnswersChanged) -> Mapping[str, Any]:
    """Tell how many answers are another score, got words, or count no more or again."""
    return {"count": event.count, "counted": event.counted, "surveys": list(event.surveys)}
