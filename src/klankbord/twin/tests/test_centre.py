import filecmp
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from klankbord.errors import LakeError, OptionError
from klankbord.lake.schema import TABLES, Type
from klankbord.twin import Centre

ARROW = {
    Type.TEXT: pa.types.is_string, Type.FLAG: pa.types.is_boolean, Type.SMALL: pa.types.is_int16,
    Type.WHOLE: pa.types.is_int32, Type.LONG: pa.types.is_int64, Type.REAL: pa.types.is_float64,
    Type.DATE: pa.types.is_date32, Type.INSTANT: pa.types.is_timestamp,
}  # fmt: skip
# What a simulated source does not have: the lake's own columns, and originals, which live in the truth.
UNFILLED = {"import_id", "attributes", "comment_original"}


def tables_of(world):
    return {"contacts": world.contacts, "responses": world.responses, **world.aside}


@pytest.mark.parametrize("name", TABLES)
def test_table_keeps_to_types_and_values_of_the_schema(world, name):
    table = tables_of(world)[name]
    assert table.num_rows > 0
    for column in TABLES[name].columns:
        if column.name not in table.column_names:
            continue
        values = table[column.name]
        kind = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
        assert ARROW[column.type](kind), (column.name, kind)
        if column.values:
            assert set(values.cast(pa.string()).unique().to_pylist()) <= {*column.values, None}, column.name


@pytest.mark.parametrize("name", ["contacts", "responses", "outcomes"])
def test_every_column_that_makes_sense_is_filled(world, name):
    table = tables_of(world)[name]
    missing = [column for column in TABLES[name].names if column not in table.column_names]
    empty = [column for column in table.column_names if table[column].null_count == table.num_rows]
    assert set(missing) <= UNFILLED
    assert not empty


@pytest.mark.parametrize("name", TABLES)
def test_key_identifies_a_row(world, name):
    table = tables_of(world)[name]
    key = [column for column in TABLES[name].key if column in table.column_names]
    assert table.group_by(key).aggregate([]).num_rows == table.num_rows


def test_rows_come_near_what_was_asked(world):
    assert abs(world.contacts.num_rows / 20_000 - 1) < 0.2


def test_months_are_those_of_the_days(world):
    months = world.contacts["month"].cast(pa.string()).to_numpy(zero_copy_only=False)
    assert (months == np.array([str(day)[:7] for day in world.column("day")])).all()


def test_hours_are_local(simulate):
    connection = duckdb.connect()
    # March has the night in which an hour is skipped.
    connection.register("contacts", simulate(contacts=3000, months=1, seed=1, start=date(2025, 3, 1)).contacts)
    wrong = connection.execute(
        "with moments as (select *, started_at at time zone 'Europe/Amsterdam' as local from contacts) "
        "select count(*) from moments where hour(local) <> hour or local::date <> day"
    ).fetchall()
    assert wrong == [(0,)]


def test_later_leg_begins_when_the_earlier_one_ends(world):
    leg, start, end = world.columns("leg", "started_at", "ended_at")
    conversation = world.column("conversation")
    later = np.flatnonzero(leg > 1)
    assert len(later) > 100
    assert (conversation[later] == conversation[later - 1]).all()
    assert (leg[later] == leg[later - 1] + 1).all()
    assert (start[later] >= end[later - 1]).all()
    handed, taken = world.column("transferred_to")[later - 1], world.column("team")[later]
    answered = world.column("answered")[later]
    assert (handed[answered] == taken[answered]).all()
    assert (world.column("transfers")[later - 1] == 1).all()


def test_next_contact_is_the_customers_next_conversation(world):
    customer, conversation, start, end = world.columns("customer", "conversation", "started_at", "ended_at")
    told = world.contacts["next_contact_after_s"].to_pylist()
    begins = {}
    for who, which, moment in zip(customer, conversation, start, strict=True):
        begins.setdefault(who, {}).setdefault(which, moment)
    known = 0
    for who, which, moment, after in zip(customer, conversation, end, told, strict=True):
        later = [begin for other, begin in begins[who].items() if begin > begins[who][which]]
        gap = min(later) - moment if later else None
        if after is None:
            assert gap is None or gap > 29 * 86_400
        else:
            assert gap == after >= 0
            known += 1
    assert known > 3000


def test_step_follows_within_fourteen_days(world):
    step, start, customer, leg = world.columns("step", "started_at", "customer", "leg")
    touchpoint, previous = world.columns("touchpoint", "previous_touchpoint")
    last = {}
    late = start.min() + 15 * 86_400  # before that, the step before may lie in the warm-up
    for place in np.flatnonzero(leg == 1):
        before = last.get(customer[place])
        near = before is not None and start[place] - start[before] <= 14 * 86_400
        if near:
            assert step[place] == step[before] + 1
            assert previous[place] == touchpoint[before]
        elif start[place] > late:
            assert step[place] == 1
            assert previous[place] is None
        last[customer[place]] = place


def test_quarantine_is_never_broken(simulate):
    lived = simulate(contacts=15_000, months=6, seed=6)
    days = lived.truth.parameters["asking"]["quarantine_days"]
    invited = lived.column("invited").astype(bool)
    customer, day = lived.column("customer")[invited], lived.column("day")[invited].astype("datetime64[D]").astype(int)
    order = np.lexsort((day, customer))
    same = customer[order][1:] == customer[order][:-1]
    gaps = np.diff(day[order])[same]
    assert len(gaps) > 50
    assert gaps.min() >= days
    assert (lived.column("not_asked_reason") == "quarantine").any()


