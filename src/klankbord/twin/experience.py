"""What a contact is like for the customer: moods, resolution, experience as a sum of known effects, loyalty, score."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from klankbord.twin.arrow import Rows
from klankbord.twin.customers import Customers
from klankbord.twin.drawing import chance_of, logit
from klankbord.twin.parameters import Parameters
from klankbord.twin.serving import AUTOMATED, BOTH
from klankbord.twin.world import World

Reals = NDArray[np.float64]

CENTRE = 7.0  # of the scale as people use it: culture stretches answers away from here
_MOST_STEPS = 5


@dataclass(frozen=True, slots=True)
class Living:
    """Lets customers live through the contacts of a day."""

    world: World
    channel: Reals
    usual: float
    shift: Reals
    stretch: Reals
    down: Reals
    up: Reals

    @classmethod
    def of(cls, world: World) -> "Living":
        """Lay out the effects by code."""
        told, organisation = world.parameters, world.organisation
        down, up = _heaping(told)
        return cls(
            world,
            np.array([told.experience.channel.get(name, 0.0) for name in organisation.channels]),
            usual_experience(told),
            np.array([told.scores.shift.get(name, 0.0) for name in organisation.languages]),
            np.array([told.scores.stretch.get(name, 1.0) for name in organisation.languages]),
            down,
            up,
        )

    def live(self, calls: Rows, legs: Rows, customers: Customers, day: int) -> None:
        """Add to `calls` what comes of them, and to `legs` the moods.

        Parameters
        ----------
        calls : dict of arrays
            Conversations; gets `last` (row of the last leg), `transfers`, `abandoned`, `resolved`, `opening` and
            `agent_mood` (in standard deviations), `felt` (experience against the usual), `latent` (what the answer is
            made of), `said` (on the scale, before it is rounded) and `score`.
        legs : dict of arrays
            Their legs, those of one conversation in order; gets `opening`, `before` (opening mood of the agent's
            contact before, 0 for the first of the day) and `agent_mood`.
        customers : Customers
            Whose loyalty moves.
        day : int
            Today.
        """
        count = len(calls["customer"])
        last = np.empty(count, np.int64)
        last[legs["call"]] = np.arange(len(legs["call"]))
        calls["last"] = last
        calls["transfers"] = legs["leg"][last] - 1
        calls["abandoned"] = legs["abandoned"][last]
        self._moods(calls, legs, customers, day)
        self._resolve(calls, legs, day)
        noise = self.world.stream("experience", day).standard_normal(count)
        happened = self._effects(calls, legs, day) + self.world.parameters.experience.noise * noise
        loyalty = customers.loyalty[calls["customer"]].astype(float)
        calls["felt"] = happened - self.usual
        calls["latent"] = self.world.parameters.experience.level + happened + loyalty
        customers.loyalty[calls["customer"]] += customers.parameters.learning * (calls["felt"] - loyalty)
        self._score(calls, customers, day)

    def _moods(self, calls: Rows, legs: Rows, customers: Customers, day: int) -> None:
        """Draw opening moods, and hand each agent the mood of the customer before: `a` follows the last `o` only."""
        told, rng = self.world.parameters.mood, self.world.stream("mood", day)
        agents = len(self.world.organisation.agent_ids)
        spread = max(self.world.parameters.customers.loyalty_sd, 1e-9)
        known = np.clip(customers.loyalty[calls["customer"]] / spread, -3, 3)
        share = told.opening_loyalty
        opening = np.sqrt(1 - share**2) * rng.standard_normal(len(known)) + share * known
        calls["opening"] = told.opening_sd * opening
        shift = told.shift_sd * rng.standard_normal(agents)
        legs["opening"] = opening[legs["call"]]
        legs["before"] = _before(legs)
        legs["agent_mood"] = shift[legs["agent"]] + told.catching * legs["before"]
        legs["agent_mood"][legs["agent"] < 0] = 0.0
        calls["agent_mood"] = legs["agent_mood"][calls["last"]]

    def _resolve(self, calls: Rows, legs: Rows, day: int) -> None:
        told, rng = self.world.parameters, self.world.stream("resolution", day)
        team = legs["team"][calls["last"]]
        drivers = self.world.states.value_drivers[team, self.world.month[day]]
        odds = (
            logit(told.repeats.resolved)
            + told.repeats.skill_effect * legs["ability"][calls["last"]]
            + told.repeats.transfer_effect * calls["transfers"]
            + told.elements.on_resolution * drivers
            + self.world.differences.reason_resolution[calls["reason"]]
        )
        chance = np.where(calls["contained"], told.automation.resolved, chance_of(odds))
        calls["resolved"] = (rng.random(len(chance)) < chance) & ~calls["abandoned"]

    def _effects(self, calls: Rows, legs: Rows, day: int) -> Reals:
        """Return the sum of all effects in score points; each is what its parameter says, and nothing else."""
        world, told = self.world, self.world.parameters
        last, queue = calls["last"], calls["queue"].astype(np.int64)
        team, by = legs["team"][last], legs["handled_by"][last]
        person = team >= 0
        behaviours = world.states.behaviours[team, world.month[day]]
        touched = np.bincount(legs["call"], legs["handled_by"] == BOTH, minlength=len(queue))
        mood = told.mood.showing * calls["opening"] + mood_on_score(told) * calls["agent_mood"]
        effects = (
            told.experience.wait * self._waited(calls, legs)
            + told.experience.abandoned * calls["abandoned"]
            + told.experience.unresolved * (~calls["resolved"] & ~calls["abandoned"])
            + told.experience.repeat * (calls["kind"] == 1)
            + told.experience.hold * np.bincount(legs["call"], np.maximum(legs["holds"], 0), minlength=len(queue))
            + told.experience.skill * legs["ability"][last] * person
            + world.differences.touchpoint[world.organisation.queue_touchpoint[queue]]
            + world.differences.queue[queue]
            + self.channel[world.organisation.queue_channel[queue]]
            + told.transfers.experience * calls["transfers"]
            + told.automation.experience * (by == AUTOMATED)
            + told.automation.handover_experience * touched
            + told.journeys.step_effect * np.minimum(calls["step"] - 1, _MOST_STEPS)
            + told.journeys.memory * calls["carried"]
            + told.elements.on_experience * behaviours * person
            + world.felt[day, queue, calls["hour"]]
            + mood * person
        )
        result: Reals = effects
        return result

    def _waited(self, calls: Rows, legs: Rows) -> Reals:
        """Return doublings of 1 + wait: in minutes where people wait in line, in promised times where they do not."""
        organisation = self.world.organisation
        reply = np.array([name in self.world.parameters.queueing.reply_hours for name in organisation.channels])
        slow = reply[organisation.queue_channel[legs["queue"]]]
        unit = np.where(slow, organisation.queue_threshold_s[legs["queue"]], 60.0)
        waited = np.bincount(legs["call"], np.maximum(legs["wait_s"], 0) / unit, minlength=len(calls["customer"]))
        doublings: Reals = np.log2(1 + waited)
        return doublings

    def _score(self, calls: Rows, customers: Customers, day: int) -> None:
        """Turn experience into an answer; everybody has one, whether or not it is ever asked for."""
        told, rng = self.world.parameters.scores, self.world.stream("scores", day)
        language = customers.language[calls["customer"]]
        said = calls["latent"] + told.noise * rng.standard_normal(len(language))
        said = CENTRE + self.stretch[language] * (said - CENTRE) + self.shift[language]
        calls["said"] = said
        score = np.clip(np.rint(said), 0, 10).astype(np.int64)
        pull = rng.random(len(score))
        calls["score"] = (score - (pull < self.down[score]) + (pull > 1 - self.up[score])).astype(np.int8)


def usual_experience(parameters: Parameters) -> float:
    """Return what customers are used to, against `level`; only what differs from it moves loyalty."""
    told = parameters.experience
    return (
        told.unresolved * (1 - parameters.repeats.resolved)
        + told.wait * 1.0
        + parameters.transfers.experience * parameters.transfers.share
        + parameters.journeys.step_effect * 0.5
    )


def mood_on_score(parameters: Parameters) -> float:
    """Return the score points of one unit of the agent's mood: catching times this is what carries over."""
    mood = parameters.mood
    return mood.carry_over / mood.catching if mood.catching else 0.0


def _before(legs: Rows) -> Reals:
    """Return the opening mood of the contact that each leg's agent took before it on the day, 0 where there is none."""
    before = np.zeros(len(legs["call"]))
    people = np.flatnonzero(legs["agent"] >= 0)
    order = people[np.lexsort((legs["start"][people] + legs["wait_s"][people], legs["agent"][people]))]
    same = legs["agent"][order[1:]] == legs["agent"][order[:-1]]
    before[order[1:]] = np.where(same, legs["opening"][order[:-1]], 0.0)
    return before


def _heaping(parameters: Parameters) -> tuple[Reals, Reals]:
    """Return the chance that each answer gives way to the round one below it, and above it."""
    down, up = np.zeros(11), np.zeros(11)
    for word, chance in parameters.scores.heaping.items():
        value = int(word)
        if value < 10:
            down[value + 1] = chance
        if value > 0:
            up[value - 1] = chance
    return down, up
