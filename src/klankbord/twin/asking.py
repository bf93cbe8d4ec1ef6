"""Who is asked and who answers: the funnel from eligible to commented, quarantine, and machines that click."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from klankbord.twin.arrow import NULL, Rows
from klankbord.twin.customers import NO_ADDRESS, OPTED_OUT, Customers
from klankbord.twin.drawing import Choice, chance_of, logit
from klankbord.twin.world import World

REASONS = ("transferred", "abandoned", "automated", "opted_out", "no_address", "quarantine", "not_sampled")
SURVEY_CHANNELS = ("email", "sms", "ivr", "web")
NOT_COUNTED = ("scanner",)
VERSIONS = ("1", "2")
NEUTRAL_SCORE, USUAL_DISTANCE, COMMENT_CENTRE = 7.0, 2.0, 8.0

_SENT_BY = {"chat": "web", "messaging": "sms"}


@dataclass(frozen=True, slots=True)
class Survey:
    """Asks the customers of a day."""

    world: World
    by_phone: Choice
    by_channel: NDArray[np.int64]
    channel_effect: NDArray[np.float64]
    age_effect: NDArray[np.float64]

    @classmethod
    def of(cls, world: World) -> "Survey":
        """Lay out the rules."""
        told, organisation = world.parameters, world.organisation
        shares = np.array([told.asking.survey_channels.get(name, 0.0) for name in SURVEY_CHANNELS])
        ages = np.linspace(-0.5, 0.5, len(organisation.age_bands))
        return cls(
            world,
            Choice.of((shares / shares.sum())[None]),
            np.array([SURVEY_CHANNELS.index(_SENT_BY.get(name, "email")) for name in organisation.channels]),
            np.array([told.response.survey_channel.get(name, 0.0) for name in SURVEY_CHANNELS]),
            told.response.age_slope * (ages - float(ages @ organisation.age_share)),
        )

    def ask(self, calls: Rows, legs: Rows, customers: Customers, day: int) -> None:
        """Add the funnel to `calls`: flags, moments, `survey_channel`, `why_not`, `counted_score` and scanner clicks.

        Notes
        -----
        One uniform number decides opened, started and answered together, so that each step lies within the one before.
        """
        told, rng = self.world.parameters, self.world.stream("asking", day)
        slots, count = calls["customer"], len(calls["customer"])
        chances = rng.random((5, count))
        self._invite(calls, legs, customers, chances[0], day)
        calls["sent"] = calls["invited"] & (chances[1] < told.asking.sent)
        calls["delivered"] = calls["sent"] & (chances[2] < told.asking.delivered)
        self._send(calls, legs, chances[3], day)
        answers = np.where(
            calls["delivered"], self.response_chance(calls["survey_channel"], customers.age[slots], calls["score"]), 0
        )
        rest = max(told.asking.opened - told.response.share, 0.0) / (1 - told.response.share)
        calls["scored"] = calls["delivered"] & (chances[4] < answers)
        calls["started"] = calls["delivered"] & (chances[4] < answers + (1 - answers) * rest * 0.2)
        calls["opened"] = calls["delivered"] & (chances[4] < answers + (1 - answers) * rest)
        self._scan(calls, customers, day)
        self._answer(calls, day)

    def response_chance(
        self, survey_channel: NDArray[np.int64], age: NDArray[np.int8], score: NDArray[np.int8]
    ) -> NDArray[np.float64]:
        """Return the chance that a delivered survey is answered, as the parameters say."""
        told = self.world.parameters.response
        odds = (
            logit(told.share)
            + self.channel_effect[survey_channel]
            + self.age_effect[age]
            + told.extreme * (np.abs(score - NEUTRAL_SCORE) - USUAL_DISTANCE)
            + told.score_slope * (score - NEUTRAL_SCORE)
        )
        return chance_of(odds)

    def _invite(self, calls: Rows, legs: Rows, customers: Customers, chance: NDArray[np.float64], day: int) -> None:
        """Decide who is asked; the first reason that holds is the one that is told."""
        told, slots = self.world.parameters.asking, calls["customer"]
        answered = legs["answered"][calls["last"]]
        reach = customers.reach[slots]
        resting = day - customers.invited_day[slots] < told.quarantine_days
        reasons = np.select(
            [calls["contained"], ~answered, reach == OPTED_OUT, reach == NO_ADDRESS, resting, chance >= told.sampled],
            [REASONS.index(word) for word in (
                "automated", "abandoned", "opted_out", "no_address", "quarantine", "not_sampled",
            )],
            NULL,
        )  # fmt: skip
        calls["why_not"] = reasons.astype(np.int8)
        calls["eligible"] = (reasons == NULL) | (reasons >= REASONS.index("quarantine"))
        calls["invited"] = reasons == NULL
        customers.invited_day[slots[calls["invited"]]] = day

    def _send(self, calls: Rows, legs: Rows, chance: NDArray[np.float64], day: int) -> None:
        told, rng = self.world.parameters.asking, self.world.stream("inviting", day)
        channel = self.world.organisation.queue_channel[calls["queue"]]
        phone = channel == self.world.organisation.channels.index("phone")
        by = np.where(phone, self.by_phone.draw(np.zeros(len(chance), np.int64), chance), self.by_channel[channel])
        calls["survey_channel"] = by
        last = calls["last"]
        delay = 60 * told.delay_minutes * np.exp(told.delay_spread * rng.standard_normal(len(by)))
        # On the line itself there is no delay; and nobody is asked before the agent is done.
        delay = np.where(by == SURVEY_CHANNELS.index("ivr"), 5.0, delay)
        ready = legs["end"][last] + np.maximum(legs["wrap_s"][last], 0) + 1
        calls["invited_at"] = ready + np.rint(delay).astype(np.int64)

    def _scan(self, calls: Rows, customers: Customers, day: int) -> None:
        """Let scanners click in mail; a click that is not recognised takes the place of the customer's answer."""
        told, rng = self.world.parameters.scanners, self.world.stream("scanners", day)
        chances = rng.random((3, len(calls["customer"])))
        by_mail = calls["survey_channel"] == SURVEY_CHANNELS.index("email")
        clicked = calls["delivered"] & by_mail & customers.scanned[calls["customer"]] & (chances[0] < told.clicks)
        calls["scanned"] = clicked
        calls["fooled"] = clicked & (chances[1] >= told.recognised)
        calls["scanner_score"] = np.floor(11 * chances[2]).astype(np.int8)
        calls["scanned_at"] = (
            calls["invited_at"] + 1 + np.rint(rng.exponential(told.delay_s, len(clicked))).astype(np.int64)
        )
        calls["person"] = calls["scored"] & ~calls["fooled"]
        for stage in ("opened", "started", "scored"):
            calls[stage] = calls[stage] | calls["fooled"]

    def _answer(self, calls: Rows, day: int) -> None:
        told, rng = self.world.parameters.response, self.world.stream("answering", day)
        chances = rng.random((2, len(calls["score"])))
        delay = 3600 * told.delay_hours * np.exp(told.delay_spread * rng.standard_normal(len(calls["score"])))
        delay = np.where(calls["survey_channel"] == SURVEY_CHANNELS.index("ivr"), 15.0, np.clip(delay, 20, 60 * 86_400))
        calls["answered_at"] = np.where(
            calls["fooled"], calls["scanned_at"], calls["invited_at"] + np.rint(delay).astype(np.int64)
        )
        # What would come after the last day is not there yet.
        in_time = calls["answered_at"] < self.world.end
        for stage in ("person", "fooled", "scored"):
            calls[stage] &= in_time
        calls["partial"] = calls["person"] & (chances[0] < told.partial)
        distance = np.abs(calls["score"] - COMMENT_CENTRE) - USUAL_DISTANCE
        talks = chances[1] < chance_of(logit(told.commented) + told.comment_extreme * distance)
        calls["commented"] = calls["person"] & ~calls["partial"] & talks
