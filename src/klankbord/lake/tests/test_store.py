"""The store: whole or not at all, old readers undisturbed, and nothing of a person in a log."""

import json
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from klankbord.errors import ColumnError, LakeError, OptionError
from klankbord.lake import Lake, Settings
from klankbord.lake.engine import connect, open_lake
from klankbord.lake.schema import TABLES, Type
from klankbord.lake.store import delta


@pytest.fixture
def lake(tmp_path):
    return Lake.create(tmp_path / "lake", Settings(zone="Europe/Amsterdam"))


def rows(*, ids, month="2026-01", **columns):
    return pa.table({"source": ["test"] * len(ids), "external_id": ids, "month": [month] * len(ids), **columns})


def ids(snapshot, table="contacts"):
    with connect() as engine:
        found = engine.execute(f"select external_id from {snapshot.relation(table)} order by 1").fetchall()
    return [row[0] for row in found]


def test_every_table_is_there_with_its_columns_and_types(lake):
    with open_lake(lake.folder) as engine:
        for table in TABLES.values():
            described = engine.execute(f"describe select * from {lake.snapshot().relation(table.name)}").fetchall()
            types = {"TIMESTAMP WITH TIME ZONE": "timestamp with time zone"}
            found = {name: types.get(kind, kind.lower()) for name, kind, *_ in described}
            assert found == {column.name: column.type.engine for column in table.columns}


def test_what_is_written_is_read_back_in_every_type(lake):
    moment = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
    given = rows(
        ids=["a"],
        started_at=pa.array([moment], pa.timestamp("us", "UTC")),
        answered=[True],
        wait_s=pa.array([12], pa.int32()),
        team=pa.array(["Één 'team'"]).dictionary_encode(),
        attributes=pa.array([[("product", "Fibre")]], pa.map_(pa.string(), pa.string())),
    )
    with lake.writing() as batch:
        batch.append("contacts", given)
    with connect() as engine:
        (row,) = engine.execute(
            "select epoch(started_at), answered, wait_s, team, attributes['product'], talk_s, month from "
            + lake.snapshot().relation("contacts")
        ).fetchall()
    assert row == (moment.timestamp(), True, 12, "Één 'team'", "Fibre", None, "2026-01")


def test_a_write_shows_all_tables_at_once_and_only_when_it_ends(lake):
    with lake.writing() as batch:
        batch.append("contacts", rows(ids=["a"]))
        batch.append("responses", rows(ids=["a"], metric=["nps"]))
        assert lake.snapshot().rows("contacts") == 0
    assert {table: lake.snapshot().rows(table) for table in ("contacts", "responses")} == {
        "contacts": 1,
        "responses": 1,
    }


def test_a_write_that_fails_leaves_nothing(lake):
    with lake.writing() as batch:
        batch.append("contacts", rows(ids=["a"]))
    before = sorted(path for path in lake.folder.rglob("*") if path.is_file())
    misnamed = rows(ids=["c"]).rename_columns(["source", "extrnal_id", "month"])

    def fail():
        with lake.writing() as batch:
            batch.append("contacts", rows(ids=["b"]))
            batch.write(connect(), "(select 'x' as source, '2026-02' as month)", "contacts")
            batch.append("contacts", misnamed)

    with pytest.raises(ColumnError, match="extrnal_id") as told:
        fail()
    assert "external_id" in told.value.hint
    assert ids(lake.snapshot()) == ["a"]
    assert sorted(path for path in lake.folder.rglob("*") if path.is_file()) == before


def test_an_open_snapshot_does_not_change_while_others_write(lake):
    with lake.writing() as batch:
        batch.append("contacts", rows(ids=["a"]))
    earlier = lake.snapshot()
    with lake.writing() as batch:
        batch.append("contacts", rows(ids=["b"]))
    assert ids(earlier) == ["a"]
    assert ids(lake.snapshot()) == ["a", "b"]


def test_tables_that_ran_ahead_of_the_manifest_are_not_seen_and_taken_back_by_the_next_write(lake):
    with lake.writing() as batch:
        batch.append("contacts", rows(ids=["a"]))
    # What a kill between the commits of two tables leaves: contacts are committed, the manifest is not.
    manifest = (lake.folder / "lake.json").read_text()
    with lake.writing() as batch:
        batch.append("contacts", rows(ids=["lost"]))
        batch.append("responses", rows(ids=["lost"], metric=["nps"]))
    (lake.folder / "lake.json").write_text(manifest)
    assert ids(lake.snapshot()) == ["a"]
    with lake.writing() as batch:
        batch.append("contacts", rows(ids=["b"]))
    assert ids(lake.snapshot()) == ["a", "b"]
    assert ids(lake.snapshot(), "responses") == []


