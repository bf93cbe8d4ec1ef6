"""Which contacts a rule is about: lists of values by column, and which columns those may be."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final

from django.db.models import Q

from klankbord.errors import OptionError, nearest

# Neither the agent nor what came out of the contact: choosing by them is choosing the answer.
COLUMNS: Final = (
    *("channel", "direction", "queue", "touchpoint", "client", "site", "team"),
    *("segment", "age_band", "language", "reason", "handled_by"),
)
ATTRIBUTE: Final = "attributes."
_MOST = 200

Conditions = Mapping[str, Sequence[str]]


def checked(conditions: object) -> dict[str, list[str]]:
    """Return conditions as they are stored, or say what is wrong with them."""
    if not isinstance(conditions, Mapping):
        raise OptionError("conditions are an object", hint='write {"channel": ["phone", "chat"]}')
    kept: dict[str, list[str]] = {}
    for name, values in conditions.items():
        if name not in COLUMNS and not (str(name).startswith(ATTRIBUTE) and len(str(name)) > len(ATTRIBUTE)):
            near = nearest(str(name), COLUMNS)
            guess = f"did you mean {near!r}? " if near else ""
            raise OptionError(
                f"{str(name)[:60]!r} cannot be a condition",
                hint=f"{guess}columns: {', '.join(COLUMNS)}, or attributes.<name>",
            )
        listed = [values] if isinstance(values, str) else list(values)
        told = sorted({str(value).strip() for value in listed} - {""})
        if len(told) > _MOST:
            raise OptionError(f"{name} has {len(told)} values", hint=f"give at most {_MOST}")
        if told:
            kept[str(name)] = told
    return kept


def meeting(conditions: Conditions) -> Callable[[Any], bool]:
    """Return what says whether a contact meets conditions."""
    wanted = [(_reading(name), frozenset(values)) for name, values in conditions.items()]

    return lambda contact: all(read(contact) in values for read, values in wanted)


def _reading(name: str) -> Callable[[Any], Any]:
    """Return what reads a column of a contact, or an attribute."""
    if name not in COLUMNS:
        own = name.removeprefix(ATTRIBUTE)
        return lambda contact: contact.attributes.get(own)
    return attrgetter(name)


def narrowing(conditions: Conditions) -> Q:
    """Return the same conditions for a query of the register."""
    narrowed = Q()
    for name, values in conditions.items():
        field = name.replace(".", "__", 1)
        narrowed &= Q(**{f"{field}__in": list(values)})
    return narrowed
