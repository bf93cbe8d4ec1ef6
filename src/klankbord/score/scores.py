"""From counts to scores: the values that the room gives back, and the one road from a histogram to an interval."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from klankbord.errors import DataError, OptionError
from klankbord.frames import Floats, Ints
from klankbord.results import Estimate, Interval, Notice, Record
from klankbord.score.intervals import METHODS, Limits, normal_quantile, wilson_interval
from klankbord.score.measures import NPS, Measure

ENOUGH = 5  # answers below which an interval says nothing that the counts do not say better


@dataclass(frozen=True, slots=True, kw_only=True)
class Score(Estimate):
    """A score with its interval, its histogram and the definition it was computed by.

    Parameters
    ----------
    measure : Measure
        The definition.
    counts : tuple of float
        Answers (or weights) a level of the measure.
    effective : float
        Number of independent answers that the interval rests on; differs from `n` with weights or a small population.
    """

    measure: Measure
    counts: tuple[float, ...]
    effective: float

    @property
    def good(self) -> float:
        """Answers that count for: promoters."""
        return self._sum(self.measure.good)

    @property
    def bad(self) -> float:
        """Answers that count against: detractors."""
        return self._sum(self.measure.bad)

    @property
    def neutral(self) -> float:
        """Answers that count neither way: passives."""
        return sum(self.counts) - self.good - self.bad

    def _sum(self, levels: frozenset[int]) -> float:
        return sum(count for level, count in zip(self.measure.levels, self.counts, strict=True) if level in levels)

    def records(self) -> list[Record]:
        """Return the score as one row, with the counts under the measure's own words."""
        (row,) = super(Score, self).records()
        kinds = (self.good, self.neutral, self.bad)
        words = dict(zip(self.measure.words, (_tidy(count) for count in kinds), strict=False))
        order = ("n", "value", "low", "high")
        return [{**{name: row.pop(name) for name in order}, **words, **row}]

    def summary(self) -> str:
        """Return the score in words.

        Examples
        --------
        >>> from_counts([2, 0, 1, 0, 3, 5, 10, 20, 30, 35, 25])[0].summary()
        'NPS +29.8 (95 % interval +16.8 to +41.6, n = 131)'
        """
        return f"{self.measure.title} {super(Score, self).summary()}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scores(Sequence[Score]):
    """Scores of many groups as arrays; one becomes a `Score` when it is taken out.

    Parameters
    ----------
    measure : Measure
        The definition.
    counts : ndarray, shape (..., levels)
        Answers (or weights) a group and level.
    n : ndarray of int, shape (...)
        Answers a group.
    effective : ndarray, shape (...)
        Independent answers a group.
    value, low, high : ndarray, shape (...)
        Score and limits on the measure's scale (-100 to 100, or 0 to 100); nan below five answers.
    level, method
        Confidence level and name of the interval.
    notices : tuple of Notice
        Doubts that hold for every group.
    """

    measure: Measure
    counts: Floats
    n: Ints
    effective: Floats
    value: Floats
    low: Floats
    high: Floats
    level: float
    method: str
    notices: tuple[Notice, ...] = ()

    def __len__(self) -> int:
        return self.n.size

    def __iter__(self) -> Iterator[Score]:
        if self.n.ndim != 1:
            return (self[group] for group in range(len(self)))
        # Hundreds of thousands of groups come out of a lake: arrays are unpacked once, not cell by cell.
        columns = (one.tolist() for one in (self.n, self.value, self.low, self.high, self.counts, self.effective))
        question = self._question
        return (self._told(question, *cells) for cells in zip(*columns, strict=True))

    @overload
    def __getitem__(self, index: int | tuple[int, ...]) -> Score: ...
    @overload
    def __getitem__(self, index: slice) -> list[Score]: ...
    def __getitem__(self, index: int | tuple[int, ...] | slice) -> Score | list[Score]:
        """Return the score of one group: by its place (row by row), or by its index on each axis."""
        if isinstance(index, slice):
            return [self[group] for group in range(*index.indices(len(self)))]
        if isinstance(index, tuple):
            return self._score(index)
        if not -len(self) <= index < len(self):
            raise IndexError(f"group {index} of {len(self)}")
        return self._score(tuple(int(place) for place in np.unravel_index(index % len(self), self.n.shape)))

    def _score(self, at: tuple[int, ...]) -> Score:
        cells = (one[at].tolist() for one in (self.n, self.value, self.low, self.high, self.counts, self.effective))
        return self._told(self._question, *cells)

    @property
    def _question(self) -> dict[str, object]:
        return {"measure": self.measure.definition(), "level": self.level}

    def _told(
        self,
        question: dict[str, object],
        n: int,
        value: float,
        low: float,
        high: float,
        counts: list[float],
        effective: float,
    ) -> Score:
        enough = n >= ENOUGH
        return Score(
            question=question,
            notices=self.notices if enough else (*self.notices, few_answers(n)),
            value=value if enough else None,
            interval=Interval(low=low, high=high, level=self.level) if enough else None,
            n=n,
            method=self.method,
            measure=self.measure,
            counts=tuple(counts),
            effective=effective,
        )


