"""What events do: to customers of a queue in an hour, to teams in a month, and how the lake shows them."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from klankbord.lake.schema import TABLES
from klankbord.twin.arrow import Rows, table_of
from klankbord.twin.clock import DAY_S, Clock
from klankbord.twin.happenings.events import KINDS, Happened
from klankbord.twin.organisation import Codes, Organisation

Reals = NDArray[np.float64]


def effects(happened: Happened, organisation: Organisation, days: int) -> tuple[Reals, Reals]:
    """Return what events do to each cell, added up.

    Parameters
    ----------
    happened : Happened
        The events.
    organisation : Organisation
        Its queues.
    days : int
        Length of the simulation.

    Returns
    -------
    tuple of arrays, shape (days, queues, 24)
        Score points, and factor on the number of contacts.

    Examples
    --------
    >>> from klankbord.twin.organisation import organise
    >>> from klankbord.twin.parameters import stream
    >>> from klankbord.twin.presets import PRESETS
    >>> bank = PRESETS["bank"]
    >>> centre = organise(bank, bank.parameters, agents=50, days=61, rng=stream(1, "organisation"))
    >>> from klankbord.twin.happenings import happen
    >>> happened = happen(bank.parameters, centre, 61, stream(1, "happenings"))
    >>> experience, volume = effects(happened, centre, 61)
    >>> round(float(experience.min()), 2), round(float(volume.max()), 2)
    (-1.49, 1.75)
    """
    experience = np.zeros((days, len(organisation.queues), 24))
    volume = np.zeros_like(experience)
    hours = days * 24
    # What happens to one team is felt by the customers whom that team serves.
    of_team = 1 / (organisation.queue_team >= 0).sum(1)
    for event, queues in enumerate(happened.scope(organisation)):
        if not happened.experience[event] and not happened.volume[event]:
            continue
        first = int(happened.started_day[event]) * 24 + int(happened.started_s[event]) // 3600
        if happened.ended_day[event] < 0:
            # After five times its fading, less than 1 % of a change is felt.
            last = min(first + int(5 * 24 * happened.fading_days), hours - 1)
            weight = np.exp(-np.arange(last - first + 1) / 24 / happened.fading_days)
        else:
            last = min(int(happened.ended_day[event]) * 24 + int(happened.ended_s[event]) // 3600, hours - 1)
            weight = np.ones(last - first + 1)
        day, hour = np.divmod(np.arange(first, last + 1), 24)
        for queue in np.flatnonzero(queues):
            felt = weight * (of_team[queue] if happened.team[event] >= 0 else 1.0)
            experience[day, queue, hour] += felt * happened.experience[event]
            volume[day, queue, hour] += felt * happened.volume[event]
    return experience, 1 + volume


def exposure(happened: Happened, organisation: Organisation, month_of_day: NDArray[np.integer], kind: str) -> Reals:
    """Return how much of a kind of event each team met in each month, roughly with mean 0 and standard deviation 1.

    Parameters
    ----------
    happened : Happened
        The events.
    organisation : Organisation
        Its teams.
    month_of_day : array of int, shape (days,)
        Month of each day.
    kind : str
        One of `KINDS`.

    Returns
    -------
    array, shape (teams, months)
        Log of the days under such events that began in the month, weighted by severity and by the share of the team's
        queues, standardised over all cells; zero when there were none.

    Examples
    --------
    >>> from klankbord.twin.organisation import organise
    >>> from klankbord.twin.parameters import stream
    >>> from klankbord.twin.presets import PRESETS
    >>> bank = PRESETS["bank"]
    >>> centre = organise(bank, bank.parameters, agents=50, days=61, rng=stream(1, "organisation"))
    >>> from klankbord.twin.happenings import happen
    >>> happened = happen(bank.parameters, centre, 61, stream(1, "happenings"))
    >>> exposure(happened, centre, np.arange(61) // 31, "incident").shape
    (4, 2)
    """
    months = int(month_of_day.max()) + 1
    share = np.zeros((len(organisation.teams), months))
    serves = (organisation.queue_team[:, :, None] == np.arange(len(organisation.teams))).any(1).astype(float)
    serves = serves / np.maximum(serves.sum(0), 1)
    touched = np.where(
        happened.team[:, None] >= 0,
        _one_hot(happened.team, len(organisation.teams)),
        happened.scope(organisation) @ serves,
    )
    for event in np.flatnonzero(happened.kind == KINDS.index(kind)):
        length = (happened.ended_day[event] - happened.started_day[event]) * DAY_S
        length += happened.ended_s[event] - happened.started_s[event]
        month = month_of_day[happened.started_day[event]]
        share[:, month] += touched[event] * happened.severity[event] * length / DAY_S
    met = np.log1p(share)
    spread = met.std()
    return (met - met.mean()) / spread if spread > 0 else met


def trainings(happened: Happened, organisation: Organisation, month_of_day: NDArray[np.integer]) -> Reals:
    """Return how many trainings each team had in each month, shape (teams, months).

    Examples
    --------
    >>> from klankbord.twin.organisation import organise
    >>> from klankbord.twin.parameters import stream
    >>> from klankbord.twin.presets import PRESETS
    >>> bank = PRESETS["bank"]
    >>> centre = organise(bank, bank.parameters, agents=50, days=61, rng=stream(1, "organisation"))
    >>> from klankbord.twin.happenings import happen
    >>> happened = happen(bank.parameters, centre, 61, stream(1, "happenings"))
    >>> trainings(happened, centre, np.arange(61) // 31).shape
    (4, 2)
    """
    counts = np.zeros((len(organisation.teams), int(month_of_day.max()) + 1))
    chosen = happened.kind == KINDS.index("training")
    np.add.at(counts, (happened.team[chosen], month_of_day[happened.started_day[chosen]]), 1.0)
    return counts


def events_table(happened: Happened, organisation: Organisation, clock: Clock) -> pa.Table:
    """Return the events as rows of the lake's table `events`.

    Examples
    --------
    >>> from klankbord.twin.organisation import organise
    >>> from klankbord.twin.parameters import stream
    >>> from klankbord.twin.presets import PRESETS
    >>> bank = PRESETS["bank"]
    >>> centre = organise(bank, bank.parameters, agents=50, days=61, rng=stream(1, "organisation"))
    >>> from klankbord.twin.happenings import happen
    >>> happened = happen(bank.parameters, centre, 61, stream(1, "happenings"))
    >>> events_table(happened, centre, Clock.over(centre.first_day, 61)).slice(0, 1).to_pylist()[0]["external_id"]
    'e000000'
    """
    day, end = happened.started_day.astype(np.int64), happened.ended_day.astype(np.int64)
    months, month_of_day = clock.months()
    rows: Rows = {
        "source": np.zeros(len(happened), np.int32),
        "kind": happened.kind,
        "started_at": clock.instants(day, happened.started_s.astype(np.int64)),
        "ended_at": np.where(end >= 0, clock.instants(np.maximum(end, 0), happened.ended_s.astype(np.int64)), -1),
        "day": (clock.first_number + day).astype(np.int32),
        "client": happened.client,
        "site": np.where(happened.team >= 0, organisation.team_site[happened.team], -1),
        "team": happened.team,
        "queue": happened.queue,
        "channel": happened.channel,
        "severity": happened.severity,
        "month": month_of_day[day],
    }
    words = {
        "source": ("simulated",), "kind": KINDS, "client": organisation.clients, "site": organisation.sites,
        "team": organisation.teams, "queue": organisation.queues, "channel": organisation.channels,
        "month": tuple(months),
    }  # fmt: skip
    texts = {
        "external_id": pa.array([f"e{number:06d}" for number in range(len(happened))]),
        "title": pa.array(happened.title, pa.string()),
    }
    return table_of(rows, TABLES["events"], words, texts)


def _one_hot(codes: Codes, size: int) -> Reals:
    result: Reals = (codes[:, None] == np.arange(size)).astype(float)
    return result
