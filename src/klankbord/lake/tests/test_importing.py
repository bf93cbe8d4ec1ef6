"""Importing: once, whole, without names, and answers find the contact that they are about whichever came first."""

import csv
from itertools import permutations
from pathlib import Path

import pytest

from klankbord.errors import ColumnError, DataError, KlankbordError, OptionError
from klankbord.lake import Lake, Settings, import_files
from klankbord.lake.engine import connect
from klankbord.lake.upkeep import compact, erase, export, verify

CALLS = """Call ID,Conversation,Start,End,Queue,Agent,Customer,Talk time,Wait time
1,A,2026-03-02 09:00:00,2026-03-02 09:05:00,Bills,mila,06-12345678,240,30
2,A,2026-03-02 09:06:00,2026-03-02 09:20:00,Technical,tom,06-12345678,800,60
3,B,2026-03-02 10:00:00,2026-03-02 10:04:00,Bills,mila,jan@voorbeeld.example,200,10
4,C,2026-04-01 00:30:00,2026-04-01 00:40:00,Bills,ruth,piet@voorbeeld.example,500,15
"""
SURVEY = """Response ID,Score,Why,Date,Ticket,Agent
r1,9,Bel mij op 06-87654321,2026-03-02 11:00:00,3,
r2,3,Te lang gewacht,2026-03-02 12:00:00,A,tom
r3,10,,2026-03-02 13:00:00,unknown,
"""


@pytest.fixture
def lake(tmp_path):
    settings = Settings(zone="Europe/Amsterdam", attribution="pseudonym", reason="a test")
    return Lake.create(tmp_path / "lake", settings)


@pytest.fixture
def calls(tmp_path):
    (tmp_path / "calls.csv").write_text(CALLS)
    return tmp_path / "calls.csv"


@pytest.fixture
def survey(tmp_path):
    (tmp_path / "survey.csv").write_text(SURVEY)
    return tmp_path / "survey.csv"


def ask(lake, sql, table="contacts"):
    with connect() as engine:
        return engine.execute(sql.replace("there", lake.snapshot().relation(table))).fetchall()


def bring_survey(lake, survey, **more):
    return import_files(lake, survey, table="responses", columns={"contact": "Ticket"}, **more)


def test_contacts_get_pseudonyms_days_of_the_lake_and_a_thread(lake, calls):
    report = import_files(lake, calls)
    assert (report.read, report.kept, report.tables["contacts"].new) == (4, 4, 4)
    rows = ask(lake, "select external_id, customer, day::varchar, hour, step, wait_s, talk_s from there order by 1")
    key = lake.key
    assert rows[0] == ("1", key.pseudonym("0612345678"), "2026-03-02", 9, 1, 30, 240)
    assert rows[3][1:3] == (key.pseudonym("piet@voorbeeld.example"), "2026-04-01")
    assert ask(lake, "select distinct month from there order by 1") == [("2026-03",), ("2026-04",)]


def test_nothing_of_a_person_is_anywhere_in_the_lake(lake, calls, survey):
    import_files(lake, calls)
    bring_survey(lake, survey)
    everything = str([ask(lake, "select columns(*)::varchar from there", table) for table in ("contacts", "responses")])
    assert "Te lang gewacht" in everything
    for name in ("mila", "tom", "ruth", "jan@", "piet@", "12345678", "87654321"):
        assert name not in everything


@pytest.mark.parametrize(
    ("level", "agent", "team"), [("off", False, False), ("team", False, True), ("named", "mila", True)]
)
def test_people_are_known_as_far_as_the_lake_may_know_them(tmp_path, level, agent, team):
    lake = Lake.create(tmp_path / "lake", Settings(attribution=level, reason="a test"))
    (tmp_path / "calls.csv").write_text("Call ID,Start,Agent,Team,Talk time,Queue\n1,2026-01-01 10:00,mila,North,5,q\n")
    import_files(lake, tmp_path / "calls.csv")
    ((known_agent, known_team),) = ask(lake, "select agent, team from there")
    assert known_agent == (agent or None)
    assert known_team == ("North" if team else None)


