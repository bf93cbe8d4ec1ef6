"""Parameters of the work that comes in: arrivals, queues, handling, transfers, repeats, journeys, bots, events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

from klankbord.twin.parameters.mechanism import Mechanism, table


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals(Mechanism):
    """When contacts come.

    Parameters
    ----------
    yearly_swing : float
        Height of the season: 0.15 is 15 % above the mean at its top.
    yearly_peak_day : int
        Day of the year with most contacts, 1 to 366; winter for energy.
    saturday, sunday : float
        Contacts of those days as a share of a mean weekday; zero where the queue is closed.
    monday : float
        Contacts of a Monday against the other weekdays; Friday falls as much as Monday rises.
    holiday : float
        Contacts of a public holiday, as a share of the same weekday.
    invoice_peak : float
        Extra share of invoice contacts at the top of the peak around the turn of the month.
    yearly_growth : float
        Growth of the number of contacts in a year.
    day_noise : float
        Standard deviation of the log of a day's level, the same for all queues.
    queue_noise : float
        The same, for each queue apart.
    """

    yearly_swing: float = 0.12
    yearly_peak_day: int = 20
    saturday: float = 0.35
    sunday: float = 0.08
    monday: float = 1.2
    holiday: float = 0.12
    invoice_peak: float = 0.6
    yearly_growth: float = 0.0
    day_noise: float = 0.05
    queue_noise: float = 0.08
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType(
        {
            "yearly_swing": 0.0, "saturday": 1.0, "sunday": 1.0, "monday": 1.0, "holiday": 1.0,
            "invoice_peak": 0.0, "yearly_growth": 0.0, "day_noise": 0.0, "queue_noise": 0.0,
        }
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Queueing(Mechanism):
    """How long customers wait.

    Parameters
    ----------
    patience_s : float
        Mean time that a customer is willing to wait for a person, in seconds; exponential.
    service_grade : float
        Agents planned above the offered load, in square roots of it (the square-root staffing rule).
    forecast_error : float
        Standard deviation of the log of planned against needed agents, by queue and day.
    concurrency : mapping
        Contacts that one agent has at once, by channel; one where not named.
    reply_hours : mapping
        Median hours to the first reply of channels that do not wait in line, by channel.
    reply_spread : float
        Standard deviation of the log of the hours to reply.
    """

    patience_s: float = 240.0
    service_grade: float = 0.9
    forecast_error: float = 0.06
    concurrency: Mapping[str, float] = field(default_factory=lambda: table(chat=2.5, messaging=4.0))
    reply_hours: Mapping[str, float] = field(
        default_factory=lambda: table(email=7.0, messaging=0.4, social=1.5, letter=72.0)
    )
    reply_spread: float = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling(Mechanism):
    """How long a contact takes.

    Parameters
    ----------
    talk_s : mapping
        Median seconds of talk (or work on the answer), by channel.
    talk_spread : float
        Standard deviation of the log of talk time.
    wrap_s, wrap_spread : float
        Median seconds of wrap-up, and standard deviation of its log.
    hold_share : float
        Share of telephone contacts that are put on hold at least once.
    hold_s : float
        Mean seconds of one hold.
    skill_effect : float
        Change of log handle time by one standard deviation of the agent's skill.
    complexity_spread : float
        Standard deviation of the log of talk time between reasons.
    """

    talk_s: Mapping[str, float] = field(
        default_factory=lambda: table(phone=290.0, chat=620.0, messaging=540.0, email=330.0, social=300.0, letter=600.0)
    )
    talk_spread: float = 0.6
    wrap_s: float = 45.0
    wrap_spread: float = 0.7
    hold_share: float = 0.22
    hold_s: float = 55.0
    skill_effect: float = -0.06
    complexity_spread: float = 0.2
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType({"skill_effect": 0.0, "complexity_spread": 0.0})


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfers(Mechanism):
    """When a contact is handed on.

    Parameters
    ----------
    share : float
        Share of handled legs that are handed on, for an agent of mean skill.
    other_department : float
        Share of the transfers that go to another department; the rest stay within it.
    skill_effect : float
        Change of the log odds of a transfer by one standard deviation of skill.
    experience : float
        Score points that one transfer costs.
    most : int
        Most transfers in one conversation.
    """

    share: float = 0.08
    other_department: float = 0.6
    skill_effect: float = -0.3
    experience: float = -0.8
    most: int = 2
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType({"share": 0.0, "skill_effect": 0.0, "experience": 0.0})


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats(Mechanism):
    """What is resolved, and who comes back.

    Parameters
    ----------
    resolved : float
        Share of contacts resolved, for an agent of mean skill and a mean reason.
    skill_effect : float
        Change of the log odds of resolution by one standard deviation of skill.
    reason_spread : float
        Standard deviation between reasons of the log odds of resolution.
    transfer_effect : float
        Change of the log odds of resolution by one transfer.
    after_unresolved, after_resolved, after_abandoned : float
        Chance that the customer comes back about the same thing.
    delay_days, delay_spread : float
        Median days until then, and standard deviation of the log.
    other_channel : float
        Share who come back by another channel.
    """

    resolved: float = 0.78
    skill_effect: float = 0.35
    reason_spread: float = 0.4
    transfer_effect: float = -0.4
    after_unresolved: float = 0.5
    after_resolved: float = 0.05
    after_abandoned: float = 0.65
    delay_days: float = 2.0
    delay_spread: float = 0.9
    other_channel: float = 0.2
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType(
        {"after_unresolved": 0.0, "after_resolved": 0.0, "after_abandoned": 0.0}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Journeys(Mechanism):
    """When one moment leads to the next, as a move leads to a first invoice.

    Parameters
    ----------
    share : float
        Share of contacts whose touchpoint has a next one, where that next one follows.
    gap_days, gap_spread : float
        Median days until the next step, and standard deviation of the log.
    other_channel : float
        Share of the steps that come by another channel.
    step_effect : float
        Score points that each further step costs (or brings).
    memory : float
        Share of the experience of the step before that is carried into this one.
    """

    share: float = 0.22
    gap_days: float = 5.0
    gap_spread: float = 0.6
    other_channel: float = 0.35
    step_effect: float = -0.15
    memory: float = 0.2
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType({"share": 0.0, "step_effect": 0.0, "memory": 0.0})


@dataclass(frozen=True, slots=True, kw_only=True)
class Automation(Mechanism):
    """What machines do.

    Parameters
    ----------
    first : mapping
        Share of contacts that meet a machine first, by channel.
    contained : float
        Share of those that the machine ends alone.
    resolved : float
        Share of those ended alone that are really resolved.
    duration_s : float
        Median seconds with the machine.
    experience : float
        Score points of being handled by a machine alone, against a person.
    handover_experience : float
        Score points of meeting a machine first and a person after.
    """

    first: Mapping[str, float] = field(default_factory=lambda: table(phone=0.25, chat=0.85, messaging=0.6, web=1.0))
    contained: float = 0.35
    resolved: float = 0.6
    duration_s: float = 75.0
    experience: float = -0.3
    handover_experience: float = -0.1
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType(
        {"first": table(), "experience": 0.0, "handover_experience": 0.0}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Happenings(Mechanism):
    """What happens to the centre, and what it does to customers.

    Parameters
    ----------
    incidents, launches, policies, prices, trainings, staffings, campaigns : float
        How many of each in a year; incidents, launches, policies, prices and campaigns for each client.
    incident_hours, incident_spread : float
        Median length of an incident, and standard deviation of its log.
    experience : mapping
        Score points that an event of severity 5 costs (or brings) while it lasts, by kind.
    volume : mapping
        Extra contacts during an event of severity 5, as a share, by kind.
    fading_days : float
        Days in which the effect of a lasting change (policy, price, launch) falls to 1/e.
    training_lift : float
        Rise of coaching in a team's month by one training, in standard deviations.
    """

    incidents: float = 14.0
    launches: float = 1.5
    policies: float = 1.5
    prices: float = 1.0
    trainings: float = 10.0
    staffings: float = 2.0
    campaigns: float = 3.0
    incident_hours: float = 7.0
    incident_spread: float = 0.9
    experience: Mapping[str, float] = field(
        default_factory=lambda: table(incident=-1.8, launch=-0.3, policy=-0.6, price=-1.2, staffing=-0.2, campaign=0.1)
    )
    volume: Mapping[str, float] = field(
        default_factory=lambda: table(incident=0.9, launch=0.2, policy=0.2, price=0.6, campaign=0.35)
    )
    fading_days: float = 30.0
    training_lift: float = 1.0
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType(
        {"experience": table(), "volume": table(), "training_lift": 0.0}
    )
