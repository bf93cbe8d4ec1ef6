"""Learning: found where it is, with its kind; not found where it is not; the worst become better by themselves."""

import numpy as np
import pytest

from klankbord.errors import DataError
from klankbord.prediction import learning


def history(*, agents=60, pairs=60, bias=(0.8, 0.8), insight=(0.4, 0.4), spread=0.5, seed=1):
    """Simulate agents whose bias and insight move in a line from the first value to the second."""
    rng = np.random.default_rng(seed)
    agent = np.repeat(np.arange(agents), pairs)
    seen = np.tile(np.arange(pairs), agents)
    way = seen / (pairs - 1)
    said = np.clip(np.rint(rng.normal(7, 2, agent.size)), 0, 10)
    own = rng.normal(0, spread, agents)[agent]
    lean = bias[0] + (bias[1] - bias[0]) * way + own
    sight = insight[0] + (insight[1] - insight[0]) * way
    foreseen = np.clip(np.rint(7 + lean + sight * (said - 7) + rng.standard_normal(agent.size)), 0, 10)
    return {"predicted": foreseen, "actual": said, "agent": agent, "when": seen}


def test_a_bias_that_goes_is_found_and_called_so():
    found = learning(**history(bias=(1.5, 0.0), spread=0.0))
    assert (found.bias_went, found.insight_grew) == (True, False)
    assert found.slope.interval.high < 0
    assert "bias was unlearned; insight did not" in found.summary()


def test_insight_that_grows_is_found_and_called_so():
    found = learning(**history(insight=(0.1, 0.8), bias=(0.0, 0.0), spread=0.0, pairs=200))
    assert found.insight_grew
    assert found.changes["discrimination"].value > 0.5


def test_where_nothing_is_learned_the_worst_still_become_better():
    found = learning(**history(spread=0.0, pairs=30))
    assert not found.bias_went
    assert not found.insight_grew
    assert found.placebo.change < -0.5
    assert not found.placebo.beyond_chance
    assert "no merit shows" in found.summary()


def test_the_order_of_rows_does_not_matter():
    told = history()
    order = np.random.default_rng(5).permutation(told["when"].size)
    assert learning(**{name: column[order] for name, column in told.items()}).changes == learning(**told).changes


def test_moments_may_be_dates_and_rows_without_answer_are_left_out():
    told = history(agents=5, pairs=24)
    told["when"] = np.datetime64("2026-01-01") + told["when"]
    told["actual"] = np.where(told["when"] == told["when"].max(), np.nan, told["actual"])
    found = learning(**told)
    assert (found.agents, found.n) == (5, 5 * 22)
    assert [notice.code for notice in found.notices] == ["few_agents"]


def test_hard_cases_at_the_end_are_no_unlearning():
    rng = np.random.default_rng(3)
    agent, seen = np.repeat(np.arange(30), 60), np.tile(np.arange(60), 30)
    hard = (rng.random(1800) < seen / 60).astype(int)
    said = np.clip(np.rint(7 + rng.standard_normal(1800) * np.where(hard, 3, 1)), 0, 10)
    plain = learning(np.full(1800, 7), said, agent=agent, when=seen)
    fair = learning(np.full(1800, 7), said, agent=agent, when=seen, case=hard)
    assert plain.slope.interval.low > 0
    assert 0 in fair.slope.interval


def test_too_few_pairs_are_refused():
    with pytest.raises(DataError, match="20 answered"):
        learning([7] * 30, [8] * 30, agent=["a"] * 30, when=range(30))


@pytest.mark.slow
def test_no_false_alarms_where_nothing_is_learned():
    runs = [learning(**history(seed=seed, agents=40, pairs=40)) for seed in range(400)]
    # One-sided halves of 95 % intervals: 2.5 % each.
    assert np.mean([run.bias_went for run in runs]) <= 0.05
    assert np.mean([run.insight_grew for run in runs]) <= 0.05
    assert np.mean([run.placebo.beyond_chance for run in runs]) <= 0.05
    held = np.mean([0 in run.changes["miscalibration"].interval for run in runs])
    assert 0.93 <= held <= 0.97
    assert 0.93 <= np.mean([0 in run.slope.interval for run in runs]) <= 0.97
