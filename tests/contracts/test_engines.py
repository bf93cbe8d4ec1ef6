"""The same plan gives the same rows on every engine, cell by cell, on clusters of two workers."""
# ruff: noqa: S608 - the SQL is of this file and of our own schema

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from klankbord.errors import KlankbordError, MissingExtraError, OptionError
from klankbord.lake import Lake, Snapshot
from klankbord.lake.engine import literal
from klankbord.lake.engines import ClusterEngine, LocalEngine, engine_named
from klankbord.lake.engines.translation import translated
from klankbord.lake.questions import DEFINITIONS, Condition, Question
from klankbord.lake.questions.answering import ask
from klankbord.lake.questions.period import Span
from klankbord.lake.questions.planning import Plan, days_plan, lay_on
from klankbord.lake.schema import TABLES

from .clusters import Cluster, sail, spark, spark_environment, standalone_spark
from .lakes import MONTHS, ODD, odd_lake

pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")

_SPAN = Span(first=date(2025, 12, 1), last=date(2026, 2, 28))
_CLUSTERS = {"sail": sail, "spark": spark}
_GRAINS = ("hour", "weekday", "day", "week", "month", "quarter", "year")

SELECTS = {
    "text against null": "select team, count(*) as n from responses group by team",
    "flags of three states": "select counted, resolved, count(*) as n from responses group by counted, resolved",
    "an attribute": "select attributes['segment'] as s, count(*) as n from responses group by attributes['segment']",
    "no attribute": "select attributes['no'] as s, count(*) as n from responses group by attributes['no']",
    "an attribute without value": "select count(*) as n from responses where attributes['none'] is null",
    "a quoted attribute": "select count(*) as n from responses where attributes['a''b \"c\"'] = 'x'",
    "days over new year": "select day, count(*) as n from responses "
    "where day between date '2025-12-30' and date '2026-01-02' group by day",
    "parts of the day": "select hour // 4 as part, count(*) as n from responses group by hour // 4",
    "odd texts": "select team, count(*) as n from responses "
    f"where team in ({', '.join(map(literal, ODD))}) or channel <> {literal(ODD[-1])} group by team",
    "decimals": "select sum(score * 0.5) as half, sum(score) as whole, count(score) as n from responses",
    "sums of nothing": "select sum(score) as s, count(*) as n from responses where team = 'nobody'",
    "groups of nothing": "select team, sum(score) as s from responses where team = 'nobody' group by team",
    "one month": "select month, count(*) as n from responses where month = '2026-01' group by month",
    "months": "select month, sum(score) as s from responses where month between '2025-12' and '2026-01' group by month",
    "real numbers": "select staffed, count(*) as n from queue_intervals where staffed >= 2.5 group by staffed",
    "big sums": "select sum(cast(handle_total_s as bigint) * handle_total_s) as s from queue_intervals",
    "ends": "select min(day) as first, max(day) as last from contacts",
}


@pytest.fixture(scope="session", params=["sail", pytest.param("spark", marks=pytest.mark.slow)])
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with _CLUSTERS[request.param](tmp_path_factory.mktemp(request.param)) as started:
        yield started


@pytest.fixture(scope="session")
def engine(cluster: Cluster) -> Iterator[ClusterEngine]:
    session = cluster.session()
    yield ClusterEngine(session)
    session.stop()


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return odd_lake(tmp_path_factory.mktemp("lakes") / "Klant één & co", 900)


@pytest.fixture(scope="session")
def snapshot(lake: Lake) -> Snapshot:
    return lake.snapshot()


def plan_of(sql, months=None):
    (table,) = {name for name in TABLES if re.search(rf"\bfrom {name}\b", sql)}
    return Plan(table=table, months=months, sql=sql, columns=())


def cells(engine, plan, snapshot):
    """Count rows with the type of every cell: 1, 1.0, True, '' and None are five things."""
    return Counter(tuple((type(cell).__name__, cell) for cell in row) for row in engine.rows(plan, snapshot))


