"""Skill of groups: counts, sentences, who is drawn again, few answers, and intervals that hold."""

import numpy as np
import polars as pl
import pytest

from klankbord.prediction import skill
from klankbord.prediction.agreement import FIGURES
from klankbord.score import CSAT


def simulated(n, *, seed=1, agents=1, spread=0.0):
    rng = np.random.default_rng(seed)
    agent = rng.integers(0, agents, n)
    said = np.clip(np.rint(rng.normal(7.5, 2.2, n)), 0, 10)
    bias = rng.normal(0.8, spread, agents)
    foreseen = np.clip(np.rint(7.3 + bias[agent] + 0.45 * (said - 7.3) + 1.1 * rng.standard_normal(n)), 0, 10)
    return foreseen, said, agent


def test_the_table_counts_kinds_foreseen_by_kinds_given():
    found = skill([9, 10, 8, 7, 3, 9], [9, 5, 8, 10, 0, 7])
    assert found.kinds == ("promoters", "passives", "detractors")
    assert found.counts == ((1, 1, 1), (1, 1, 0), (0, 0, 1))
    assert found.hits.value == pytest.approx(0.5)
    assert found.bias.value == pytest.approx((0 + 5 + 0 - 3 + 3 + 2) / 6)


def test_the_perception_gap_is_a_sentence():
    found = skill([9] * 50 + [2] * 5, [10] * 28 + [8] * 11 + [3] * 11 + [0] * 5)
    assert found.sentences()[0].startswith("Of the 50 customers you took for promoters, 22 % were detractors")
    assert found.gaps[1].n == 0
    assert len(found.sentences()) == 2


def test_below_five_there_are_counts_only():
    table = skill([9, 9, 9, 9, 8, 8, 8, 8, 8], [9, 3, 9, 9, 8, 8, 8, 8, 1], by=["few"] * 4 + ["many"] * 5)
    few = table["few"]
    assert few.n == 4
    assert few.counts[0] == (3, 0, 1)
    assert all(figure.value is None and figure.interval is None for _, figure in few.figures())
    assert [notice.code for notice in few.notices] == ["few_answers"]
    assert few.sentences() == ["Of the 4 customers you took for promoters, 1 was among the detractors."]
    assert table["many"].bias.value is not None
    assert table.overall.n == 9


def test_silent_customers_are_left_out_and_counted():
    found = skill(pl.Series([9, 8, None, 7, 9, 8, 10]), [9, None, 3, 7, 9, 8, 10])
    assert found.n == 5
    assert found.notices[0].data == {"silent": 1, "unforeseen": 1}


def test_a_group_gets_what_it_would_get_alone():
    x, y, agent = simulated(400, agents=4)
    table = skill(x, y, by=agent)
    alone = skill(x[agent == 2], y[agent == 2])
    assert [figure.value for _, figure in table[2].figures()] == pytest.approx(
        [figure.value for _, figure in alone.figures()]
    )
    assert table.keys == ((0,), (1,), (2,), (3,))


def test_many_agents_are_drawn_again_as_wholes():
    x, y, agent = simulated(3000, agents=30, spread=1.0)
    by_agent, by_pair = skill(x, y, agent=agent), skill(x, y)
    assert (by_agent.unit, by_agent.clusters, by_pair.unit) == ("agents", 30, "pairs")
    width = [one.bias.interval.high - one.bias.interval.low for one in (by_agent, by_pair)]
    # Agents differ by a standard deviation of one point: that is what their mean is unsure of.
    assert width[0] == pytest.approx(2 * 2.05 * 1.0 / np.sqrt(30), rel=0.35)
    assert width[1] < width[0] / 3


def test_days_are_drawn_again_within_an_agent():
    x, y, _ = simulated(600)
    day = np.repeat(np.arange(60), 10)
    found = skill(x, y, cluster=day)
    assert (found.unit, found.clusters) == ("clusters", 60)
    assert found.bias.value == skill(x, y).bias.value


def test_figures_that_cannot_be_are_empty():
    found = skill([8] * 10, [7, 9] * 5)
    assert found.spearman.value is None
    assert found.kappa.value == pytest.approx(0)
    same = skill([8, 9] * 5, [8] * 10)
    assert same.skill.value is None


def test_another_measure_has_its_own_scale_and_kinds():
    found = skill([5, 4, 3, 5, 1], [5, 2, 3, 4, 1], measure=CSAT)
    assert found.kinds == ("satisfied", "others")
    assert found.counts == ((2, 1), (0, 2))


def test_views_hold_the_same_numbers():
    x, y, agent = simulated(200, agents=3)
    table = skill(x, y, by=agent)
    plain = table.to_dict()
    assert plain["rows"][1]["bias"] == table[1].bias.value
    assert plain["overall"]["n"] == 200
    assert len(table.to_frame("polars")) == 3
    assert "points too high" in table.overall.summary()


def test_the_same_call_gives_the_same_limits():
    x, y, agent = simulated(300, agents=12)
    assert skill(x, y, by=agent) == skill(x, y, by=agent)


def test_what_no_resample_moves_is_not_therefore_certain():
    found = skill([10] * 40, [10] * 40)
    assert found.bias.value == found.mae.value == 0
    assert found.bias.interval is found.mae.interval is found.discrimination.interval is None
    assert (found.hits.interval.low, found.hits.interval.high) == pytest.approx((0.912, 1), abs=0.001)
    assert found.summary().startswith("neither too high nor too low")


def test_it_says_better_or_worse_only_where_that_is_certain():
    x, y, _ = simulated(2000)
    assert "; better than always" in skill(x, y).summary()
    assert "; worse than always" in skill(10 - x, y).summary()
    assert "; not certainly better or worse than always" in skill(*simulated(12, seed=3)[:2]).summary()


def test_limits_stay_where_figures_can_be():
    x, y, _ = simulated(12, seed=3)
    for name, figure in skill(x, y).figures():
        least, most = FIGURES[name]
        assert least <= figure.interval.low <= figure.interval.high <= most


@pytest.mark.slow
@pytest.mark.parametrize("n", [40, 100, 200])
def test_intervals_hold_the_truth_as_often_as_they_say(n):
    """Pairs drawn from a known population, whose figures are those of two million pairs."""
    truth = skill(*simulated(2_000_000, seed=99)[:2], draws=2)
    held = dict.fromkeys(FIGURES, 0)
    runs = 600
    for seed in range(runs):
        found = skill(*simulated(n, seed=seed + 1000)[:2], draws=400)
        for name, figure in found.figures():
            held[name] += getattr(truth, name).value in figure.interval
    shares = {name: count / runs for name, count in held.items()}
    doubted = "few_units" in {notice.code for notice in found.notices}
    assert doubted == (n < 200)
    # Of few pairs some figures are covered too seldom, and the notice says which can be trusted all the same.
    sure = {"bias", "mae", "hits", "skill"} if doubted else set(FIGURES)
    assert all(0.93 <= shares[name] <= 0.97 for name in sure), shares
    assert all(share >= 0.88 for share in shares.values()), shares


@pytest.mark.slow
def test_intervals_over_agents_hold_the_truth_as_often_as_they_say():
    runs, held = 400, 0
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        agent = np.repeat(np.arange(40), 25)
        said = np.clip(np.rint(rng.normal(6, 1, 1000)), 2, 8)
        bias = rng.choice([0, 1, 2], 40)
        held += 1.0 in skill(said + bias[agent], said, agent=agent, draws=400).bias.interval
    assert 0.93 <= held / runs <= 0.97
