"""What rooms hold of customers: each place is registered with how it is counted, told in a copy, and forgotten.

The room of rights knows the register and the lake; it goes through these for everything else.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

Pseudonyms = Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One place that holds data of customers in the organisation acted in; its name begins with its room's.

    Each function is given pseudonyms of one person. `forget` can be done again after a kill, and `count` is 0 after it;
    `tell` gives rows as plain data. What the place is called stands in the room's wording under `holdings`.
    """

    name: str
    count: Callable[[Pseudonyms], int]
    tell: Callable[[Pseudonyms], list[dict[str, Any]]]
    forget: Callable[[Pseudonyms], None]

    @property
    def wording(self) -> str:
        """The key of what the place is called."""
        room, _, place = self.name.partition(".")
        return f"{room}.holdings.{place}"


HOLDINGS: dict[str, Holding] = {}


def hold(holding: Holding) -> Holding:
    """Register a place, once all models are there."""
    HOLDINGS[holding.name] = holding
    return holding
