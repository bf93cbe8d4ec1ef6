"""Contacts of any table: typed as the schema says, every row kept or dropped with a reason, large files as small."""

import gc
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klankbord.errors import ColumnError, DataError, OptionError
from klankbord.lake import read_contacts
from klankbord.lake.engine import connect
from klankbord.lake.readers import contact_staging
from klankbord.lake.readers.contact_dialect import COLUMNS
from klankbord.lake.schema import TABLES, Type

HEADER = "Call ID,Start,End,Agent,Queue,Direction,Wait time,Talk time,Hold time,ACW,Customer\n"


def write(folder, *rows, header=HEADER, name="calls.csv"):
    path = folder / name
    path.write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def call(number=1, start="2026-11-20 09:00:00", end="2026-11-20 09:10:00", talk="500", **more):
    cells = {
        "agent": "mila",
        "queue": "Bills",
        "direction": "in",
        "wait": "48",
        "hold": "31",
        "wrap": "95",
        "customer": "K1",
    }
    told = cells | more
    middle = ",".join(told[name] for name in ("agent", "queue", "direction", "wait"))
    return f"{number},{start},{end},{middle},{talk},{told['hold']},{told['wrap']},{told['customer']}"


def reasons(records):
    return {drop.reason: (drop.count, drop.rows, drop.examples) for drop in records.drops}


def only(records, columns):
    return records.query(f"select {columns} from contacts order by file, row")


def test_columns_are_typed_as_the_schema_says_and_no_others_are_there(tmp_path):
    records = read_contacts(write(tmp_path, call()), zone="UTC")
    described = {name: kind for name, kind, *_ in records.query("describe contacts")}
    assert list(described) == ["row", "file", *records.columns]
    kinds = {column.name: column.type for column in TABLES["contacts"].columns}
    for name in records.columns:
        assert described[name].casefold() == kinds[name].engine.casefold(), name
    assert not {"day", "hour", "month", "step", "score", "resolved"} & set(records.columns)


def test_every_column_of_the_schema_is_read_by_its_own_name(tmp_path):
    cells = {"external_id": "1", "metric": "csat", "score": "4", "channel": "chat", "direction": "inbound"} | {
        "handled_by": "both"
    }
    kinds = {column.name: column.type for column in TABLES["contacts"].columns}
    given = {
        name: cells.get(name)
        or {Type.INSTANT: "2026-11-20 09:00:00", Type.FLAG: "true", Type.TEXT: "x"}.get(kinds.get(name, Type.TEXT), "3")
        for name in COLUMNS
    }
    records = read_contacts(write(tmp_path, ",".join(given.values()), header=",".join(given) + "\n"), zone="UTC")
    assert set(COLUMNS) <= set(records.columns)
    row = dict(zip(COLUMNS, only(records, ", ".join(f'"{name}"::varchar' for name in COLUMNS))[0], strict=True))
    assert not [name for name, told in row.items() if told is None]
    assert (row["score"], row["metric"], row["wait_s"]) == ("4", "csat", "3")


def test_rows_that_can_be_no_contacts_are_dropped_with_their_reason(tmp_path):
    path = write(
        tmp_path,
        *(call(number) for number in range(20)),
        call(20, start="soon"),
        call(21, start=""),
        call(22, end="2026-11-20 08:00:00"),
        call(23, wait="-5"),
        call(24, talk=str(8 * 24 * 3600)),
        call(25, talk="99999999999999"),
        call(26, wait=str(30 * 24 * 3600)),
    )
    records = read_contacts(path, zone="UTC")
    assert reasons(records) == {
        "date_unreadable": (1, (22,), ("soon",)),
        "no_start": (1, (23,), ()),
        "ends_before_start": (1, (24,), ("2026-11-20 09:00:00",)),
        "negative_duration": (1, (25,), ("-5",)),
        "too_long": (2, (26, 27), ("691200", "700000000")),
    }
    # A ticket may well wait for a month: only work on it is bounded.
    assert (records.read, records.kept) == (27, 21)


def test_an_unreadable_cell_leaves_the_contact_and_is_told(tmp_path):
    records = read_contacts(write(tmp_path, call(1, talk="long"), call(2, wait="n/a"), call(3, hold="")), zone="UTC")
    assert only(records, "talk_s, wait_s, hold_s, handle_s") == [
        (None, 48, 31, None),
        (500, None, 31, 626),
        (500, 48, None, 595),
    ]
    assert {notice.code: notice.data for notice in records.notices} == {"cells_unread": {"cells": 1}}


