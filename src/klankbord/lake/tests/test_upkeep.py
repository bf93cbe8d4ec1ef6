"""Keeping a lake: recent months rolled cheaply, old rows and words really gone, customers erased by pseudonym."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from klankbord.errors import OptionError
from klankbord.lake import Lake, bring_rows
from klankbord.lake.engine import connect
from klankbord.lake.store import delta
from klankbord.lake.upkeep import compact, compacting, erase, forget_before, needs_compaction, verify

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def contact(number, day):
    return {
        "source": "web", "external_id": f"{day}-{number}", "customer": f"c{number}",
        "started_at": START + timedelta(days=day, minutes=number),
    }  # fmt: skip


def answer(number, day):
    return {
        "source": "web", "external_id": f"{day}-{number}", "metric": "nps", "score": number % 11,
        "answered_at": START + timedelta(days=day, minutes=number + 1), "contact_source": "web",
        "contact": f"{day}-{number}", "comment": f"woorden {number} van dag {day}",
    }  # fmt: skip


@pytest.fixture
def lake(tmp_path):
    lake = Lake.create(tmp_path / "lake", key=b"a key for the tests")
    numbers = [(number, day) for day in range(0, 90, 6) for number in range(4)]
    bring_rows(
        lake,
        contacts=pa.Table.from_pylist([contact(*one) for one in numbers]),
        responses=pa.Table.from_pylist([answer(*one) for one in numbers]),
    )
    return lake


def ask(lake, columns, table="contacts"):
    with connect() as engine:
        return engine.execute(f"select {columns} from {lake.snapshot().relation(table)}").fetchall()


def words_on_disk(lake):
    """Read every file that is there, whether the lake still names it or not."""
    with connect() as engine:
        paths = [str(path) for path in lake.folder.glob("*/month=*/*.parquet")]
        found = engine.execute(f"select * from read_parquet({paths}, union_by_name = true)").fetchnumpy()
    return str({name: list(values) for name, values in found.items() if not name.endswith("_at")})


def well(lake):
    return all(finding.well for finding in verify(lake) if not finding.harmless)


def test_rows_before_a_day_go_and_the_others_stay(lake):
    before = date(2026, 2, 10)
    held = sorted(ask(lake, "external_id, day"))
    gone = [row for row in held if row[1] < before]
    done = forget_before(lake, "contacts", before)
    assert (done.rows, done.rewritten) == (len(gone), 2)
    assert sorted(ask(lake, "external_id, day")) == [row for row in held if row[1] >= before]
    assert len(ask(lake, "1", "responses")) == len(held)
    assert well(lake)
    assert not list(lake.folder.glob("contacts/month=2026-01/*.parquet"))
    assert forget_before(lake, "contacts", before).rows == 0


def test_words_before_a_day_go_from_tables_and_disk_and_scores_stay(lake):
    before = date(2026, 2, 10)
    held = ask(lake, "external_id, score, day, comment", "responses")
    done = forget_before(lake, "responses.comment", before)
    assert done.rows == len([row for row in held if row[2] < before])
    kept = ask(lake, "external_id, score, day, comment", "responses")
    assert sorted(row[:3] for row in kept) == sorted(row[:3] for row in held)
    assert {row[0] for row in kept if row[3] is None} == {row[0] for row in held if row[2] < before}
    everything = words_on_disk(lake)
    assert "woorden 1 van dag 84" in everything
    assert "woorden 1 van dag 6'" not in everything
    assert well(lake)


def test_tables_without_days_lose_whole_months(lake):
    with lake.writing() as batch:
        for month in ("2026-01", "2026-02", "2026-03"):
            batch.append(
                "pulses", pa.table({"source": ["p"], "external_id": [month], "month": [month], "comment": ["x"]})
            )
    assert forget_before(lake, "pulses.comment", date(2026, 3, 31)).rows == 2
    assert forget_before(lake, "pulses", date(2026, 2, 15)).rows == 1
    assert sorted(ask(lake, "month, comment", "pulses")) == [("2026-02", None), ("2026-03", "x")]
    with pytest.raises(OptionError, match=r"contacts\.comment"):
        forget_before(lake, "contacts.comment", date(2026, 1, 1))


def test_customers_are_erased_by_pseudonym_and_several_at_once(lake):
    people = [lake.key.pseudonym("c0"), lake.key.pseudonym("c1")]
    total = lake.snapshot().rows("contacts")
    done = erase(lake, people, pseudonyms=True)
    assert done.rows["contacts"] == done.rows["responses"] == total // 2
    assert erase(lake, "c2").rows["contacts"] == total // 4
    everything = words_on_disk(lake)
    assert not [one for one in (*people, lake.key.pseudonym("c2")) if one in everything]
    assert lake.key.pseudonym("c3") in everything
    assert bring_rows(lake, contacts=pa.Table.from_pylist([contact(1, 200)])).erased == 1
    assert well(lake)
    with pytest.raises(OptionError, match="hexadecimal"):
        erase(lake, "c3", pseudonyms=True)


def crumbs(lake, count, day):
    for number in range(count):
        rows = pa.table({
            "source": ["web"], "external_id": [f"x{day}-{number}"], "day": [(START + timedelta(days=day)).date()],
            "started_at": pa.array([START + timedelta(days=day, hours=count - number)], pa.timestamp("us", "UTC")),
            "month": [f"{START + timedelta(days=day):%Y-%m}"],
        })  # fmt: skip
        with lake.writing() as batch:
            batch.append("contacts", rows)


def test_recent_months_are_rolled_alone(lake):
    crumbs(lake, 14, 85)
    crumbs(lake, 2, 5)
    assert needs_compaction(lake)
    assert needs_compaction(lake, months=["2026-03"])
    assert not needs_compaction(lake, months=["2026-01"])
    reader = lake.snapshot()
    before = sorted(ask(lake, "columns(*)::varchar"))
    done = compact(lake, months=["2026-03"])
    assert (done.merged, done.written, done.removed) == (15, 1, 0)
    assert not needs_compaction(lake)
    assert len(lake.snapshot().data_files("contacts", ["2026-01"])) == 3
    assert sorted(ask(lake, "columns(*)::varchar")) == before
    with connect() as engine:
        assert engine.execute(f"select count(*) from {reader.relation('contacts')}").fetchall() == [(len(before),)]
    moments = [row[0] for row in ask(lake, "started_at::varchar, month") if row[1] == "2026-03"]
    assert moments == sorted(moments)


def test_many_old_files_want_to_be_removed(lake, monkeypatch):
    assert not needs_compaction(lake)
    forgotten = lake.folder / "contacts" / "month=2026-01"
    for number in range(3):
        (forgotten / f"left-{number}.parquet").write_bytes(b"")
    monkeypatch.setattr(compacting, "_WAITING", 2)
    assert not needs_compaction(lake)
    monkeypatch.setattr(compacting, "_KEPT_HOURS", 0)
    assert needs_compaction(lake)


def test_old_entries_of_the_log_are_cleared_away_and_the_state_stays(lake, monkeypatch):
    import os

    monkeypatch.setattr(delta, "_MANY_ENTRIES", 3)
    crumbs(lake, 6, 85)
    log = lake.folder / "contacts" / "_delta_log"
    for entry in log.iterdir():
        os.utime(entry, (0, 0))
    before = sorted(ask(lake, "external_id"))
    compact(lake, hours=0)
    assert sorted(ask(lake, "external_id")) == before
    assert len(list(log.glob("*.json"))) < 6
    crumbs(lake, 1, 86)
    assert len(ask(lake, "1")) == len(before) + 1
    assert well(lake)
