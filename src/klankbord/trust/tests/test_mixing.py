"""Kitagawa's decomposition: exact sums, a worked example, intervals that cover, and a mix that poses as a trend."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klankbord.errors import DataError
from klankbord.score import from_counts
from klankbord.trust import decompose, mix_shift

cells = st.lists(st.integers(0, 30), min_size=11, max_size=11)
tables = st.lists(cells, min_size=3, max_size=3).filter(lambda table: np.sum(table) >= 5)


def three(detractors, passives, promoters):
    return [detractors, 0, 0, 0, 0, 0, 0, 0, passives, 0, promoters]


@given(tables, tables)
def test_mix_and_real_add_up_to_the_change_of_the_score(before, after):
    moved = decompose("abc", before, after)
    change = from_counts(np.sum(after, 0))[0].value - from_counts(np.sum(before, 0))[0].value
    assert moved.change == pytest.approx(change, abs=1e-9)
    assert moved.mix + moved.real == pytest.approx(moved.change, abs=1e-9)
    assert sum(part.mix for part in moved.parts) == pytest.approx(moved.mix, abs=1e-9)
    assert sum(part.real for part in moved.parts) == pytest.approx(moved.real, abs=1e-9)


@given(tables, tables)
def test_turned_round_in_time_the_change_is_turned_round(before, after):
    there, back = decompose("abc", before, after), decompose("abc", after, before)
    assert (back.mix, back.real) == pytest.approx((-there.mix, -there.real), abs=1e-9)
    assert back.mix_interval.low == pytest.approx(-there.mix_interval.high, abs=1e-9)


def test_worked_example_by_hand():
    """Shares .5/.5 to .2/.8, scores 50/0 to 60/10: mix -.3 x 55 + .3 x 5 = -15, real .35 x 10 + .65 x 10 = +10."""
    before = [three(10, 30, 60), three(30, 40, 30)]
    after = [three(5, 30, 65), np.multiply(three(25, 40, 35), 4)]
    moved = decompose(["phone", "chat"], before, after)
    assert (moved.mix, moved.real, moved.change) == pytest.approx((-15, 10, -5))


def test_a_group_of_one_period_is_mix():
    moved = decompose(["a", "b"], [three(10, 0, 90), three(0, 0, 0)], [three(10, 0, 90), three(50, 0, 50)])
    assert moved.real == pytest.approx(0)
    assert moved.parts[1].score_before is None


def test_change_interval_is_that_of_two_independent_scores():
    before, after = [three(20, 30, 50), three(40, 20, 40)], [three(25, 30, 45), three(10, 20, 70)]
    moved = decompose("ab", before, after)
    variances = []
    for table in (before, after):
        d, _, p = np.sum(table, 0)[[0, 8, 10]] / np.sum(table)
        variances.append((p + d - (p - d) ** 2) / np.sum(table))
    half = (moved.change_interval.high - moved.change_interval.low) / 2
    assert half == pytest.approx(100 * 1.959964 * np.sqrt(sum(variances)), rel=1e-6)


def test_a_shift_of_mix_poses_as_a_trend():
    before = [np.multiply(three(10, 20, 70), 9), np.multiply(three(50, 20, 30), 1)]
    after = [np.multiply(three(10, 20, 70), 5), np.multiply(three(50, 20, 30), 5)]
    finding = mix_shift(decompose(["phone", "chat"], before, after))
    assert finding.found
    assert finding.effect == pytest.approx(-32)
    assert finding.conclusion.startswith("A change of mix poses as a trend: of -32.0 points of change, -32.0 comes")


def test_without_two_periods_nothing_is_tested():
    assert mix_shift(None).state == "not tested"
    assert mix_shift(decompose("a", [three(2, 2, 2)], [three(3, 3, 3)])).state == "not tested"


@pytest.mark.parametrize("before", [[three(0, 0, 0)], [[1, 2, 3]], [three(-1, 5, 5)]])
def test_what_cannot_be_taken_apart_is_refused(before):
    with pytest.raises(DataError, match="cannot be taken apart"):
        decompose("a", before, [three(1, 1, 1)])


@pytest.mark.slow
def test_intervals_of_mix_and_real_cover_the_truth():
    rng = np.random.default_rng(4)
    shares = np.array([[0.6, 0.3, 0.1], [0.4, 0.35, 0.25]])
    kinds = np.array(
        [[[0.1, 0.3, 0.6], [0.3, 0.3, 0.4], [0.5, 0.2, 0.3]], [[0.15, 0.3, 0.55], [0.25, 0.3, 0.45], [0.5, 0.2, 0.3]]]
    )
    score = kinds[:, :, 2] - kinds[:, :, 0]
    mix = 100 * ((shares[1] - shares[0]) * score.mean(0)).sum()
    real = 100 * (shares.mean(0) * (score[1] - score[0])).sum()
    inside = np.zeros(3)
    for _ in range(3000):
        tables = []
        for period in (0, 1):
            drawn = rng.multinomial(600, (shares[period][:, None] * kinds[period]).ravel()).reshape(3, 3)
            tables.append([three(*row) for row in drawn])
        moved = decompose("abc", *tables)
        inside += [mix in moved.mix_interval, real in moved.real_interval, mix + real in moved.change_interval]
    assert np.all((inside / 3000 >= 0.935) & (inside / 3000 <= 0.965)), inside / 3000
