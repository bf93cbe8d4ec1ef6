"""Scores from counts and from data: definitions, skips, scales, weights, populations, groups."""

import re

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import klankbord as kb
from klankbord.errors import ColumnError, DataError, OptionError, ScaleError, ScoreError
from klankbord.results import Table
from klankbord.score import MEASURES, NPS, Measure, from_counts

counts11 = st.lists(st.integers(0, 50), min_size=11, max_size=11)
answers = st.lists(st.integers(0, 10), min_size=5, max_size=60)


def nps_of(counts):
    return from_counts(counts)[0]


@given(counts11)
def test_nps_of_counts_is_promoters_less_detractors(counts):
    result = nps_of(counts)
    assert result.n == sum(counts)
    assert (result.good, result.neutral, result.bad) == (sum(counts[9:]), sum(counts[7:9]), sum(counts[:7]))
    if result.n < 5:
        assert result.value is None
        assert result.interval is None
        assert [notice.code for notice in result.notices] == ["few_answers"]
    else:
        assert result.value == pytest.approx(100 * (sum(counts[9:]) - sum(counts[:7])) / sum(counts))
        assert -100 <= result.interval.low <= result.value + 1e-9
        assert result.value - 1e-9 <= result.interval.high <= 100


@given(counts11, counts11)
def test_nps_of_merged_histograms_is_the_weighted_mean(one, other):
    merged = nps_of(np.add(one, other))
    parts = [nps_of(one), nps_of(other)]
    if all(part.n >= 5 for part in parts):
        assert merged.value * merged.n == pytest.approx(sum(part.value * part.n for part in parts), abs=1e-6)


@given(st.lists(counts11, min_size=1, max_size=6))
def test_from_counts_of_many_groups_equals_one_at_a_time(groups):
    assert list(from_counts(groups)) == [nps_of(counts) for counts in groups]


def test_nps_never_counts_a_skip():
    # The scar of style.md: +40 became +32 where skips were in the denominator.
    given_, skipped = [10] * 6 + [8] * 2 + [3] * 2, [None] * 3
    result = kb.nps({"score": given_ + skipped})
    assert result.value == 40.0
    assert result.n == 10


def test_nps_counts_a_zero():
    assert kb.nps([0] * 5 + [10] * 5).value == 0.0


def test_score_with_a_fraction_names_its_row():
    with pytest.raises(ScoreError, match=r"row 3: 6\.5 in column 'score' is not a whole number") as caught:
        kb.nps([9, 10, 6.5, 8])
    assert caught.value.data["row"] == 3


def test_score_with_a_word_names_its_row():
    with pytest.raises(ScoreError, match="row 2: 'n/a' in column 'score' is not a number"):
        kb.nps({"score": ["9", "n/a"]})


@pytest.mark.parametrize(
    ("values", "found", "hint"),
    [
        (list(range(1, 11)) * 20, "values 1-10: not an NPS scale", r"pass scale=\(1, 10\)"),
        ([1, 2, 3, 4, 5] * 8, "values 1-5: not an NPS scale", "scale of csat"),
        ([1, 4, 5, 6, 7] * 8, "values 1-7: not an NPS scale", "scale of ces"),
        ([0, 50, 100], "values 0-100: not an NPS scale", "if that is what was asked"),
        ([9, 10, -1], "values -1-10: not an NPS scale", r"pass scale=\(-1, 10\)"),
    ],
)
def test_wrong_scale_is_named_and_never_mapped(values, found, hint):
    with pytest.raises(ScaleError, match=found) as caught:
        kb.nps(values)
    assert caught.value.hint is not None
    assert re.search(hint, caught.value.hint)


def test_other_scale_computes_and_carries_a_notice():
    result = kb.nps(list(range(1, 11)) * 20, scale=(1, 10))
    assert result.value == pytest.approx(100 * (40 - 120) / 200)
    assert [notice.code for notice in result.notices] == ["other_scale"]
    assert result.measure.levels == tuple(range(1, 11))


@pytest.mark.parametrize("n", [5, 12, 300])
def test_no_zero_among_few_ones_is_no_other_scale(n):
    assert kb.nps([1] * 4 + [9] * n).n == n + 4


def test_scale_that_loses_the_meaning_is_refused():
    with pytest.raises(OptionError, match="no meaning on a scale of 1 to 5"):
        kb.nps([1, 5, 4, 3, 2], scale=(1, 5))


@pytest.mark.parametrize("make", [pl.DataFrame, pl.LazyFrame, pd.DataFrame, pa.table, dict])
def test_every_frame_gives_the_same_table(make):
    data = {
        "score": [10, 9, 0, None, 8, 10, 10, 2, 9, 9, 7],
        "team": ["b", "a", "b", "a", None, "a", "b", "a", "a", "a", "b"],
    }
    table = kb.nps(make(data), by=["team"])
    assert table.keys == (("a",), ("b",), (None,))
    assert [row.n for row in table.rows] == [5, 4, 1]
    assert table["a"].value == 60.0
    assert [notice.code for notice in table.notices] == ["skipped"]


def test_score_by_two_dimensions_and_a_missing_column():
    data = pl.DataFrame({"answer": [9, 0] * 10, "team": ["a", "b"] * 10, "year": [2025] * 10 + [2026] * 10})
    table = kb.nps(data, score="answer", by=["team", "year"])
    assert table.keys == (("a", 2025), ("a", 2026), ("b", 2025), ("b", 2026))
    assert table["a", 2026].value == 100.0
    with pytest.raises(ColumnError, match="there is no column 'taem'") as caught:
        kb.nps(data, score="answer", by="taem")
    assert "did you mean 'team'?" in caught.value.hint


