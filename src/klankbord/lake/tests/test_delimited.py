"""Delimited text: every line is a row, a broken row or a blank one, under the number that a spreadsheet shows."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klankbord.errors import FileError
from klankbord.lake.engine import connect
from klankbord.lake.readers.delimited import open_delimited
from klankbord.lake.readers.dialect import Fields, Layout
from klankbord.lake.readers.source import open_source
from klankbord.lake.readers.table import Staged


def stage(path, folder, header_records=1):
    """Return the staged cells by row number, and what was broken by row number."""
    table = open_delimited(open_source(path, folder))
    staged = Staged(connect())
    names = tuple(f"c{position}" for position in range(len(table.head.header)))
    table.load(staged, 0, Layout(columns=names, header_records=header_records, fields=Fields(score="c0")))
    cells = ", ".join(staged.column(name) for name in names)
    rows = staged.engine.execute(f"select row, {cells} from staged order by rowid").fetchall()
    return {row: tuple(rest) for row, *rest in rows}, {broken.row: broken for broken in staged.broken}


@pytest.fixture
def staging(tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    def write(text, header_records=1):
        path = tmp_path / "answers.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return stage(path, scratch, header_records)

    return write


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found_though_others_stand_in_the_text(staging, delimiter):
    text = "\n".join(
        delimiter.join(record)
        for record in [("score", "why", "team"), ("9", '"fast, kind; good | 5,0"', "a"), ("3", '"slow, sad"', "b")]
    )
    rows, broken = staging(text)
    assert rows == {2: ("9", "fast, kind; good | 5,0", "a"), 3: ("3", "slow, sad", "b")}
    assert not broken


def test_one_column_is_a_table_too(staging):
    assert staging("score\n9\n3\n")[0] == {2: ("9",), 3: ("3",)}


def test_excels_own_first_line_says_the_delimiter_and_has_no_number(staging):
    rows, broken = staging("sep=;\r\nscore;why\r\n9;a,b,c\r\n3\r\n4;d,e,f\r\n")
    assert rows == {2: ("9", "a,b,c"), 4: ("4", "d,e,f")}
    assert list(broken) == [3]


def test_rows_keep_their_numbers_around_blank_broken_and_long_records(staging):
    rows, broken = staging('\n\nscore,why\n9,"two\nlines"\n8\n\n7,a\n6,b,c,d\n5,"say ""hi"""\n\n\n4,e\n\n')
    assert rows == {4: ("9", "two\nlines"), 7: ("7", "a"), 9: ("5", 'say "hi"'), 12: ("4", "e")}
    assert {row: item.what for row, item in broken.items()} == {
        5: "1 columns instead of 2",
        8: "4 columns instead of 2",
    }


def test_several_header_records_with_line_breaks_are_passed_over(staging):
    rows, broken = staging('score,"why\nnot"\n"the\nscore",b\nx,y\n9,fast\n8\n7,slow\n', header_records=3)
    assert rows == {4: ("9", "fast"), 6: ("7", "slow")}
    assert list(broken) == [5]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_understood(staging, end):
    assert staging(f"score,why{end}9,a{end}3,b{end}")[0] == {2: ("9", "a"), 3: ("3", "b")}


def test_line_ends_may_differ_within_a_file(staging):
    rows, broken = staging('score,why\r\n9,"a\nb"\n3,b\r\n2,c\r1,d\n')
    assert rows == {2: ("9", "a\nb"), 3: ("3", "b"), 4: ("2", "c"), 5: ("1", "d")}
    assert not broken


def test_text_that_is_never_closed_is_reported_with_the_lines_it_swallowed(staging):
    rows, broken = staging('score,why\n9,a\n3,"b\n4,c\n5,d\n')
    assert rows == {2: ("9", "a")}
    assert (broken[3].count, broken[3].what) == (3, "a quote is opened and never closed: 3 lines are lost in it")


