"""Who works in each team and how long; leavers are replaced the next day by somebody with a code of their own."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from klankbord.twin.parameters import Agents, Turnover

Reals = NDArray[np.float64]

_NEVER = 1_000_000
_HALF_YEAR = 182.0
_NAMES = (
    "Aïsha", "An", "Anke", "Anouk", "Bart", "Bas", "Bram", "Camille", "Charlotte", "Chloé", "Daan", "Dirk", "Elif",
    "Emma", "Fatima", "Femke", "Femi", "Floor", "Gert", "Hanne", "Hugo", "Ilse", "Imane", "Inge", "Jan", "Jasper",
    "Jeroen", "Joris", "Julie", "Karim", "Katrien", "Koen", "Laura", "Lien", "Lotte", "Louise", "Lucas", "Marieke",
    "Mehmet", "Mohamed", "Nathalie", "Nina", "Noor", "Olivier", "Pieter", "Priya", "Romain", "Ruben", "Sander",
    "Sanne", "Sarah", "Sofie", "Stijn", "Thomas", "Tine", "Veerle", "Wout", "Yasmine", "Youssef", "Zoë",
)  # fmt: skip


def hire(
    agents: Agents, turnover: Turnover, seats: int, teams: int, days: int, rng: np.random.Generator
) -> dict[str, Any]:
    """Return the columns of `Organisation` that describe agents.

    Parameters
    ----------
    agents, turnover : Mechanism
        How agents differ, and how fast they leave.
    seats, teams, days : int
        Headcount, number of teams, and days of the simulation.
    rng : numpy.random.Generator
        Stream of the organisation.
    """
    seat_team = np.repeat(np.arange(teams), _sizes(seats, teams, rng))
    tenure = _until_leaving(turnover, np.zeros(seats), rng).clip(max=20 * 365).astype(np.int64)
    start, team = -tenure, seat_team
    until = np.floor(_until_leaving(turnover, tenure.astype(float), rng)).astype(np.int64).clip(max=_NEVER)
    starts, untils, team_codes = [start], [until], [team]
    while (left := until < days - 1).any():
        team, start = team[left], until[left] + 1
        until = (start + np.floor(_until_leaving(turnover, np.zeros(len(start)), rng)).astype(np.int64)).clip(
            max=_NEVER
        )
        starts.append(start)
        untils.append(until)
        team_codes.append(team)
    total = sum(len(part) for part in starts)
    names = rng.integers(len(_NAMES), size=total)
    return {
        "agent_team": np.concatenate(team_codes).astype(np.int32),
        "agent_from_day": np.concatenate(starts).astype(np.int32),
        "agent_until_day": np.concatenate(untils).astype(np.int32),
        "agent_skill": agents.skill_sd * rng.standard_normal(total),
        "agent_names": tuple(_NAMES[name] for name in names),
        "agent_ids": tuple(f"a{code:05d}" for code in range(total)),
    }


def _until_leaving(turnover: Turnover, tenure: Reals, rng: np.random.Generator) -> Reals:
    """Return days still to serve, where the rate of leaving is constant but higher in the first half year."""
    spent = rng.exponential(size=len(tenure))
    if turnover.yearly <= 0:
        return np.full(len(tenure), float(_NEVER))
    rate = turnover.yearly / 365
    early = rate * turnover.newcomer
    left_of_early = np.maximum(_HALF_YEAR - tenure, 0)
    result: Reals = np.where(
        spent < early * left_of_early, spent / early, left_of_early + (spent - early * left_of_early) / rate
    )
    return result


def _sizes(seats: int, teams: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Spread the seats over the teams, then move some between pairs, within 8 to 16."""
    sizes = np.full(teams, seats // teams)
    sizes[: seats % teams] += 1
    order = rng.permutation(teams)
    give, take = order[: teams // 2], order[teams // 2 : 2 * (teams // 2)]
    room = np.maximum(np.minimum(sizes[give] - 8, 16 - sizes[take]), 0)
    moved = rng.integers(0, room + 1)
    sizes[give] -= moved
    sizes[take] += moved
    return sizes
