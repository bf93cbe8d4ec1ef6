"""Shrinkage against published numbers, another implementation, and worlds in which the truth is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.formula import api as formula

from klankbord.errors import DataError
from klankbord.fairness import between_variance, components, shrink


def layout(values, units):
    """Means, counts, sum of squares within and its degrees of freedom of a one-way layout."""
    counts = np.bincount(units).astype(float)
    means = np.bincount(units, values) / counts
    return means, counts, float(np.sum((values - means[units]) ** 2)), len(values) - len(counts)


def dyestuff(shared):
    rows = np.loadtxt(shared / "fixtures/dyestuff/dyestuff.csv", delimiter=",", skiprows=1, dtype=str)
    _, units = np.unique(rows[:, 0], return_inverse=True)
    return layout(rows[:, 1].astype(float), units)


def test_dyestuff_has_the_variances_of_lme4(shared):
    # lmer(Yield ~ 1 + (1 | Batch)): 1764.05 between, 2451.25 within, as published with lme4.
    within, between = components(*dyestuff(shared))
    assert within == pytest.approx(2451.25, abs=1e-3)
    assert between == pytest.approx(1764.05, abs=1e-3)


def test_dyestuff_has_the_predictions_of_lme4(shared):
    means, counts, squares, freedom = dyestuff(shared)
    within, between = components(means, counts, squares, freedom)
    found = shrink(means, within / counts, between, corrected=False)
    published = [-17.60685137, 0.39126336, 28.56222555, -23.08453846, 56.73318774, -44.99528683]
    assert found.center == pytest.approx(1527.5)
    assert found.values - found.center == pytest.approx(published, abs=1e-4)


def test_baseball_has_the_shrinkage_of_efron_and_morris(shared):
    # Efron and Morris (1975): 18 batters after 45 at bats, c = .212, and a third of the squared error of the averages.
    rows = np.loadtxt(shared / "fixtures/efron_morris/baseball.csv", delimiter=",", skiprows=1, usecols=(1, 2, 3))
    means, truth = rows[:, 0] / rows[:, 1], rows[:, 2]
    noise = np.full(18, means.mean() * (1 - means.mean()) / 45)
    found = shrink(means, noise, between_variance(means, noise))
    kept = (found.values[0] - found.center) / (means[0] - found.center)
    assert kept == pytest.approx(0.2117, abs=1e-4)
    assert found.values[[0, -1]] == pytest.approx([0.294, 0.242], abs=6e-4)
    raw, shrunken = (float(np.sum((guess - truth) ** 2)) for guess in (means, found.values))
    assert raw == pytest.approx(0.0755, abs=1e-4)
    assert raw / shrunken == pytest.approx(3.53, abs=0.01)


@pytest.mark.filterwarnings("ignore")  # the other implementation warns about its own search
def test_unequal_counts_have_the_variances_of_statsmodels():
    rng = np.random.default_rng(8)
    units = np.repeat(np.arange(40), rng.integers(2, 60, 40))
    values = 20 + rng.normal(0, 12, 40)[units] + rng.normal(0, 50, len(units))
    fitted = formula.mixedlm("y ~ 1", {"y": values, "g": units}, groups=units).fit(reml=True, gtol=1e-12)
    means, counts, squares, freedom = layout(values, units)
    within, between = components(means, counts, squares, freedom)
    assert within == pytest.approx(fitted.scale, rel=1e-4)
    assert between == pytest.approx(float(np.asarray(fitted.cov_re)[0, 0]), rel=1e-3)
    found = shrink(means, within / counts, between, corrected=False)
    theirs = [float(np.asarray(fitted.random_effects[unit])[0]) for unit in range(40)]
    assert found.values - found.center == pytest.approx(theirs, abs=0.01)


@given(
    st.lists(st.floats(-100, 100), min_size=4, max_size=30).filter(lambda means: np.ptp(means) > 0.01),
    st.floats(0, 1e4),
)
def test_values_lie_between_the_mean_of_all_and_ones_own(means, between):
    means = np.array(means)
    noise = np.linspace(1, 50, len(means))
    found = shrink(means, noise, between)
    assert found.reliability == pytest.approx(between / (between + noise))
    assert (np.abs(found.values - found.center) <= np.abs(means - found.center) + 1e-9).all()
    assert (found.sds > 0).all()


def test_where_units_differ_by_no_more_than_chance_nothing_is_left():
    within, between = components(np.full(6, 30.0), np.full(6, 20.0), 40_000.0, 114.0)
    assert between == 0.0
    assert shrink(np.full(6, 30.0), np.full(6, within / 20), between).values == pytest.approx(np.full(6, 30.0))


def test_three_units_are_left_as_they_are():
    found = shrink(np.array([1.0, 2.0, 9.0]), np.array([1.0, 4.0, 9.0]), 3.0)
    assert found.values.tolist() == [1.0, 2.0, 9.0]
    assert found.sds.tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(("squares", "freedom"), [(0.0, 5.0), (3.0, 0.0)])
def test_answers_that_say_nothing_of_noise_are_refused(squares, freedom):
    with pytest.raises(DataError):
        components(np.array([1.0, 2.0]), np.array([3.0, 4.0]), squares, freedom)


@pytest.mark.parametrize(("units", "spread"), [(5, 12.0), (8, 6.0), (20, 6.0), (200, 6.0)])
def test_intervals_hold_the_truth_with_few_units_too(units, spread):
    # Morris (1983): intervals that take the variance for known fall short with few units; the corrected ones do not.
    rng = np.random.default_rng(units)
    counts, held, total = np.linspace(20, 120, units).round(), 0, 0
    for _ in range(3_000 // units + 200):
        truth = rng.normal(30, spread, units)
        means = rng.normal(truth, 75 / np.sqrt(counts))
        freedom = float(counts.sum() - units)
        within, between = components(means, counts, 75**2 * rng.chisquare(freedom), freedom)
        found = shrink(means, within / counts, between)
        held += int((np.abs(found.values - truth) <= 1.959964 * found.sds).sum())
        total += units
    assert 0.93 <= held / total <= 0.985
