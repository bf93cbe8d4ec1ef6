"""Who takes which contact: agents at work in the teams of a queue, dealt out in turn; and to whom one hands on."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from klankbord.twin.drawing import rank_within
from klankbord.twin.world import World

Codes = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Routing:
    """Which agents can serve which queue, and which teams can take over from which."""

    world: World
    pair_queue: Codes
    pair_agent: Codes
    teams: dict[str, tuple[Codes, Codes]]  # for each kind of transfer: targets end to end, and where a team's begin
    team_queue: Codes  # (teams, channels): the queue by which a team is reached

    @classmethod
    def of(cls, world: World) -> "Routing":
        """Lay out once who may serve whom."""
        organisation = world.organisation
        served = [np.isin(organisation.agent_team, organisation.teams_of(q)) for q in range(len(organisation.queues))]
        pairs = [np.flatnonzero(agents) for agents in served]
        return cls(
            world,
            np.repeat(np.arange(len(pairs)), [len(agents) for agents in pairs]),
            np.concatenate(pairs),
            {"within": _targets(world, other=False), "other": _targets(world, other=True)},
            _entrances(world),
        )

    def at_work(self, day: int) -> "Shift":
        """Return who is at work on a day, in an order of its own for each queue."""
        organisation, rng = self.world.organisation, self.world.stream("routing", day)
        working = organisation.working(day)
        here = np.zeros(len(organisation.agent_ids), bool)
        here[working] = True
        chosen = here[self.pair_agent]
        queue, agent = self.pair_queue[chosen], self.pair_agent[chosen]
        order = np.lexsort((rng.random(len(queue)), queue))
        counts = np.bincount(queue, minlength=len(organisation.queues))
        by_team = working[np.argsort(organisation.agent_team[working], kind="stable")].astype(np.int64)
        team_counts = np.bincount(organisation.agent_team[working], minlength=len(organisation.teams))
        return Shift(
            self,
            agent[order],
            _begins(counts),
            counts,
            by_team,
            _begins(team_counts),
            team_counts,
            self._attendance(counts, day),
        )

    def _attendance(self, counts: Codes, day: int) -> NDArray[np.float64]:
        """Return agents at work against those expected on such a day, by queue; planners make up for half of it."""
        organisation = self.world.organisation
        employed = np.zeros(len(organisation.agent_ids), bool)
        employed[organisation.employed(day)] = True
        there = np.bincount(self.pair_queue[employed[self.pair_agent]], minlength=len(counts))
        weekday = (organisation.first_day + timedelta(days=day)).weekday()
        present = {5: organisation.saturday, 6: organisation.sunday}.get(weekday, 1 - organisation.absence)
        share: NDArray[np.float64] = np.clip(counts / np.maximum(there * present, 1), 0.5, 1.5)
        return np.sqrt(share)


@dataclass(frozen=True, slots=True)
class Shift:
    """The agents of one day."""

    routing: Routing
    agents: Codes  # queue by queue, in the order in which they take turns
    begins: Codes
    counts: Codes
    by_team: Codes
    team_begins: Codes
    team_counts: Codes
    attendance: NDArray[np.float64]

    def deal(self, queue: Codes) -> Codes:
        """Return an agent for each contact, given in order of time.

        Contacts of a queue go round its agents in an order drawn for the day, as routing to who is longest idle does:
        nobody's mood, skill or anger decides who gets whom.
        """
        turn = rank_within(queue, len(self.counts)) % self.counts[queue]
        return self.agents[self.begins[queue] + turn]

    def hand_on(
        self, team: Codes, other: NDArray[np.bool_], chances: NDArray[np.float64]
    ) -> tuple[Codes, NDArray[np.bool_]]:
        """Return an agent of another team for each, drawn among those at work, and whether there is another team."""
        target = np.where(other, self._target("other", team, chances[0]), self._target("within", team, chances[0]))
        found = target >= 0
        target = np.where(found, target, team)
        place = (chances[1] * self.team_counts[target]).astype(np.int64)
        return self.by_team[self.team_begins[target] + place], found

    def _target(self, kind: str, team: Codes, chance: NDArray[np.float64]) -> Codes:
        targets, begins = self.routing.teams[kind]
        first, count = begins[team], begins[team + 1] - begins[team]
        place = np.minimum(first + (chance * count).astype(np.int64), len(targets) - 1)
        return np.where(count > 0, targets[place], -1)


def _targets(world: World, *, other: bool) -> tuple[Codes, Codes]:
    """Return for each team those to which it hands on: of the same client, of another department or of its own.

    Where a small centre has no such team, any other team takes over.
    """
    organisation = world.organisation
    numbers = np.arange(len(organisation.teams))
    lists = []
    for team in numbers:
        rest = numbers != team
        client = rest & (organisation.team_client == organisation.team_client[team])
        same = organisation.team_department == organisation.team_department[team]
        wanted = client & (~same if other else same)
        chosen = next((mask for mask in (wanted, client, rest) if mask.any()), rest)
        lists.append(np.flatnonzero(chosen))
    begins = np.concatenate([[0], np.cumsum([len(each) for each in lists])])
    return np.concatenate([*lists, np.array([-1])]), begins


def _entrances(world: World) -> Codes:
    organisation = world.organisation
    entrance = np.full((len(organisation.teams), len(organisation.channels)), -1, np.int64)
    # From the smallest queue to the largest, so that the largest stays.
    for queue in np.argsort(organisation.queue_share, kind="stable"):
        entrance[organisation.teams_of(int(queue)), organisation.queue_channel[queue]] = queue
    return entrance


def _begins(counts: Codes) -> Codes:
    return np.cumsum(counts) - counts
