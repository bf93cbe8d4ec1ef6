"""Means and quantiles of many groups against published ranks, exact coverage and plain numpy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from klankbord.lake.questions.amounts import Histograms, Moments
from klankbord.lake.questions.contrasts import contrasts
from klankbord.lake.questions.counting import Cells

SECONDS = st.lists(st.integers(0, 4000), min_size=36, max_size=200)


def cells(groups):
    rows = [(at, value, count) for at, values in enumerate(groups) for value, count in histogram(values)]
    np.random.default_rng(1).shuffle(rows)
    group, value, count = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    return Cells(group=group.astype(np.int64), values=(value, count))


def histogram(values):
    return zip(*np.unique(values, return_counts=True), strict=True)


def quantiles(groups, share, level=0.95):
    return Histograms.of(cells(groups), len(groups), share).amounts(level)


def moments(groups):
    sums = [(len(group), sum(group), sum(value * value for value in group)) for group in groups]
    columns = tuple(np.array(column, dtype=np.float64) for column in zip(*sums, strict=True))
    return Moments.of(Cells(group=np.arange(len(groups)), values=columns), len(groups), floor=0.0)


@pytest.mark.parametrize(("n", "ranks"), [(10, (2, 9)), (20, (6, 15)), (25, (8, 18)), (50, (18, 33)), (100, (40, 61))])
def test_median_interval_has_the_published_ranks(n, ranks):
    # Ranks of the distribution-free 95 % interval of a median: Conover, Practical Nonparametric Statistics, 3.2.
    found = quantiles([range(1, n + 1)], 0.5)
    assert (found.low[0], found.high[0]) == ranks


@pytest.mark.parametrize("share", [0.5, 0.9])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_quantile_interval_covers_what_it_promises_and_no_shorter_one_does(share, level):
    sizes = [*range(5, 130), 1000, 123_457]
    groups = [range(1, n + 1) for n in sizes]
    found = quantiles(groups, share, level)
    half = (1 - level) / 2
    for n, low, high in zip(sizes, found.low, found.high, strict=True):
        if n < found.needed:
            assert np.isnan(low)
            continue
        below, above = stats.binom.cdf(low - 1, n, share), stats.binom.sf(high - 1, n, share)
        assert max(below, above) <= half + 1e-12
        assert min(stats.binom.cdf(low, n, share), stats.binom.sf(high - 2, n, share)) > half


@given(st.lists(SECONDS, min_size=1, max_size=4), st.sampled_from([0.5, 0.9]))
def test_quantiles_are_those_of_numpy_and_lie_in_their_interval(groups, share):
    found = quantiles(groups, share)
    assert found.value == pytest.approx([np.quantile(group, share) for group in groups])
    assert (found.low <= found.value + 1e-9).all()
    assert (found.value <= found.high + 1e-9).all()


@given(st.lists(SECONDS, min_size=2, max_size=4), st.sampled_from([0.5, 0.9]))
def test_rest_of_a_histogram_is_all_other_rows(groups, share):
    rest = Histograms.of(cells(groups), len(groups), share).rest().amounts(0.95)
    for at, value in enumerate(rest.value):
        others = [second for place, group in enumerate(groups) if place != at for second in group]
        assert value == pytest.approx(np.quantile(others, share))


@given(st.lists(st.lists(st.integers(0, 4000), min_size=5, max_size=60), min_size=2, max_size=4))
def test_means_have_the_t_interval_and_their_rest_is_all_other_rows(groups):
    found, rest = moments(groups).amounts(0.95), moments(groups).rest().amounts(0.95)
    for at, group in enumerate(groups):
        error = np.std(group, ddof=1) / np.sqrt(len(group))
        low, high = np.mean(group) + stats.t.ppf([0.025, 0.975], len(group) - 1) * error
        expected = (np.mean(group), max(low, 0.0), high)
        assert (found.value[at], found.low[at], found.high[at]) == pytest.approx(expected, abs=1e-3)
        others = [second for place, other in enumerate(groups) if place != at for second in other]
        assert rest.value[at] == pytest.approx(np.mean(others))


def test_too_few_rows_have_no_estimate_and_say_how_many_are_needed():
    (few,) = moments([[10, 20, 30, 40]]).amounts(0.95).results("seconds", "contacts")
    (many,) = quantiles([range(35)], 0.9).results("seconds", "contacts")
    assert (few.value, few.interval, few.notices[0].data) == (None, None, {"n": 4, "needed": 5})
    # P(all of n below the 90th percentile) = .9^n is above .025 up to n = 35.
    assert (many.value, many.notices[0].data) == (None, {"n": 35, "needed": 36})


@given(st.lists(SECONDS, min_size=2, max_size=5), st.booleans())
def test_contrast_agrees_with_its_interval_and_turns_with_its_sides(groups, means):
    amounts = (moments(groups) if means else Histograms.of(cells(groups), len(groups), 0.5)).amounts(0.95)
    side = (amounts, tuple(amounts.results("seconds", "contacts")))
    turned = (
        type(amounts)(**{name: getattr(amounts, name)[::-1] for name in ("n", "value", "low", "high")},
                      level=0.95, method=amounts.method, needed=amounts.needed),
        side[1][::-1],
    )  # fmt: skip
    for one, other in zip(contrasts(side, turned, 0.95), contrasts(turned, side, 0.95), strict=True):
        assert one.value == -other.value
        assert one.p_value == pytest.approx(other.p_value)
        assert one.interval.low == pytest.approx(-other.interval.high)
        if one.interval.low != 0 != one.interval.high:
            assert (one.p_value < 0.05) == (0 not in one.interval)


@pytest.mark.slow
def test_contrasts_of_nothing_are_seldom_called_real():
    rng = np.random.default_rng(1)
    false = 0
    for _ in range(100):
        groups = [np.rint(rng.lognormal(5, 0.8, 80)).astype(int).tolist() for _ in range(40)]
        first, second = (moments(half).amounts(0.95) for half in (groups[:20], groups[20:]))
        sides = [(one, tuple(one.results("seconds", "contacts"))) for one in (first, second)]
        false += sum(one.p_value < 0.05 for one in contrasts(*sides, 0.95))
    assert false / 2000 < 0.06
