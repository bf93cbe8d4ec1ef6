"""Nothing is lost and nothing counted twice: every row that was read is kept or dropped with a reason."""

import json
import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klankbord.errors import FileError, KlankbordError, OptionError, ScaleError
from klankbord.lake import read


def write(folder, text, name="answers.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def write_json(folder, document, name="answers.json"):
    return write(folder, json.dumps(document), name)


def reasons(responses):
    return {drop.reason: drop.count for drop in responses.drops}


def scores(responses):
    return sorted(row["score"] for row in responses.records())


CELLS = st.sampled_from(["0", "7", "10", "10 - Extremely likely", "", "n/a", "6.5", "text", "5"])
DATES = st.sampled_from(["2026-11-20", "2026-11-21 10:31", "", "soon", "20-11-2026"])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["1", "2", "3", ""]), CELLS, DATES, st.sampled_from(["a", 'b "c"', "d\ne"])),
        max_size=20,
    ),
    st.lists(st.sampled_from(["8", "8,9,10,11,12,13", "\n", '8,"x" y,2026-11-20,c']), max_size=4),
    st.randoms(use_true_random=False),
)
def test_kept_and_dropped_are_all_that_was_read(tmp_path_factory, records, odd, chance):
    quoted = ["{},{},{},{}".format(*('"' + cell.replace('"', '""') + '"' for cell in record)) for record in records]
    lines = quoted + odd
    chance.shuffle(lines)
    whole = ["id,score,date,comment", *[f'"x{n}","9","2026-11-22","fine"' for n in range(25)], *lines]
    path = write(tmp_path_factory.mktemp("rows"), "\n".join(whole) + "\n")
    responses = read(path, external_id="id")
    assert responses.read == responses.kept + sum(drop.count for drop in responses.drops)
    assert responses.read == 25 + len(records) + sum(line.strip() != "" for line in odd)
    rows = [row for drop in responses.drops for row in drop.rows] + [row["row"] for row in responses.records()]
    assert len(rows) == len(set(rows)) == responses.read
    assert all(len(example) <= 40 for drop in responses.drops for example in drop.examples)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 10), st.sampled_from(["a", "b"])), min_size=1, max_size=15))
def test_reading_a_file_again_adds_nothing(tmp_path_factory, records):
    folder = tmp_path_factory.mktemp("again")
    text = "score,team\n" + "".join(f"{score},{team}\n" for _, score, team in records)
    one, same = write(folder, text), write(folder, text, "copy.csv")
    alone, again = read(one), read(one, same)
    assert (scores(again), again.kept) == (scores(alone), len(records))
    assert reasons(again) == {"duplicate": len(records)}
    assert {file for drop in again.drops for file in drop.files} == {"copy.csv"}


def test_equal_rows_of_one_file_are_different_people(tmp_path):
    first = write(tmp_path, "score,team\n9,a\n9,a\n3,b\n")
    longer = write(tmp_path, "score,team\n9,a\n9,a\n9,a\n2,b\n", "longer.csv")
    assert read(first).kept == 3
    assert scores(read(first, longer)) == [2, 3, 9, 9, 9]


def test_the_same_id_in_two_files_counts_once_and_the_newest_wins(tmp_path):
    header = "response_id,score,updated_at\n"
    old = write(tmp_path, header + "r1,3,2026-11-20\nr2,9,2026-11-20\n")
    new = write(tmp_path, header + "r1,7,2026-11-21\nr3,1,2026-11-20\n", "new.csv")
    for paths in ((old, new), (new, old)):
        responses = read(*paths)
        assert scores(responses) == [1, 7, 9]
        assert [(drop.reason, drop.rows, drop.files, drop.examples) for drop in responses.drops] == [
            ("duplicate", (2,), ("answers.csv",), ("r1",))
        ]


def test_without_a_moment_of_change_the_last_row_of_an_id_wins(tmp_path):
    path = write(tmp_path, "id,score\nr1,3\nr2,9\nr1,7\n")
    responses = read(path, external_id="id")
    assert scores(responses) == [7, 9]
    assert [(drop.reason, drop.rows) for drop in responses.drops] == [("duplicate", (2,))]


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(6)))
def test_the_order_in_which_webhooks_arrive_does_not_matter(tmp_path_factory, order):
    calls = [
        {"id": f"r{answer}", "score": score, "updated_at": f"2026-11-20T09:3{times}:00Z"}
        for answer in (1, 2)
        for times, score in enumerate([None, 5, 9 + answer - 1])
    ]
    folder = tmp_path_factory.mktemp("calls")
    paths = [write_json(folder, calls[position], f"{arrival}.json") for arrival, position in enumerate(order)]
    responses = read(*paths, external_id="id")
    assert scores(responses) == [9, 10]
    assert reasons(responses) == {"duplicate": 4}