def test_funnel_only_narrows(world):
    stages = ["eligible", "invited", "sent", "delivered", "opened", "started", "scored", "commented"]
    flags = [world.column(name).astype(bool) for name in stages]
    for wider, narrower in pairwise(flags):
        assert not (narrower & ~wider).any()
    asked = world.contacts["not_asked_reason"].is_null().to_numpy(zero_copy_only=False)
    assert (asked == flags[1]).all()
    known = world.contacts["score"].is_valid().to_numpy(zero_copy_only=False)
    assert (known == flags[6]).all()


def test_scanner_is_kept_and_not_counted(simulate):
    lived = simulate(contacts=20_000, months=2, seed=8, preset="bank")
    reason = lived.responses["not_counted_reason"].cast(pa.string()).to_numpy(zero_copy_only=False)
    counted = lived.responses["counted"].to_numpy(zero_copy_only=False)
    assert (reason == "scanner").sum() > 10
    assert ((reason == "scanner") == ~counted).all()
    clicks = set(lived.responses["contact"].to_numpy(zero_copy_only=False)[~counted])
    answered = set(lived.responses["contact"].to_numpy(zero_copy_only=False)[counted])
    ids, scored = lived.columns("external_id", "scored")
    assert all(contact in answered for contact, is_scored in zip(ids, scored, strict=True) if is_scored)
    alone = np.isin(ids, list(clicks - answered))
    assert (lived.column("not_counted_reason")[alone] == "scanner").all()


def test_prediction_is_set_before_the_answer(world):
    predicted, answered = world.columns("predicted_at", "answered_at")
    both = ~np.isnan(predicted) & ~np.isnan(answered)
    assert both.sum() > 200
    assert (predicted[both] < answered[both]).all()


def test_personal_data_stay_in_the_truth(simulate):
    lived = simulate(contacts=60_000, months=2, seed=9)
    shown = dict(zip(lived.responses["external_id"].to_pylist(), lived.responses["comment"].to_pylist(), strict=True))
    originals = lived.true_comments.to_pylist()
    assert len(originals) == sum(comment is not None for comment in shown.values()) > 300
    planted = [
        (row["external_id"], item["text"])
        for row in originals for item in row["personal"] if item["kind"] in {"phone", "email", "iban"}
    ]  # fmt: skip
    assert planted
    assert not [text for answer, text in planted if text in shown[answer]]


def data_files(folder):
    return sorted(
        path.relative_to(folder)
        for path in Path(folder).rglob("*")
        if path.suffix in {".parquet", ".json"} and "_delta_log" not in path.parts
    )


def test_same_seed_same_bytes_and_another_seed_differs(tmp_path):
    options = {"contacts": 3000, "months": 2, "preset": "bank"}
    first = Centre(seed=5, **options).write(tmp_path / "one")
    second = Centre(seed=5, **options).write(tmp_path / "two")
    other = Centre(seed=6, **options).write(tmp_path / "other")
    files = data_files(tmp_path / "one")
    assert len(files) > 10
    assert files == data_files(tmp_path / "two")
    _, differing, wrong = filecmp.cmpfiles(tmp_path / "one", tmp_path / "two", files, shallow=False)
    assert not differing
    assert not wrong
    assert first == second
    assert first.realised != other.realised


def test_written_lake_holds_what_the_days_hold(tmp_path):
    centre = Centre(contacts=2000, months=1, seed=2)
    truth = centre.write(tmp_path / "lake")
    days = list(Centre(contacts=2000, months=1, seed=2).days())
    rows = sum(day.contacts.num_rows for day in days)
    assert truth.tables["contacts"] == rows
    files = sorted((tmp_path / "lake" / "contacts").rglob("*.parquet"))
    stored = pa.concat_tables(pq.ParquetFile(file).read() for file in files).sort_by("external_id")
    told = pa.concat_tables([day.contacts for day in days]).sort_by("external_id")
    for name in ("external_id", "customer", "next_contact_after_s", "score", "wait_s", "agent"):
        assert stored[name].to_pylist() == told[name].to_pylist()


def test_nothing_happens_after_the_last_day(tmp_path):
    end = date(2025, 2, 9)
    centre = Centre(contacts=1500, months=2, seed=3, start=date(2025, 1, 1), end=end)
    assert centre.length == 40
    assert centre.write(tmp_path / "lake").tables["contacts"] > 500
    for table, moment in (("contacts", "started_at"), ("responses", "answered_at")):
        files = sorted((tmp_path / "lake" / table).rglob("*.parquet"))
        told = pa.concat_tables(pq.ParquetFile(file).read() for file in files)
        assert date(2025, 2, 7) <= max(told["day"].to_pylist()) <= end
        assert max(told[moment].to_pylist()) < datetime(2025, 2, 9, 23, tzinfo=UTC)  # midnight in Amsterdam


def test_folder_that_is_not_empty_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(LakeError, match="not empty"):
        Centre(contacts=100, months=1).write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"contacts": 0},
        {"months": 0},
        {"seed": -1},
        {"start": date(2025, 1, 2)},
        {"language_mix": {"xx": 1.0}},
        {"months": 2, "end": date(2024, 1, 31)},
        {"months": 2, "end": date(2040, 3, 1)},
    ],
)
def test_option_that_makes_no_centre_is_refused(wrong):
    with pytest.raises(OptionError):
        Centre(**wrong)
