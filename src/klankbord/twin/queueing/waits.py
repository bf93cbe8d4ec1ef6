"""Waits drawn for single contacts: in line, with customers who give up, or until a reply comes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaincinv

from klankbord.twin.parameters import Queueing
from klankbord.twin.queueing.erlang import SMALL, erlang_a

Reals = NDArray[np.float64]


def draw_waits(
    rng: np.random.Generator,
    *,
    cell: NDArray[Any],
    arrivals_per_s: NDArray[Any],
    handle_s: NDArray[Any],
    agents: NDArray[Any],
    patience_s: float,
) -> tuple[Reals, NDArray[np.bool_]]:
    """Draw a wait for each contact, and whether the customer gave up.

    Parameters
    ----------
    rng : numpy.random.Generator
        Stream of the waits.
    cell : array of int, shape (contacts,)
        Where each contact belongs among the cells (queue and hour).
    arrivals_per_s, handle_s, agents : array, shape (cells,)
        Load of each cell; waits are those of a load that stays.
    patience_s : float
        Mean seconds of patience.

    Returns
    -------
    tuple of arrays, shape (contacts,)
        Seconds in queue, until answered or given up, and whether it was given up.

    Notes
    -----
    Let V be the time that a customer who waits would have to wait, and x = e^(-V / patience). The density of x is
    proportional to x^(c-1) e^(-eta x) on 0 to 1, a truncated gamma distribution, so that V is drawn by inverting it.

    Examples
    --------
    >>> from klankbord.twin.parameters import stream
    >>> waits, abandoned = draw_waits(
    ...     stream(1, "waits"), cell=np.zeros(50_000, int), arrivals_per_s=np.array([100 / 1800]),
    ...     handle_s=np.array([180.0]), agents=np.array([10.0]), patience_s=120.0,
    ... )
    >>> round(float(abandoned.mean()), 2), round(float(waits.mean()), 1)
    (0.13, 16.5)
    """
    c, eta = agents * patience_s / handle_s, arrivals_per_s * patience_s
    waiting = erlang_a(arrivals_per_s=arrivals_per_s, handle_s=handle_s, agents=agents, patience_s=patience_s)
    chance, place, patience = rng.random(len(cell)), rng.random(len(cell)), rng.exponential(patience_s, len(cell))
    mass = gammainc(c, eta)
    queued = np.flatnonzero(chance < waiting.p_wait[cell])
    own = cell[queued]
    x = gammaincinv(c[own], place[queued] * mass[own]) / eta[own]
    idle = -np.log1p(-place[queued]) / np.maximum(c - eta, 1e-9)[own]
    must = np.where(mass[own] > SMALL, -np.log(np.clip(x, 1e-300, 1.0)), idle) * patience_s
    waits, abandoned = np.zeros(len(cell)), np.zeros(len(cell), bool)
    waits[queued] = np.minimum(must, patience[queued])
    abandoned[queued] = patience[queued] < must
    return waits, abandoned


def draw_replies(rng: np.random.Generator, queueing: Queueing, channel: str, busy: NDArray[Any]) -> Reals:
    """Draw the seconds until the first reply on a channel that does not wait in line.

    Parameters
    ----------
    rng : numpy.random.Generator
        Stream of the replies.
    queueing : Queueing
        Median hours by channel, and their spread.
    channel : str
        The channel.
    busy : array, shape (contacts,)
        Contacts of the day against what was planned, 1 is as planned; the backlog grows with its square.

    Examples
    --------
    >>> from klankbord.twin.parameters import stream
    >>> replies = draw_replies(stream(1, "replies"), Queueing(), "email", np.ones(10_001))
    >>> round(float(np.median(replies)) / 3600, 1)
    6.8
    """
    median = queueing.reply_hours.get(channel, 4.0) * 3600
    result: Reals = median * busy**2 * np.exp(queueing.reply_spread * rng.standard_normal(len(busy)))
    return result
