"""Columns of single rows: the cells that the rows have, and nobody told apart beyond what the lake allows."""

from datetime import UTC, date

import numpy as np
import pyarrow as pa
import pytest

from klankbord.errors import ColumnError, OptionError
from klankbord.lake import Lake, Settings, columns_of, read, read_contacts

NAMES = ["external_id", "agent", "team", "hour", "wait_s", "scored", "day", "started_at", "attributes.plan"]


def instant(text):
    return np.datetime64(text, "us").item()


def cells(columns):
    """The rows as plain Python, with None for whatever is empty."""
    lists = [
        [None if value is None or str(value) == "nan" else value for value in columns[name].tolist()]
        for name in columns
    ]
    return sorted(zip(*lists, strict=True), key=str)


def expected(row):
    attributes = dict(row["attributes"])
    flags = None if row["scored"] is None else float(row["scored"])
    started = row["started_at"].astimezone(UTC).replace(tzinfo=None)
    own = (row["external_id"], row["agent"], row["team"], row["hour"], row["wait_s"], flags, row["day"], started)
    return (*own, attributes.get("plan"))


def test_columns_hold_the_cells_of_the_rows(centre, centre_rows):
    found = columns_of(centre, NAMES)
    assert cells(found) == sorted((expected(row) for row in centre_rows["contacts"]), key=str)
    assert found.rows == len(centre_rows["contacts"])
    assert found.notices == ()


def test_conditions_and_periods_choose_rows_as_questions_do(centre, centre_rows):
    found = columns_of(centre, ["external_id"], where=["channel=phone", "wait_s>20"], period="2026-02-10..2026-03-05")
    chosen = [
        row["external_id"]
        for row in centre_rows["contacts"]
        if row["channel"] == "phone"
        and (row["wait_s"] or 0) > 20
        and date(2026, 2, 10) <= row["day"] <= date(2026, 3, 5)
    ]
    assert sorted(found["external_id"]) == sorted(chosen)
    assert chosen
    assert found.question["period"] == "2026-02-10..2026-03-05"


def test_answers_are_a_table_too(centre, centre_rows):
    found = columns_of(centre, ["score", "prediction"], table="responses", where="metric=nps")
    rows = [row for row in centre_rows["responses"] if row["metric"] == "nps"]
    assert cells(found) == sorted(((float(row["score"]), row["prediction"]) for row in rows), key=str)


def test_rows_come_in_the_same_order_every_time(centre):
    first, second = (columns_of(centre, ["external_id"])["external_id"] for _ in range(2))
    assert (first == second).all()


@pytest.mark.parametrize(("level", "kept"), [("off", set()), ("team", {"team"}), ("named", {"team", "agent"})])
def test_nobody_is_told_apart_beyond_the_level_of_the_lake(tmp_path, level, kept):
    # A level that was lowered after rows came in: the rows still say who it was.
    reason = "agreed" if level == "named" else ""
    lake = Lake.create(tmp_path / "lake", Settings(attribution=level, reason=reason))
    rows = [{"external_id": str(at), "team": "a", "agent": "mila", "month": "2026-01"} for at in range(4)]
    with lake.writing() as batch:
        batch.append("contacts", pa.Table.from_pylist(rows))
    found = columns_of(lake, ["agent", "team", "external_id"])
    assert {name for name in ("agent", "team") if all(found[name])} == kept
    assert not any(found[name].any() for name in {"agent", "team"} - kept)
    assert {notice.data["column"] for notice in found.notices} == {"agent", "team"} - kept
    behind = columns_of(lake, ["external_id"], where="agent=mila")
    assert behind.rows == (4 if "agent" in kept else 0)


def test_a_column_that_is_not_there_names_the_nearest(centre, tmp_path):
    with pytest.raises(ColumnError, match="agnt") as caught:
        columns_of(centre, ["agnt"])
    assert "'agent'" in caught.value.hint
    path = tmp_path / "answers.csv"
    path.write_text("score,agent,Team\n9,mila,a\n3,,b\n", encoding="utf-8")
    with pytest.raises(ColumnError) as caught:
        columns_of(read(path), ["teem"])
    assert "'Team'" in caught.value.hint


@pytest.mark.parametrize("names", [[], ["score"]])
def test_what_cannot_be_asked_is_refused(centre, tmp_path, names):
    path = tmp_path / "answers.csv"
    path.write_text("score\n9\n3\n", encoding="utf-8")
    with pytest.raises(OptionError):
        columns_of(read(path), names, where="score=9" if names else ())
    with pytest.raises(OptionError):
        columns_of(centre, names, table="contacts" if not names else "contact")


def test_no_rows_are_told_with_columns_of_their_type(centre):
    found = columns_of(centre, NAMES, period="2031")
    assert found.rows == 0
    assert [notice.code for notice in found.notices] == ["no_data"]
    assert [found[name].dtype.kind for name in NAMES] == list("OOOfffMMO")


def test_a_file_of_answers_gives_fields_headings_and_its_own_clock(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("score,date,agent,Team\n9,2026-01-31 23:30,mila,a\n3,2026-06-30 22:15,,b\n", encoding="utf-8")
    found = columns_of(
        read(path, zone="Europe/Amsterdam"), ["score", "agent", "team", "answered_at", "hour", "day", "month"]
    )
    assert cells(found) == [
        (3.0, None, "b", instant("2026-06-30 20:15"), 22.0, date(2026, 6, 30), "2026-06"),
        (9.0, "mila", "a", instant("2026-01-31 22:30"), 23.0, date(2026, 1, 31), "2026-01"),
    ]


def test_a_file_of_contacts_gives_columns_of_the_schema(tmp_path):
    path = tmp_path / "contacts.csv"
    path.write_text(
        "contact_id,started_at,agent,queue,talk_s,score\nc1,2026-01-31 23:30:00,mila,bills,120,9\n"
        "c2,2026-02-01 08:00:00,,moves,,\n",
        encoding="utf-8",
    )
    records = read_contacts(path, zone="Europe/Amsterdam")
    found = columns_of(records, ["agent", "queue", "talk_s", "score", "hour", "started_at"])
    assert cells(found) == [
        ("mila", "bills", 120.0, 9.0, 23.0, instant("2026-01-31 22:30")),
        (None, "moves", None, None, 8.0, instant("2026-02-01 07:00")),
    ]
    with pytest.raises(ColumnError):
        columns_of(records, ["channel"])


def test_arrays_can_be_written_to(centre):
    found = columns_of(centre, ["wait_s", "team"])
    found["wait_s"][:] = 0.0
    found["team"][:] = "x"
    assert np.isfinite(found["wait_s"]).all()
