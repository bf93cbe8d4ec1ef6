"""The same questions for rivals: the best SQL that we could write by hand, and PostgreSQL and pandas.

PostgreSQL and pandas are asked as they usually are: of one wide table of contacts, the answers in it.
"""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import duckdb

from klankbord.lake.schema import TABLES, Type

_NPS = (
    "count(*) filter (where score >= 9) as promoters, count(*) filter (where score <= 6) as detractors, count(*) as n"
)
_COUNTS = "metric = 'nps' and counted"
_CUBE = ("team", "channel", "touchpoint", "month")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """One question in words, as the SQL of an engine, and as columns that pandas groups by."""

    question: str
    sql: str
    by: tuple[str, ...]
    table: str = "responses"


def _scores(*by: str) -> Rival:
    columns = ", ".join(by)
    sql = f"select {columns}, {_NPS} from responses where {_COUNTS} group by {columns}"
    return Rival(question=f"nps by {columns}", sql=sql, by=by)


RIVALS = {
    "NPS by month": _scores("month"),
    "NPS by agent, with intervals": _scores("agent"),
    "NPS by team, channel, touchpoint and month": _scores(*_CUBE),
    "prediction gap by agent": Rival(
        question="prediction_gap by agent",
        sql="select agent, count(*), sum(prediction - score), sum((prediction - score) * (prediction - score)) "
        f"from responses where {_COUNTS} and prediction is not null and score is not null group by agent",
        by=("agent",),
    ),
    "transfers from first to second step": Rival(
        question="transfer_rate by previous_touchpoint, touchpoint where step=2",
        sql="select previous_touchpoint, touchpoint, count(*) filter (where transfers > 0), count(*) from contacts "
        "where step = 2 and answered group by 1, 2",
        by=("previous_touchpoint", "touchpoint"),
        table="contacts",
    ),
    "service level by queue": Rival(
        question="service_level by queue",
        sql="select queue, count(*) filter (where answered and wait_s <= coalesce(threshold_s, 20)), count(*) "
        "from contacts where offered and (wait_s is not null or not answered) group by queue",
        by=("queue",),
        table="contacts",
    ),
}


def in_postgres(lake: Path) -> dict[str, float]:
    """PostgreSQL"""  # noqa: D400 - it stands in the printed line
    target = os.environ.get("KLANKBORD_BENCH_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
    psql = shutil.which("psql")
    if not psql or subprocess.run([psql, target, "-c", "select 1"], capture_output=True, check=False).returncode:
        print("  PostgreSQL was not asked: psql reaches none")
        return {}

    def say(sql: str) -> float:
        start = perf_counter()
        subprocess.run([psql, target, "-qAt", "-c", sql], check=True, capture_output=True)
        return perf_counter() - start

    say("drop table if exists klankbord_bench")
    try:
        _load(psql, target, lake)
        say("vacuum analyze klankbord_bench")
        return {
            name: min(say(_of_contacts(rival.sql, "klankbord_bench")) for _ in range(2))
            for name, rival in RIVALS.items()
        }
    finally:
        say("drop table if exists klankbord_bench")


def _of_contacts(sql: str, table: str) -> str:
    return (
        sql.replace("from responses", f"from {table}")
        .replace("from contacts", f"from {table}")
        .replace("counted", "scored")
    )


def _load(psql: str, target: str, lake: Path) -> None:
    """Copy all contacts with all their columns; no index would help, because every question reads most rows."""
    kinds = {
        Type.FLAG: "boolean",
        Type.SMALL: "smallint",
        Type.WHOLE: "int",
        Type.LONG: "bigint",
        Type.INSTANT: "timestamptz",
    }
    columns = [column for column in TABLES["contacts"].columns if column.type is not Type.ATTRIBUTES]
    listed = ", ".join(f"{column.name} {kinds.get(column.type, column.type.engine)}" for column in columns)
    names = ", ".join(column.name for column in columns)
    there = f"read_parquet('{lake}/contacts/month=*/*.parquet', hive_partitioning = true)"
    subprocess.run([psql, target, "-qc", f"create unlogged table klankbord_bench ({listed})"], check=True)
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        duckdb.execute(f"copy (select {names} from {there}) to '{file.name}' (format csv, header false)")
        subprocess.run([psql, target, "-qc", f"\\copy klankbord_bench from '{file.name}' (format csv)"], check=True)


def in_pandas(lake: Path) -> dict[str, float]:
    """pandas"""  # noqa: D400, D403 - it stands in the printed line
    import pandas as pd

    took = {}
    for name, rival in RIVALS.items():
        if rival.table != "responses":
            continue
        start = perf_counter()
        more = ["prediction"] if rival.question.startswith("prediction_gap") else []
        frame = pd.read_parquet(lake / "contacts", columns=["score", "scored", "metric", *more, *rival.by])
        frame = frame[frame["scored"].eq(True) & (frame["metric"] == "nps")]
        if more:
            frame = frame.assign(gap=frame["prediction"] - frame["score"])
            frame.groupby(list(rival.by))["gap"].agg(["count", "mean", "std"])
        else:
            flags = frame.assign(promoters=frame["score"] >= 9, detractors=frame["score"] <= 6)
            flags.groupby(list(rival.by), observed=True)[["promoters", "detractors"]].agg(["sum", "count"])
        took[name] = perf_counter() - start
    return took
