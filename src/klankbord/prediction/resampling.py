"""The cluster bootstrap: tables drawn again from what was seen, and the intervals that follow."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from klankbord.frames import Floats, Ints
from klankbord.score.intervals import Limits, normal_quantile

_MANY = 2_000  # pairs from which a multinomial draw is faster than one draw a pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Resampling:
    """How intervals are drawn.

    Parameters
    ----------
    draws : int
        Resamples.
    level : float
        Confidence level.
    seed : int
        The same seed gives the same limits.
    """

    draws: int = 600
    level: float = 0.95
    seed: int = 1

    def __post_init__(self) -> None:
        normal_quantile(self.level)  # refuses what is no level

    def pairs(self, tables: Ints) -> Floats:
        """Draw tables (groups, k, k) again, pair by pair: (groups, draws, k, k)."""
        rng = np.random.default_rng(self.seed)
        flat = tables.reshape(len(tables), -1)
        drawn = [self._pairs(table, rng) for table in flat]
        return np.stack(drawn).reshape(len(tables), self.draws, *tables.shape[1:]).astype(np.float64)

    def _pairs(self, table: Ints, rng: np.random.Generator) -> Ints:
        n = int(table.sum())
        if n > _MANY:
            return rng.multinomial(n, table / n, size=self.draws)
        # The same distribution, several times as fast for the size of one agent.
        cells = np.repeat(np.arange(table.size), table)[rng.integers(0, n, size=(self.draws, n))]
        return _counted(cells, table.size)

    def clusters(self, tables: Ints) -> Floats:
        """Draw the tables of clusters (clusters, k, k) again as wholes, and add them up: (draws, k, k)."""
        rng = np.random.default_rng(self.seed)
        count = len(tables)
        weights = _counted(rng.integers(0, count, size=(self.draws, count)), count)
        drawn = weights.astype(np.float64) @ tables.reshape(count, -1).astype(np.float64)
        return drawn.reshape(self.draws, *tables.shape[1:])

    def limits(self, drawn: Floats, seen: Floats, clusters: Ints) -> Limits:
        """Return the limits of figures: drawn (..., draws), seen (...), number of clusters (...).

        Notes
        -----
        Percentiles, widened as Student's t is wider than the normal distribution (Hesterberg, T. C. (2015), "What
        teachers should know about the bootstrap", The American Statistician 69, section 3.4), and moved back by twice
        the bias that resampling shows: once for the resamples, once for the estimate itself. Without the move, the
        parts of the squared error, which few pairs make too large, would be covered 80 times in 100.
        """
        ordered = np.sort(drawn, axis=-1)
        valid = (~np.isnan(ordered)).sum(axis=-1)
        counts, place = np.unique(clusters, return_inverse=True)
        tail = np.array([_tail(count, self.level) for count in counts.tolist()])[place.reshape(clusters.shape)]
        low, high = _quantile(ordered, valid, tail), _quantile(ordered, valid, 1 - tail)
        with np.errstate(invalid="ignore", divide="ignore"):
            bias = np.where(np.isnan(drawn), 0.0, drawn).sum(axis=-1) / valid - seen
        return low - 2 * bias, high - 2 * bias


def _counted(drawn: Ints, width: int) -> Ints:
    """Count in each row (draws, n) how often each of `width` numbers was drawn."""
    rows = np.arange(len(drawn))[:, None] * width
    return np.bincount((rows + drawn).ravel(), minlength=len(drawn) * width).reshape(len(drawn), width)


def _tail(clusters: int, level: float) -> float:
    from scipy.special import ndtr, stdtrit  # noqa: PLC0415  (scipy takes longer to load than all else)

    free = max(clusters - 1, 1)
    return float(ndtr(-sqrt((free + 1) / free) * stdtrit(free, (1 + level) / 2)))


def _quantile(ordered: Floats, valid: Ints, at: Floats) -> Floats:
    """Interpolate between sorted draws (..., draws) of which the first `valid` are numbers."""
    place = np.clip(at * (valid - 1), 0, None)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(valid - 1, 0))
    first = np.take_along_axis(ordered, below[..., None], axis=-1)[..., 0]
    second = np.take_along_axis(ordered, above[..., None], axis=-1)[..., 0]
    between: Floats = first + (place - below) * (second - first)
    return between
