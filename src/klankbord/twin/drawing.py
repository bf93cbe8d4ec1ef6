"""Draws that several mechanisms need: codes from a table of chances, log odds, and ranks within groups."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Choice:
    """Rows of chances, laid end to end, so that one binary search draws from the right row.

    Examples
    --------
    >>> choice = Choice.of(np.array([[0.5, 0.5], [0.0, 1.0]]))
    >>> choice.draw(np.array([0, 0, 1]), np.array([0.2, 0.7, 0.1])).tolist()
    [0, 1, 1]
    """

    ends: NDArray[Any]
    width: int

    @classmethod
    def of(cls, chances: Reals) -> "Choice":
        """Prepare rows of chances; each row sums to 1, or is of no use."""
        rows, width = chances.shape
        ends: Reals = np.minimum(np.cumsum(chances, axis=1), 1.0)
        # The last step of a row is always taken, whatever rounding left of it.
        ends[ends >= 1 - 1e-9] = 1.0
        return cls((ends + np.arange(rows)[:, None]).ravel(), width)

    def draw(self, row: NDArray[np.integer], chance: Reals) -> NDArray[np.int64]:
        """Return a column for each row and chance in [0, 1)."""
        found = np.searchsorted(self.ends, row + chance, side="right")
        return np.minimum(found - row * self.width, self.width - 1)


def normalised(weights: Reals) -> Reals:
    """Return weights as shares of their row; rows of nothing stay nothing."""
    total = weights.sum(-1, keepdims=True)
    shares: Reals = np.divide(weights, total, out=np.zeros_like(weights, dtype=float), where=total > 0)
    return shares


def logit(share: float) -> float:
    """Return the log odds of a share; of none and all, something so far out that nothing comes back.

    Examples
    --------
    >>> logit(0.5), logit(0.0)
    (0.0, -700.0)
    """
    if not 0 < share < 1:
        return -700.0 if share <= 0 else 700.0
    return float(np.log(share / (1 - share)))


def chance_of(log_odds: ArrayLike) -> Reals:
    """Return chances from log odds."""
    chance: Reals = 1 / (1 + np.exp(-np.asarray(log_odds)))
    return chance


def rank_within(groups: NDArray[np.integer], size: int) -> NDArray[np.int64]:
    """Return the place of each element among those of its group before it, from 0.

    Examples
    --------
    >>> rank_within(np.array([1, 0, 1, 1]), 2).tolist()
    [0, 0, 1, 2]
    """
    order = np.argsort(groups, kind="stable")
    counts = np.bincount(groups, minlength=size)
    firsts = np.cumsum(counts) - counts
    ranks = np.empty(len(groups), np.int64)
    ranks[order] = np.arange(len(groups)) - firsts[groups[order]]
    return ranks


def places_by(keys: NDArray[np.integer]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield each key with the places where it stands, in rising order of both.

    Examples
    --------
    >>> [(key, places.tolist()) for key, places in places_by(np.array([7, 3, 7]))]
    [(3, [1]), (7, [0, 2])]
    """
    order = np.argsort(keys, kind="stable")
    found, firsts = np.unique(keys[order], return_index=True)
    for key, first, after in zip(found.tolist(), firsts, np.append(firsts, len(order))[1:], strict=True):
        yield key, order[first:after]