def test_importing_again_changes_nothing_and_a_newer_state_replaces_the_older(lake, calls):
    import_files(lake, calls)
    files = lake.snapshot().data_files("contacts")
    again = import_files(lake, calls).tables["contacts"]
    assert (again.new, again.changed, again.unchanged) == (0, 0, 4)
    assert lake.snapshot().data_files("contacts") == files
    calls.write_text(
        CALLS.replace("Bills,ruth", "Moving,ruth") + "5,D,2026-04-02 09:00:00,,Bills,ruth,x@y.example,5,5\n"
    )
    newer = import_files(lake, calls).tables["contacts"]
    assert (newer.new, newer.changed, newer.unchanged) == (1, 1, 3)
    assert ask(lake, "select queue from there where external_id = '4'") == [("Moving",)]


def test_columns_that_an_import_does_not_tell_about_stay(lake, calls, tmp_path):
    import_files(lake, calls)
    (tmp_path / "later.csv").write_text("Call ID,Start,Queue,Talk time,Resolved\n4,2026-04-01 00:30:00,Bills,500,yes\n")
    import_files(lake, tmp_path / "later.csv")
    assert ask(lake, "select wait_s, resolved from there where external_id = '4'") == [(15, True)]


@pytest.mark.parametrize("order", list(permutations(["calls", "survey"])))
def test_answers_find_their_leg_whichever_came_first(lake, calls, survey, order):
    reports = {}
    for name in order:
        reports[name] = import_files(lake, calls) if name == "calls" else bring_survey(lake, survey)
    assert reports[order[1]].attached == 2
    assert reports[order[1]].unattached == 1
    answers = ask(
        lake,
        "select external_id, contact, queue, talk from (select *, handle_s as talk from there) order by 1",
        "responses",
    )
    assert [row[:3] for row in answers] == [("r1", "3", "Bills"), ("r2", "2", "Technical"), ("r3", "unknown", None)]
    legs = ask(lake, "select external_id, scored, score from there where score is not null order by 1")
    assert legs == [("2", True, 3), ("3", True, 9)]


def test_an_answer_without_a_date_is_dropped_and_told(lake, tmp_path):
    (tmp_path / "some.csv").write_text("Response ID,Score,Date\nr1,9,2026-03-02 11:00:00\nr2,3,\n")
    report = import_files(lake, tmp_path / "some.csv")
    assert (report.read, report.kept) == (2, 1)
    assert [(drop.reason, drop.rows) for drop in report.drops] == [("date_missing", (3,))]
    assert import_files(lake, tmp_path / "some.csv").tables["responses"].unchanged == 1
    (tmp_path / "none.csv").write_text("Response ID,Score\nr1,9\nr2,3\n")
    with pytest.raises(DataError, match="no answer has a date"):
        import_files(lake, tmp_path / "none.csv")


def test_a_dry_run_tells_everything_and_keeps_nothing(lake, calls):
    files = sorted(path for path in lake.folder.rglob("*") if path.is_file())
    report = import_files(lake, calls, dry_run=True)
    assert report.dry_run
    assert report.tables["contacts"].new == 4
    assert sorted(path for path in lake.folder.rglob("*") if path.is_file() and path.name != ".lock") == files


def test_an_erased_customer_is_gone_from_tables_and_disk_and_does_not_come_back(lake, calls, survey):
    import_files(lake, calls)
    bring_survey(lake, survey)
    pseudonym = lake.key.pseudonym("jan@voorbeeld.example")
    done = erase(lake, "Jan@voorbeeld.example")
    assert done.rows["contacts"] == done.rows["responses"] == 1
    assert done.removed > 0
    with connect() as engine:
        for path in lake.folder.rglob("*.parquet"):
            if "_delta_log" not in str(path):
                held = engine.execute(f"select * from read_parquet('{path}') t where t::varchar like '%{pseudonym}%'")
                assert not held.fetchall()
    again = import_files(lake, calls)
    assert again.erased == 1
    assert ask(lake, "select count(*) from there") == [(3,)]
    assert all(finding.well for finding in verify(lake))


