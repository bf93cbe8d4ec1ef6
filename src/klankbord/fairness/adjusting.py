"""Case mix: what a unit's score owes to the contacts that came its way, taken out by comparing within units."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from klankbord.frames import Floats, Ints

_NOTHING = 1e-9  # of the largest eigenvalue: below this a contrast was never seen


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Adjusted:
    """Means of units, as observed and as they would be had all units had the same mix of contacts.

    Parameters
    ----------
    observed, adjusted : ndarray, each of shape (units,)
        Weighted means, in the units of the scores.
    counts : ndarray, shape (units,)
        Answers that the means are worth: (sum of weights)^2 / sum of squared weights.
    squares, freedom : float
        Sum of squares within units after the adjustment, and its degrees of freedom.
    lost : int
        Contrasts between circumstances that no unit has seen both sides of: they cannot be told from the units.
    """

    observed: Floats
    adjusted: Floats
    counts: Floats
    squares: float
    freedom: float
    lost: int


def adjust(scores: Floats, units: Ints, weights: Floats, mix: Sequence[tuple[Ints, int]]) -> Adjusted:
    """Take the case mix out of the means of units.

    Parameters
    ----------
    scores, units, weights : ndarray, each of shape (n,)
        Scores, codes of units from 0 without gaps, and shares of the scores.
    mix : sequence of (codes of shape (n,), number of levels)
        Circumstances.

    Notes
    -----
    The fixed-effect regression y = unit + circumstances + error by Frisch, Waugh and Lovell: with dummies X and the
    units taken out, X'MX = X'WX - S'D S, where S are the sums of X by unit and D the inverse weights of units, so
    that no row is ever demeaned. The adjusted mean is y_i - (x_i - x) b. Units are compared with themselves only,
    which keeps a good unit's effect from being taken for that of the queue where it works.

    Examples
    --------
    >>> scores = np.array([90.0, 50.0, 50.0, 70.0, 30.0, 30.0])
    >>> units, queue = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 1, 1, 0, 1, 1])
    >>> found = adjust(scores, units, np.ones(6), [(queue, 2)])
    >>> [round(mean, 3) for mean in found.adjusted.tolist()], round(found.squares, 9)
    ([63.333, 43.333], 0.0)
    """
    count = int(units.max()) + 1
    weight = np.bincount(units, weights, count)
    squared = np.bincount(units, weights**2, count)
    observed = np.bincount(units, weights * scores, count) / weight
    squares = float(np.sum(weights * (scores - observed[units]) ** 2))
    freedom = float(np.sum(weight - squared / weight))
    adjusted, lost = observed, 0
    if mix:
        dummies = _dummies(mix)
        weighted = dummies.multiply(weights[:, None]).tocsr()
        sums = (_dummies([(units, count)]).T @ weighted).tocsr()
        every = (weighted.T @ dummies).toarray()
        within = every - (sums.T @ sums.multiply(1 / weight[:, None])).toarray()
        covariance = np.asarray(weighted.T @ scores) - sums.T @ observed
        effects, rank = _solved(within, covariance)
        mean = np.asarray(sums.sum(axis=0)).ravel() / weight.sum()
        adjusted = observed - (sums @ effects) / weight + mean @ effects
        squares, freedom = max(squares - float(covariance @ effects), 0.0), freedom - rank
        lost = _rank(every - weight.sum() * np.outer(mean, mean)) - rank
    return Adjusted(
        observed=observed,
        adjusted=adjusted,
        counts=weight**2 / squared,
        squares=squares,
        freedom=freedom,
        lost=lost,
    )


def _dummies(mix: Sequence[tuple[Ints, int]]) -> sparse.csr_array:
    """Return the matrix (n, levels of all columns) that has a one where a row has a level."""
    starts = np.cumsum([0, *(levels for _, levels in mix)])
    columns = np.column_stack([codes + start for (codes, _), start in zip(mix, starts[:-1], strict=True)])
    rows = len(columns)
    pointers = np.arange(0, columns.size + 1, len(mix))
    return sparse.csr_array((np.ones(columns.size), columns.ravel(), pointers), shape=(rows, int(starts[-1])))


def _solved(matrix: Floats, right: Floats) -> tuple[Floats, int]:
    """Return the shortest solution of a singular system, and its rank."""
    values, vectors = np.linalg.eigh(matrix)
    seen = values > _NOTHING * max(values.max(), 1.0)
    kept = vectors[:, seen]
    return kept @ ((kept.T @ right) / values[seen]), int(seen.sum())


def _rank(matrix: Floats) -> int:
    values = np.linalg.eigvalsh(matrix)
    return int((values > _NOTHING * max(values.max(), 1.0)).sum())
