"""How each queue ran in each half hour, counted from a day's contacts as a telephone exchange would."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from klankbord.lake.schema import TABLES
from klankbord.twin.arrow import Rows, table_of
from klankbord.twin.clock import DAY_S, Clock
from klankbord.twin.organisation import Organisation

LENGTH_S = 1800


def interval_table(
    organisation: Organisation,
    clock: Clock,
    day: int,
    *,
    queue: NDArray[np.integer],
    second: NDArray[np.integer],
    answered: NDArray[np.bool_],
    abandoned: NDArray[np.bool_],
    wait_s: NDArray[np.integer],
    handle_s: NDArray[np.integer],
    staffed: NDArray[np.floating],
) -> pa.Table:
    """Return the half hours in which something was offered, as rows of the lake's table `queue_intervals`.

    Parameters
    ----------
    organisation : Organisation
        Its queues.
    clock : Clock
        Days and instants.
    day : int
        Day of the simulation.
    queue, second : array of int, shape (contacts,)
        Queue, and second of the day in which each was offered.
    answered, abandoned : array of bool, shape (contacts,)
        How it ended.
    wait_s, handle_s : array of int, shape (contacts,)
        Seconds of wait and handle time; those of contacts that were not answered do not count.
    staffed : array, shape (queues, 24)
        Agents at work in each hour.

    Notes
    -----
    A contact counts in the half hour in which it was offered, whenever it ended.

    Examples
    --------
    >>> from klankbord.twin.organisation import organise
    >>> from klankbord.twin.parameters import stream
    >>> from klankbord.twin.presets import PRESETS
    >>> bank = PRESETS["bank"]
    >>> centre = organise(bank, bank.parameters, agents=50, days=61, rng=stream(1, "organisation"))
    >>> from klankbord.twin.clock import Clock
    >>> one = {"queue": 0, "second": 36_000, "answered": True, "abandoned": False, "wait_s": 12, "handle_s": 300}
    >>> day = {name: np.array([value]) for name, value in one.items()}
    >>> clock = Clock.over(centre.first_day, 61)
    >>> rows = interval_table(centre, clock, 5, **day, staffed=np.ones((24, 24))).to_pylist()
    >>> rows[0]["hour"], rows[0]["offered"], rows[0]["within_threshold"]
    (10, 1, 1)
    """
    slots = DAY_S // LENGTH_S
    size = len(organisation.queues) * slots
    cell = queue.astype(np.int64) * slots + _shown(clock, day, second) // LENGTH_S
    quick = answered & (wait_s <= organisation.queue_threshold_s[queue])

    def total(weight: NDArray[np.generic]) -> NDArray[np.int64]:
        return np.rint(np.bincount(cell, weight.astype(np.float64), size)).astype(np.int64)

    counts = {
        "offered": np.bincount(cell, minlength=size),
        "answered": total(answered),
        "within_threshold": total(quick),
        "abandoned": total(abandoned),
        "wait_total_s": total(np.where(answered, wait_s, 0)),
        "handle_total_s": total(np.where(answered, handle_s, 0)),
    }
    busy = np.flatnonzero(counts["offered"])
    of_queue, slot = np.divmod(busy, slots)
    month = clock.month_of(day)
    many = len(busy)
    zeros = np.zeros(many, np.int32)
    rows: Rows = {name: values[busy] for name, values in counts.items()} | {
        "source": zeros,
        "client": organisation.queue_client[of_queue],
        "queue": of_queue,
        "channel": organisation.queue_channel[of_queue],
        "started_at": clock.instants(np.full(many, day, np.int64), slot * LENGTH_S),
        "length_s": zeros + LENGTH_S,
        "day": zeros + np.int32(clock.first_number + day),
        "hour": slot * LENGTH_S // 3600,
        "threshold_s": organisation.queue_threshold_s[of_queue],
        "staffed": staffed[of_queue, slot * LENGTH_S // 3600],
        "month": zeros,
    }
    words = {
        "source": ("simulated",), "client": organisation.clients, "queue": organisation.queues,
        "channel": organisation.channels, "month": (month,),
    }  # fmt: skip
    return table_of(rows, TABLES["queue_intervals"], words, {})


def _shown(clock: Clock, day: int, second: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the second that the clock shows: in spring, the hour that does not exist is the hour after it."""
    return clock.local(clock.instants(np.full(len(second), day, np.int64), second.astype(np.int64)))[1]
