"""How far members see, as codes that contacts carry: read from text, cleaned, and suggested where a centre is known."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from klankbord.web.kernel.access import Role
from klankbord.web.people.errors import PeopleError

Suggestions = Callable[[str], Mapping[str, str]]
FIELD_OF = {Role.LEAD: "teams", Role.CLIENT_VIEWER: "client", Role.AGENT: "agent"}
_suggest: list[Suggestions] = []


def offer_codes(suggestions: Suggestions) -> None:
    """Let a room further up suggest codes: given "team", "client" or "agent", it returns names by code."""
    _suggest.append(suggestions)


def suggested(dimension: str) -> dict[str, str]:
    """Return the codes of this organisation that can be suggested, with their names."""
    return {code: name for suggestions in _suggest for code, name in suggestions(dimension).items()}


def names_of_codes() -> dict[Role, dict[str, str]]:
    """Return what the codes that members are held to are called, by the role that is held to them."""
    return {role: suggested(field.removesuffix("s")) for role, field in FIELD_OF.items()}


def split_codes(text: str) -> list[str]:
    """Read codes that are separated by commas, each once, in the order in which they were given."""
    return list(dict.fromkeys(filter(None, (code.strip() for code in text.split(",")))))


def reach_fields(role: Role, *, teams: Iterable[str] = (), client: str = "", agent: str = "") -> dict[str, Any]:
    """Return what a membership keeps of a reach: only what its role is held to, and never nothing where it is held.

    A lead without a team would see an empty product and ask why; it is refused before that.
    """
    given = {"teams": split_codes(",".join(teams)), "client": client.strip(), "agent": agent.strip()}
    kept = FIELD_OF.get(role)
    if kept and not given[kept]:
        raise PeopleError(f"no_{kept}", field=kept)
    empty: dict[str, Any] = {"teams": [], "client": "", "agent": ""}
    return empty | ({kept: given[kept]} if kept else {})