def test_a_file_cut_within_a_quote_loses_its_last_row_and_says_so(staging):
    rows, broken = staging('score,why\n9,a\n3,"waiting too lo')
    assert rows == {2: ("9", "a")}
    assert broken[3].count == 1


def test_a_quote_in_the_middle_of_text_is_text(staging):
    assert staging('score,why\n9,a "b" c\n3,6" pipe\n')[0] == {2: ("9", 'a "b" c'), 3: ("3", '6" pipe')}


def test_text_after_a_closing_quote_breaks_that_row_only(staging):
    rows, broken = staging('score,why\n9,"a" b\n3,c\n')
    assert rows == {3: ("3", "c")}
    assert broken[2].what == "text goes on after its closing quote"


def test_a_row_of_megabytes_breaks_that_row_only(staging):
    rows, broken = staging("score,why\n9," + "x" * 3_000_000 + "\n3,c\n")
    assert rows == {3: ("3", "c")}
    assert broken[2].what == "longer than 2 MB"


def test_rows_that_all_leave_off_the_last_column_are_whole(staging):
    rows, broken = staging("score,why,team,\n9,a,x\n3,b,y\n4,c,z\n")
    assert rows == {2: ("9", "a", "x", None), 3: ("3", "b", "y", None), 4: ("4", "c", "z", None)}
    assert not broken


def test_columns_without_heading_are_kept(staging):
    assert staging("score,why\n9,a,x\n3,b,y\n")[0] == {2: ("9", "a", "x"), 3: ("3", "b", "y")}


def test_a_file_of_delimiters_holds_no_records(staging):
    with pytest.raises(FileError, match="holds no records"):
        staging(",,\n,,\n")


CELL = st.text(alphabet='ab9,;"\n é', max_size=6)


@settings(max_examples=80, deadline=None)
@given(
    records=st.lists(
        st.one_of(
            st.tuples(CELL, CELL, CELL).filter(lambda record: any(cell.strip("\n") for cell in record)),
            st.just(()),
            st.lists(st.sampled_from(["a", "b c", "9"]), min_size=1, max_size=2).map(tuple),
            st.lists(st.sampled_from(["a", "b c", "9"]), min_size=4, max_size=5).map(tuple),
        ),
        max_size=12,
    ),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_every_record_comes_out_as_a_row_or_as_broken_under_its_own_number(tmp_path_factory, records, end):
    # The first rows are plain, so that the delimiter and the usual width are beyond doubt.
    whole = [("score", "why", "team"), *[("9", "a", "b")] * 13, *records]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=end)
    for record in whole:
        writer.writerow(record)
    folder = tmp_path_factory.mktemp("delimited")
    path = folder / "answers.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    (folder / "scratch").mkdir()
    rows, broken = stage(path, folder / "scratch")
    numbered = list(enumerate(whole, 1))[1:]
    full = {number: tuple(cell or None for cell in record) for number, record in numbered if len(record) == 3}
    assert {row: tuple(cell and cell.replace("\r\n", "\n") for cell in cells) for row, cells in rows.items()} == full
    assert set(broken) == {number for number, record in numbered if len(record) not in {0, 3}}


@pytest.mark.slow
def test_rows_that_stand_in_quotes_stay_there_in_a_file_of_many_buffers(tmp_path):
    import random

    chance = random.Random(1)
    (tmp_path / "scratch").mkdir()
    path = tmp_path / "answers.csv"
    expected = {}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "score", "why", "x"])
        for number in range(400_000):
            why = chance.choice(["fine", 'so "so"', "è"])
            if chance.random() < 0.3:
                why = "\n".join(
                    f"{chance.randrange(10**6)},5,no row {line},v" for line in range(chance.randrange(1, 40))
                )
            writer.writerow([number, chance.randrange(11), why, "v"])
            expected[number + 2] = (str(number), why)
    rows, broken = stage(path, tmp_path / "scratch")
    assert not broken
    assert {row: (cells[0], cells[2]) for row, cells in rows.items()} == expected
