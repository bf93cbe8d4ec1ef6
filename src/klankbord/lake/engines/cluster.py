"""The engine of many machines: any session that speaks Spark, over the same files as the local engine."""

from functools import reduce
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from klankbord.errors import KlankbordError
from klankbord.lake.engines.counting import plain
from klankbord.lake.engines.translation import translated
from klankbord.lake.questions.planning import Plan
from klankbord.lake.schema import TABLES, Type
from klankbord.lake.store.delta import PARTITION
from klankbord.lake.store.snapshot import Snapshot

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


class ClusterEngine:
    """A Spark session: classic Spark, Spark Connect, or Sail.

    Parameters
    ----------
    session : SparkSession
        Open session; who opened it stops it.
    folder : str, optional
        Where the cluster sees the lake, if elsewhere than here: a path, or a URL such as `file:///mnt/lake`.
    """

    name = "cluster"

    def __init__(self, session: "SparkSession", *, folder: str | None = None) -> None:
        self.session = session
        self.folder = folder

    def rows(self, plan: Plan, snapshot: Snapshot) -> list[tuple[Any, ...]]:
        """Return the rows of the plan's query, in no order.

        Raises
        ------
        KlankbordError
            When the cluster cannot be reached, or does not see every row of the lake.
        """
        from pyspark.errors import PySparkException  # noqa: PLC0415 - who has a session has it

        # Questions of one session run at the same time, so that each has a view of its own.
        view = f"{plan.table}_{uuid4().hex}"
        sql, texts = translated(plan.sql, table=plan.table, view=view)
        try:
            self._relation(plan, snapshot).createOrReplaceTempView(view)
            try:
                seen = self.session.sql(f"select count(*) from {view}").collect()[0][0]
                found = self.session.sql(sql, args=texts or None).collect()
            finally:
                self.session.catalog.dropTempView(view)
        except (PySparkException, OSError) as error:
            told = str(error).partition("\n")[0]
            raise self._failure(f"the cluster did not answer: {told}", plan, snapshot) from error
        # Sail takes a file that it cannot find for an empty one, and says nothing.
        if seen != (held := snapshot.rows(plan.table, plan.months)):
            raise self._failure(f"the cluster sees {seen:,} of {held:,} rows of {plan.table}", plan, snapshot)
        return [tuple(map(plain, row)) for row in found]

    def _failure(self, message: str, plan: Plan, snapshot: Snapshot) -> KlankbordError:
        place = self.folder or str(snapshot.folder)
        hint = f"is the session open, and does every machine of the cluster see {place}?"
        return KlankbordError(message, hint=hint, table=plan.table, folder=place)

    def _relation(self, plan: Plan, snapshot: Snapshot) -> "DataFrame":
        months = [month for month in snapshot.months(plan.table) if plan.months is None or month in plan.months]
        stored = _stored_columns(plan.table)
        if not months:
            return self.session.createDataFrame([], f"{stored}, {PARTITION} string")
        reader = self.session.read.schema(stored)
        # Sail takes no partitions from the paths of listed files: the column would be null throughout.
        parts = (
            reader.parquet(*self._paths(plan.table, month, snapshot)).selectExpr("*", f"'{month}' as {PARTITION}")
            for month in months
        )
        return reduce(lambda one, other: one.union(other), parts)

    def _paths(self, table: str, month: str, snapshot: Snapshot) -> list[str]:
        here = str(snapshot.folder)
        there = self.folder.rstrip("/") if self.folder else here
        return [there + path.removeprefix(here) for path in snapshot.files(table, (month,))]


def _stored_columns(table: str) -> str:
    types = {column.name: column.type for column in TABLES[table].columns if column.name != PARTITION}
    spark = {name: "map<string, string>" if kind is Type.ATTRIBUTES else kind.delta for name, kind in types.items()}
    return ", ".join(f"`{name}` {kind}" for name, kind in spark.items())
