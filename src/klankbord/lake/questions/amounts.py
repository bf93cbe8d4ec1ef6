"""Means and quantiles of many groups at once, with intervals: of durations, and of predictions less scores."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from klankbord.frames import Floats, Ints
from klankbord.lake.questions.counting import Cells
from klankbord.results import Estimate, Interval, Notice
from klankbord.score.scores import ENOUGH

_BLOCK = 1 << 20  # cells of groups less their own rows, at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount(Estimate):
    """A mean or a quantile with its interval.

    Parameters
    ----------
    unit : str
        seconds, or steps of a scale.
    """

    unit: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Amounts:
    """Means or quantiles of many groups as arrays; nan where there is too little to tell.

    Parameters
    ----------
    n : ndarray of int, shape (groups,)
        Rows a group.
    value, low, high : ndarray, shape (groups,)
        Estimate and limits.
    level, method
        Confidence level and name of the interval.
    needed : int
        Rows below which there is no estimate.
    """

    n: Ints
    value: Floats
    low: Floats
    high: Floats
    level: float
    method: str
    needed: int

    def results(self, unit: str, things: str) -> Iterator[Amount]:
        """Yield one result a group."""
        for n, *row in zip(*(part.tolist() for part in (self.n, self.value, self.low, self.high)), strict=True):
            value, low, high = row
            enough = n >= self.needed
            yield Amount(
                notices=() if enough else (_too_few(n, self.needed, things),),
                value=value if enough else None,
                interval=Interval(low=low, high=high, level=self.level) if enough else None,
                n=n,
                method=self.method,
                unit=unit,
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """Number, sum and sum of squares of each group: all that a mean and its interval need.

    Parameters
    ----------
    n, total, squares : ndarray, shape (groups,)
        Of the values of each group.
    floor : float
        The least that a value can be.
    """

    n: Floats
    total: Floats
    squares: Floats
    floor: float = -np.inf

    @classmethod
    def of(cls, cells: Cells, size: int, floor: float = -np.inf) -> "Moments":
        """Add up rows of (count, sum, sum of squares)."""
        n, total, squares = (_summed(cells.group, np.nan_to_num(part), size) for part in cells.values)
        return cls(n=n, total=total, squares=squares, floor=floor)

    def rest(self) -> "Moments":
        """Return, for each group, all the others together."""
        parts = (part.sum() - part for part in (self.n, self.total, self.squares))
        return Moments(**dict(zip(("n", "total", "squares"), parts, strict=True)), floor=self.floor)

    def amounts(self, level: float) -> Amounts:
        """Return means with Student's t interval, mean -+ t s / sqrt(n)."""
        from scipy.special import stdtrit  # noqa: PLC0415  (scipy takes longer to load than all else)

        # Groups too small for a mean are blanked below; until then they must not divide by zero.
        n = np.maximum(self.n, 2.0)
        mean = self.total / n
        spread = np.sqrt(np.maximum(self.squares - n * mean**2, 0.0) / (n - 1) / n)
        arm = np.asarray(stdtrit(n - 1, (1 + level) / 2), dtype=np.float64) * spread
        few = self.n < ENOUGH
        mean, arm = np.where(few, np.nan, mean), np.where(few, np.nan, arm)
        return Amounts(
            n=np.rint(self.n).astype(np.int64),
            value=mean,
            low=np.maximum(mean - arm, self.floor),
            high=mean + arm,
            level=level,
            method="t",
            needed=ENOUGH,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Histograms:
    """Exact histograms of many groups: how often each value was seen.

    Parameters
    ----------
    group, value, count : ndarray, shape (cells,)
        Sorted by group and value.
    size : int
        Number of groups.
    share : float
        The quantile that is asked for.
    """

    group: Ints
    value: Floats
    count: Floats
    size: int
    share: float

    @classmethod
    def of(cls, cells: Cells, size: int, share: float) -> "Histograms":
        """Sort rows of (value, count) into histograms."""
        value, count = cells.values
        order = np.lexsort((value, cells.group))
        return cls(group=cells.group[order], value=value[order], count=count[order], size=size, share=share)

    def rest(self) -> "Histograms":
        """Return, for each group, all the others together."""
        values, place = np.unique(self.value, return_inverse=True)
        everybody = np.bincount(place, self.count, values.size)
        step = max(_BLOCK // max(values.size, 1), 1)
        parts: list[tuple[Ints, Floats, Floats]] = []
        for start in range(0, self.size, step):
            rows = min(step, self.size - start)
            mine = slice(*np.searchsorted(self.group, (start, start + rows)))
            left = np.tile(everybody, (rows, 1)).astype(np.float64)
            np.subtract.at(left, (self.group[mine] - start, place[mine]), self.count[mine])
            at, which = np.nonzero(left)
            parts.append((at.astype(np.int64) + start, values[which], left[at, which]))
        group, value, count = (np.concatenate(part) for part in zip(*parts, strict=True))
        return Histograms(group=group, value=value, count=count, size=self.size, share=self.share)

    def amounts(self, level: float) -> Amounts:
        """Return quantiles with the interval between two order statistics.

        Notes
        -----
        The number of values below the true quantile is binomial, whatever the distribution: the interval from the
        l-th to the u-th smallest value covers it with at least `level` (Hahn, G. J. and Meeker, W. Q. (1991),
        Statistical Intervals, section 5.2). The estimate interpolates between neighbours (Hyndman and Fan (1996),
        type 7), as spreadsheets do.
        """
        n = _summed(self.group, self.count, self.size)
        below, above = _order(n, self.share, level)
        needed = _fewest(self.share, level)
        enough = n >= needed
        place = np.maximum(n - 1, 0) * self.share
        floor = np.floor(place)
        first, after = self._at(floor, enough), self._at(np.minimum(floor + 1, n - 1), enough)
        return Amounts(
            n=np.rint(n).astype(np.int64),
            value=first + (place - floor) * (after - first),
            low=self._at(below - 1, enough),
            high=self._at(above - 1, enough),
            level=level,
            method="order statistics",
            needed=needed,
        )

    def _at(self, rank: Floats, enough: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
        """Return the value with this rank (from 0) in each group; nan where there are too few."""
        # One running count over all groups, so that one search finds a rank in each of them.
        seen = np.cumsum(self.count)
        n = _summed(self.group, self.count, self.size)
        start = np.cumsum(n) - n
        found = np.full(self.size, np.nan)
        found[enough] = self.value[np.searchsorted(seen, (start + rank)[enough], side="right")]
        return found


def _summed(group: Ints, weights: Floats, size: int) -> Floats:
    return np.bincount(group, weights, size).astype(np.float64)


def _order(n: Floats, share: float, level: float) -> tuple[Floats, Floats]:
    """Return the ranks, from 1, of the order statistics that bound the quantile; 0 or n + 1 where there are too few."""
    half = (1 - level) / 2
    return _binomial_quantile(n, share, half), _binomial_quantile(n, share, 1 - half) + 1


def _binomial_quantile(n: Floats, share: float, probability: float) -> Floats:
    """Return the smallest k with P(B <= k) >= probability for B binomial (n, share), by steps from the normal value."""
    from scipy.special import betainc, ndtri  # noqa: PLC0415  (scipy takes longer to load than all else)

    def reached(k: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        # By the incomplete beta function, which is exact and quick also for millions of rows.
        inside = np.clip(k, 0, np.maximum(n - 1, 0))
        chance = betainc(np.maximum(n - inside, 1), inside + 1, 1 - share)
        return np.asarray((k >= n) | (chance >= probability)) & (k >= 0)

    k = np.clip(np.floor(n * share + ndtri(probability) * np.sqrt(n * share * (1 - share))), 0, n)
    k = _stepped(k, lambda at: ~reached(at), 1.0)
    return _stepped(k, lambda at: reached(at - 1), -1.0)


def _stepped(
    at: Floats, goes_on: Callable[[Floats], np.ndarray[tuple[int, ...], np.dtype[np.bool_]]], step: float
) -> Floats:
    while (moving := goes_on(at)).any():
        at = np.where(moving, at + step, at)
    return at


def _fewest(share: float, level: float) -> int:
    """Return the fewest values that have both bounds: share^n and (1 - share)^n at most half of 1 - level."""
    extreme = max(share, 1 - share)
    return max(ENOUGH, int(np.ceil(np.log((1 - level) / 2) / np.log(extreme))))


def _too_few(n: int, needed: int, things: str) -> Notice:
    return Notice(
        code="few_answers",
        message=f"{n} {things}: too few for an estimate, so only counts are shown (at least {needed} needed)",
        data={"n": n, "needed": needed},
    )