def questions(name):
    """Ask for a measure with every kind of condition, group and grain that its table allows."""
    table = TABLES[DEFINITIONS[name].table]
    numbers = {"service_level": "service_level(30)", "first_contact_resolution": "first_contact_resolution(3)"}
    measure = numbers.get(name, name)
    wheres = [
        Condition(column="team", values=ODD),
        Condition(column="site", operator="!=", values=("O'Neill", "end\\")),
        Condition(column="client", operator="is not empty"),
        Condition(column="score", operator=">=", values=(3,)),
    ]
    yield Question.of(name)
    yield Question.of(measure, by=("team", "client"), where=wheres[1])
    yield Question.of(measure, by="source", where=wheres[:2], period="2026-01", compare="previous")
    yield Question.of(measure, where=Condition(column="team", operator="is empty"), grain="month")
    yield Question.of(measure, by="language", where=wheres[2:], grain="quarter")
    if "day" not in table.names:
        return
    odd = Condition(column="attributes.segment", values=("", "${env:HOME}"))
    plain = Condition(column="attributes.none", operator="is empty")
    yield Question.of(measure, by=("attributes.segment", "resolved"), where=plain, grain="hour")
    yield Question.of(measure, by='attributes.a\'b "c"', where=odd, grain="weekday")
    yield Question.of(measure, by="channel", where=Condition(column="resolved", values=("true",)), grain="day")
    yield Question.of(measure, by="site", period="2026-01-10..2026-02-09", grain="week", compare="previous")


def questions_by_each(name):
    """Ask for a measure by each dimension of its table, three at a time, and by each grain."""
    table = TABLES[DEFINITIONS[name].table]
    columns = [column for column in table.dimensions if column != "attributes"]
    yield from (Question.of(name, by=columns[first : first + 3]) for first in range(0, len(columns), 3))
    yield from (Question.of(name, grain=grain) for grain in (_GRAINS if "day" in table.names else _GRAINS[4:]))


@pytest.mark.parametrize("sql", SELECTS.values(), ids=SELECTS)
def test_a_select_gives_the_same_rows(sql, engine, snapshot):
    plan = plan_of(sql)
    assert cells(engine, plan, snapshot) == cells(LocalEngine(), plan, snapshot)


def check(asked, engine, snapshot):
    plans = {str(question): lay_on(question, MONTHS, _SPAN).plan for question in asked}
    here = {question: cells(LocalEngine(), plan, snapshot) for question, plan in plans.items()}
    there = {question: cells(engine, plan, snapshot) for question, plan in plans.items()}
    assert {question: rows for question, rows in there.items() if rows != here[question]} == {}
    assert sum(len(rows) for rows in here.values()) > 2 * len(plans), "too few rows to tell engines apart"


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_measure_gives_the_same_rows_however_it_is_asked(name, engine, snapshot):
    check(questions(name), engine, snapshot)


@pytest.mark.parametrize("name", ["enps", "prediction_gap", "response_rate"])
def test_a_table_gives_the_same_rows_by_each_of_its_dimensions(name, engine, snapshot):
    check(questions_by_each(name), engine, snapshot)


def test_the_first_and_last_day_and_the_wordings_are_the_same(engine, snapshot):
    scope = lay_on(Question.of("nps"), MONTHS, _SPAN)
    for plan in (days_plan("responses", MONTHS), scope.wording_plan("survey", "survey_version", "month")):
        rows = cells(LocalEngine(), plan, snapshot)
        assert rows
        assert cells(engine, plan, snapshot) == rows


@pytest.mark.parametrize("text", ["nps by team per month", "service_level by channel in 2026-01 compare previous"])
def test_an_answer_is_the_same_with_all_its_doubts(text, engine, snapshot):
    here, there = ask(text, snapshot), ask(text, snapshot, engine)
    assert len(here.rows) > 5
    assert (there.keys, there.rows, there.comparisons) == (here.keys, here.rows, here.comparisons)
    assert there.notices == here.notices


def test_only_the_months_of_the_plan_are_read(engine, snapshot):
    plan = plan_of("select month, count(*) as n from responses group by month", months=("2026-02", "2030-01"))
    assert engine.rows(plan, snapshot) == LocalEngine().rows(plan, snapshot) == [("2026-02", 900)]


@pytest.mark.parametrize("months", [(), ("2030-01",)])
def test_a_plan_without_months_finds_nothing_and_its_columns_have_types(months, engine, snapshot):
    plan = plan_of("select sum(score) as s, count(attributes['a']) as n, min(day) as d from responses", months=months)
    assert engine.rows(plan, snapshot) == LocalEngine().rows(plan, snapshot) == [(None, 0, None)]


