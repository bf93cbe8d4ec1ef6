"""Figures of tables: published numbers, other libraries as oracles, and laws that must hold for any data."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from klankbord.errors import DataError, ScaleError, ScoreError
from klankbord.prediction import decompose, skill
from klankbord.prediction.agreement import agreement, isotonic, tabulate

VALUES, KINDS = np.arange(11.0), np.array([2] * 7 + [1] * 2 + [0] * 2)
# Dimitriadis, Gneiting and Jordan (2021); recomputed by R's reliabilitydiag, as the fixture's SOURCE.txt says.
NIAMEY = {
    "Logistic": (0.2057, 0.0171, 0.0555),
    "EMOS": (0.2320, 0.0183, 0.0305),
    "ENS": (0.2662, 0.0661, 0.0441),
    "EPC": (0.2343, 0.0223, 0.0323),
}
pairs = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=5, max_size=60)


def table_of(found):
    x, y = np.array(found).T
    return tabulate(np.zeros(len(x), int), x, y, count=1, levels=11)[0]


@pytest.mark.parametrize("name", NIAMEY)
def test_decomposition_of_rain_in_niamey(shared, name):
    with (shared / "fixtures/niamey/niamey.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = decompose([float(row[name]) for row in rows], [int(row["obs"]) for row in rows])
    parts = (found.mse, found.miscalibration, found.discrimination, found.uncertainty)
    assert parts == pytest.approx((*NIAMEY[name], 0.2442), abs=0.00005)


def test_equal_forecasts_are_pooled_before_the_curve_is_fitted():
    # In the order of rows an isotonic fit would follow 0, 1 perfectly; equal forecasts cannot be told apart.
    assert decompose([0.5, 0.5, 0.9], [0, 1, 1]).discrimination == pytest.approx(2 / 9 - 1 / 6)
    assert decompose([0.5, 0.5, 0.9], [1, 0, 1]).discrimination == pytest.approx(2 / 9 - 1 / 6)


@given(pairs)
def test_a_table_gives_what_the_pairs_give(found):
    table, whole = agreement(table_of(found), VALUES, KINDS), decompose(*np.array(found).T)
    for part in ("mse", "miscalibration", "discrimination", "uncertainty"):
        assert getattr(table, part) == pytest.approx(getattr(whole, part), abs=1e-9)


@given(pairs)
def test_the_parts_add_up_and_are_not_negative(found):
    parts = agreement(table_of(found), VALUES, KINDS)
    assert parts.mse == pytest.approx(parts.miscalibration - parts.discrimination + parts.uncertainty, abs=1e-9)
    assert min(parts.miscalibration, parts.discrimination, parts.uncertainty) >= 0


@given(pairs, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(found, random):
    again = list(found)
    random.shuffle(again)
    first, second = (skill(*zip(*rows, strict=True), draws=20) for rows in (found, again))
    assert first == second


@given(pairs)
def test_kappa_and_rank_correlation_agree_with_other_libraries(found):
    from scipy.stats import spearmanr
    from sklearn.metrics import cohen_kappa_score

    x, y = np.array(found).T
    ours = agreement(table_of(found), VALUES, KINDS)
    if (x == x[0]).all() and (y == x[0]).all():
        return
    kappa = cohen_kappa_score(x, y, weights="quadratic", labels=range(11))
    assert ours.kappa == pytest.approx(kappa, abs=1e-9)
    if len(set(x.tolist())) > 1 and len(set(y.tolist())) > 1:
        assert ours.spearman == pytest.approx(spearmanr(x, y).statistic, abs=1e-9)
    else:
        assert np.isnan(ours.spearman)


@given(
    arrays(float, 11, elements=st.floats(-5, 5)),
    arrays(float, 11, elements=st.sampled_from([0.0, 1.0, 2.0, 7.0])),
)
def test_isotonic_fit_agrees_with_scipy(means, weights):
    from scipy.optimize import isotonic_regression

    there = weights > 0
    fit = isotonic(np.where(there, means, 0.0), weights)
    if there.any():
        assert fit[there] == pytest.approx(isotonic_regression(means[there], weights=weights[there]).x, abs=1e-9)
    assert (fit[~there] == 0).all()


def test_always_naming_the_mean_has_no_skill_and_no_insight():
    parts = agreement(table_of([(5, 4), (5, 6)] * 10), VALUES, KINDS)
    assert (parts.skill, parts.discrimination, parts.miscalibration) == pytest.approx((0, 0, 0), abs=1e-12)


@pytest.mark.parametrize(
    ("predicted", "actual", "error", "row"),
    [
        ([7, 7.5], [8, 8], ScoreError, 2),
        ([7, "seven"], [8, 8], ScoreError, 2),
        ([7, 11], [8, 8], ScaleError, 2),
        ([7, 8, 9], [8, 8, -1], ScaleError, 3),
    ],
)
def test_a_value_that_is_no_score_is_named_with_its_row(predicted, actual, error, row):
    with pytest.raises(error, match=f"row {row}") as caught:
        skill(predicted, actual)
    assert caught.value.data["row"] == row
    assert caught.value.hint


def test_columns_of_different_length_are_refused():
    with pytest.raises(DataError, match="not equally long"):
        skill([7, 8], [8])
