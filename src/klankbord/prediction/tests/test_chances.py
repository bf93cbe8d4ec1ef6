"""Forecasts as chances: another library as oracle, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klankbord.errors import DataError
from klankbord.prediction import ranked_probability_score
from klankbord.prediction.chances import rps
from klankbord.score import CSAT


def forecasts(kinds, n=40):
    rng = np.random.default_rng(kinds)
    return rng.dirichlet(np.ones(kinds), n), rng.integers(0, kinds, n)


@pytest.mark.parametrize("kinds", [2, 3, 11])
def test_the_score_is_that_of_scoringrules(kinds):
    import scoringrules

    chances, outcome = forecasts(kinds)
    # The library counts outcomes from 1.
    assert rps(chances, outcome) == pytest.approx(scoringrules.rps_score(outcome + 1, chances), abs=1e-12)


@given(st.integers(0, 10), st.integers(0, 10))
def test_a_certain_forecast_is_as_far_off_as_its_error(foreseen, came):
    assert rps(np.eye(11)[[foreseen]], np.array([came])) == pytest.approx([abs(foreseen - came)])


def test_three_chances_are_read_worst_first():
    right = ranked_probability_score([[100, 0, 0], [0, 100, 0], [0, 0, 100]] * 2, [0, 8, 10] * 2)
    assert right.score.value == 0
    assert right.skill == 1
    wrong = ranked_probability_score([[0, 0, 1]] * 5, [0] * 5)
    assert wrong.score.value == 2


def test_always_giving_the_shares_that_came_has_no_skill():
    found = ranked_probability_score([[0.2, 0.3, 0.5]] * 10, [0] * 2 + [8] * 3 + [10] * 5)
    assert found.skill == pytest.approx(0)
    assert found.score.value == pytest.approx(0.2 * 0.8 + 0.5 * 0.5)


def test_by_agent_and_few():
    table = ranked_probability_score([[0.2, 0.3, 0.5]] * 8, [10] * 6 + [3, None], by=["a"] * 6 + ["b"] * 2)
    assert table["a"].n == 6
    assert table["b"].score.value is None
    assert table["b"].notices[0].code == "few_answers"


def test_another_measure_has_two_kinds():
    assert ranked_probability_score([[1, 0]] * 5, [1, 2, 3, 3, 1], measure=CSAT).score.value == 0


@pytest.mark.parametrize(
    ("chances", "said"),
    [
        ([[0.5, 0.2, 0.1]], "row 1"),
        ([[0.5, 0.7, -0.2]], "a chance is below"),
        ([[0.5] * 2], "3 or 11"),
        ([[1, 0, 0]] * 2, "shape"),
    ],
)
def test_chances_that_cannot_be_are_refused(chances, said):
    with pytest.raises(DataError, match=said):
        ranked_probability_score(chances, [10])
