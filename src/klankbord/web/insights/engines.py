"""What counts for one page: the engine of this machine, which counts nothing twice."""

from typing import Any

from klankbord.lake import Snapshot
from klankbord.lake.engines.local import LocalEngine
from klankbord.lake.questions import Plan


class OnceEngine(LocalEngine):
    """Answers the same plan once: the questions of a page share days, and often wordings.

    It belongs to one look at one state of a lake, so that an answer can be given again as it is.
    """

    def __init__(self) -> None:
        super().__init__()
        self._found: dict[Plan, list[tuple[Any, ...]]] = {}

    def rows(self, plan: Plan, snapshot: Snapshot) -> list[tuple[Any, ...]]:
        """Return the rows of the plan's query, in no order."""
        if plan not in self._found:
            self._found[plan] = super().rows(plan, snapshot)
        return self._found[plan]