@given(answers, st.integers(2, 9))
def test_equal_weights_change_nothing(scores, weight):
    plain = from_counts(np.bincount(scores, minlength=11))[0]
    weighted = kb.nps({"score": scores, "w": [weight] * len(scores)}, weights="w", scale=(0, 10))
    assert weighted.value == pytest.approx(plain.value)
    assert weighted.effective == pytest.approx(plain.n)
    assert weighted.interval.low == pytest.approx(plain.interval.low)


def test_unequal_weights_rest_on_kish_effective_answers():
    scores, weights = [10] * 20 + [0] * 20, [1.0] * 20 + [3.0] * 20
    result = kb.nps({"score": scores, "w": weights}, weights="w")
    assert result.value == -50.0
    assert result.n == 40
    assert result.effective == pytest.approx(80**2 / (20 + 180))


def test_negative_weight_names_its_row():
    with pytest.raises(DataError, match="row 2: -1 in column 'w' is not a weight"):
        kb.nps({"score": [1, 2], "w": [1, -1]}, weights="w")


def test_population_shrinks_the_interval_to_nothing():
    counts = [10, 0, 0, 0, 0, 0, 0, 20, 10, 30, 10]
    wide, narrow, census = (from_counts(counts, population=size)[0] for size in (None, 200, 80))
    assert narrow.effective == pytest.approx(80 * 199 / 120)  # methods.md section 1
    assert narrow.interval.low > wide.interval.low
    assert census.interval.low == census.interval.high == census.value
    with pytest.raises(DataError, match="a population of 79 is smaller than its sample of 80"):
        from_counts(counts, population=79)


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_every_measure_travels_with_its_result(measure):
    result = from_counts([3] * len(measure.levels), measure)[0]
    assert result.question["measure"] == measure.definition()
    assert measure.low <= result.interval.low <= result.value <= result.interval.high <= 100
    (record,) = result.records()
    assert sum(record[word] for word in measure.words) == result.n


def test_csat_is_the_share_of_fours_and_fives():
    result = kb.csat([5, 4, 3, 2, 1, 5])
    assert result.value == 50.0
    assert result.method == "wilson"


def test_measure_that_contradicts_itself_is_refused():
    with pytest.raises(OptionError, match="no answer can be both"):
        Measure(name="x", title="X", levels=(1, 2, 3), good=frozenset({3}), bad=frozenset({3}))


@pytest.mark.parametrize("counts", [[1, 2, 3], [-1] + [0] * 10, [np.nan] * 11])
def test_counts_that_are_no_histogram_are_refused(counts):
    with pytest.raises(DataError):
        from_counts(counts)


def test_unknown_interval_lists_those_that_are():
    with pytest.raises(OptionError, match="no interval 'bootstrap'") as caught:
        from_counts([1] * 11, method="bootstrap")
    assert "score, jeffreys, adjusted-wald" in caught.value.hint


def test_result_has_every_view():
    table = kb.nps({"score": [9, 10, 3, 9, 8, 2], "<team>": ["a"] * 5 + ["<b>"]}, by="<team>")
    assert isinstance(table, Table)
    row = table.to_dict()["rows"][1]
    assert row["by"] == {"<team>": "a"}
    assert set(row) >= {"n", "value", "low", "high", "promoters", "passives", "detractors", "method", "notices"}
    assert table.to_frame("polars")["value"].to_list() == [None, 40.0]
    assert table.to_frame("pandas")["notices"].tolist() == ["few_answers", ""]
    html = table._repr_html_()
    assert "<b>" not in html
    assert "&lt;b&gt;" in html
    assert table.summary().splitlines()[1].startswith("a: NPS +40.0")
    with pytest.raises(KeyError):
        table["nobody"]


def test_results_are_frozen_and_equal_by_value():
    one, other = kb.nps([9, 10, 3, 9, 8]), kb.nps([9, 10, 3, 9, 8])
    assert one == other
    with pytest.raises(AttributeError):
        one.value = 50.0


def test_measure_cutoffs_are_the_published_ones():
    # Reichheld (2003), Harvard Business Review 81(12): promoters 9-10, passives 7-8, detractors 0-6
    assert NPS.good == {9, 10}
    assert NPS.bad == set(range(7))


def test_counts_of_any_shape_keep_it():
    counts = np.random.default_rng(4).integers(0, 30, (2, 3, 11))
    scores = from_counts(counts)
    assert scores.value.shape == (2, 3)
    assert scores[1, 2] == scores[5] == scores[-1] == from_counts(counts[1, 2])[0]
    assert len(list(scores)) == 6
    with pytest.raises(IndexError):
        scores[6]


def test_no_answers_at_all():
    assert kb.nps([]).n == 0
    assert kb.nps({"score": [None, ""]}).value is None
    assert len(kb.nps({"score": [], "team": []}, by="team")) == 0


def test_a_file_that_says_what_was_asked_is_taken_at_its_word(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("score\n" + "\n".join(str(1 + at % 10) for at in range(200)), encoding="utf-8")
    with pytest.raises(ScaleError, match="values 1-10"):
        kb.read(path)
    said = kb.read(path, scale=(0, 10))
    assert (
        kb.nps(said).n == kb.trend(said.to_frame(), moment="answered_at", scale=(0, 10)).notices[0].data["count"] == 200
    )
    assert kb.nps(said).value == -40.0
    assert kb.nps(kb.read(path, scale=(1, 10))).measure.levels == tuple(range(1, 11))
