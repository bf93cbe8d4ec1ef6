"""What rooms further up may want to know of the centre."""

from dataclasses import dataclass

from klankbord.web.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsLearnt(Event):
    """Contacts brought in units that nobody had heard of; how many of each kind."""

    counts: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentForgotten(Event):
    """An agent is no longer known here by name or code, or came in again; whoever keeps the code forgets it, too."""

    code: str