def test_the_same_contact_counts_once_its_newest_copy_over_all_files(tmp_path):
    header = "Call ID,Start,Queue,Talk time,Updated at\n"
    first = write(tmp_path, "1,2026-11-20 09:00,old,5,2026-11-21 09:00", "2,2026-11-20 09:00,two,5,", header=header)
    second = write(tmp_path, "1,2026-11-20 09:00,new,5,2026-11-22 09:00", header=header, name="later.csv")
    for paths in ((first, second), (second, first)):
        records = read_contacts(*paths, zone="UTC")
        assert sorted(only(records, "external_id, queue")) == [("1", "new"), ("2", "two")]
        assert [(drop.reason, drop.files, drop.rows) for drop in records.drops] == [("duplicate", ("calls.csv",), (2,))]


def test_without_an_id_the_content_is_the_id_whatever_the_order_of_columns(tmp_path):
    one = write(tmp_path, "2026-11-20 09:00,Bills,5", "2026-11-20 09:01,Bills,6", header="Start,Queue,Talk time\n")
    same = write(tmp_path, "Bills,2026-11-20 09:01,6", header="Queue,Start,Talk time\n", name="same.csv")
    ids = [row for (row,) in only(read_contacts(one, zone="UTC"), "external_id")]
    assert len(set(ids)) == 2
    assert all(len(key) == 32 for key in ids)
    assert only(read_contacts(same, zone="UTC"), "external_id") == [(ids[1],)]
    together = read_contacts(one, same, zone="UTC")
    assert (together.kept, reasons(together)["duplicate"][0]) == (2, 1)


def test_equal_rows_without_an_id_are_different_contacts_of_one_file(tmp_path):
    row, header = "2026-11-20 09:00,Bills,5", "Start,Queue,Talk time\n"
    path = write(tmp_path, row, row, header=header)
    more = write(tmp_path, row, row, row, header=header, name="more.csv")
    assert read_contacts(path, zone="UTC").kept == 2
    assert read_contacts(path, more, zone="UTC").kept == 3


def test_an_id_that_returns_with_another_agent_is_the_conversations(tmp_path):
    path = write(
        tmp_path, call("A", start="2026-11-20 09:05:00", agent="tom"), call("A"), call("B", start="2026-11-20 09:02:00")
    )
    records = read_contacts(path, zone="UTC")
    assert sorted(only(records, "conversation, leg, agent")) == [("A", 1, "mila"), ("A", 2, "tom"), ("B", 1, "mila")]
    assert len(set(only(records, "external_id"))) == 3


def test_nobody_is_no_agent_and_a_hidden_number_no_customer(tmp_path):
    hidden = ("Anonymous", "unknown", " ", "RESTRICTED", "-")
    rows = [call(number, agent="[None]", customer=name) for number, name in enumerate(hidden)]
    assert set(only(read_contacts(write(tmp_path, *rows), zone="UTC"), "agent, customer")) == {(None, None)}


def test_a_column_can_be_named_and_others_kept(tmp_path):
    path = write(tmp_path, "7,2026-11-20 09:00,Fibre,,5,12", header="nr,wanneer,Product,Colour,gesprek_s,seconden\n")
    columns = {"started_at": "wanneer", "talk_s": "seconden", "external_id": "nr"}
    records = read_contacts(path, columns=columns, keep=["product", "Colour"], zone="UTC")
    assert only(records, "external_id, talk_s, attributes") == [("7", 12, {"Product": "Fibre"})]
    with pytest.raises(ColumnError, match="no column 'nope'"):
        read_contacts(path, columns={"started_at": "nope"})
    with pytest.raises(ColumnError, match="no column 'starts'"):
        read_contacts(path, columns={"starts": "wanneer"})
    with pytest.raises(DataError, match="no column could be found that tells when contacts began"):
        read_contacts(path)
    with pytest.raises(OptionError, match="nothing to read"):
        read_contacts()


def test_a_start_of_which_nothing_can_be_read_is_refused(tmp_path):
    with pytest.raises(DataError, match="no date in column 'Start' can be read, for example 'monday'"):
        read_contacts(write(tmp_path, call(start="monday")), columns={"started_at": "Start"})


