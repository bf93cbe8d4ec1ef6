"""Intervals against published numbers, against exact enumeration, and against the laws they must obey."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaln

from klankbord.errors import OptionError
from klankbord.score.intervals import METHODS, normal_quantile, score_interval, wilson_interval

Z = normal_quantile(0.95)


@st.composite
def histograms(draw):
    n = draw(st.integers(1, 2000))
    good = draw(st.integers(0, n))
    return good, draw(st.integers(0, n - good)), n


def limits(method, good, bad, n, z=Z):
    low, high = METHODS[method](*(np.array([float(part)]) for part in (good, bad, n)), z)
    return low[0], high[0]


@pytest.mark.parametrize(
    ("method", "columns", "precision"),
    # The fixture's Jeffreys limits are right to 2e-4: in row 4 adaptive quadrature and 20 million draws give .21600.
    [("score", "score", 6e-7), ("adjusted-wald", "aw34", 6e-7), ("jeffreys", "jeffreys", 2.5e-4)],
)
def test_interval_reference_cases(shared, method, columns, precision):
    # shared/fixtures/nps_intervals/SOURCE.txt: R ratesci 1.0.0 and the airway data of Fagerland et al. (2014)
    with (shared / "fixtures/nps_intervals/cases.csv").open() as file:
        cases = list(csv.DictReader(file))
    assert len(cases) == 5
    for case in cases:
        low, high = limits(method, case["promoters"], case["detractors"], case["n"])
        assert low == pytest.approx(float(case[f"{columns}_lo"]), abs=precision)
        assert high == pytest.approx(min(float(case[f"{columns}_hi"]), 1.0), abs=precision)


# Mean and minimum coverage and mean width, methods.md section 1, over 1,176 points in steps of .02.
COVERAGE = [
    ("score", 5, 0.972, 0.900, 106),
    ("score", 10, 0.964, 0.926, 81),
    ("score", 20, 0.956, 0.940, 59),
    ("adjusted-wald", 5, 0.952, 0.837, 96),
    ("adjusted-wald", 10, 0.952, 0.893, 76),
    ("adjusted-wald", 20, 0.951, 0.926, 57),
    ("jeffreys", 5, 0.956, 0.875, 99),
    ("jeffreys", 10, 0.951, 0.911, 77),
]


@pytest.mark.parametrize(("method", "n", "mean", "minimum", "width"), COVERAGE)
def test_interval_exact_coverage(method, n, mean, minimum, width):
    good, bad = np.array([(p, d) for p in range(n + 1) for d in range(n + 1 - p)], dtype=float).T
    low, high = METHODS[method](good, bad, np.full(good.shape, float(n)), Z)
    ways = gammaln(n + 1) - gammaln(good + 1) - gammaln(bad + 1) - gammaln(n - good - bad + 1)
    steps = 0.02 * np.arange(1, 49)
    points = [(p, d) for p in steps for d in steps if p + d < 0.981]
    covered, widths = [], []
    for p, d in points:
        chance = np.exp(ways + good * np.log(p) + bad * np.log(d) + (n - good - bad) * np.log(1 - p - d))
        covered.append(chance[(low <= p - d + 1e-12) & (p - d <= high + 1e-12)].sum())
        widths.append(100 * chance @ (high - low))
    assert len(points) == 1176
    assert np.mean(covered) == pytest.approx(mean, abs=0.005)
    assert np.min(covered) == pytest.approx(minimum, abs=0.005)
    assert np.mean(widths) == pytest.approx(width, abs=0.6)


@given(histograms(), st.sampled_from(["score", "adjusted-wald"]))
def test_interval_mirror_symmetry(histogram, method):
    good, bad, n = histogram
    low, high = limits(method, good, bad, n)
    mirror_low, mirror_high = limits(method, bad, good, n)
    assert low == pytest.approx(-mirror_high, abs=1e-9)
    assert high == pytest.approx(-mirror_low, abs=1e-9)


@given(histograms())
def test_score_interval_holds_the_estimate_within_bounds(histogram):
    good, bad, n = histogram
    low, high = limits("score", good, bad, n)
    assert -1 <= low <= (good - bad) / n + 1e-9
    assert (good - bad) / n - 1e-9 <= high <= 1


@given(histograms())
def test_score_interval_rises_with_promoters(histogram):
    good, bad, n = histogram
    if good + bad < n:
        before, after = limits("score", good, bad, n), limits("score", good + 1, bad, n)
        assert after[0] >= before[0] - 1e-9
        assert after[1] >= before[1] - 1e-9


@given(histograms(), st.floats(0.5, 4))
def test_score_interval_limits_are_where_the_test_rejects(histogram, z):
    """At a limit inside (-1, 1), Tango's statistic computed straight from his paper equals z."""
    good, bad, n = histogram
    low, _ = limits("score", good, bad, n, z)
    a, b, c = 2 * n, -good - bad + (2 * n - good + bad) * low, -bad * low * (1 - low)
    share = (np.sqrt(max(b * b - 4 * a * c, 0)) - b) / (2 * a)
    variance = n * (2 * share + low * (1 - low))
    if low > -0.999 and variance > 1e-6:
        assert (good - bad - n * low) / np.sqrt(variance) == pytest.approx(z, abs=1e-4)


@given(histograms(), st.floats(0.6, 0.98), st.floats(0.001, 0.019))
def test_score_interval_widens_with_level(histogram, level, more):
    good, bad, n = histogram
    low, high = limits("score", good, bad, n, normal_quantile(level))
    wider_low, wider_high = limits("score", good, bad, n, normal_quantile(level + more))
    assert wider_low <= low + 1e-9
    assert wider_high >= high - 1e-9


def test_score_interval_any_shape():
    counts = np.arange(24.0).reshape(2, 3, 4)
    low, high = score_interval(counts, counts[::-1], np.full((2, 3, 4), 60.0), Z)
    assert low.shape == high.shape == (2, 3, 4)
    assert low[1, 2, 3] == pytest.approx(limits("score", 23, 11, 60)[0])


def test_wilson_interval_reference_case():
    from statsmodels.stats.proportion import proportion_confint

    low, high = wilson_interval(np.array([8.0]), np.zeros(1), np.array([10.0]), Z)
    assert (low[0], high[0]) == pytest.approx(proportion_confint(8, 10, method="wilson"))


def test_normal_quantile_of_an_impossible_level():
    with pytest.raises(OptionError, match="level 95 is not between 0 and 1"):
        normal_quantile(95)
