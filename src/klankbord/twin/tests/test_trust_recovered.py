"""Trust where the truth is known: bias and coverage under each way of answering, and planted abuses that are found."""

import numpy as np
import pyarrow as pa
import pytest

from klankbord.lake import Lake, Settings
from klankbord.lake.trusting import trust_of_lake
from klankbord.score import nps, rake, silence_bounds, weighted_score

DRAWS, ASKED = 400, 3000
BY = ("queue", "age_band")


@pytest.fixture(scope="module")
def everybody(simulate):
    """True scores of all contacts that could be asked about in the large queues, with queue and age."""
    lived = simulate(contacts=40_000, months=2, seed=21)
    queue = lived.column("queue")
    names, counts = np.unique(queue, return_counts=True)
    kept = lived.column("eligible").astype(bool) & np.isin(queue, names[counts > 1500])
    return {name: lived.column(name)[kept] for name in ("true_score", *BY)}


def margins(population):
    return {name: dict(zip(*np.unique(population[name], return_counts=True), strict=True)) for name in BY}


def chances(population, mechanism):
    """Return the chance of an answer of each contact: by nothing, by queue, or by the score itself."""
    score = population["true_score"].astype(float)
    queues = {queue: score[population["queue"] == queue].mean() for queue in np.unique(population["queue"])}
    level = np.array([queues[queue] for queue in population["queue"]])
    odds = {
        "at random": np.zeros(len(score)),
        "by queue": 2.0 * (level - level.mean()) / level.std() * 0.5,
        "by score": 0.3 * (score - score.mean()),
    }[mechanism]
    return 1 / (1 + np.exp(1.6 - odds))


def drawn(population, mechanism, seed):
    """Return errors of naive and raked scores, and the shares of intervals and bounds that hold the truth."""
    rng = np.random.default_rng(seed)
    chance, whole = chances(population, mechanism), margins(population)
    score = population["true_score"].astype(int)
    truth = 100 * ((score >= 9).mean() - (score <= 6).mean())
    errors, inside = np.zeros((DRAWS, 2)), np.zeros(3)
    for draw in range(DRAWS):
        asked = rng.integers(0, len(score), ASKED)
        heard = asked[rng.random(ASKED) < chance[asked]]
        plain = nps(score[heard])
        weighting = rake({name: population[name][heard] for name in BY}, whole)
        weighted = weighted_score(score[heard], weighting)
        errors[draw] = plain.value - truth, weighted.value - truth
        bounds = silence_bounds(plain, population=ASKED)
        inside += [truth in plain.interval, truth in weighted.interval, truth in bounds.interval]
    return errors.mean(axis=0), inside / DRAWS


@pytest.mark.slow
def test_at_random_both_are_unbiased_and_cover(everybody):
    (naive, raked), (plain, weighted, bounds) = drawn(everybody, "at random", 1)
    assert max(abs(naive), abs(raked)) < 0.7
    assert 0.93 <= plain <= 0.97
    assert 0.93 <= weighted <= 0.97
    assert bounds == 1


@pytest.mark.slow
def test_by_what_is_known_of_all_raking_removes_the_bias(everybody):
    (naive, raked), (plain, weighted, bounds) = drawn(everybody, "by queue", 2)
    assert abs(naive) > 4
    assert abs(raked) < 1
    assert plain < 0.8
    assert 0.93 <= weighted <= 0.97
    assert bounds == 1


@pytest.mark.slow
def test_by_the_score_itself_nothing_removes_it_and_the_bounds_hold(everybody):
    (naive, raked), (_, weighted, bounds) = drawn(everybody, "by score", 3)
    assert naive > 15
    assert raked > 0.6 * naive
    assert weighted < 0.05
    assert bounds == 1


def planted(lived):
    """Return the world's contacts, in which one agent asks only customers who seem happy."""
    contacts = lived.contacts.to_pydict()
    agents, counts = np.unique([agent for agent in contacts["agent"] if agent], return_counts=True)
    picky = str(agents[counts.argmax()])
    for row, (agent, expected) in enumerate(zip(contacts["agent"], contacts["prediction"], strict=True)):
        if agent == picky and contacts["invited"][row] and (expected is None or expected < 8):
            for stage in ("invited", "sent", "delivered", "opened", "started", "scored", "commented"):
                contacts[stage][row] = False
            contacts["not_asked_reason"][row] = "not_sampled"
    return picky, pa.table(contacts, schema=lived.contacts.schema)


@pytest.mark.slow
def test_an_agent_who_asks_the_happy_only_is_found_in_a_lake(simulate, tmp_path):
    lived = simulate(contacts=60_000, months=2, seed=31)
    picky, contacts = planted(lived)
    lake = Lake.create(tmp_path / "lake", Settings(attribution="pseudonym", reason="a test"))
    with lake.writing("test") as batch:
        batch.append("contacts", contacts)
        batch.append("responses", lived.responses)
    report = trust_of_lake(lake)
    finding = report.finding("selective_inviting")
    assert finding.groups[0]["group"] == picky
    assert finding.groups[0]["low"] > 0
    assert [group["group"] for group in report.finding("inviting_rate").groups] == [picky]
    assert "choosing" in [reason.rule for reason in report.verdict.reasons]
    # Scanners that were not recognised are in every simulated world.
    assert report.finding("fast_answers").found


@pytest.mark.slow
def test_an_honest_world_raises_no_alarm(simulate, tmp_path):
    lived = simulate(contacts=60_000, months=2, seed=32, without=("scanners",))
    lake = Lake.create(tmp_path / "lake", Settings(attribution="pseudonym", reason="a test"))
    with lake.writing("test") as batch:
        batch.append("contacts", lived.contacts)
        batch.append("responses", lived.responses)
    found = {finding.code for finding in trust_of_lake(lake).findings if finding.found}
    # Agents who hand on more than others are really there: newcomers do.
    assert found <= {"transfer_rate"}
