"""The simulated organisation as arrays: clients, sites, teams, queues and agents; an index is a code everywhere."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from klankbord.twin.parameters import stream

Codes = NDArray[np.int32]
Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Who is there, and who serves whom. A code is an index into the tuple of names; -1 is nobody or nothing.

    Parameters
    ----------
    first_day : date
        Day 0.
    clients, sites, teams, departments, queues, channels, touchpoints, reasons, segments, age_bands, languages : tuple
        Names by code.
    brands : tuple of str
        How customers call each client.
    segment_share, age_share, language_share, client_share : array
        Shares of customers and of contacts; each sums to 1.
    team_site, team_client, team_department : array, shape (teams,)
        Where a team sits, for whom it works, and in which department.
    queue_client, queue_channel, queue_touchpoint, queue_department : array, shape (queues,)
        What a queue is for.
    queue_team : array, shape (queues, most teams)
        Teams that serve it, then -1.
    queue_threshold_s, queue_share : array, shape (queues,)
        Promised seconds, and share of all contacts; the shares sum to 1.
    queue_open, queue_invoiced : array of bool, shape (queues,)
        Served day and night; peaks when invoices go out.
    queue_comments : tuple of tuple of str
        What customers write about after each queue.
    queue_at : array, shape (clients, touchpoints, channels)
        The queue for them, or -1.
    reason_share : array, shape (queues, reasons)
        Shares of wrap-up codes; each row sums to 1.
    touchpoint_next : array, shape (clients, touchpoints, touchpoints)
        Chances of the next touchpoint, where there is a next one; each row sums to 1 or 0.
    agent_team, agent_from_day, agent_until_day : array, shape (agents,)
        Team, first and last day of work; leavers and their successors have codes of their own.
    agent_skill : array, shape (agents,)
        Skill of an experienced agent; see `ability`.
    agent_names, agent_ids : tuple of str
        First names, and the ids that the lake shows.
    newcomer_gap, learning_days : float
        Skill that a newcomer lacks, and days in which that falls to 1/e.
    saturday, sunday, absence : float
        Shares of agents at work on those days, and share absent on a weekday.
    roster_seed : int
        Seed of who is at work when.
    """

    first_day: date
    clients: tuple[str, ...]
    brands: tuple[str, ...]
    sites: tuple[str, ...]
    teams: tuple[str, ...]
    departments: tuple[str, ...]
    queues: tuple[str, ...]
    channels: tuple[str, ...]
    touchpoints: tuple[str, ...]
    reasons: tuple[str, ...]
    segments: tuple[str, ...]
    age_bands: tuple[str, ...]
    languages: tuple[str, ...]
    client_share: Reals
    segment_share: Reals
    age_share: Reals
    language_share: Reals
    team_site: Codes
    team_client: Codes
    team_department: Codes
    queue_client: Codes
    queue_channel: Codes
    queue_touchpoint: Codes
    queue_department: Codes
    queue_team: Codes
    queue_threshold_s: Codes
    queue_share: Reals
    queue_open: NDArray[np.bool_]
    queue_invoiced: NDArray[np.bool_]
    queue_comments: tuple[tuple[str, ...], ...]
    queue_at: Codes
    reason_share: Reals
    touchpoint_next: Reals
    agent_team: Codes
    agent_from_day: Codes
    agent_until_day: Codes
    agent_skill: Reals
    agent_names: tuple[str, ...]
    agent_ids: tuple[str, ...]
    newcomer_gap: float
    learning_days: float
    saturday: float
    sunday: float
    absence: float
    roster_seed: int

    def employed(self, day: int) -> Codes:
        """Return the codes of the agents who are employed on a day."""
        return np.flatnonzero((self.agent_from_day <= day) & (day <= self.agent_until_day)).astype(np.int32)

    def working(self, day: int) -> Codes:
        """Return the codes of the agents at work on a day, in rising order; of every team at least one.

        Parameters
        ----------
        day : int
            Day of the simulation, from 0.

        Examples
        --------
        >>> from klankbord.twin.organisation import organise
        >>> from klankbord.twin.parameters import stream
        >>> from klankbord.twin.presets import PRESETS
        >>> bank = PRESETS["bank"]
        >>> centre = organise(bank, bank.parameters, agents=50, days=61, rng=stream(1, "organisation"))
        >>> len(centre.working(5)), len(centre.employed(5))
        (39, 50)
        """
        employed = self.employed(day)
        draws = stream(self.roster_seed, "roster", day).random(len(self.agent_team))[employed]
        weekday = (self.first_day + timedelta(days=day)).weekday()
        present = {5: self.saturday, 6: self.sunday}.get(weekday, 1 - self.absence)
        # Somebody must be there to take the contacts of a team, whatever the draws say.
        order = np.argsort(draws, kind="stable")
        _, keenest = np.unique(self.agent_team[employed][order], return_index=True)
        at_work = draws < present
        at_work[order[keenest]] = True
        return employed[at_work]

    def ability(self, agents: Codes, day: int | Codes) -> Reals:
        """Return the skill of agents on a day: their own, less what newcomers still have to learn.

        Parameters
        ----------
        agents : array of int
            Codes of agents.
        day : int or array of int
            Day of the simulation.

        Examples
        --------
        >>> from klankbord.twin.organisation import organise
        >>> from klankbord.twin.parameters import stream
        >>> from klankbord.twin.presets import PRESETS
        >>> bank = PRESETS["bank"]
        >>> centre = organise(bank, bank.parameters, agents=50, days=61, rng=stream(1, "organisation"))
        >>> round(float(centre.ability(centre.employed(0), 0).mean()), 1)
        -0.0
        """
        tenure = np.maximum(day - self.agent_from_day[agents], 0)
        result: Reals = self.agent_skill[agents] - self.newcomer_gap * np.exp(-tenure / self.learning_days)
        return result

    def teams_of(self, queue: int) -> Codes:
        """Return the codes of the teams that serve a queue."""
        row = self.queue_team[queue]
        teams: Codes = row[row >= 0]
        return teams
