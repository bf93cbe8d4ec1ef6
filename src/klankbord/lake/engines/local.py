"""The engine of one machine: DuckDB, in this process."""

from typing import Any

from klankbord.lake.engine import open_lake
from klankbord.lake.engines.counting import plain
from klankbord.lake.questions.planning import Plan
from klankbord.lake.store.snapshot import Snapshot


class LocalEngine:
    """DuckDB in this process, shut in below the lake's folder."""

    name = "local"

    def rows(self, plan: Plan, snapshot: Snapshot) -> list[tuple[Any, ...]]:
        """Return the rows of the plan's query, in no order."""
        with open_lake(snapshot.folder) as engine:
            relation = snapshot.relation(plan.table, plan.months)
            engine.execute(f"create temp view {plan.table} as select * from {relation}")
            return [tuple(map(plain, row)) for row in engine.execute(plan.sql).fetchall()]
