"""Silence: bounds hold every thing that the silent could have said, and the turning point is the first that turns."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from klankbord.errors import DataError, OptionError
from klankbord.score import CSAT, from_counts, nps, silence_bounds, turning_point

answered = st.lists(st.integers(0, 40), min_size=11, max_size=11).filter(lambda counts: sum(counts) >= 5)
silent = st.lists(st.integers(0, 40), min_size=11, max_size=11)


def scored(counts, **options):
    return from_counts([counts], **options)[0]


@given(answered, silent)
def test_bounds_hold_every_completion(counts, unseen):
    score, population = scored(counts), sum(counts) + sum(unseen)
    bounds = silence_bounds(score, population=population)
    everybody = scored(np.add(counts, unseen))
    assert bounds.low - 1e-9 <= everybody.value <= bounds.high + 1e-9
    assert bounds.low - 1e-9 <= score.value <= bounds.high + 1e-9
    assert bounds.interval.low <= bounds.low + 1e-9
    assert bounds.interval.high >= bounds.high - 1e-9


@given(answered, st.integers(0, 500))
def test_bounds_are_reached_and_as_wide_as_silence(counts, unseen):
    score, population = scored(counts), sum(counts) + unseen
    bounds = silence_bounds(score, population=population)
    worst, best = np.add(counts, [unseen, *[0] * 10]), np.add(counts, [*[0] * 10, unseen])
    assert (bounds.low, bounds.high) == pytest.approx((scored(worst).value, scored(best).value))
    assert bounds.high - bounds.low == pytest.approx(200 * unseen / population)


def test_bounds_of_everybody_are_the_score_and_its_interval():
    score = nps([10] * 50 + [0] * 20)
    bounds = silence_bounds(score, population=70)
    assert bounds.low == bounds.high == score.value
    assert (bounds.interval.low, bounds.interval.high) == pytest.approx((score.interval.low, score.interval.high))


def test_bounds_of_a_share_go_from_nobody_to_everybody():
    bounds = silence_bounds(scored([0, 2, 2, 6, 10], measure=CSAT), population=40)
    assert (bounds.low, bounds.high) == (40.0, 90.0)


def test_bounds_of_few_are_not_given():
    bounds = silence_bounds(nps([10, 9, 0]), population=50)
    assert (bounds.low, bounds.interval) == (None, None)
    assert [notice.code for notice in bounds.notices] == ["few_answers"]
    assert bounds.summary() == "too few answers for bounds (n = 3)"


def test_wide_silence_is_told():
    assert [notice.code for notice in silence_bounds(nps([10] * 20), population=100).notices] == ["wide_silence"]
    assert silence_bounds(nps([10] * 20), population=22).notices == ()


def value_with(counts, population, turned, to):
    """Return the score of everybody when `turned` silent ones answer `to` and the others are like the answers."""
    shares = np.array(counts) / sum(counts)
    everybody = np.array(counts, dtype=float) + shares * (population - sum(counts) - turned)
    everybody[to] += turned
    return 100 * (everybody[9:].sum() - everybody[:7].sum()) / population


@given(answered, st.integers(0, 300), st.floats(-99, 99))
def test_turning_point_is_the_first_number_that_turns(counts, unseen, target):
    score, population = scored(counts), sum(counts) + unseen
    assume(abs(score.value - target) > 1e-6)
    point = turning_point(score, than=target, population=population)
    to = 0 if point.side == "above" else 10
    sign = 1 if point.side == "above" else -1
    gaps = [sign * (value_with(counts, population, k, to) - target) for k in range(unseen + 1)]
    turning = [k for k, gap in enumerate(gaps) if gap <= 1e-7]
    assert point.turned_by == (turning[0] if turning else None)


@given(answered, st.integers(1, 300), st.floats(-99, 99))
def test_what_silence_cannot_turn_lies_beyond_the_bounds(counts, unseen, target):
    score, population = scored(counts), sum(counts) + unseen
    bounds = silence_bounds(score, population=population)
    assume(min(abs(target - edge) for edge in (score.value, bounds.low, bounds.high)) > 1e-6)
    point = turning_point(score, than=target, population=population)
    assert (point.turned_by is None) == (not bounds.low < target < bounds.high)


def test_turning_point_against_another_score_says_it_in_words():
    this, other = nps([10] * 50 + [8] * 30 + [3] * 20), nps([10] * 40 + [8] * 30 + [3] * 30)
    point = turning_point(this, than=other, population=400)
    assert (point.than, point.turned_by) == (10.0, 62)
    assert point.summary() == (
        "NPS +30.0 is above +10.0; it would not be if 62 of the 300 silent customers were all detractors and the "
        "others like those who answered: 37 % detractors among the silent, against 20 % of those who answered"
    )
    assert turning_point(other, than=this, population=400).kind == "promoters"
    assert turning_point(this, than=-90, population=120).summary().endswith("whatever the 20 silent customers think")
    assert point.records()[0]["among_silent"] == point.among_silent


@pytest.mark.parametrize("population", [9, 10.5])
def test_impossible_populations_are_refused(population):
    with pytest.raises(DataError, match="10 answers cannot come from"):
        silence_bounds(nps([10] * 10), population=population)


def test_no_conclusion_cannot_be_turned():
    with pytest.raises(OptionError, match="too few answers"):
        turning_point(nps([10, 9]), than=0, population=50)
    with pytest.raises(OptionError, match="equal"):
        turning_point(nps([10] * 10), than=100, population=50)
    with pytest.raises(OptionError, match="defined differently"):
        turning_point(nps([10] * 10), than=scored([0, 2, 2, 6, 10], measure=CSAT), population=50)


@pytest.mark.slow
@pytest.mark.parametrize("leaning", [0.0, 2.0])
def test_interval_covers_the_whole_range_whatever_the_mechanism(leaning):
    """Silence at random, and silence that hangs on the score itself: the range is covered at least as promised."""
    rng = np.random.default_rng(3)
    shares, rates = np.array([0.2, 0.3, 0.5]), 0.4 * np.exp(leaning * np.array([0.1, -0.3, 0.2]))
    low = 100 * ((shares * rates)[2] - (shares * rates)[0] - (shares * (1 - rates)).sum())
    high = 100 * ((shares * rates)[2] - (shares * rates)[0] + (shares * (1 - rates)).sum())
    inside = 0
    for _ in range(2000):
        kinds = rng.choice(3, 300, p=shares)
        heard = kinds[rng.random(300) < rates[kinds]]
        counts = np.zeros(11)
        counts[[3, 8, 10]] = np.bincount(heard, minlength=3)
        interval = silence_bounds(scored(counts), population=300).interval
        inside += interval.low <= low and interval.high >= high
    assert inside / 2000 >= 0.93
