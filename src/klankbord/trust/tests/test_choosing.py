"""Selective inviting, handing on and shedding: exact moments, abuses that are found, and quiet where there are none."""

from itertools import combinations

import numpy as np
import pytest

from klankbord.errors import DataError, OptionError
from klankbord.trust import cells_of, rates, selection


def centre(rng, agents=40, each=150, *, cherry=(), lazy=(), skill=0.5):
    """Return an honest centre, but for agents who ask the happy only (cherry) or hardly ask (lazy)."""
    agent = np.repeat(np.arange(agents), each)
    queue, month = rng.integers(0, 4, len(agent)), rng.integers(0, 3, len(agent))
    mood = 7.5 + rng.normal(0, skill, agents)[agent] + 0.3 * queue + rng.normal(0, 1.5, len(agent))
    expected = np.clip(np.round(mood), 0, 10)
    chance = np.array([0.3, 0.5, 0.7, 0.8])[queue]
    chance = np.where(np.isin(agent, cherry), np.where(expected >= 8, 0.8, 0.3), chance)
    chance = np.where(np.isin(agent, lazy), 0.15, chance)
    return agent, queue, month, expected, rng.random(len(agent)) < chance


def named(finding):
    return sorted(group["group"] for group in finding.groups)


def test_moments_are_those_of_all_ways_to_choose():
    """Choosing 3 of 7 in every possible way: mean and variance of the sum are what the test takes them for."""
    signal = np.array([1, 4, 4, 7, 8, 9, 10], dtype=float)
    sums = [signal[list(chosen)].sum() for chosen in combinations(range(7), 3)]
    cells = cells_of(["mila"] * 7, [1, 1, 1, 0, 0, 0, 0], signal=signal)
    mean = cells.total / cells.n
    spread = (cells.squares - cells.total * mean) / (cells.n - 1)
    assert np.mean(sums) == pytest.approx((cells.chosen * mean).item())
    assert np.var(sums) == pytest.approx((cells.chosen * (cells.n - cells.chosen) / cells.n * spread).item())


def test_who_asks_the_happy_only_is_found_and_nobody_else():
    agent, queue, month, expected, invited = centre(np.random.default_rng(1), cherry=(3, 17))
    finding = selection(cells_of(agent, invited, signal=expected, strata=[queue, month]), "selective_inviting")
    assert named(finding) == [3, 17]
    assert all(group["low"] > 0 for group in finding.groups)
    assert finding.touched == pytest.approx(2 / 40)
    assert "of 40 groups stand apart" in finding.conclusion


def test_who_hardly_asks_is_found_by_the_rate():
    agent, queue, month, _, invited = centre(np.random.default_rng(2), lazy=(5,))
    finding = rates(cells_of(agent, invited, strata=[queue, month]), "inviting_rate")
    assert named(finding) == [5]
    assert finding.groups[0]["difference"] == pytest.approx(-43, abs=8)


def test_another_queue_is_no_other_choice():
    """One agent serves the queue where few are asked: not stratified he stands out, stratified he does not."""
    rng = np.random.default_rng(3)
    agent = np.repeat(np.arange(20), 300)
    queue = np.where(agent == 0, 1, (rng.random(len(agent)) < 0.3).astype(int))
    invited = rng.random(len(agent)) < np.where(queue == 1, 0.2, 0.8)
    assert 0 in named(rates(cells_of(agent, invited), "inviting_rate"))
    assert not rates(cells_of(agent, invited, strata=[queue]), "inviting_rate").found


def test_an_association_in_all_is_found_where_no_agent_can_be_named():
    rng = np.random.default_rng(4)
    agent = np.repeat(np.arange(300), 40)
    expected = rng.integers(0, 11, len(agent))
    invited = rng.random(len(agent)) < 0.5 + 0.02 * (expected - 5)
    finding = selection(cells_of(agent, invited, signal=expected), "selective_inviting")
    assert finding.found
    assert 0.3 < finding.effect < 1.1
    assert finding.effect in finding.interval
    assert finding.conclusion.startswith("Those who were invited differ in expected score from the others by +0.")


