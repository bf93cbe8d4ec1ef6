"""What happens to the centre: incidents, launches, policies, prices, training; what each does is worked out beside."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from klankbord.twin.clock import DAY_S
from klankbord.twin.organisation import Codes, Organisation
from klankbord.twin.parameters import Parameters

Reals = NDArray[np.float64]

KINDS = ("incident", "launch", "policy", "price", "training", "staffing", "campaign")
_LASTING = ("launch", "policy", "price")
_TITLES: Mapping[str, tuple[str, ...]] = {
    "incident": ("CRM slow", "Telephony down", "Web portal down", "App login fails", "Network outage", "Wrong letters"),
    "launch": ("New website", "New app", "New self-service page", "New tariff launched"),
    "policy": ("Stricter goodwill rules", "New identification rules", "Shorter call-back window", "New refund policy"),
    "price": ("Price rise", "Yearly indexation", "New service charge"),
    "training": ("Conversation training", "Product training", "Coaching week", "Complaint handling workshop"),
    "staffing": ("Flu wave", "Overtime stop", "New planning system", "Vacancies unfilled"),
    "campaign": ("Spring campaign", "Win-back campaign", "Welcome campaign", "Sustainability campaign"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Events as arrays, in order of their beginning; a scope of -1 is everybody.

    Parameters
    ----------
    kind : array of int
        Index in `KINDS`.
    title : tuple of str
        What people call each.
    started_day, started_s, ended_day, ended_s : array of int
        Local day and second of the day; `ended_day` is -1 for a lasting change.
    client, queue, channel, team : array of int
        Scope.
    severity : array of int
        1 to 5.
    experience, volume : array of float
        True effect in score points, and extra contacts as a share, while it lasts or at the beginning.
    fading_days : float
        Days in which the effect of a lasting change falls to 1/e.
    """

    kind: Codes
    title: tuple[str, ...]
    started_day: Codes
    started_s: Codes
    ended_day: Codes
    ended_s: Codes
    client: Codes
    queue: Codes
    channel: Codes
    team: Codes
    severity: Codes
    experience: Reals
    volume: Reals
    fading_days: float

    def __len__(self) -> int:
        return len(self.kind)

    def scope(self, organisation: Organisation) -> NDArray[np.bool_]:
        """Return which queues each event touches, shape (events, queues)."""
        wanted = ((self.client, organisation.queue_client), (self.channel, organisation.queue_channel))
        inside = np.ones((len(self), len(organisation.queues)), bool)
        for asked, own in (*wanted, (self.queue, np.arange(len(organisation.queues)))):
            inside &= (asked[:, None] < 0) | (asked[:, None] == own)
        served = organisation.queue_team[None] == self.team[:, None, None]
        touched: NDArray[np.bool_] = inside & ((self.team[:, None] < 0) | served.any(2))
        return touched


def happen(parameters: Parameters, organisation: Organisation, days: int, rng: np.random.Generator) -> Happened:
    """Return what happens in so many days.

    Parameters
    ----------
    parameters : Parameters
        How often, how long, how grave.
    organisation : Organisation
        Whom it can happen to.
    days : int
        Length of the simulation.
    rng : numpy.random.Generator
        Stream of the events.

    Examples
    --------
    >>> from klankbord.twin.organisation import organise
    >>> from klankbord.twin.parameters import stream
    >>> from klankbord.twin.presets import PRESETS
    >>> bank = PRESETS["bank"]
    >>> centre = organise(bank, bank.parameters, agents=50, days=61, rng=stream(1, "organisation"))
    >>> happened = happen(bank.parameters, centre, 61, stream(1, "happenings"))
    >>> len(happened), happened.title[0], int(happened.severity[0])
    (6, 'Telephony down', 4)
    """
    rates = parameters.happenings
    kind = _kinds(parameters, organisation, days, rng)
    names = np.array(KINDS)[kind]
    count = len(kind)
    begin = rng.integers(0, days, count)
    severity = np.clip(1 + rng.binomial(4, 0.4, count), 1, 5)
    second = np.where(names == "incident", rng.integers(6 * 3600, 22 * 3600, count), 9 * 3600)
    length = _lengths(parameters, names, rng)
    end = begin * DAY_S + second + length
    lasting = np.isin(names, _LASTING)
    weight = severity / 5
    order = np.lexsort((second, begin))
    rows = {
        "kind": kind, "started_day": begin, "started_s": second,
        "ended_day": np.where(lasting, -1, end // DAY_S), "ended_s": np.where(lasting, -1, end % DAY_S),
        "severity": severity, **_scopes(organisation, names, rng),
    }  # fmt: skip
    words = [
        _TITLES[name][draw % len(_TITLES[name])] for name, draw in zip(names, rng.integers(60, size=count), strict=True)
    ]
    return Happened(
        title=tuple(words[place] for place in order),
        experience=(weight * np.array([rates.experience.get(name, 0.0) for name in names]))[order],
        volume=(weight * np.array([rates.volume.get(name, 0.0) for name in names]))[order],
        fading_days=rates.fading_days,
        **{name: values[order].astype(np.int32) for name, values in rows.items()},
    )


def _kinds(
    parameters: Parameters, organisation: Organisation, days: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw how many events there are of each kind, and return the kind of each."""
    rates = parameters.happenings
    of_client = (rates.incidents, rates.launches, rates.policies, rates.prices)
    yearly = np.array([*of_client, rates.trainings, rates.staffings, rates.campaigns])
    # Training and staffing belong to teams, so that a bigger centre has more of them.
    times = np.where(np.isin(KINDS, ("training", "staffing")), len(organisation.teams) / 10, len(organisation.clients))
    return np.repeat(np.arange(len(KINDS)), rng.poisson(yearly * times * days / 365))


def _lengths(parameters: Parameters, names: NDArray[np.str_], rng: np.random.Generator) -> NDArray[np.int64]:
    happenings = parameters.happenings
    incident = happenings.incident_hours * np.exp(happenings.incident_spread * rng.standard_normal(len(names)))
    days = {"training": 2.0, "staffing": 21.0, "campaign": 14.0}
    hours = np.where(names == "incident", incident, [24 * days.get(name, 1.0) - 16 for name in names])
    seconds: NDArray[np.int64] = np.maximum(3600 * hours, 900).astype(np.int64)
    return seconds


def _scopes(
    organisation: Organisation, names: NDArray[np.str_], rng: np.random.Generator
) -> dict[str, NDArray[np.int64]]:
    """Draw whom it happens to: everybody of a client, or one queue or one channel of it, or a team."""
    count = len(names)
    nobody = np.full(count, -1)
    of_team = np.isin(names, ("training", "staffing"))
    team = rng.integers(0, len(organisation.teams), count)
    queue = rng.integers(0, len(organisation.queues), count)
    narrow = rng.random(count)
    single = (names == "incident") & (narrow < 0.5)
    by_channel = (names == "incident") & (narrow > 0.85)
    channel = rng.integers(0, len(organisation.channels), count)
    client = np.where(of_team, organisation.team_client[team], organisation.queue_client[queue])
    return {
        "client": client,
        "queue": np.where(single, queue, nobody),
        "channel": np.where(single, organisation.queue_channel[queue], np.where(by_channel, channel, nobody)),
        "team": np.where(of_team, team, nobody),
    }