def test_compaction_rolls_files_and_changes_no_row(lake, calls, tmp_path):
    import_files(lake, calls)
    for number in range(6, 9):
        (tmp_path / "more.csv").write_text(f"Call ID,Start,Queue,Talk time\n{number},2026-03-05 09:00:00,Bills,5\n")
        import_files(lake, tmp_path / "more.csv")
    before = ask(lake, "select columns(*)::varchar from there order by external_id")
    done = compact(lake)
    assert (done.merged, done.written) == (4, 1)
    assert len(lake.snapshot().data_files("contacts")) == 2
    assert ask(lake, "select columns(*)::varchar from there order by external_id") == before


@pytest.mark.parametrize("ending", ["csv", "parquet", "json", "jsonl"])
def test_a_table_can_be_taken_out(lake, calls, tmp_path, ending):
    import_files(lake, calls)
    path = tmp_path / f"contacts.{ending}"
    assert export(lake, "contacts", path) == 4
    with connect() as engine:
        assert engine.execute(f"select count(*) from '{path}'").fetchall() == [(4,)]
    with pytest.raises(OptionError, match="says no format"):
        export(lake, "contacts", tmp_path / "contacts.docx")


def test_a_lake_taken_out_and_brought_in_again_is_the_same(lake, tmp_path):
    rows = [
        {"client": "Zonnevoort", "month": "2026-01", "customer": "k1", "revenue": "12.5", "churned": "false"},
        {"client": "", "month": "2026-01", "customer": "k2", "revenue": "1", "churned": "true"},
        {"client": "", "month": "2026-02", "customer": "k2", "revenue": "abc", "churned": "true"},
        {"client": "", "month": "", "customer": "k2", "revenue": "1", "churned": "true"},
    ]
    with (tmp_path / "outcomes.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    report = import_files(lake, tmp_path / "outcomes.csv", table="outcomes")
    assert (report.read, report.kept) == (4, 2)
    assert {(drop.reason, drop.rows) for drop in report.drops} == {("not_of_its_type", (4,)), ("key_missing", (5,))}
    assert import_files(lake, tmp_path / "outcomes.csv", table="outcomes").tables["outcomes"].unchanged == 2
    assert ask(lake, "select sum(revenue) from there", "outcomes") == [(13.5,)]


def test_what_cannot_be_imported_is_refused_and_the_lake_is_as_it_was(lake, calls, tmp_path):
    (tmp_path / "events.csv").write_text("title,kind\nstorm,incident\n")
    for files, more in [
        ((calls,), {"table": "contact"}),
        ((tmp_path / "none.csv",), {}),
        ((calls,), {"keep": ["Nowhere"]}),
    ]:
        with pytest.raises(KlankbordError):
            import_files(lake, *files, **more)
    with pytest.raises(ColumnError, match="month"):
        import_files(lake, calls, table="outcomes")
    assert lake.snapshot().rows("contacts") == 0


def test_kept_columns_become_attributes(lake, tmp_path):
    (tmp_path / "calls.csv").write_text("Call ID,Start,Queue,Talk time,Product\n1,2026-01-01 10:00,q,5,Fibre\n")
    import_files(lake, tmp_path / "calls.csv", keep=["Product"])
    assert ask(lake, "select attributes['Product'] from there") == [("Fibre",)]


SAMPLES = sorted(path for path in (Path(__file__).parent / "contact_samples").iterdir() if path.is_file())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_sample_of_contacts_makes_a_lake_that_is_whole(lake, path):
    report = import_files(lake, path, table="contacts")
    assert report.tables["contacts"].new == report.kept == lake.snapshot().rows("contacts")
    assert [finding for finding in verify(lake) if not finding.well] == []
    again = import_files(lake, path, table="contacts").tables["contacts"]
    assert (again.new, again.changed) == (0, 0)