def test_against_colleagues_what_all_do_is_nothing():
    rng = np.random.default_rng(5)
    agent = np.repeat(np.arange(30), 900)
    expected = rng.integers(0, 11, len(agent)).astype(float)
    chance = np.where(expected < 4, 0.3, 0.1)
    sheds = agent == 7
    handed = rng.random(len(agent)) < np.where(sheds & (expected < 7), 0.5, np.where(sheds, 0.02, chance))
    cells = cells_of(agent, handed, signal=expected)
    assert named(selection(cells, "selective_transferring", against="colleagues")) == [7]
    honest = cells_of(agent[~sheds], handed[~sheds], signal=expected[~sheds])
    assert not selection(honest, "selective_transferring", against="colleagues").found


def test_too_few_are_not_tested():
    assert selection(cells_of(["a"] * 8, [1, 0] * 4, signal=range(8)), "shed_ratings").state == "not tested"
    assert rates(cells_of(["a"] * 80, [1, 0] * 40), "inviting_rate").state == "not tested"


def test_rows_without_agent_or_signal_are_left_out():
    cells = cells_of(["a", None, "a", ""], [1, 1, 0, 0], signal=[5, 5, float("nan"), 5])
    assert (cells.groups, cells.n.tolist()) == (("a",), [1.0])


def test_cells_of_unequal_columns_are_refused():
    with pytest.raises(DataError, match="differ in length"):
        cells_of(["a", "b"], [1])
    with pytest.raises(OptionError, match="no test 'nonsense'"):
        rates(cells_of(["a"], [1]), "nonsense")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(40, 150), (8, 60), (200, 60)])
def test_no_false_alarm_beyond_five_per_cent(size):
    """1,000 worlds in which nobody chooses, each test alone: a share of .05 has a standard error of .007.

    Few are handed on or moved, and scores lean to one side: normal tails would name somebody in up to 18 of 100.
    """
    rng = np.random.default_rng(6)
    alarms, made = np.zeros(6), np.zeros(6)
    for _ in range(1000):
        agent, queue, month, expected, invited = centre(rng, *size)
        handed = rng.random(len(agent)) < np.array([0.05, 0.08, 0.12, 0.1])[queue]
        took, strata = rng.normal(600, 60, len(agent)), [queue, month]
        asked, passed = (cells_of(agent, chosen, signal=expected, strata=strata) for chosen in (invited, handed))
        findings = [
            rates(asked, "inviting_rate"),
            selection(asked, "selective_inviting"),
            selection(cells_of(agent, invited, signal=took, strata=strata), "inviting_by_handle_time"),
            rates(passed, "transfer_rate"),
            selection(passed, "selective_transferring", against="colleagues"),
            selection(cells_of(agent, rng.random(len(agent)) < 0.1, signal=expected), "shed_ratings"),
        ]
        alarms += [finding.found for finding in findings]
        made += [finding.state != "not tested" for finding in findings]
    assert np.all(alarms <= 0.05 * made + 2 * np.sqrt(0.05 * 0.95 * made)), alarms / np.maximum(made, 1)


@pytest.mark.slow
def test_power_is_what_the_limits_say():
    """An agent of usual size who chooses by as much as the limit names is found about four times in five."""
    rng = np.random.default_rng(7)
    found, gaps, limits = 0, [], []
    for _ in range(300):
        agent, queue, month, expected, invited = centre(rng, 40, 200)
        mine = np.flatnonzero(agent == 0)
        honest = np.array([0.3, 0.5, 0.7, 0.8])[queue[mine]]
        odds = np.exp(0.53 * (expected[mine] - expected[mine].mean())) * honest / (1 - honest)
        invited[mine] = rng.random(len(mine)) < odds / (1 + odds)
        finding = selection(cells_of(agent, invited, signal=expected, strata=[queue, month]), "selective_inviting")
        limits.append(float(finding.limits.split("times in 5 from ")[1].split()[0]))
        (gap,) = [group["difference"] for group in finding.groups if group["group"] == 0] or [None]
        found += gap is not None
        own = cells_of(agent[mine], invited[mine], signal=expected[mine], strata=[queue[mine], month[mine]])
        gaps.append(selection(own, "selective_inviting").effect)
    assert np.mean(gaps) == pytest.approx(np.mean(limits), rel=0.1), (np.mean(gaps), np.mean(limits))
    assert 0.7 <= found / 300 <= 0.9, found / 300