def test_moments_in_local_time_become_instants(tmp_path):
    path = write(tmp_path, call(start="2026-07-01 09:00:00", end="2026-07-01 09:10:00"), call(2))
    records = read_contacts(path, zone="Europe/Amsterdam")
    assert only(records, "started_at::varchar") == [("2026-07-01 07:00:00+00",), ("2026-11-20 08:00:00+00",)]
    assert (records.first_at.hour, records.last_at.hour, records.zone) == (7, 8, "Europe/Amsterdam")


def test_what_one_column_of_moments_leaves_open_another_settles(tmp_path):
    path = write(
        tmp_path,
        call(start="11/05/2026 09:00", end="11/13/2026 09:00", talk="5"),
        call(2, start="11/06/2026 09:00", end="11/14/2026 09:00"),
    )
    assert only(read_contacts(path, zone="UTC"), "started_at::varchar")[0] == ("2026-11-05 09:00:00+00",)


def test_scores_are_read_with_their_measure_and_a_bad_one_leaves_the_contact(tmp_path):
    header = "Call ID,Start,Queue,Direction,Talk time,CSAT score,Comment\n"
    rows = [
        f"{n},2026-11-20 09:00,Bills,in,5,{score},Fine"
        for n, score in enumerate(["4", "5 - Very", "", "9", "1"] + ["3"] * 30)
    ]
    records = read_contacts(write(tmp_path, *rows, header=header), zone="UTC")
    assert only(records, "score, metric")[:5] == [(4, "csat"), (5, "csat"), (None, None), (None, None), (1, "csat")]
    assert records.kept == 35
    assert [notice.code for notice in records.notices] == ["scores_unread"]
    assert records.measure.name == "csat"


def test_every_row_says_which_measure_its_score_is_of(tmp_path):
    header = "external_id,started_at,queue,direction,talk_s,metric,score\n"
    rows = ["1,2026-11-20 09:00,q,in,5,nps,10", "2,2026-11-20 09:00,q,in,5,csat,5", "3,2026-11-20 09:00,q,in,5,,"]
    records = read_contacts(write(tmp_path, *rows, header=header), zone="UTC")
    assert only(records, "metric, score") == [("nps", 10), ("csat", 5), (None, None)]


def test_a_heading_tells_the_unit_of_its_durations(tmp_path):
    header = "Call ID,Start,Queue,Talk time (ms),Wait time (min),Hold time [s]\n"
    records = read_contacts(write(tmp_path, '1,2026-11-20 09:00,q,61499,"1,5",00:00:07', header=header), zone="UTC")
    assert only(records, "talk_s, wait_s, hold_s") == [(61, 90, 7)]


def test_workbooks_parquet_and_json_are_read_as_delimited_text_is(tmp_path):
    import json

    import xlsxwriter

    path = write(tmp_path, *(call(number) for number in range(5)))
    names = HEADER.strip().split(",")
    rows = [line.split(",") for line in path.read_text().splitlines()[1:]]
    (tmp_path / "calls.jsonl").write_text(
        "".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in rows)
    )
    with connect() as engine:
        engine.execute(f"copy (from read_csv('{path}')) to '{tmp_path / 'calls.parquet'}'")
    with xlsxwriter.Workbook(tmp_path / "calls.xlsx") as book:
        sheet = book.add_worksheet()
        for place, row in enumerate([names, *rows]):
            sheet.write_row(place, 0, row)
    expected = only(read_contacts(path, zone="UTC"), "* exclude (row, started_at, ended_at), started_at::varchar")
    assert len(expected) == 5
    for name in ("calls.jsonl", "calls.parquet", "calls.xlsx"):
        records = read_contacts(tmp_path / name, zone="UTC")
        assert only(records, "* exclude (row, started_at, ended_at), started_at::varchar") == expected, name


CELLS = st.sampled_from(["5", "00:01:35", "", "-3", "x", "6,5", "999999999"])
STARTS = st.sampled_from(["2026-11-20 09:00:00", "2026-11-21 10:31:05", "", "soon"])
TEXTS = st.sampled_from(["a", " b ", "ü", "[None]", ""])
RECORDS = st.lists(st.tuples(st.sampled_from(["1", "2", "3", ""]), STARTS, TEXTS, CELLS, CELLS), max_size=12)


