"""Agents of a simulated centre: what is believed of them against how good they truly are."""

import numpy as np
import pytest

from klankbord.lake import Lake, standings_of
from klankbord.twin import Centre

SETTLED = 300  # answers from which on an agent is past the weeks of learning, which the truth of the twin leaves out


@pytest.mark.slow
def test_the_true_skill_of_agents_is_found(tmp_path):
    truth = Centre(contacts=250_000, months=12, seed=4, agents=40).write(tmp_path / "centre")
    skill = {agent["agent"]: agent["nps_points"] for agent in truth.agents}
    team = {agent["agent"]: agent["team"] for agent in truth.agents}
    # In the twin the last agent alone makes the difference, so that this is the rule to find it by.
    found = standings_of(Lake.open(tmp_path / "centre"), rule="last")
    agents = [(key[0], row) for key, row in found if row.n >= SETTLED]
    assert len(agents) > 15
    true, raw, value = (
        np.array(column, dtype=float)
        for column in zip(*[(skill[name], row.raw, row.value) for name, row in agents], strict=True)
    )
    # Teams also differ by what the twin's truth does not count as skill: agents are held against their own team.
    groups = np.array([team[name] for name, _ in agents])
    for column in (true, raw, value):
        for group in set(groups):
            column[groups == group] -= column[groups == group].mean()
    assert np.corrcoef(true, value)[0, 1] > 0.9
    assert np.sqrt(np.mean((value - true) ** 2)) < 5
    half = np.array([(row.interval.high - row.interval.low) / 2 for _, row in agents])
    assert np.mean(np.abs(value - true) <= half) >= 0.85
    surely = [(row.verdict, skill[name]) for name, row in agents if row.verdict != "unclear" and abs(skill[name]) > 3]
    assert surely
    assert np.mean([(verdict == "above") == (points > 0) for verdict, points in surely]) > 0.9
