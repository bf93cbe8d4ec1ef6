"""What happened, told to rooms further up once it is certain: typed events, sent when the transaction has committed."""

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction

from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events; a room defines its own in `events.py`."""

    organisation: Organisation


_Event = TypeVar("_Event", bound=Event)
_listeners: dict[type[Event], list[Callable[[Any], None]]] = defaultdict(list)
_log = logging.getLogger("klankbord.events")


def listen(kind: type[_Event]) -> Callable[[Callable[[_Event], None]], Callable[[_Event], None]]:
    """Hear events of a kind; the listener's module is imported in its room's `apps.py`."""

    def listening(listener: Callable[[_Event], None]) -> Callable[[_Event], None]:
        _listeners[kind].append(listener)
        return listener

    return listening


def emit(event: Event) -> None:
    """Tell an event once what it is about has been committed."""
    transaction.on_commit(lambda: _tell(event))


def _tell(event: Event) -> None:
    for listener in _listeners[type(event)]:
        try:
            with acting_in(event.organisation):
                listener(event)
        except Exception:  # noqa: BLE001
            # What happened has happened; a listener that fails must not make it look otherwise.
            _log.exception("%s could not hear %s", listener.__qualname__, type(event).__name__)