def few_answers(n: int) -> Notice:
    """Say that there are too few answers for an estimate."""
    answers = "1 answer" if n == 1 else f"{n} answers"
    return Notice(
        code="few_answers",
        message=f"{answers}: too few for a score, so only counts are shown (at least {ENOUGH} needed)",
        data={"n": n, "needed": ENOUGH},
    )


def from_counts(
    counts: ArrayLike,
    measure: Measure = NPS,
    *,
    level: float = 0.95,
    method: str = "score",
    n: ArrayLike | None = None,
    squares: ArrayLike | None = None,
    population: ArrayLike | None = None,
    notices: tuple[Notice, ...] = (),
) -> Scores:
    """Turn histograms into scores with intervals, any number of groups at once.

    Parameters
    ----------
    counts : array of shape (..., levels)
        Answers a level of the measure (eleven for NPS, 0 first); sums of weights when weighted.
    measure : Measure
        The definition.
    level : float
        Confidence level.
    method : {"score", "jeffreys", "adjusted-wald"}
        Interval; a measure without bad answers always has Wilson's.
    n : array of shape (...), optional
        Number of answers, when `counts` are weights.
    squares : array of shape (...), optional
        Sum of squared weights, when `counts` are weights: the interval then rests on Kish's effective number of
        answers, (sum of w)^2 / (sum of w^2).
    population : array of shape (...), optional
        Size of the finite population that was sampled: n is multiplied by (N - 1) / (N - n).

    Raises
    ------
    DataError
        When the last axis is not the measure's levels, a count is negative, or a population smaller than its sample.

    Examples
    --------
    >>> scores = from_counts([[1, 0, 0, 0, 0, 0, 0, 2, 3, 4, 5], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]])
    >>> scores.value.round(1), scores.low.round(1)
    (array([ 53.3, 100. ]), array([13.6, 29.1]))
    """
    table = _checked(np.asarray(counts, dtype=np.float64), measure)
    total = table.sum(axis=-1)
    answers = np.rint(total if n is None else np.asarray(n, dtype=np.float64)).astype(np.int64)
    levels = np.asarray(measure.levels)
    good, bad = (table @ np.isin(levels, list(kind)).astype(np.float64) for kind in (measure.good, measure.bad))
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.asarray(total if squares is None else total**2 / np.asarray(squares, dtype=np.float64))
        shares = np.asarray(good / total), np.asarray(bad / total)
        difference = (good - bad) / total
    effective = effective if population is None else _within(population, answers, effective)
    low, high = _limits(shares, effective, answers >= ENOUGH, measure, level, method)
    return Scores(
        measure=measure,
        counts=table,
        n=answers,
        effective=effective,
        value=np.where(answers >= ENOUGH, 100 * difference, np.nan),
        low=100 * low,
        high=100 * high,
        level=level,
        method=method if measure.bad else "wilson",
        notices=notices,
    )


def _checked(counts: Floats, measure: Measure) -> Floats:
    if counts.ndim < 1 or counts.shape[-1] != len(measure.levels):
        raise DataError(
            f"counts of shape {counts.shape}: {measure.title} has {len(measure.levels)} answers on its last axis",
            hint=f"one count for each of {measure.levels[0]} to {measure.levels[-1]}",
            shape=list(counts.shape),
        )
    if not np.all(counts >= 0):
        raise DataError("a count is negative or missing", hint="counts are numbers of zero or more")
    return counts


def _within(population: ArrayLike, n: Ints, effective: Floats) -> Floats:
    size = np.broadcast_to(np.asarray(population, dtype=np.float64), n.shape)
    if np.any(size < n):
        raise DataError(
            f"a population of {size.min():g} is smaller than its sample of {n.max():,}",
            hint="population is the number of customers who could have been asked",
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(size > n, effective * (size - 1) / (size - n), np.inf)


def _limits(
    shares: Limits,
    effective: Floats,
    enough: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    measure: Measure,
    level: float,
    method: str,
) -> Limits:
    if method not in METHODS:
        raise OptionError(f"there is no interval {method!r}", hint=f"intervals: {', '.join(METHODS)}", method=method)
    interval = METHODS[method] if measure.bad else wilson_interval
    z = normal_quantile(level)
    low, high = np.full(effective.shape, np.nan), np.full(effective.shape, np.nan)
    known = enough & np.isinf(effective)  # everybody was asked and answered: nothing is left to doubt
    low[known] = high[known] = (shares[0] - shares[1])[known]
    some = enough & ~known
    m = effective[some]
    low[some], high[some] = interval(shares[0][some] * m, shares[1][some] * m, m, z)
    return low, high


def _tidy(count: float) -> float | int:
    return int(count) if float(count).is_integer() else round(count, 6)
