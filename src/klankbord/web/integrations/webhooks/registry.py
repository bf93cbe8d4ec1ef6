"""The types of events that can be told to other systems: from an event of the product to what is sent of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from klankbord.web.integrations.webhooks.outbox import put
from klankbord.web.kernel.events import Event, listen

_Event = TypeVar("_Event", bound=Event)
_Payload = Callable[[_Event], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class EventType:
    """A type of event, and what its data look like."""

    name: str
    example: Mapping[str, Any]

    @property
    def wording(self) -> str:
        """The key of what it is called."""
        return f"webhooks.events.{self.name.replace('.', '_')}"


EVENT_TYPES: dict[str, EventType] = {}


def tells(
    name: str, kind: type[_Event], *, example: Mapping[str, Any], about: Callable[[_Event], str] = lambda _: ""
) -> Callable[[_Payload[_Event]], _Payload[_Event]]:
    """Tell an event to the endpoints that want its type, with what the function makes of it.

    A payload holds counts and codes, never data of a person: whoever wants more asks the API for it, with its own
    permission. Where it is about one customer, `about` gives their pseudonym, so that their rights reach it.
    """

    def telling(payload: _Payload[_Event]) -> _Payload[_Event]:
        EVENT_TYPES[name] = EventType(name, example)

        @listen(kind)
        def tell(event: _Event) -> None:
            put(event.organisation, name, payload(event), about=about(event))

        return payload

    return telling