def test_files_of_different_tools_are_no_one_import(tmp_path, shared):
    path = write(tmp_path, "score,team\n9,a\n")
    with pytest.raises(FileError) as caught:
        read(path, shared / "samples" / "qualtrics_export.csv")
    assert caught.value.message == (
        "the files are of different tools: answers.csv is a table; qualtrics_export.csv is Qualtrics"
    )


def test_files_whose_scores_have_other_names_are_no_one_import(tmp_path):
    with pytest.raises(FileError, match=r"score is 'nps' in the one and 'score' in the other"):
        read(write(tmp_path, "nps\n9\n"), write(tmp_path, "score\n9\n", "other.csv"))


def test_columns_that_only_one_file_has_are_empty_elsewhere(tmp_path):
    responses = read(write(tmp_path, "score,team\n9,a\n"), write(tmp_path, "score,queue\n3,q\n", "other.csv"))
    assert responses.columns == ("team", "queue")
    assert responses.tally(("team", "queue")).keys == (("a", None), (None, "q"))


def test_a_table_and_a_document_are_no_one_import(tmp_path):
    with pytest.raises(FileError, match=r"answers.csv is a table, answers.json is JSON"):
        read(write(tmp_path, "score\n9\n"), write_json(tmp_path, [{"score": 9}]))


def test_nothing_to_read_is_said():
    with pytest.raises(OptionError, match="there is nothing to read"):
        read()


HUBSPOT = [("1", "NPS", "9"), ("2", "NPS", "2"), ("3", "CSAT", "5"), ("4", "CUSTOM", "4"), ("5", "NPS", "")]


def hubspot(folder, records):
    results = [
        {"id": key, "properties": {"hs_survey_type": kind, "hs_value": value, "hs_submission_timestamp": "2026-11-20"}}
        for key, kind, value in records
    ]
    return write_json(folder, {"results": results})


def test_several_measures_are_refused_with_their_counts(tmp_path):
    with pytest.raises(ScaleError) as caught:
        read(hubspot(tmp_path, HUBSPOT))
    assert caught.value.message == "the answers are to several kinds of question: nps (2), csat (1)"
    assert caught.value.hint == "choose one: measure='nps'"


def test_the_chosen_measure_leaves_the_others_out(tmp_path):
    path = hubspot(tmp_path, HUBSPOT)
    assert reasons(read(path, measure="nps")) == {"other_measure": 2, "no_score": 1}
    responses = read(path, measure="csat")
    assert (scores(responses), responses.measure.name) == ([5], "csat")


def test_one_measure_and_its_neighbours_need_no_choice(tmp_path):
    responses = read(hubspot(tmp_path, [record for record in HUBSPOT if record[1] != "CSAT"]))
    assert (scores(responses), responses.declared) == ([2, 9], True)
    assert [drop.examples for drop in responses.drops if drop.reason == "other_measure"] == [("CUSTOM",)]


def test_unfinished_answers_count_unless_only_complete_ones_are_wanted(shared):
    path = shared / "samples" / "qualtrics_export.csv"
    assert (read(path).kept, read(path).partial) == (2, 1)
    complete = read(path, complete_only=True)
    assert (complete.kept, complete.partial, reasons(complete)) == (1, 0, {"preview": 1, "unfinished": 1})


ROWS = [
    {"id": f"r{n}", "score": score, "date": f"2026-11-{n + 1:02} 10:31:04", "why": why, "team": team}
    for n, (score, why, team) in enumerate(
        [(9, "fast", "a"), (None, "", "b"), (0, 'say "hi",\nthen leave', "a"), (6.5, "half", "b"), (10, "è", None)]
    )
]


def as_csv(path):
    import polars as pl

    pl.DataFrame(ROWS, strict=False).write_csv(path)


def as_jsonl(path):
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))


def as_json(path):
    path.write_text(json.dumps({"data": ROWS}, indent=1))


def as_parquet(path):
    import polars as pl

    pl.DataFrame(ROWS, strict=False).with_columns(pl.col("date").str.to_datetime()).write_parquet(path)


def as_xlsx(path):
    from datetime import datetime

    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm:ss"})
    book.add_worksheet("cover")
    sheet = book.add_worksheet("answers")
    for column, name in enumerate(ROWS[0]):
        sheet.write(0, column, name)
        for line, row in enumerate(ROWS, 1):
            value = row[name]
            sheet.write(line, column, datetime.fromisoformat(value) if name == "date" else value)
    book.close()


