"""The kinds of unit: one line each, from which lists, forms, files and API are made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from klankbord.errors import OptionError, nearest
from klankbord.web.centre.models import Agent, Client, Queue, Site, Team, Touchpoint, Unit

SPELL = ("team", "starts_on", "ends_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of unit.

    `fields` are what it has beside code, name and active; one that is named as another kind refers to a unit of it.
    `reach` says by which path of the model an actor's reach narrows it: without a path, nothing is within reach.
    """

    name: str
    model: type[Unit]
    fields: tuple[str, ...] = ()
    reach: Mapping[str, str] = field(default_factory=dict)
    personal: bool = False

    @property
    def plural(self) -> str:
        """What several are called in addresses of the API."""
        return f"{self.name}s"

    @property
    def columns(self) -> tuple[str, ...]:
        """What a row about a unit may tell; agents come with a team."""
        return ("code", "name", *self.fields, *(SPELL if self.model is Agent else ()), "active")

    @property
    def references(self) -> tuple[str, ...]:
        """The columns that refer to other kinds."""
        return tuple(name for name in self.columns if name in KINDS)


# Kinds that others refer to go before those.
KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind(name="client", model=Client, reach={"client": "code"}),
        Kind(name="site", model=Site),
        Kind(name="team", model=Team, fields=("site", "client"), reach={"team": "code", "client": "client__code"}),
        Kind(name="agent", model=Agent, reach={"team": "spells__team__code", "agent": "code"}, personal=True),
        Kind(name="queue", model=Queue, fields=("client", "channel", "threshold_s"), reach={"client": "client__code"}),
        Kind(name="touchpoint", model=Touchpoint),
    )
}


def kind_named(name: str) -> Kind:
    """Return a kind by its name.

    Raises
    ------
    OptionError
        When there is none.
    """
    if name in KINDS:
        return KINDS[name]
    near = nearest(name, KINDS)
    hint = f"did you mean {near}?" if near else f"kinds: {', '.join(KINDS)}"
    raise OptionError(f"there is no kind of unit {name!r}", hint=hint, kind=name)
