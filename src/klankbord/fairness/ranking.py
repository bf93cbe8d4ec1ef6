"""Ranks as what they are, uncertain: drawn from what is believed of each unit."""

from dataclasses import dataclass

import numpy as np

from klankbord.frames import Floats

_BLOCK = 2_000_000  # numbers that are drawn at a time


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranks:
    """Where each unit stands, 1 being the best.

    Parameters
    ----------
    means, lows, highs : ndarray, each of shape (units,)
        Posterior means of ranks and the ends of their intervals.
    top : ndarray, shape (units,)
        Probability to be among the best tenth.
    """

    means: Floats
    lows: Floats
    highs: Floats
    top: Floats


def rank(values: Floats, sds: Floats, *, level: float = 0.95, draws: int = 1_000, seed: int = 1) -> Ranks:
    """Rank units by draws from independent normal posteriors.

    Parameters
    ----------
    values, sds : ndarray, each of shape (units,)
        Posterior means and standard deviations.
    level : float
        Of the intervals.
    draws, seed : int
        How many draws, and from which seed: the same seed gives the same ranks.

    Notes
    -----
    Laird and Louis (1989), Empirical Bayes ranking methods, Journal of Educational Statistics 14, 29-46.

    Examples
    --------
    >>> found = rank(np.array([0.0, 50.0, 10.0]), np.array([1.0, 1.0, 1.0]))
    >>> found.means.tolist(), found.top.tolist()
    ([3.0, 1.0, 2.0], [0.0, 1.0, 0.0])
    """
    rng = np.random.default_rng(seed)
    units = len(values)
    best = -(-units // 10)
    ranks = np.empty((units, draws), dtype=np.int32)
    sums, top = np.zeros(units), np.zeros(units)
    block = max(1, _BLOCK // max(units, 1))
    places = np.arange(1, units + 1, dtype=np.int32)
    for start in range(0, draws, block):
        size = min(block, draws - start)
        drawn = -(values + sds * rng.standard_normal((size, units)))
        order = np.argsort(drawn, axis=1)
        found = np.empty((size, units), dtype=np.int32)
        np.put_along_axis(found, order, np.broadcast_to(places, (size, units)), axis=1)
        sums += found.sum(axis=0)
        top += (found <= best).sum(axis=0)
        ranks[:, start : start + size] = found.T
    tail = int((1 - level) / 2 * draws)
    ranks.partition((tail, draws - 1 - tail), axis=1)
    lows, highs = ranks[:, tail].astype(np.float64), ranks[:, draws - 1 - tail].astype(np.float64)
    return Ranks(means=sums / draws, lows=lows, highs=highs, top=top / draws)
