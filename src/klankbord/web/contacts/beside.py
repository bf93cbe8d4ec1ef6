"""What rooms above bring into the lake beside contacts: each says here how, and one projection brings it all."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from klankbord.lake import Lake, Settings
from klankbord.lake.store import Key
from klankbord.web.kernel.models import Organisation


class Level:
    """Tells of agents and teams as far as an organisation decided."""

    def __init__(self, decided: Settings, key: Key) -> None:
        self._level, self._key = decided.attribution, key
        self._known: dict[str, str] = {"": ""}

    def agent(self, code: str) -> str:
        """Return an agent as the lake may know them; nothing where it may not."""
        if self._level in {"off", "team"}:
            return ""
        if self._level == "named":
            return code
        if code not in self._known:
            self._known[code] = self._key.pseudonym(code)
        return self._known[code]

    def team(self, code: str) -> str:
        """Return a team as the lake may know it."""
        return "" if self._level == "off" else code


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """How a room brings its rows, at least once and never twice, as contacts are.

    `waiting` gives the organisations whose register is ahead, whichever is acted in; `bring` brings a portion of that
    and returns how many rows it was, after contacts and with nobody else writing; `refill` brings everything into an
    empty lake that already has the contacts.
    """

    waiting: Callable[[], Collection[int]]
    bring: Callable[[Organisation], int]
    refill: Callable[[Lake, Organisation, Level], None]


_ROOMS: dict[str, Beside] = {}


def brings(room: str, beside: Beside) -> None:
    """Have a room's rows brought with every projection from now on."""
    _ROOMS[room] = beside


def rooms_beside() -> Collection[Beside]:
    """Return what rooms bring."""
    return _ROOMS.values()
