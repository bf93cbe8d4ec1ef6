"""The loop over days: each mechanism in its turn, the past forgotten as soon as nothing depends on it any more."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from klankbord.twin.arrow import Rows
from klankbord.twin.asking import Survey
from klankbord.twin.commenting import comment
from klankbord.twin.customers import Customers
from klankbord.twin.employees import indicator_table, pulse_table
from klankbord.twin.experience import Living, usual_experience
from klankbord.twin.flow import Flow
from klankbord.twin.happenings import events_table
from klankbord.twin.holding import KNOWN_WITHIN_DAYS, Holding, Lived
from klankbord.twin.intervals import interval_table
from klankbord.twin.outcomes import Accounts
from klankbord.twin.predicting import Predicting
from klankbord.twin.queueing import slots
from klankbord.twin.rows import contact_rows, response_rows
from klankbord.twin.serving import Serving
from klankbord.twin.tally import Tally
from klankbord.twin.world import WARM_UP, World

TRUTH = ("number", "leg", "score", "latent", "felt", "opening", "before", "agent_mood", "ability", "resolved")


@dataclass(slots=True)
class Simulation:
    """A world in motion.

    `aside` holds finished rows of the tables beside contacts and responses until somebody takes them.
    """

    world: World
    customers: Customers
    flow: Flow
    serving: Serving
    living: Living
    survey: Survey
    predicting: Predicting
    accounts: Accounts
    tally: Tally
    holding: Holding = field(default_factory=Holding)
    aside: list[tuple[str, pa.Table]] = field(default_factory=list)
    conversations: int = 0

    @classmethod
    def of(cls, world: World, customers: Customers) -> "Simulation":
        """Set everything up before the first day."""
        usual = world.parameters.experience.level + usual_experience(world.parameters)
        return cls(
            world,
            customers,
            Flow.of(world, customers),
            Serving.of(world),
            Living.of(world),
            Survey.of(world),
            Predicting.of(world, min(usual, 10.0)),
            Accounts.of(world, customers),
            Tally.of(world),
        )

    def run(self) -> Iterator[Lived]:
        """Live through all days, and give each back when nothing about it can change any more."""
        events = events_table(self.world.happened, self.world.organisation, self.world.clock)
        first_month = self.world.months[self.world.month[WARM_UP]]
        self.aside.append(("events", events.filter(pc.greater_equal(events["month"].cast(pa.string()), first_month))))
        for day in range(self.world.days):
            lived = self._live(day)
            if day >= WARM_UP:
                self.holding.add(lived)
            if day + 1 == self.world.days or self.world.month[day] != self.world.month[day + 1]:
                self._close_month(day)
            yield from self.holding.release(day - KNOWN_WITHIN_DAYS)
        yield from self.holding.release(self.world.days)

    def _live(self, day: int) -> Lived:
        calls = self.flow.calls(day)
        self.holding.arrive(self.customers, calls, day)
        legs = self.serving.legs(calls, day)
        self.living.live(calls, legs, self.customers, day)
        self.survey.ask(calls, legs, self.customers, day)
        self.predicting.predict(calls, legs, day)
        self.flow.follow(calls, day)
        contacts = contact_rows(self.world, self.customers, calls, legs, day, self.conversations)
        responses = response_rows(self.world, calls, contacts)
        comments, written = comment(self.world, calls, legs, responses, day)
        self.customers.remember(calls, legs, day, self.world.origin, self.accounts.cost(calls, legs))
        if day >= WARM_UP:
            self.conversations += len(calls["customer"])
            self.tally.add(calls, legs, day)
            self._count_intervals(legs, day)
        return Lived(day, contacts, responses, _truth(calls, legs, contacts), comments, written)

    def _count_intervals(self, legs: Rows, day: int) -> None:
        world = self.world
        offered = np.flatnonzero(legs["offered"])
        today, second = world.clock.local(legs["start"][offered])
        # A leg that was handed on after midnight is counted where its day began.
        second = np.where(today == day, second, np.minimum(second, 86_399))
        self.aside.append(
            (
                "queue_intervals",
                interval_table(
                    world.organisation,
                    world.clock,
                    day,
                    queue=legs["queue"][offered],
                    second=second,
                    **{name: legs[name][offered] for name in ("answered", "abandoned", "wait_s")},
                    handle_s=(legs["talk_s"] + legs["hold_s"] + legs["wrap_s"])[offered],
                    staffed=self.serving.places / slots(world.parameters, world.organisation)[:, None],
                ),
            )
        )

    def _close_month(self, day: int) -> None:
        world, month = self.world, int(self.world.month[day])
        outcomes = self.accounts.close(self.customers, day)
        if day < WARM_UP:
            return
        about = (world.organisation, world.states, world.clock, month)
        self.aside += [
            ("outcomes", outcomes),
            ("pulses", pulse_table(world.parameters, *about, world.stream("pulse", month))),
            ("indicators", indicator_table(*about, world.stream("indicators", month))),
        ]


def _truth(calls: Rows, legs: Rows, contacts: Rows) -> Rows:
    """Return what only the simulation knows of each leg."""
    call = legs["call"]
    return {
        "number": contacts["number"],
        "leg": contacts["leg"],
        "score": calls["score"][call],
        "latent": calls["latent"][call].astype(np.float32),
        "felt": calls["felt"][call].astype(np.float32),
        "opening": legs["opening"].astype(np.float32),
        "before": legs["before"].astype(np.float32),
        "agent_mood": legs["agent_mood"].astype(np.float32),
        "ability": legs["ability"].astype(np.float32),
        "resolved": calls["resolved"][call],
    }
