"""Which team serves which queue: teams are shared out over clients and departments by their work."""

from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from klankbord.twin.presets import DEPARTMENTS, Preset


def staff_teams(preset: Preset, queues: dict[str, Any], teams: int, rng: np.random.Generator) -> dict[str, Any]:
    """Return the columns of `Organisation` that describe teams.

    Parameters
    ----------
    preset : Preset
        The trade.
    queues : dict
        The columns that describe queues.
    teams : int
        How many teams there are.
    rng : numpy.random.Generator
        Stream of the organisation.
    """
    pair = queues["queue_client"] * len(DEPARTMENTS) + queues["queue_department"]
    groups, group = np.unique(pair, return_inverse=True)
    work = np.bincount(group, queues["queue_share"])
    counts = _allot(work, teams)
    of_team = np.repeat(np.arange(len(groups)), counts)
    client, department = np.divmod(groups, len(DEPARTMENTS))
    site = np.repeat(np.arange(len(preset.sites)), _allot(np.array(list(preset.sites.values())), teams, least=0))
    site = rng.permutation(site)
    serving = [_serving(number, of_team, client, work) for number in range(len(groups))]
    return {
        "teams": _team_names(preset, client[of_team], department[of_team], site),
        "team_site": site.astype(np.int32),
        "team_client": client[of_team].astype(np.int32),
        "team_department": department[of_team].astype(np.int32),
        "queue_team": np.array(list(zip_longest(*(serving[g] for g in group), fillvalue=-1)), np.int32).T.copy(),
    }


def _serving(group: int, of_team: NDArray[Any], client: NDArray[Any], work: NDArray[Any]) -> list[int]:
    """Return the teams of a group; in a small centre others of the same client, or the busiest, help out."""
    for chosen in (of_team == group, client[of_team] == client[group], of_team == of_team[np.argmax(work[of_team])]):
        if chosen.any():
            break
    return [int(team) for team in np.flatnonzero(chosen)]


def _team_names(preset: Preset, client: NDArray[Any], department: NDArray[Any], site: NDArray[Any]) -> tuple[str, ...]:
    sites, several = tuple(preset.sites), len(preset.clients) > 1
    counted: dict[str, int] = {}
    names = []
    for c, d, s in zip(client, department, site, strict=True):
        stem = f"{preset.clients[c].brand} {DEPARTMENTS[d]} {sites[s]}" if several else f"{DEPARTMENTS[d]} {sites[s]}"
        counted[stem] = counted.get(stem, 0) + 1
        names.append(f"{stem[0].upper()}{stem[1:]} {counted[stem]}")
    return tuple(names)


def _allot(weights: NDArray[Any], total: int, least: int = 1) -> NDArray[np.int64]:
    """Share out whole units by largest remainder, to each at least `least` as far as they go round."""
    counts = np.zeros(len(weights), np.int64)
    if total >= least * len(weights):
        counts += least
    ideal = weights / weights.sum() * total
    while counts.sum() < total:
        counts[np.argmax(ideal - counts)] += 1
    return counts
