"""What an engine promises, and the plain values that every engine's rows are made of."""

from decimal import Decimal
from typing import Any, Protocol

from klankbord.lake.questions.planning import Plan
from klankbord.lake.store.snapshot import Snapshot


class Engine(Protocol):
    """What runs the one query of a plan over the files of a snapshot."""

    name: str

    def rows(self, plan: Plan, snapshot: Snapshot) -> list[tuple[Any, ...]]:
        """Return the rows of the plan's query, in no order, as str, bool, int, float, date and None."""
        ...  # pragma: no cover


def plain(value: Any) -> Any:
    """Return a cell as all engines give it: they disagree on which sums are decimals.

    Examples
    --------
    >>> plain(Decimal("2.50")), plain(7), plain(None)
    (2.5, 7, None)
    """
    return float(value) if isinstance(value, Decimal) else value
