"""Who contacts when: first contacts hour by hour, and the follow-ups that are due; no contact is handled here."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from klankbord.twin.arrow import Rows
from klankbord.twin.clock import DAY_S
from klankbord.twin.customers import Customers
from klankbord.twin.drawing import Choice, normalised
from klankbord.twin.followups import FRESH, FollowUps, Next
from klankbord.twin.world import World

JOURNEY_S = 14 * DAY_S


@dataclass(slots=True)
class Flow:
    """The conversations of each day; a customer has one a day at most, so that a day is one vector operation."""

    world: World
    customers: Customers
    reasons: Choice
    after: Next
    waiting: FollowUps = field(default_factory=FollowUps)

    @classmethod
    def of(cls, world: World, customers: Customers) -> "Flow":
        """Begin with nobody waiting."""
        return cls(world, customers, Choice.of(world.organisation.reason_share), Next.of(world))

    def calls(self, day: int) -> Rows:
        """Return the conversations that begin on a day, in order of time.

        Returns
        -------
        dict of arrays
            `customer` (slot), `queue`, `reason`, `kind`, `carried` (experience of the step before), `hour`, `start`
            (seconds since 1970), `step`, and `previous` (touchpoint of the step before, or -1).
        """
        due, fresh = self._due(day), self._fresh(day)
        calls = {name: np.concatenate([due[name], column]) for name, column in fresh.items()}
        # Follow-ups stand first: who was going to call anyway does not call twice.
        _, first = np.unique(calls["customer"], return_index=True)
        calls = {name: column[first] for name, column in calls.items()}
        second = calls.pop("second")
        start = self.world.clock.instants(np.full(len(second), day), second)
        free = start > self.customers.last_end[calls["customer"]] + self.world.origin
        self._postpone(calls, ~free & (calls["kind"] != FRESH), day)
        order = np.flatnonzero(free)[np.argsort(start[free], kind="stable")]
        calls = {name: column[order] for name, column in calls.items()}
        return self._placed(calls | {"start": start[order]})

    def follow(self, calls: Rows, day: int) -> None:
        """Plan what today's conversations lead to."""
        self.waiting.add(*self.after.plan(calls, day, self.customers.generation[calls["customer"]]))

    def _fresh(self, day: int) -> Rows:
        world, rng = self.world, self.world.stream("arrivals", day)
        counts = rng.poisson(world.demand[day])
        queue, hour = (codes.repeat(counts[counts > 0]) for codes in np.nonzero(counts))
        total = len(queue)
        return {
            "customer": self.customers.callers(world.organisation.queue_client[queue], rng.random(total)),
            "queue": queue.astype(np.int16),
            "hour": hour.astype(np.int8),
            "second": hour * 3600 + rng.integers(3600, size=total),
            "reason": self.reasons.draw(queue, rng.random(total)).astype(np.int16),
            "kind": np.full(total, FRESH, np.int8),
            "carried": np.zeros(total, np.float32),
        }

    def _due(self, day: int) -> Rows:
        rows = self.waiting.pop(day)
        profile = self.world.demand[day]
        still = self.customers.generation[rows["customer"]] == rows["generation"]
        is_open = profile.sum(1)[rows["queue"]] > 0
        self._postpone(rows, still & ~is_open, day)
        rows = {name: column[still & is_open] for name, column in rows.items()}
        queue, rng = rows["queue"].astype(np.int64), self.world.stream("due", day)
        hour = Choice.of(normalised(profile)).draw(queue, rng.random(len(queue)))
        return rows | {"hour": hour.astype(np.int8), "second": hour * 3600 + rng.integers(3600, size=len(hour))}

    def _postpone(self, rows: Rows, late: NDArray[np.bool_], day: int) -> None:
        if late.any():
            chosen = {name: column[late] for name, column in rows.items()}
            chosen["generation"] = self.customers.generation[chosen["customer"]]
            self.waiting.add(chosen, np.full(int(late.sum()), day + 1))

    def _placed(self, calls: Rows) -> Rows:
        """Add each conversation's place in its journey: steps lie within 14 days from start to start."""
        slots = calls["customer"]
        known = self.customers
        goes_on = calls["start"] - self.world.origin - known.last_start[slots] <= JOURNEY_S
        step = np.where(goes_on, np.minimum(known.last_step[slots], 120) + 1, 1).astype(np.int8)
        previous = np.where(goes_on, known.last_touchpoint[slots], -1).astype(np.int8)
        touchpoint = self.world.organisation.queue_touchpoint[calls["queue"]]
        return calls | {"step": step, "previous": previous, "touchpoint": touchpoint}
