"""How a contact is handled: machine or person, wait, agent, handle time, transfers; one row for each leg."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from klankbord.twin.arrow import NULL, Rows, concatenate
from klankbord.twin.drawing import chance_of, logit
from klankbord.twin.people import Routing, Shift
from klankbord.twin.queueing import draw_replies, draw_waits
from klankbord.twin.world import World

Codes = NDArray[np.integer]

HUMAN, AUTOMATED, BOTH = 0, 1, 2
HANDLERS = ("human", "automated", "both")
_BOT_SPREAD = 0.5


@dataclass(slots=True)
class Serving:
    """Handles the conversations of a day."""

    world: World
    routing: Routing
    waits_in_line: NDArray[np.bool_]
    bot_first: NDArray[np.float64]
    talk_s: NDArray[np.float64]
    places: NDArray[np.float64]  # contacts that can be handled at once today, by queue and hour

    @classmethod
    def of(cls, world: World) -> "Serving":
        """Lay out what does not change from day to day."""
        told, channels = world.parameters, world.organisation.channels
        return cls(
            world,
            Routing.of(world),
            np.array([name not in told.queueing.reply_hours for name in channels]),
            np.array([told.automation.first.get(name, 0.0) for name in channels]),
            np.array([told.handling.talk_s.get(name, 300.0) for name in channels]),
            world.planned[0],
        )

    def legs(self, calls: Rows, day: int) -> Rows:
        """Return the legs, conversation by conversation; `call` says which one a leg is part of.

        Also adds to `calls` whether a machine came `first` and whether it `contained` the contact.
        """
        world, rng = self.world, self.world.stream("automation", day)
        queue = calls["queue"].astype(np.int64)
        channel = world.organisation.queue_channel[queue]
        count = len(queue)
        calls["first"] = rng.random(count) < self.bot_first[channel]
        calls["contained"] = calls["first"] & (rng.random(count) < world.parameters.automation.contained)
        spent = world.parameters.automation.duration_s * np.exp(_BOT_SPREAD * rng.standard_normal(count))
        alone = np.flatnonzero(calls["contained"])
        parts = [_by_machine(calls, alone, spent[alone])]
        shift = self.routing.at_work(day)
        self.places = world.planned[day] * shift.attendance[:, None]
        load = self._load(calls, day)
        waiting = {
            "call": np.flatnonzero(~calls["contained"]),
            "queue": queue[~calls["contained"]],
            "start": calls["start"][~calls["contained"]],
        }
        waiting["agent"] = shift.deal(waiting["queue"])
        waiting["from"] = np.full(len(waiting["call"]), NULL)
        for leg in range(1, world.parameters.transfers.most + 2):
            if not len(waiting["call"]):
                break
            served = self._serve(calls, waiting, load, day, leg)
            parts.append(served)
            waiting = self._handed_on(served, shift, day, leg)
        legs = concatenate(parts)
        order = np.argsort(legs["call"], kind="stable")
        return {name: column[order] for name, column in legs.items()}

    def _load(self, calls: Rows, day: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return contacts a second and places at work for each queue and hour, flat."""
        world = self.world
        demand = world.demand[day]
        people = np.bincount(calls["queue"][~calls["contained"]], minlength=len(demand))
        # The hours keep their expected profile; the day's level is that of who really came.
        level = people / np.maximum(demand.sum(1), 1e-9)
        return (demand * level[:, None] / 3600).ravel(), self.places.ravel()

    def _serve(
        self, calls: Rows, waiting: Rows, load: tuple[NDArray[np.float64], NDArray[np.float64]], day: int, leg: int
    ) -> Rows:
        world, count = self.world, len(waiting["call"])
        channel = world.organisation.queue_channel[waiting["queue"]]
        hour = calls["hour"][waiting["call"]].astype(np.int64)
        wait, abandoned = self._wait(waiting["queue"], channel, hour, load, day, leg)
        agent = waiting["agent"]
        team = world.organisation.agent_team[agent]
        drivers = world.states.value_drivers[team, world.month[day]]
        wait = np.where(abandoned, wait, wait * np.exp(world.parameters.elements.on_wait * drivers))
        ability = world.organisation.ability(agent, day)
        rng = world.stream(f"handling {leg}", day)
        transfers = world.parameters.transfers
        odds = logit(transfers.share) + transfers.skill_effect * ability
        moved = ~abandoned & (leg <= transfers.most) & (rng.random(count) < chance_of(odds))
        times = self._times(calls["reason"][waiting["call"]], channel, ability, rng)
        # A leg that is handed on ends early.
        times["talk_s"] = np.where(moved, times["talk_s"] * 0.5, times["talk_s"])
        whole = {name: np.where(abandoned, 0, np.rint(values)).astype(np.int32) for name, values in times.items()}
        wait = np.rint(wait).astype(np.int32)
        both = calls["first"][waiting["call"]] & (leg == 1)
        return {
            "call": waiting["call"],
            "leg": np.full(count, leg, np.int8),
            "queue": waiting["queue"],
            "start": waiting["start"],
            "end": waiting["start"] + wait + whole["talk_s"] + whole["hold_s"],
            "agent": np.where(abandoned, NULL, agent),
            "team": np.where(abandoned, NULL, team),
            "ability": ability,
            "handled_by": np.where(abandoned, NULL, np.where(both, BOTH, HUMAN)).astype(np.int8),
            "offered": np.ones(count, bool),
            "answered": ~abandoned,
            "abandoned": abandoned,
            "wait_s": wait,
            **whole,
            "moved": moved,
            "from": waiting["from"],
            "to": np.full(count, NULL),
        }

    def _wait(
        self, queue: Codes, channel: Codes, hour: Codes,
        load: tuple[NDArray[np.float64], NDArray[np.float64]], day: int, leg: int,
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:  # fmt: skip
        """Draw waits: in line where the channel is live, until the reply comes where it is not."""
        world, rng = self.world, self.world.stream(f"waiting {leg}", day)
        wait, abandoned = np.zeros(len(queue)), np.zeros(len(queue), bool)
        live = np.flatnonzero(self.waits_in_line[channel])
        cells, cell = np.unique(queue[live] * 24 + hour[live], return_inverse=True)
        if len(cells):
            wait[live], abandoned[live] = draw_waits(
                rng,
                cell=cell,
                arrivals_per_s=load[0][cells],
                handle_s=world.handle_s[cells // 24],
                agents=load[1][cells],
                patience_s=world.parameters.queueing.patience_s,
            )
        busy = (load[0] * world.handle_s.repeat(24)).reshape(-1, 24).sum(1) / load[1].reshape(-1, 24).sum(1)
        for code in np.unique(channel[~self.waits_in_line[channel]]):
            mine = np.flatnonzero(channel == code)
            pressed = np.clip(busy[queue[mine]] + 0.2, 0.5, 2.0)
            wait[mine] = draw_replies(rng, world.parameters.queueing, world.organisation.channels[code], pressed)
        return wait, abandoned

    def _times(
        self, reason: NDArray[np.int16], channel: Codes, ability: NDArray[np.float64],
        rng: np.random.Generator,
    ) -> dict[str, NDArray[np.float64]]:  # fmt: skip
        told, count = self.world.parameters.handling, len(reason)
        phone = channel == self.world.organisation.channels.index("phone")
        slow = told.skill_effect * ability + self.world.differences.reason_talk[reason]
        # Holds are Poisson, with the told share of contacts having at least one.
        holds = np.where(phone, rng.poisson(-np.log1p(-min(told.hold_share, 0.99)), count), 0)
        return {
            "talk_s": np.maximum(
                self.talk_s[channel] * np.exp(told.talk_spread * rng.standard_normal(count) + slow), 5
            ),
            "hold_s": told.hold_s * rng.standard_gamma(np.maximum(holds, 1)) * (holds > 0),
            "wrap_s": told.wrap_s * np.exp(told.wrap_spread * rng.standard_normal(count)),
            "holds": holds.astype(float),
        }

    def _handed_on(self, served: Rows, shift: Shift, day: int, leg: int) -> Rows:
        """Return who waits for the next leg, and write on the legs before to whom they went."""
        moved = np.flatnonzero(served["moved"])
        rng, told = self.world.stream(f"transfers {leg}", day), self.world.parameters.transfers
        chances = rng.random((3, len(moved)))
        team = served["team"][moved]
        agent, found = shift.hand_on(team, chances[2] < told.other_department, chances)
        served["moved"][moved[~found]] = False
        moved, agent, team = moved[found], agent[found], team[found]
        organisation = self.world.organisation
        target = organisation.agent_team[agent]
        served["to"][moved] = target
        channel = organisation.queue_channel[served["queue"][moved]]
        entrance = self.routing.team_queue[target, channel]
        return {
            "call": served["call"][moved],
            "queue": np.where(entrance >= 0, entrance, served["queue"][moved]),
            "start": served["end"][moved],
            "agent": agent,
            "from": team,
        }


def _by_machine(calls: Rows, alone: Codes, spent: NDArray[np.float64]) -> Rows:
    count = len(alone)
    nothing, nobody = np.full(count, NULL, np.int32), np.full(count, NULL)
    no = np.zeros(count, bool)
    start = calls["start"][alone]
    return {
        "call": alone,
        "leg": np.ones(count, np.int8),
        "queue": calls["queue"][alone].astype(np.int64),
        "start": start,
        "end": start + np.rint(spent).astype(np.int64),
        "agent": nobody,
        "team": nobody,
        "ability": np.zeros(count),
        "handled_by": np.full(count, AUTOMATED, np.int8),
        "offered": no,
        "answered": no,
        "abandoned": no,
        "wait_s": nothing,
        "talk_s": nothing,
        "hold_s": nothing,
        "wrap_s": nothing,
        "holds": nothing,
        "moved": no,
        "from": nobody,
        "to": nobody,
    }