def test_months_and_rows_are_known_without_opening_a_file(lake):
    with lake.writing() as batch:
        batch.append("contacts", rows(ids=["a", "b"]))
        batch.append("contacts", rows(ids=["c"], month="2026-03"))
    snapshot = lake.snapshot()
    for path in lake.folder.glob("contacts/month=*/*.parquet"):
        path.write_bytes(b"")
    assert snapshot.months("contacts") == ("2026-01", "2026-03")
    assert (snapshot.rows("contacts"), snapshot.rows("contacts", ["2026-03"])) == (3, 1)
    assert all("month=2026-03" in path for path in snapshot.files("contacts", ["2026-03"]))


def test_the_same_rows_give_the_same_bytes(tmp_path):
    contents = []
    for name in ("one", "two"):
        lake = Lake.create(tmp_path / name, key=b"x" * 32)
        with lake.writing("same") as batch:
            for part in range(3):
                batch.append("contacts", rows(ids=[f"{part}-{number}" for number in range(1000)]))
        files = lake.snapshot().data_files("contacts")
        contents.append({file.path: (lake.folder / "contacts" / file.path).read_bytes() for file in files})
    assert contents[0] == contents[1]


def test_no_value_of_a_row_is_in_the_log(lake):
    with lake.writing() as batch:
        batch.append("contacts", rows(ids=["a"], customer=["f00dfacef00dfacef00d"]))
    logs = "\n".join(path.read_text() for path in lake.folder.glob("contacts/_delta_log/*.json"))
    assert "f00dface" not in logs
    (added,) = [json.loads(line)["add"] for line in logs.splitlines() if line.startswith('{"add"')]
    assert added["stats"] == '{"numRecords": 1}'


def test_an_engine_of_a_lake_reads_nothing_beside_it(lake, tmp_path):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with open_lake(lake.folder) as engine, pytest.raises(Exception, match="Permission"):
        engine.execute(f"select * from read_csv('{tmp_path / 'secret.csv'}')")


def test_a_lake_is_not_made_over_something(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(LakeError, match="not empty"):
        Lake.create(tmp_path)
    with pytest.raises(LakeError, match="no lake") as told:
        Lake.open(tmp_path)
    assert "klankbord lake create" in told.value.hint


@pytest.mark.parametrize("name", ["team=Noord", "a%20b", "data[1]", "{a,b}", "what?"])
def test_a_lake_does_not_lie_where_engines_would_misread_its_path(tmp_path, name):
    with pytest.raises(LakeError, match="cannot lie") as told:
        Lake.create(tmp_path / name / "lake")
    assert "without any of" in told.value.hint
    assert not (tmp_path / name).exists()


def test_a_write_has_a_name_that_can_be_in_a_path(lake):
    with pytest.raises(OptionError, match="cannot be called"), lake.writing("a b"):
        pass


def test_a_lake_of_a_later_version_is_refused(lake):
    told = json.loads((lake.folder / "lake.json").read_text())
    (lake.folder / "lake.json").write_text(json.dumps(told | {"schema": 99}))
    with pytest.raises(LakeError, match="later version"):
        Lake.open(lake.folder)


def test_telling_agents_apart_needs_a_reason():
    with pytest.raises(OptionError, match="reason"):
        Settings(attribution="named")
    assert Settings(attribution="named", reason="agreed with the works council").attribution == "named"
    with pytest.raises(OptionError, match="time zone"):
        Settings(zone="Europe/Amsterdm")


def test_unknown_tables_are_named_with_the_nearest(lake):
    with pytest.raises(OptionError, match="'contact'") as told:
        lake.snapshot().rows("contact")
    assert "'contacts'" in told.value.hint


def test_column_types_of_the_open_tables_are_those_of_the_engine(lake):
    from deltalake import DeltaTable

    for table in TABLES.values():
        fields = DeltaTable(str(lake.folder / table.name)).schema().fields
        assert [field.name for field in fields] == list(table.names)
        for field, column in zip(fields, table.columns, strict=True):
            assert field.type.type == ("map" if column.type is Type.ATTRIBUTES else column.type.delta)
            assert field.metadata["comment"] == column.about


def test_old_files_go_and_the_state_stays(lake):
    for name in ("a", "b"):
        with lake.writing() as batch:
            batch.append("contacts", rows(ids=[name]))
    with lake.writing() as batch:
        paths = set(batch.paths("contacts"))
        batch.write(connect(), lake.snapshot().relation("contacts"), "contacts")
        batch.remove("contacts", paths)
    gone, version = delta.forget_old_files(lake.folder / "contacts", hours=0)
    assert gone == 2
    assert version > lake.snapshot().manifest.tables["contacts"]
    assert ids(lake.snapshot()) == ["a", "b"]
    with lake.writing() as batch:
        batch.append("contacts", rows(ids=["c"]))
    assert ids(lake.snapshot()) == ["a", "b", "c"]
