"""How a preset becomes an organisation: queues from subjects, teams from work, agents who come and go."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from klankbord.errors import OptionError
from klankbord.twin.organisation.people import hire
from klankbord.twin.organisation.structure import Codes, Organisation, Reals
from klankbord.twin.organisation.teams import staff_teams
from klankbord.twin.parameters import Parameters
from klankbord.twin.presets import DEPARTMENTS, Preset, Subject

CHANNELS = ("phone", "chat", "messaging", "email")
START = date(2024, 11, 1)

_SPOKEN = {"phone": "telefoon", "chat": "chat", "messaging": "WhatsApp", "email": "e-mail"}
_PROMISE_S = {"chat": 60, "messaging": 600, "email": 28_800}


def organise(
    preset: Preset,
    parameters: Parameters,
    *,
    agents: int,
    days: int,
    rng: np.random.Generator,
    languages: Mapping[str, float] | None = None,
    first_day: date = START,
) -> Organisation:
    """Return the organisation of a preset, with so many agents at any time.

    Parameters
    ----------
    preset : Preset
        The trade.
    parameters : Parameters
        What is true of skill, turnover and presence.
    agents : int
        Headcount; leavers are replaced, so that more codes are used than this.
    days : int
        Length of the simulation.
    rng : numpy.random.Generator
        Stream of the organisation.
    languages : mapping, optional
        Shares of the customers' languages instead of the preset's.
    first_day : date
        Day 0.

    Raises
    ------
    OptionError
        When there is no agent, no day, or no language.

    Examples
    --------
    >>> from klankbord.twin.parameters import stream
    >>> from klankbord.twin.presets import PRESETS
    >>> centre = organise(PRESETS["bank"], Parameters(), agents=120, days=365, rng=stream(1, "organisation"))
    >>> len(centre.teams), len(centre.employed(0)), len(centre.employed(364))
    (10, 120, 120)
    """
    mix = dict(preset.languages if languages is None else languages)
    if agents < 1 or days < 1 or sum(mix.values()) <= 0 or min(mix.values()) < 0:
        raise OptionError(
            f"{agents} agents, {days} days and languages {mix} make no centre",
            hint="give at least one agent, one day, and shares of languages above zero",
        )
    queues = _queues(preset)
    teams = staff_teams(preset, queues, max(round(agents / parameters.agents.team_size), 1), rng)
    people = hire(parameters.agents, parameters.turnover, agents, len(teams["teams"]), days, rng)
    return Organisation(
        first_day=first_day,
        clients=tuple(client.name for client in preset.clients),
        brands=tuple(client.brand for client in preset.clients),
        sites=tuple(preset.sites),
        departments=DEPARTMENTS,
        channels=CHANNELS,
        segments=tuple(preset.segments),
        age_bands=tuple(preset.age_bands),
        languages=tuple(mix),
        client_share=_shares([client.share for client in preset.clients]),
        segment_share=_shares(preset.segments.values()),
        age_share=_shares(preset.age_bands.values()),
        language_share=_shares(mix.values()),
        newcomer_gap=parameters.agents.newcomer_gap,
        learning_days=parameters.agents.learning_days,
        saturday=parameters.agents.saturday,
        sunday=parameters.agents.sunday,
        absence=parameters.agents.absence,
        roster_seed=int(rng.integers(2**62)),
        **queues,
        **teams,
        **people,
    )


def _queues(preset: Preset) -> dict[str, Any]:
    rows = [
        (client, number, subject, channel)
        for number, client in enumerate(preset.clients)
        for subject in client.subjects
        for channel in CHANNELS
        if subject.channels.get(channel, 0) > 0
    ]
    subjects = [subject for _, _, subject, _ in rows]
    touchpoints = tuple(dict.fromkeys(subject.touchpoint for subject in subjects))
    codes = {
        "queue_client": _codes(number for _, number, _, _ in rows),
        "queue_channel": _codes(CHANNELS.index(channel) for *_, channel in rows),
        "queue_touchpoint": _codes(touchpoints.index(subject.touchpoint) for subject in subjects),
        "queue_department": _codes(DEPARTMENTS.index(subject.department) for subject in subjects),
    }
    at = np.full((len(preset.clients), len(touchpoints), len(CHANNELS)), -1, np.int32)
    at[codes["queue_client"], codes["queue_touchpoint"], codes["queue_channel"]] = np.arange(len(rows))
    several = len(preset.clients) > 1
    return codes | {
        "queues": tuple(
            f"{client.brand} {subject.name} {_SPOKEN[channel]}" if several else f"{subject.name} {_SPOKEN[channel]}"
            for client, _, subject, channel in rows
        ),
        "touchpoints": touchpoints,
        "queue_threshold_s": _codes(_PROMISE_S.get(channel, subject.threshold_s) for _, _, subject, channel in rows),
        "queue_share": _shares(
            [client.share * subject.share * subject.channels[channel] for client, _, subject, channel in rows]
        ),
        "queue_open": np.array([subject.always_open for subject in subjects]),
        "queue_invoiced": np.array([subject.invoiced for subject in subjects]),
        "queue_comments": tuple(subject.comments for subject in subjects),
        "queue_at": at,
        "touchpoint_next": _next(preset, touchpoints),
        **_reasons(subjects),
    }


def _reasons(subjects: Sequence[Subject]) -> dict[str, Any]:
    reasons = tuple(dict.fromkeys(reason for subject in subjects for reason in subject.reasons))
    share = np.array([[subject.reasons.get(reason, 0.0) for reason in reasons] for subject in subjects])
    return {"reasons": reasons, "reason_share": share / share.sum(1, keepdims=True)}


def _next(preset: Preset, touchpoints: tuple[str, ...]) -> Reals:
    """Return the chances of the next touchpoint, which is always one that the same client has."""
    own = np.array(
        [[any(s.touchpoint == t for s in client.subjects) for t in touchpoints] for client in preset.clients]
    )
    table = np.array([[preset.follows.get(t, {}).get(after, 0.0) for after in touchpoints] for t in touchpoints])
    chances = table[None] * own[:, None, :] * own[:, :, None]
    total = chances.sum(2, keepdims=True)
    result: Reals = np.divide(chances, total, out=np.zeros_like(chances), where=total > 0)
    return result


def _codes(values: Any) -> Codes:
    return np.fromiter(values, np.int32)


def _shares(values: Any) -> Reals:
    array = np.array(list(values), float)
    result: Reals = array / array.sum()
    return result
