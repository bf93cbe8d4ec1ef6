"""Cells of a score column: a number, a label, nothing or something else; another scale is never mapped in silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klankbord.errors import OptionError, ScaleError, ScoreError
from klankbord.lake import read
from klankbord.lake.readers.scores import says_nothing, whole_number
from klankbord.score import CSAT, NPS, score


@pytest.fixture
def answers(tmp_path):
    def write(*cells, **options):
        path = tmp_path / "answers.csv"
        path.write_text("score,team\n" + "".join(f'"{cell}",a\n' for cell in cells), encoding="utf-8")
        return read(path, **options)

    return write


def dropped(responses):
    return {drop.reason: (drop.rows, drop.examples) for drop in responses.drops}


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("0", 0),
        (" 10 ", 10),
        ("7.0", 7),
        ("7,0", 7),
        ("-103", -103),
        ("10 - Extremely likely", 10),
        ("0 – Not at all likely", 0),
        ("0: zeer onwaarschijnlijk", 0),
        ("0 (not at all likely)", 0),
        ("5 stars", 5),
        ("Extremely likely (10)", 10),
        ("Zeer waarschijnlijk - 10", 10),
        ("score: 8", 8),
        ("6.5", None),
        ("6,5", None),
        ("12:30", None),
        ("2026-11-20", None),
        ("between 7 and 8", None),
        ("7 or 8", None),
        ("1e1", None),
        ("٧", None),
        ("1_0", None),
        ("very likely", None),
        ("", None),
    ],
)
def test_a_cell_is_a_whole_number_or_none(cell, number):
    assert whole_number(cell) == number


@given(st.integers(-999, 999))
def test_a_number_is_itself_as_text_and_as_a_fraction_of_nothing(number):
    assert whole_number(str(number)) == whole_number(f"{number}.00") == number


@pytest.mark.parametrize("cell", [None, "", "  ", "NULL", "N/A", "nan", "-"])
def test_nothing_is_written_in_several_ways(cell):
    assert says_nothing(cell)


def test_zero_is_a_score_and_empty_is_none(answers):
    responses = answers("0", "", "9", "n/a", "  ")
    assert [row["score"] for row in responses.records()] == [0, 9]
    assert dropped(responses) == {"no_score": ((3, 5, 6), ())}


def test_halves_and_words_are_listed_with_their_cells(answers):
    responses = answers("9", "6.5", "ok", "x" * 60, "8")
    assert responses.kept == 2
    assert dropped(responses) == {"not_a_score": ((3, 4, 5), ("6.5", "ok", "x" * 39 + "…"))}


def test_labels_are_read_by_their_number(answers):
    responses = answers("10 - Extremely likely", "0 - Not at all likely", "7", "Promoter")
    assert [row["score"] for row in responses.records()] == [10, 0, 7]
    assert dropped(responses) == {"not_a_score": ((5,), ("Promoter",))}


def test_a_few_typing_errors_are_listed(answers):
    responses = answers(*["9"] * 30, "99", *["0"] * 30, "-1")
    assert responses.kept == 60
    assert dropped(responses) == {"off_scale": ((32, 63), ("99", "-1"))}


def test_a_scale_of_ten_is_refused_and_named(answers):
    cells = [str(number) for number in range(1, 11)] * 12
    with pytest.raises(ScaleError) as caught:
        answers(*cells)
    assert caught.value.message == "values 1-10: not an NPS scale"
    assert caught.value.hint == "pass scale=(1, 10) to compute it and carry a notice"
    responses = answers(*cells, scale=(1, 10))
    assert [notice.code for notice in responses.notices] == ["other_scale"]
    assert score(responses).n == 120


@pytest.mark.parametrize("top", [5, 7])
def test_stars_are_not_taken_for_nps(answers, top):
    cells = [str(number) for number in range(1, top + 1)] * 6
    with pytest.raises(ScaleError, match=f"values 1-{top}: not an NPS scale"):
        answers(*cells)


def test_the_users_word_on_the_measure_is_taken(answers):
    cells = ["1", "2", "3", "4", "5"] * 6
    assert answers(*cells, measure="csat").measure == CSAT
    assert answers(*cells, measure=CSAT).declared
    assert answers(*cells, scale=(0, 10)).measure == NPS
    with pytest.raises(OptionError, match="there is no measure 'csta'") as caught:
        answers(*cells, measure="csta")
    assert caught.value.hint.startswith("did you mean csat?")


def test_percentages_are_on_another_scale(answers):
    with pytest.raises(ScaleError, match="values 0-100: not an NPS scale"):
        answers(*[str(number) for number in range(0, 101, 5)])


def test_a_column_of_words_holds_no_scores(answers):
    with pytest.raises(ScoreError, match="column 'score' holds no scores, but for example 'good'"):
        answers("good", "bad", "")


def test_a_file_of_skips_is_read_and_keeps_nothing(answers):
    responses = answers("", "", "n/a")
    assert (responses.read, responses.kept) == (3, 0)