@pytest.mark.parametrize("quote", ["", '"'])
@settings(max_examples=25, deadline=None)
@given(records=RECORDS, odd=st.lists(st.sampled_from(["", "1,2", "1,2,3,4,5,6,7"]), max_size=4), chance=st.randoms())
def test_a_large_file_is_read_as_a_small_one(tmp_path_factory, quote, records, odd, chance):
    lines = [
        ",".join(f"{quote}{cell.replace(',', '.') if not quote else cell}{quote}" for cell in row) for row in records
    ]
    lines += odd
    chance.shuffle(lines)
    sure = [f"s{n},2026-11-2{n % 9} 09:00:00,q,{n},{n}" for n in range(30)]
    folder = tmp_path_factory.mktemp("calls")
    path = write(folder, *sure, *lines, header="Call ID,Start,Agent,Talk time,Wait time\n")
    small = _read_with(path, 1 << 40)
    large = _read_with(path, 0)
    assert large == small
    read, kept, dropped = small[:3]
    assert read == kept + sum(count for _, count, _ in dropped)
    assert read == 30 + len(records) + sum(line != "" for line in odd)


def _read_with(path, threshold):
    """Read a file as if files above so many bytes were large."""
    whole, contact_staging.LARGE = contact_staging.LARGE, threshold
    try:
        records = read_contacts(path, zone="UTC")
    finally:
        contact_staging.LARGE = whole
    rows = only(records, "row, external_id, agent, talk_s, wait_s, started_at::varchar")
    dropped = [(drop.reason, drop.count, drop.rows) for drop in records.drops]
    return records.read, records.kept, dropped, rows, records.columns, [notice.code for notice in records.notices]


@pytest.mark.slow
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_large_file_without_quotes_is_scanned_in_parallel_and_loses_no_line(tmp_path, ends):
    chance = random.Random(7)
    broken, blank = {90_007, 250_000, 250_001, 399_990}, {5, 200_000, 399_999}
    path = tmp_path / "calls.csv"
    with path.open("w", newline="") as file:
        file.write(f"Call ID,Start,Queue,Agent,Customer,Talk time,Wait time{ends}")
        for number in range(400_000):
            second = number % 60
            row = (
                f"c{number},2026-11-{1 + number % 28:02} 09:{second:02}:{second:02},q{number % 7},agent {number % 90},"
            )
            row += f"customer {number % 5000},{number % 1000},{chance.randrange(300)}"
            file.write(("" if number in blank else f"{row},one too many" if number in broken else row) + ends)
    assert path.stat().st_size > contact_staging.LARGE
    records = read_contacts(path, zone="UTC")
    assert (records.read, records.kept) == (399_997, 399_993)
    assert [(drop.reason, drop.rows) for drop in records.drops] == [
        ("broken_row", tuple(sorted(n + 2 for n in broken)))
    ]
    # A row's number is its line: the id says which line it stood on.
    assert records.query("select count(*) from contacts where external_id <> 'c' || (row - 2)") == [(0,)]
    left = [number % 1000 for number in range(400_000) if number not in broken | blank]
    assert records.query("select sum(talk_s), count(distinct external_id) from contacts") == [(sum(left), len(left))]


@pytest.mark.slow
def test_line_ends_within_quotes_of_a_large_file_are_text(tmp_path):
    path = tmp_path / "calls.csv"
    with path.open("w") as file:
        file.write("Call ID,Start,Queue,Talk time,Wait time,Comment\n")
        for number in range(300_000):
            note = (
                '"many words\non two lines, ""quoted"""' if number % 3 == 0 else "a comment of quite some length here"
            )
            file.write(f"{number},2026-11-{1 + number % 28:02} 09:00:00,queue {number % 9},{number % 500},5,{note}\n")
    assert path.stat().st_size > contact_staging.LARGE
    records = read_contacts(path, zone="UTC")
    assert (records.read, records.kept) == (300_000, 300_000)
    assert records.query("select count(*) from contacts where external_id <> (row - 2)::varchar") == [(0,)]
    assert records.query("select count(*) from contacts where comment like '%\n%'") == [(100_000,)]


def test_the_scratch_folder_goes_with_the_engine(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    records = read_contacts(write(tmp_path, call()), zone="UTC")
    assert [path for path in tmp_path.iterdir() if path.name.startswith("klankbord-")]
    del records
    gc.collect()
    assert not [path for path in Path(tmp_path).iterdir() if path.name.startswith("klankbord-")]


def test_a_record_shows_itself(tmp_path):
    records = read_contacts(write(tmp_path, call(), call(2, talk="-4")), zone="UTC")
    assert repr(records) == (
        "<ContactRecords calls.csv: a table of contacts; 2 rows read, 1 contacts kept; "
        "1 dropped: a duration is negative>"
    )
    assert "<th>talk_s</th><td>Talk time</td>" in records._repr_html_()
