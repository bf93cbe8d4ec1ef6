"""What is settled before the first simulated day: parameters, organisation, calendar, loads, and effects once drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from klankbord.twin.arrivals import intensities
from klankbord.twin.clock import DAY_S, Clock
from klankbord.twin.elements import States, states
from klankbord.twin.happenings import Happened, effects, exposure, happen
from klankbord.twin.organisation import Organisation, organise
from klankbord.twin.parameters import Parameters, stream
from klankbord.twin.presets import Preset
from klankbord.twin.queueing import mean_handle_s, staffing

Reals = NDArray[np.float64]

# Before the first month is written, follow-ups, steps of journeys and quarantine must have got going.
WARM_UP = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What is drawn once: how touchpoints, queues, reasons and agents differ.

    Parameters
    ----------
    touchpoint, queue : array
        Score points.
    reason_talk, reason_resolution : array
        Change of log talk time, and of the log odds of resolution.
    agent_bias, agent_insight : array
        Of each agent's predictions, in the first days.
    """

    touchpoint: Reals
    queue: Reals
    reason_talk: Reals
    reason_resolution: Reals
    agent_bias: Reals
    agent_insight: Reals


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that does not change while the days go by.

    Parameters
    ----------
    seed : int
        Seed of all streams.
    preset : Preset
        The trade.
    parameters : Parameters
        What is true.
    organisation : Organisation
        Who is there.
    clock : Clock
        The calendar; its first day is the first of the warm-up.
    days : int
        Days that are simulated, the warm-up among them.
    month : array, shape (days + 366,)
        Number of the month of each day.
    months : tuple of str
        Their names.
    demand : array, shape (days, queues, 24)
        Expected first contacts in each hour, events among them; follow-ups come on top.
    planned : array, shape (days, queues, 24)
        Contacts that the planned agents can handle at once.
    handle_s : array, shape (queues,)
        Mean handle time.
    happened : Happened
        The events.
    felt : array, shape (days, queues, 24)
        What the events do to experience, in score points.
    states : States
        The five elements of each team and month.
    differences : Differences
        What is drawn once.
    """

    seed: int
    preset: Preset
    parameters: Parameters
    organisation: Organisation
    clock: Clock
    days: int
    month: NDArray[np.int64]
    months: tuple[str, ...]
    demand: Reals
    planned: Reals
    handle_s: Reals
    happened: Happened
    felt: Reals
    states: States
    differences: Differences

    @property
    def origin(self) -> int:
        """The instant from which remembered moments are counted in seconds."""
        return (self.clock.first_number - 1) * DAY_S

    @property
    def end(self) -> int:
        """The instant at which the last day ends."""
        return int(self.clock.instants(np.array([self.days]), np.array([0]))[0])

    def stream(self, name: str, day: int = 0) -> np.random.Generator:
        """Return the random numbers of one mechanism on one day."""
        return stream(self.seed, name, day)


def make_world(
    *,
    preset: Preset,
    parameters: Parameters,
    contacts: int,
    first_day: date,
    days: int,
    agents: int,
    seed: int,
    languages: Mapping[str, float] | None,
) -> World:
    """Settle a world of some days, and a warm-up before them.

    Parameters
    ----------
    preset, parameters : Preset, Parameters
        The trade, and what is true.
    contacts : int
        Rows that are wanted within the days; what comes of it is a draw.
    first_day : date
        First day after the warm-up.
    days, agents, seed : int
        Days after the warm-up, headcount, and seed.
    languages : mapping, optional
        Shares of languages instead of the preset's.
    """
    first, total = first_day - timedelta(days=WARM_UP), days + WARM_UP
    organisation = organise(
        preset, parameters, agents=agents, days=total, rng=stream(seed, "organisation"), languages=languages,
        first_day=first,
    )  # fmt: skip
    clock = Clock.over(first, total)
    months, month = clock.months()
    happened = happen(parameters, organisation, total, stream(seed, "happenings"))
    felt, volume = effects(happened, organisation, total)
    usual = intensities(parameters, organisation, first, total, contacts * total / days)
    # Extra contacts in an incident are not planned for; yet with them it comes to what was asked.
    usual *= usual.sum() / (usual * volume).sum()
    people = usual * _with_people(parameters, organisation)[None, :, None]
    incidents = exposure(happened, organisation, month[:total], "incident")
    return World(
        seed=seed,
        preset=preset,
        parameters=parameters,
        organisation=organisation,
        clock=clock,
        days=total,
        month=month,
        months=tuple(months),
        demand=usual * volume * first_contacts(parameters, organisation),
        planned=staffing(parameters, organisation, people, stream(seed, "staffing")),
        handle_s=mean_handle_s(parameters, organisation),
        happened=happened,
        felt=felt,
        states=states(
            parameters, organisation, incidents.shape[1], stream(seed, "elements"), given={"incidents": incidents}
        ),
        differences=_differ(parameters, organisation, seed),
    )


def first_contacts(parameters: Parameters, organisation: Organisation) -> float:
    """Return the share of all legs that are first contacts: the others follow from them or are handed on."""
    repeats, automation = parameters.repeats, parameters.automation
    machine = 1 - float((organisation.queue_share * _with_people(parameters, organisation)).sum())
    resolved = (1 - machine) * repeats.resolved + machine * automation.resolved
    back = resolved * repeats.after_resolved + (1 - resolved) * repeats.after_unresolved
    leads = organisation.touchpoint_next.sum(2)[organisation.queue_client, organisation.queue_touchpoint] > 0
    onward = (1 - back) * parameters.journeys.share * float((organisation.queue_share * leads).sum())
    return (1 - back - onward) / (1 + parameters.transfers.share * (1 - machine))


def _with_people(parameters: Parameters, organisation: Organisation) -> Reals:
    """Return the share of each queue's contacts that reach its people."""
    automation = parameters.automation
    first = np.array([automation.first.get(name, 0.0) for name in organisation.channels])
    return 1 - automation.contained * first[organisation.queue_channel]


def _differ(parameters: Parameters, organisation: Organisation, seed: int) -> Differences:
    rng, agents = stream(seed, "differences"), len(organisation.agent_ids)
    told, weights = parameters.experience, organisation.queue_share
    touchpoint = told.touchpoint_spread * rng.standard_normal(len(organisation.touchpoints))
    touchpoint -= (touchpoint[organisation.queue_touchpoint] * weights).sum()
    queue = told.queue_spread * rng.standard_normal(len(organisation.queues))
    draws = stream(seed, "predictors").standard_normal((2, agents))
    return Differences(
        touchpoint=touchpoint,
        queue=queue - (queue * weights).sum(),
        reason_talk=parameters.handling.complexity_spread * rng.standard_normal(len(organisation.reasons)),
        reason_resolution=parameters.repeats.reason_spread * rng.standard_normal(len(organisation.reasons)),
        agent_bias=parameters.predictions.bias + parameters.predictions.bias_sd * draws[0],
        agent_insight=parameters.predictions.insight + parameters.predictions.insight_sd * draws[1],
    )
