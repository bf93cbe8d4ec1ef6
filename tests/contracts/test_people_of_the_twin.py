"""Agents of simulated centres: what is believed of them against what is true of them."""

from types import SimpleNamespace

import numpy as np
import pyarrow.parquet as pq
import pytest

from klankbord.fairness.adjusting import adjust
from klankbord.fairness.lasting import AWAY
from klankbord.fairness.levels import circumstances_of
from klankbord.lake import Lake, standings_of
from klankbord.lake.columns import columns_of
from klankbord.lake.people import CIRCUMSTANCES
from klankbord.twin import Centre
from klankbord.twin.asking import SURVEY_CHANNELS, Survey
from klankbord.twin.world import WARM_UP

SEEDS = range(1, 9)
NEEDED = ("external_id", "agent", "scored", "delivered", "survey_channel", "age_band", *CIRCUMSTANCES)


def true_scores(folder, world):
    """Return what each agent's customers would have said who were asked and kept silent, and how sure that is.

    Each counts by the odds of an answer, so that all together are like those who answered, and yet others than these.
    """
    rows = columns_of(Lake.open(folder).snapshot(), NEEDED, where=["delivered=true", "scored!=true"])
    told = pq.read_table(folder / "truth" / "contacts", columns=["external_id", "score"])
    score_of = dict(zip(told["external_id"].to_pylist(), told["score"].to_pylist(), strict=True))
    scores = np.array([score_of[contact] for contact in rows["external_id"]])
    survey = np.array([SURVEY_CHANNELS.index(channel) for channel in rows["survey_channel"]])
    age = np.array([world.organisation.age_bands.index(band) for band in rows["age_band"]])
    chance = Survey.of(world).response_chance(survey, age, scores)
    names, units = np.unique(rows["agent"].astype(str), return_inverse=True)
    mix = [circumstances_of(rows[name], name) for name in CIRCUMSTANCES]
    odds, points = chance / (1 - chance), 100.0 * (scores >= 9) - 100.0 * (scores <= 6)
    found = adjust(points, units.astype(np.int64), odds, mix)
    error = np.sqrt(found.squares / odds.sum() / found.counts)
    return {name: (found.adjusted[at], error[at]) for at, name in enumerate(names)}


def abilities(organisation, days):
    """Return how much more able each agent was than the mean of all, over the days on which they were there."""
    able = {}
    for code, name in enumerate(organisation.agent_ids):
        there = np.arange(
            max(organisation.agent_from_day[code], WARM_UP), min(organisation.agent_until_day[code] + 1, WARM_UP + days)
        )
        if there.size:
            able[name] = float(organisation.ability(np.full(there.size, code), there).mean())
    return {name: ability - np.mean([*able.values()]) for name, ability in able.items()}


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    """All agents of eight centres: what was said of each, and what is true."""
    found = []
    for seed in SEEDS:
        folder = tmp_path_factory.mktemp("people") / "centre"
        centre = Centre(contacts=100_000, months=6, seed=seed, agents=40)
        centre.write(folder)
        world = centre.world()
        since = dict(zip(world.organisation.agent_ids, world.organisation.agent_from_day - WARM_UP, strict=True))
        skill = abilities(world.organisation, centre.length)
        true = true_scores(folder, world)
        # In the twin the last agent alone makes the difference, so that this is the rule to find it by.
        for (name,), row in standings_of(Lake.open(folder), rule="last"):
            if row.value is not None and name in true:
                codes = {notice.code for notice in row.notices}
                value, error = true[name]
                found.append(
                    SimpleNamespace(row=row, true=value, error=error, since=since[name], skill=skill[name], codes=codes)
                )
    return found


def off(people):
    """Return how far beliefs are from the truth, in standard errors of both."""
    half = np.array([(one.row.interval.high - one.row.interval.low) / 2 / 1.96 for one in people])
    apart = np.array([one.row.value - one.true for one in people])
    return apart / np.hypot(half, [one.error for one in people])


@pytest.mark.slow
def test_intervals_hold_the_truth_of_all_agents_of_all_teams(people):
    """A team has queues of its own, so that all its agents share what is not known of these."""
    silent = [one for one in people if not one.codes]
    assert len(silent) > 250
    assert 0.93 <= np.mean(np.abs(off(silent)) <= 1.96) <= 0.97
    assert np.std(off(silent)) == pytest.approx(1, abs=0.1)


@pytest.mark.slow
def test_the_notice_hits_who_joined_and_nobody_else(people):
    new = [one for one in people if one.since > AWAY + 7 and one.row.n >= 20]
    settled = [one for one in people if one.since <= 0]
    assert len(new) > 20
    assert np.mean(["joined" in one.codes for one in new]) > 0.9
    assert np.mean(["joined" in one.codes for one in settled]) < 0.01
    assert np.mean(["drifts" in one.codes for one in settled]) < 0.02


@pytest.mark.slow
def test_who_is_said_to_be_apart_is_apart(people):
    surely = [one for one in people if one.row.verdict != "unclear" and abs(one.skill) > 0.3]
    assert len(surely) > 40
    assert np.mean([(one.row.verdict == "above") == (one.skill > 0) for one in surely]) > 0.95
    raw, value = (np.mean([(getattr(one.row, name) - one.true) ** 2 for one in people]) for name in ("raw", "value"))
    assert value < 0.7 * raw
