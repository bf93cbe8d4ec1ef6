"""Who joined within the period, and whose score drifts: what is planted is found, and nobody else is named."""

import numpy as np
import pytest

from klankbord.errors import DataError
from klankbord.fairness import standings
from klankbord.fairness.lasting import days_of, lasting

DAYS = 182


def centre(rng, *, each=300, agents=20, moved=0.0, joined=0):
    """Return half a year of answers: agent 0 changes by `moved` points in it, agent 1 comes on day `joined`."""
    agent = np.repeat(np.arange(agents), each)
    day = rng.integers(0, DAYS, len(agent)).astype(float)
    day = np.where(agent == 1, joined + (day * (DAYS - joined) / DAYS).astype(int), day)
    points = 20.0 + (day / DAYS - 0.5) * (10 + moved * (agent == 0))
    score = rng.choice([-100.0, 0.0, 100.0], len(agent)) + points
    return day, agent, score


def look(day, agent, score):
    means = np.bincount(agent, score) / np.bincount(agent)
    rest = score - means[agent]
    return lasting(day, agent, np.ones(len(day)), rest, float(np.mean(rest**2)))


def test_who_joined_is_found_however_few_the_answers():
    found = look(*centre(np.random.default_rng(1), each=40, joined=60))
    assert np.flatnonzero(found.joined <= 0.05).tolist() == [1]
    assert found.first[1] == pytest.approx(60, abs=12)


def test_four_weeks_of_leave_are_no_news():
    found = look(*centre(np.random.default_rng(2), joined=27))
    assert found.joined.min() > 0.05


def test_a_drift_is_found_and_its_size_told_and_what_all_do_is_none():
    found = look(*centre(np.random.default_rng(3), each=1_000, moved=70.0))
    assert np.flatnonzero(found.drifts <= 0.05).tolist() == [0]
    assert found.change[0] == pytest.approx(70, abs=25)


def test_moments_that_are_none_are_refused():
    with pytest.raises(DataError, match="moments of answers cannot be read"):
        days_of(["yesterday"])


def test_the_notice_stands_with_the_agent_and_not_without_moments():
    rng = np.random.default_rng(4)
    day, agent, _ = centre(rng, each=100, joined=90)
    when = np.datetime64("2026-01-01") + day.astype("timedelta64[D]")
    data = {"agent": [f"a{one}" for one in agent], "when": when, "score": rng.choice([9, 8, 3], len(agent))}
    found = standings(data, moment="when")
    assert [key[0] for key, row in found if row.notices] == ["a1"]
    (notice,) = found["a1"].notices
    assert notice.code == "joined"
    assert "days into the period" in notice.message
    assert not any(row.notices for row in standings(data).rows)


@pytest.mark.slow
def test_false_alarms_and_power_are_what_the_page_says():
    """docs/agents.md: somebody in one of twenty centres at most where nobody drifts; power four times in five."""
    rng, alarms = np.random.default_rng(5), 0
    for _ in range(1_000):
        found = look(*centre(rng, each=200))
        alarms += min(found.drifts.min(), found.joined.min()) <= 0.05
    assert alarms / 1_000 <= 0.05 + 2 * 0.007, alarms
    for each, moved in ((300, 67.0), (1_000, 37.0)):
        hits = [look(*centre(rng, each=each, moved=moved)).drifts[0] <= 0.05 for _ in range(200)]
        assert np.mean(hits) == pytest.approx(0.8, abs=0.07), (each, np.mean(hits))
