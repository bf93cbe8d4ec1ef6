"""What all mechanisms share: a value that can be switched off and written down; no mechanism lives here."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from types import MappingProxyType
from typing import Any, ClassVar, Self


class Mechanism:
    """One mechanism of the simulated world, as a frozen set of parameters."""

    __slots__ = ()
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType({})

    def off(self) -> Self:
        """Return the mechanism with every effect at zero; what only describes the world stays as it is.

        Examples
        --------
        >>> from klankbord.twin.parameters import Mood
        >>> Mood().off().carry_over
        0.0
        """
        return replace(self, **self.NEUTRAL)  # type: ignore[type-var]

    def to_dict(self) -> dict[str, Any]:
        """Return the parameters, ready for JSON."""
        return {field.name: plain(getattr(self, field.name)) for field in fields(self)}  # type: ignore[arg-type]


def plain(value: Any) -> Any:
    """Return a parameter as JSON has it: mechanisms and mappings become dicts, tuples become lists.

    Examples
    --------
    >>> plain({"phone": (1, 2.5)})
    {'phone': [1, 2.5]}
    """
    if isinstance(value, Mechanism):
        return value.to_dict()
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


def table(**values: float) -> Mapping[str, float]:
    """Return a read-only mapping, so that a default cannot be changed by who uses it.

    Examples
    --------
    >>> table(phone=0.5)["phone"]
    0.5
    """
    return MappingProxyType(values)