def test_an_empty_table_is_read(engine, tmp_path):
    empty = Lake.create(tmp_path / "empty").snapshot()
    for table in TABLES:
        grouped = plan_of(f"select month, count(*) as n from {table} group by month")
        assert engine.rows(grouped, empty) == LocalEngine().rows(grouped, empty) == []


def test_a_snapshot_does_not_see_what_is_written_later(engine, tmp_path):
    lake = odd_lake(tmp_path / "lake", 20, tables=("responses",))
    before = lake.snapshot()
    with lake.writing() as batch:
        batch.remove("responses", batch.paths("responses")[:1])
    plan = plan_of("select count(*) as n from responses")
    for one in (LocalEngine(), engine):
        assert one.rows(plan, before) == [(60,)]
        assert one.rows(plan, lake.snapshot()) == [(40,)]


def test_a_lake_of_three_years_is_read_whole(engine, tmp_path):
    months = tuple(f"{year}-{month:02}" for year in (2023, 2024, 2025) for month in range(1, 13))
    snapshot = odd_lake(tmp_path / "lake", 20, tables=("responses",), months=months).snapshot()
    plan = plan_of("select month, team, count(*) as n from responses group by month, team")
    assert cells(engine, plan, snapshot) == cells(LocalEngine(), plan, snapshot)


def test_a_text_is_never_read_as_code(engine, snapshot):
    texts = ("${env:HOME}", "${spark.app.name}", "'; drop table responses; --", "\\", "{x}", "a\\nb", "?", ":v0")
    listed = ", ".join(f"{literal(text)} as c{place}" for place, text in enumerate(texts))
    assert engine.rows(plan_of(f"select {listed}, count(*) as n from responses"), snapshot) == [(*texts, 2700)]


def test_the_cluster_may_see_the_lake_elsewhere(engine, lake, snapshot, tmp_path):
    mount = tmp_path / "mount"
    mount.symlink_to(lake.folder)
    plan = plan_of("select count(*) as n from responses")
    for folder in (str(mount), f"{mount}/", f"file://{mount}"):
        assert ClusterEngine(engine.session, folder=folder).rows(plan, snapshot) == [(2700,)]


def test_a_file_that_the_cluster_does_not_see_is_an_error_and_no_smaller_number(engine, lake, snapshot, tmp_path):
    plan = plan_of("select count(*) as n from responses")
    partly = tmp_path / "partly"
    for path in snapshot.files("responses")[1:]:
        copied = partly / Path(path).relative_to(lake.folder)
        copied.parent.mkdir(parents=True)
        shutil.copy(path, copied)
    for folder in (partly, tmp_path / "nowhere"):
        with pytest.raises(KlankbordError, match=r"the cluster (did not answer|sees)") as raised:
            ClusterEngine(engine.session, folder=str(folder)).rows(plan, snapshot)
        assert str(folder) in (raised.value.hint or "")


def test_no_view_is_left_behind(engine, snapshot):
    engine.rows(plan_of(SELECTS["ends"]), snapshot)
    with pytest.raises(KlankbordError):
        engine.rows(plan_of("select nothing from responses"), snapshot)
    assert [table.name for table in engine.session.catalog.listTables()] == []


def test_an_engine_is_had_by_its_address(cluster, snapshot):
    found = engine_named(cluster.address)
    assert isinstance(found, ClusterEngine)
    assert found.rows(plan_of("select count(*) as n from contacts"), snapshot) == [(2700,)]
    found.session.stop()
    with pytest.raises(KlankbordError, match="the cluster did not answer"):
        found.rows(plan_of("select count(*) as n from contacts"), snapshot)


def test_both_workers_run_tasks(cluster, engine, snapshot):
    engine.rows(plan_of(SELECTS["text against null"]), snapshot)
    told = cluster.log.read_text(encoding="utf-8", errors="replace")
    if "sail" in cluster.log.name:
        running = engine.session.sql(
            "select cast(worker_id as bigint) as id from system.cluster.workers where status = 'RUNNING'"
        ).collect()
        assert {row.id for row in running} >= {1, 2}
        # Each worker is sent its own share of a stage; one worker alone would be sent all of it.
        shares = Counter(re.findall(r"RunTaskBatchRequest \{ job_id: (\d+), stage: (\d+),", told))
        assert max(shares.values()) >= 2
    else:
        assert set(re.findall(r"Starting task .*?\bexecutor (\d+)", told)) == {"0", "1"}


