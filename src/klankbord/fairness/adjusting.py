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
        Answers that the adjusted means are worth: their noise is the variance within units divided by these.
    rest : ndarray, shape (n,)
        What is left of each score when unit and circumstances are taken out.
    squares, freedom : float
        Sum of squares within units after the adjustment, and its degrees of freedom.
    lost : int
        Contrasts between circumstances that no unit has seen both sides of: they cannot be told from the units.
    """

    observed: Floats
    adjusted: Floats
    counts: Floats
    rest: Floats
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
    which keeps a good unit's effect from being taken for that of the queue where it works. The noise of an adjusted
    mean is that of its own answers and that of b along (x_i - x): where units share few circumstances, as teams with
    queues of their own do, the second is the larger.

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
    rest = scores - observed[units]
    squares = float(np.sum(weights * rest**2))
    freedom = float(np.sum(weight - squared / weight))
    adjusted, noise, lost = observed, squared / weight**2, 0
    if mix:
        dummies = _dummies(mix)
        weighted = dummies.multiply(weights[:, None]).tocsr()
        member = _dummies([(units, count)]).T.tocsr()
        sums = (member @ weighted).tocsr()
        every = (weighted.T @ dummies).toarray()
        within = every - (sums.T @ sums.multiply(1 / weight[:, None])).toarray()
        covariance = np.asarray(weighted.T @ scores) - sums.T @ observed
        root = _root_of_inverse(within)
        effects, rank = root @ (root.T @ covariance), root.shape[1]
        mean = np.asarray(sums.sum(axis=0)).ravel() / weight.sum()
        adjusted = observed - (sums @ effects) / weight + mean @ effects
        rest = rest - dummies @ effects + ((sums @ effects) / weight)[units]
        means = sums.multiply(1 / weight[:, None]).tocsr()
        apart = means @ root - mean @ root
        noise = noise + np.sum((apart @ (root.T @ _noise(dummies, member, means, weights) @ root)) * apart, axis=1)
        squares, freedom = max(squares - float(covariance @ effects), 0.0), freedom - rank
        lost = _rank(every - weight.sum() * np.outer(mean, mean)) - rank
    return Adjusted(
        observed=observed,
        adjusted=adjusted,
        counts=1 / noise,
        rest=rest,
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


def _root_of_inverse(matrix: Floats) -> Floats:
    """Return R, a column for each dimension that was seen, with R R' the pseudo-inverse of a singular matrix."""
    values, vectors = np.linalg.eigh(matrix)
    seen = values > _NOTHING * max(values.max(), 1.0)
    root: Floats = vectors[:, seen] / np.sqrt(values[seen])
    return root


def _noise(dummies: sparse.csr_array, member: sparse.csr_array, means: sparse.csr_array, weights: Floats) -> Floats:
    """Return the variance of X'M y for a noise of 1 in each answer; with weights of 1 it is X'MX itself."""
    twice = dummies.multiply(weights[:, None] ** 2).tocsr()
    crossed = ((member @ twice).T @ means).toarray()
    whole: Floats = (twice.T @ dummies).toarray() - crossed - crossed.T
    whole += (means.T @ means.multiply((member @ weights**2)[:, None])).toarray()
    return whole


def _rank(matrix: Floats) -> int:
    values = np.linalg.eigvalsh(matrix)
    return int((values > _NOTHING * max(values.max(), 1.0)).sum())