@pytest.mark.parametrize("written", [as_csv, as_jsonl, as_json, as_parquet, as_xlsx])
def test_every_kind_of_file_gives_the_same_answers(tmp_path, written):
    path = tmp_path / "answers"
    written(path)
    responses = read(path, external_id="id", comment="why", zone="Europe/Amsterdam")
    assert [
        (row["external_id"], row["score"], row["comment"], row["answered_at"].isoformat(), row["raw"]["team"])
        for row in responses.records()
    ] == [
        ("r0", 9, "fast", "2026-11-01T09:31:04+00:00", "a"),
        ("r2", 0, 'say "hi",\nthen leave', "2026-11-03T09:31:04+00:00", "a"),
        ("r4", 10, "è", "2026-11-05T09:31:04+00:00", None),
    ]
    assert {drop.reason: drop.examples for drop in responses.drops} == {"no_score": (), "not_a_score": ("6.5",)}


def test_rows_of_a_sheet_keep_their_numbers_and_other_sheets_are_named(tmp_path):
    import xlsxwriter

    book = xlsxwriter.Workbook(str(tmp_path / "answers.xlsx"))
    for name in ("answers", "more"):
        sheet = book.add_worksheet(name)
        sheet.write_column(2, 1, ["score", 9, "", 6.5, 3])
        sheet.write_column(2, 2, ["team", "a", "", "b", "c"])
    book.close()
    responses = read(tmp_path / "answers.xlsx")
    assert [row["row"] for row in responses.records()] == [4, 7]
    assert [drop.rows for drop in responses.drops] == [(6,)]
    assert [notice.code for notice in responses.notices] == ["other_sheets"]


def test_moments_in_parquet_with_a_zone_keep_it(tmp_path):
    from datetime import UTC, datetime

    import polars as pl

    at = datetime(2026, 11, 20, 10, 31, 4, tzinfo=UTC)
    frame = pl.DataFrame({"score": [9], "date": [at]}).with_columns(pl.col("date").dt.convert_time_zone("Asia/Tokyo"))
    frame.write_parquet(tmp_path / "answers.parquet")
    assert read(tmp_path / "answers.parquet", zone="Europe/Amsterdam").first_at == at


def test_json_that_breaks_off_says_where(tmp_path):
    whole = json.dumps([{"score": 9, "why": "fast"}] * 3, indent=1)
    path = write(tmp_path, whole[:-30], "answers.json")
    with pytest.raises(FileError) as caught:
        read(path)
    assert caught.value.message.startswith("answers.json: the JSON goes wrong at line 11, column 3: ")
    assert caught.value.data["line"] == 11


def test_a_broken_line_among_json_lines_is_listed(tmp_path):
    lines = [json.dumps({"score": score}) for score in (9, 3, 10)]
    path = write(tmp_path, "\n".join([lines[0], "", lines[1][:8], lines[2], lines[1][:-1]]), "answers.jsonl")
    responses = read(path)
    assert scores(responses) == [9, 10]
    assert [(drop.reason, drop.rows) for drop in responses.drops] == [("broken_row", (3, 5))]


def test_json_in_utf_16_is_read(tmp_path):
    path = tmp_path / "answers.json"
    path.write_bytes(json.dumps([{"score": 9, "why": "è"}]).encode("utf-16"))
    assert read(path).kept == 1


def test_half_characters_in_json_do_not_stop_a_file(tmp_path):
    path = write(tmp_path, '[{"score": 9, "why": "half \\ud83d of a smile"}]', "answers.json")
    assert next(read(path).records())["raw"]["why"] == "half ? of a smile"


def test_json_that_is_nested_without_end_is_refused(tmp_path):
    with pytest.raises(FileError, match="answers"):
        read(write(tmp_path, "[" * 100_000 + "]" * 100_000, "answers.json"))


@pytest.mark.parametrize("seed", range(30))
def test_a_damaged_file_gives_an_error_of_ours_or_a_listed_drop(tmp_path, shared, seed):
    chance = random.Random(seed)
    sample = chance.choice(sorted(path for path in (shared / "samples").iterdir() if path.suffix in {".csv", ".json"}))
    damaged = bytearray(sample.read_bytes() * chance.choice([1, 1, 3]))
    for _ in range(chance.randint(1, 20)):
        damaged[chance.randrange(len(damaged))] = chance.choice(b'",;\n\r{}[]\\09\x00\xff ')
    path = tmp_path / f"damaged{sample.suffix}"
    path.write_bytes(damaged[: chance.randint(1, len(damaged))])
    with suppress(KlankbordError):
        responses = read(path)
        assert responses.read == responses.kept + sum(drop.count for drop in responses.drops)
