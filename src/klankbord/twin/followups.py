"""What a contact leads to: the customer comes back about the same thing, or the journey's next step follows."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from klankbord.twin.arrow import Rows, concatenate
from klankbord.twin.drawing import Choice, normalised, places_by
from klankbord.twin.world import World

Codes = NDArray[np.integer]

FRESH, REPEAT, STEP = 0, 1, 2
_LONGEST = 60
_NOBODY: Rows = {
    "customer": np.empty(0, np.int32),
    "generation": np.empty(0, np.uint8),
    "queue": np.empty(0, np.int16),
    "reason": np.empty(0, np.int16),
    "kind": np.empty(0, np.int8),
    "carried": np.empty(0, np.float32),
}


@dataclass(slots=True)
class FollowUps:
    """Follow-ups that wait for their day; planned at the moment of the contact that they follow.

    Nobody waits longer than 60 days, so that what is held does not grow with the simulation.
    """

    due: dict[int, list[Rows]] = field(default_factory=dict)

    def pop(self, day: int) -> Rows:
        """Return, and forget, what is due on a day."""
        return concatenate([_NOBODY, *self.due.pop(day, [])])

    def add(self, rows: Rows, days: Codes) -> None:
        """Let each row wait for its day."""
        for day, places in places_by(days):
            self.due.setdefault(day, []).append({name: rows[name][places] for name in _NOBODY})


@dataclass(frozen=True, slots=True)
class Next:
    """Where customers go on: another channel of the same subject, any channel of another one."""

    world: World
    other_channel: Choice
    any_channel: Choice
    touchpoint: Choice
    leads_on: NDArray[np.bool_]
    reason: Choice

    @classmethod
    def of(cls, world: World) -> "Next":
        """Prepare the choices."""
        organisation = world.organisation
        clients, touchpoints, channels = organisation.queue_at.shape
        weights = np.where(organisation.queue_at >= 0, organisation.queue_share[organisation.queue_at], 0.0)
        weights = weights.reshape(-1, channels)
        own = organisation.queue_client * touchpoints + organisation.queue_touchpoint
        others = weights[own]
        others[np.arange(len(others)), organisation.queue_channel] = 0.0
        # A subject that has one channel is called about by that one again.
        alone = others.sum(1) == 0
        others[alone, organisation.queue_channel[alone]] = 1.0
        after = organisation.touchpoint_next.reshape(clients * touchpoints, touchpoints)
        return cls(
            world,
            Choice.of(normalised(others)),
            Choice.of(normalised(weights)),
            Choice.of(after),
            (after.sum(1) > 0)[own],
            Choice.of(organisation.reason_share),
        )

    def plan(self, calls: Rows, day: int, generation: NDArray[np.uint8]) -> tuple[Rows, Codes]:
        """Return the follow-ups of the day's conversations, and the days on which they are due.

        Parameters
        ----------
        calls : dict of arrays
            Conversations with `abandoned`, `resolved` and `felt` known.
        day : int
            Today.
        generation : array
            Of each conversation's customer.
        """
        told, rng = self.world.parameters, self.world.stream("follow-ups", day)
        count = len(calls["customer"])
        chances, delays, turns = rng.random((4, count)), rng.standard_normal(count), rng.random((2, count))
        back = np.where(calls["resolved"], told.repeats.after_resolved, told.repeats.after_unresolved)
        repeats = chances[0] < np.where(calls["abandoned"], told.repeats.after_abandoned, back)
        steps = ~repeats & ~calls["abandoned"] & self.leads_on[calls["queue"]] & (chances[1] < told.journeys.share)
        same = np.where(
            chances[2] < told.repeats.other_channel, self._other_queue(calls["queue"], turns[0]), calls["queue"]
        )
        onward = self._next_queue(calls["queue"], turns, chances[2] < told.journeys.other_channel)
        wait = np.where(
            repeats,
            told.repeats.delay_days * np.exp(told.repeats.delay_spread * delays),
            told.journeys.gap_days * np.exp(told.journeys.gap_spread * delays),
        )
        rows = {
            "customer": calls["customer"],
            "generation": generation,
            "queue": np.where(repeats, same, onward).astype(np.int16),
            "reason": np.where(repeats, calls["reason"], self.reason.draw(onward, chances[3])).astype(np.int16),
            "kind": np.where(repeats, REPEAT, STEP).astype(np.int8),
            "carried": np.where(steps, calls["felt"], 0).astype(np.float32),
        }
        chosen = repeats | steps
        days = day + np.clip(np.rint(wait), 1, _LONGEST).astype(np.int64)
        return {name: column[chosen] for name, column in rows.items()}, days[chosen]

    def _other_queue(self, queue: NDArray[np.int16], chance: NDArray[np.float64]) -> Codes:
        organisation = self.world.organisation
        channel = self.other_channel.draw(queue.astype(np.int64), chance)
        return organisation.queue_at[organisation.queue_client[queue], organisation.queue_touchpoint[queue], channel]

    def _next_queue(self, queue: NDArray[np.int16], chances: NDArray[np.float64], changes: NDArray[np.bool_]) -> Codes:
        """Return the queue of the next step: by the same channel, where there is one and it does not change."""
        organisation = self.world.organisation
        client, touchpoints = organisation.queue_client[queue], len(organisation.touchpoints)
        ahead = self.leads_on[queue]
        here = client * touchpoints + organisation.queue_touchpoint[queue]
        after = np.where(ahead, self.touchpoint.draw(here, chances[0]), organisation.queue_touchpoint[queue])
        same = organisation.queue_at[client, after, organisation.queue_channel[queue]]
        any_channel = self.any_channel.draw(client * touchpoints + after, chances[1])
        return np.where(changes | (same < 0), organisation.queue_at[client, after, any_channel], same)
