"""The demonstration's centre as somebody would keep it: every unit where it belongs, by a name instead of a code."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Final

from klankbord.lake.looking import known_units
from klankbord.lake.looking.knowing import Unit
from klankbord.twin import PRESETS
from klankbord.web.centre.actions import put_units
from klankbord.web.centre.kinds import kind_named
from klankbord.web.centre.rows import Row
from klankbord.web.kernel.access import Actor
from klankbord.web.kernel.lakes import lake_of

# As many first names as last ones would pair each with one other only: 37 and 41 give 1,517 people.
_FIRST: Final = (
    *("Emma", "Daan", "Fatima", "Lucas", "Sofie", "Mehmet", "Julie", "Bram", "Nora", "Thijs", "Amélie", "Wout"),
    *("Sanne", "Karim", "Elise", "Ruben", "Yasmina", "Jasper", "Camille", "Sven", "Hanne", "Omar", "Lien", "Pieter"),
    *("Aylin", "Mathias", "Femke", "Noah", "Chloé", "Stijn", "Samira", "Jeroen", "Laura", "Quentin", "Anke", "Dries"),
    "Meryem",
)
_LAST: Final = (
    *("Janssens", "de Boer", "El Amrani", "Willems", "Mertens", "Yılmaz", "Lambert", "Jacobs", "van Dijk", "Goossens"),
    *("Dubois", "Wouters", "Hendriks", "Kaya", "De Smet", "Leroy", "Bogaert", "van den Berg", "Benali", "Claeys"),
    *("Martens", "Dijkstra", "Verhoeven", "Simon", "Pauwels", "Kuipers", "Hermans", "Demir", "Aerts", "Lejeune"),
    *("Vandenberghe", "Brouwer", "Michiels", "Haddad", "Segers", "Postma", "Thys", "Dumont", "Smeets", "Bulut"),
    "Coppens",
)
# Departments as the twin calls them, and as this centre does.
_DEPARTMENTS: Final = {"Technical": "Technische dienst", "Retention": "Behoud"}


def keep_centre(actor: Actor, *, preset: str, known: str) -> Unit:
    """Keep the units of the lake by name and place; the busiest agent has a known name, and is returned."""
    units = known_units(lake_of(actor.organisation))
    touchpoints = {
        subject.touchpoint: subject.name for client in PRESETS[preset].clients for subject in client.subjects
    }
    busiest = max(units.agents, key=lambda agent: (agent.last_on or date.min, agent.contacts))
    people = {agent.name: _person(place) for place, agent in enumerate(units.agents)} | {busiest.name: known}
    put = partial(_put, actor)
    put("client", units.clients, str)
    put("site", units.sites, str)
    put("team", units.teams, _team, ("site", "client"))
    put("agent", units.agents, people.__getitem__)
    put("queue", units.queues, str, ("client", "channel"))
    put("touchpoint", units.touchpoints, lambda code: touchpoints.get(code, code))
    return busiest


def _put(
    actor: Actor, kind: str, units: Iterable[Unit], name: Callable[[str], str], places: tuple[str, ...] = ()
) -> None:
    rows = [
        Row(number=number, values={"code": unit.name, "name": name(unit.name)} | _places(unit, places))
        for number, unit in enumerate(units, start=1)
    ]
    put_units(actor, kind=kind_named(kind), rows=rows)


def _places(unit: Unit, places: Iterable[str]) -> dict[str, str]:
    return {place: getattr(unit, place) or "" for place in places}


def _person(place: int) -> str:
    return f"{_FIRST[place % len(_FIRST)]} {_LAST[place % len(_LAST)]}"


def _team(code: str) -> str:
    department, _, rest = code.partition(" ")
    return f"{_DEPARTMENTS.get(department, department)} {rest}"
