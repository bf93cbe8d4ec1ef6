"""The engine of one machine: DuckDB, in this process."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from klankbord.lake.engine import share_lake
from klankbord.lake.engines.counting import plain
from klankbord.lake.questions.planning import Plan
from klankbord.lake.store.snapshot import Snapshot

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class LocalEngine:
    """DuckDB in this process, shut in below the lake's folder."""

    name = "local"

    def __init__(self) -> None:
        self._opened: tuple[Path, DuckDBPyConnection] | None = None

    def rows(self, plan: Plan, snapshot: Snapshot) -> list[tuple[Any, ...]]:
        """Return the rows of the plan's query, in no order."""
        found = self._executed(plan, snapshot)
        decimals = {at for at, column in enumerate(found.description or ()) if "DECIMAL" in str(column[1])}
        rows = found.fetchall()
        return [tuple(map(plain, row)) for row in rows] if decimals else rows

    def arrays(self, plan: Plan, snapshot: Snapshot) -> dict[str, NDArray[Any]]:
        """Return the columns of the plan's query as arrays, masked where they are empty, in the order of the files."""
        found = self._executed(plan, snapshot).fetchnumpy().values()
        return {name: np.asanyarray(array) for name, array in zip(plan.columns, found, strict=True)}

    def _executed(self, plan: Plan, snapshot: Snapshot) -> "DuckDBPyConnection":
        engine = self._engine(snapshot.folder)
        relation = snapshot.relation(plan.table, plan.months)
        engine.execute(f"create or replace temp view {plan.table} as select * from {relation}")
        return engine.execute(plan.sql)

    def _engine(self, folder: Path) -> "DuckDBPyConnection":
        """Keep the connection, which has views of its own."""
        if self._opened is None or self._opened[0] != folder:
            self._opened = folder, share_lake(folder)
        return self._opened[1]