def test_sail_reads_the_tables_as_delta(cluster, engine, tmp_path):
    if "sail" not in cluster.log.name:
        pytest.skip("Spark reads Delta tables with jars of its own, which are not in PySpark")
    lake = odd_lake(tmp_path / "lake", 50)
    with lake.writing() as batch:
        batch.remove("responses", batch.paths("responses")[:1])
    for table in TABLES:
        rows = engine.session.read.format("delta").load(str(lake.folder / table))
        assert rows.columns == list(TABLES[table].names)
        assert rows.count() == lake.snapshot().rows(table) == (100 if table == "responses" else 150)
        months = [row.month for row in rows.select("month").distinct().sort("month").collect()]
        assert tuple(months) == lake.snapshot().months(table)


@pytest.mark.slow
def test_a_million_answers_give_the_same_rows(engine, tmp_path_factory):
    snapshot = odd_lake(tmp_path_factory.mktemp("large") / "lake", 350_000, tables=("responses",)).snapshot()
    assert snapshot.rows("responses") == 1_050_000
    for text in (
        "nps by team, channel per day",
        "nps by attributes.segment per hour",
        "prediction_gap by site, client",
    ):
        plan = lay_on(Question.parse(text), MONTHS, _SPAN).plan
        assert cells(engine, plan, snapshot) == cells(LocalEngine(), plan, snapshot)


_ASKED = """
import json, sys
from klankbord.errors import KlankbordError
from klankbord.lake import Lake
from klankbord.lake.engines import engine_named
from klankbord.lake.questions.planning import Plan
engine = engine_named(sys.argv[1])
plan = Plan(table="responses", months=None, sql=sys.argv[3], columns=())
rows = engine.rows(plan, Lake.open(sys.argv[2]).snapshot())
executors = engine.session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
try:
    engine_named(sys.argv[1].replace("127.0.0.1", "localhost"))
except KlankbordError as error:
    print(json.dumps([rows, executors, error.message]))
"""


@pytest.mark.slow
def test_a_standalone_spark_is_asked_by_the_address_of_its_master(lake, snapshot, tmp_path):
    sql = SELECTS["text against null"]
    with standalone_spark(tmp_path) as address:
        command = [sys.executable, "-W", "ignore", "-c", _ASKED, address, str(lake.folder), sql]
        # What PySpark notes in the environment of a process with a session of Spark Connect is not for another one.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SPARK_")}
        environment = kept | spark_environment(tmp_path)
        done = subprocess.run(
            command, check=False, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=200
        )
    assert done.returncode == 0, done.stderr
    rows, executors, message = json.loads(done.stdout.splitlines()[-1])
    assert Counter(map(tuple, rows)) == Counter(LocalEngine().rows(plan_of(sql), snapshot))
    assert executors == 2
    assert "this process has a session at" in message


def test_an_address_where_nobody_answers_is_told_at_once():
    pytest.importorskip("pyspark")
    for address in ("sc://127.0.0.1:9/;token=secret", "spark://127.0.0.1:9,127.0.0.1:10"):
        with pytest.raises(KlankbordError, match="nobody answers at") as raised:
            engine_named(address)
        assert "secret" not in str(raised.value.to_dict())


@pytest.mark.parametrize("name", ["", "duckdb", "sc:/host", "http://host:80", "sparks://host"])
def test_an_engine_of_no_kind_is_refused(name):
    with pytest.raises(OptionError, match="there is no engine"):
        engine_named(name)


def test_a_missing_package_is_named_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlglot", None)
    with pytest.raises(MissingExtraError, match="sqlglot") as sqlglot:
        translated("select 1", table="responses", view="v")
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(MissingExtraError, match="PySpark") as pyspark:
        engine_named("sc://127.0.0.1:9")
    assert sqlglot.value.hint == pyspark.value.hint == 'pip install "klankbord[cluster]"'
