"""A score over time: periods with intervals, one break at most, and whether level and slope really moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import erfc, sqrt
from typing import Any

import numpy as np

from klankbord.frames import Floats, Tally, Tallying, tally
from klankbord.results import Estimate, Interval, Notice, Record, Result
from klankbord.score.answers import counts_on, measure_for, skipped_notice
from klankbord.score.comparison import Comparison, Verdict, compare, judge
from klankbord.score.intervals import normal_quantile
from klankbord.score.measures import Measure
from klankbord.score.planning import detectable
from klankbord.score.scores import Score, from_counts

_PERIODS = 6  # fewer say nothing about a break or a slope
_SIDE = 2  # periods on either side of a break
_SIMULATIONS = 10_000
_SEED = 1898


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope(Estimate):
    """The straight line through the periods: points a period, weighted by answers."""

    p_value: float
    verdict: Verdict
    detectable: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """The period in which the level changed.

    Parameters
    ----------
    at : date
        First period of the new level.
    before, after : Score
        All answers before and from the break.
    comparison : Comparison
        After less before; its interval does not allow for the search and is somewhat too narrow.
    p_value : float
        Chance of a break at least this clear anywhere, where there is none.
    """

    at: date
    before: Score
    after: Score
    comparison: Comparison
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend(Result):
    """A score by period, and what really moved.

    Parameters
    ----------
    every : str
        Length of a period.
    periods : tuple of date
        First day of each period that has answers.
    scores : tuple of Score
        One score a period.
    latest : Comparison or None
        The last period less the one before.
    slope : Slope or None
        The steady movement; None with fewer than six periods.
    shift : Break or None
        The one break that chance does not explain; None when there is none.
    """

    every: str
    periods: tuple[date, ...]
    scores: tuple[Score, ...]
    latest: Comparison | None
    slope: Slope | None
    shift: Break | None

    def records(self) -> list[Record]:
        """Return one row a period."""
        pairs = zip(self.periods, self.scores, strict=True)
        return [{self.every: day.isoformat(), **record} for day, score in pairs for record in score.records()]

    def to_dict(self) -> Record:
        """Return the periods with the verdicts on level, slope and break."""
        shift = self.shift and {
            "at": self.shift.at.isoformat(),
            "p_value": self.shift.p_value,
            "before": self.shift.before.value,
            "after": self.shift.after.value,
            **_only(self.shift.comparison, "value", "low", "high"),
        }
        return {
            **super(Trend, self).to_dict(),
            "latest": self.latest and self.latest.records()[0],
            "slope": self.slope
            and {
                **_only(self.slope, "value", "low", "high"),
                "p_value": self.slope.p_value,
                "verdict": self.slope.verdict,
            },
            "break": shift,
        }

    def summary(self) -> str:
        """Return the trend in words."""
        if not self.scores:
            return "no dated answers"
        first = f"{self.periods[-1]}: {self.scores[-1].summary()}"
        last = [f"against the {self.every} before: {self.latest.summary()}"] if self.latest else []
        slope = [f"slope: {self.slope.summary()} a {self.every}, {self.slope.verdict}"] if self.slope else []
        broken = [f"break at {self.shift.at}: {self.shift.comparison.summary()}"] if self.shift else []
        return "\n".join([first, *last, *slope, *broken])


def trend(
    data: object,
    *,
    every: str = "month",
    measure: Measure | str | None = None,
    score: str = "score",
    moment: str = "date",
    weights: str | None = None,
    level: float = 0.95,
    scale: tuple[int, int] | None = None,
) -> Trend:
    """Score the answers period by period and say what really moved.

    Parameters
    ----------
    data, measure, score, weights, level, scale
        As in `score`.
    every : {"day", "week", "month", "quarter", "year"}
        Length of a period.
    moment : str
        Column with dates or moments; not used for an imported file, which knows its own.

    Notes
    -----
    Break: the largest generalised likelihood ratio of one shift in mean over all places, its critical value simulated
    for these numbers of answers. Slope: least squares weighted by answers. Both use the variance of all answers
    together.

    Examples
    --------
    >>> scores = [10, 9, 3, 8, 10] * 8 + [10, 2, 3, 8, 1] * 8
    >>> days = [f"2026-{1 + row // 10:02d}-15" for row in range(80)]
    >>> trend({"score": scores, "date": days}).shift.at
    datetime.date(2026, 5, 1)
    """
    if isinstance(data, Tallying):
        found = data.tally((), every=every)
    else:
        found = tally(data, score=score, weights=weights, moment=moment, every=every)
    used, notices = measure_for(data, found, measure, scale)
    dated = [at for at, key in enumerate(found.keys) if key[0] is not None]
    days = tuple(found.keys[at][0] for at in dated)
    groups = _Groups(found=found, measure=used, level=level)
    scores = tuple(groups.score([at]) for at in dated)
    series = _series(scores) if len(scores) >= _PERIODS else None
    return Trend(
        question={"measure": used.definition(), "every": every, "level": level},
        notices=(*notices, *skipped_notice(found), *_undated(found)),
        every=every,
        periods=days,  # type: ignore[arg-type]
        scores=scores,
        latest=compare(scores[-1], scores[-2], level=level) if len(scores) > 1 else None,
        slope=_slope(series, level) if series else None,
        shift=_break(groups, dated, days, series, level) if series else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Groups:
    """The tally of a trend, from which any run of periods is scored."""

    found: Tally
    measure: Measure
    level: float

    def score(self, at: Sequence[int]) -> Score:
        rows = list(at)
        return from_counts(
            counts_on(self.measure, self.found)[rows].sum(axis=0),
            self.measure,
            level=self.level,
            n=self.found.answers[rows].sum(),
            squares=self.found.squares[rows].sum(),
        )[0]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Series:
    """The periods as numbers: values as shares, weights (answers over the variance of all), and the shares of all."""

    values: Floats
    weights: Floats
    answers: Floats
    shares: Floats


def _series(scores: Sequence[Score]) -> _Series:
    n = np.array([score.effective for score in scores], dtype=np.float64)
    total = np.array([sum(score.counts) for score in scores], dtype=np.float64)
    p, d = (np.array([getattr(score, kind) for score in scores]) / total for kind in ("good", "bad"))
    good, bad = n @ p / n.sum(), n @ d / n.sum()
    shares = np.array([good, 1 - good - bad, bad])
    return _Series(values=p - d, weights=n / _variance(shares, n.sum()), answers=n, shares=shares)


def _variance(shares: Floats, n: float) -> Floats:
    """Return the variance of one answer (good +1, bad -1); 3/4 of an answer more on either side keeps it above zero."""
    good, bad = (shares[0] * n + 0.75) / (n + 3), (shares[-1] * n + 0.75) / (n + 3)
    return np.asarray(good + bad - (good - bad) ** 2)


def likelihood_ratios(values: Floats, weights: Floats) -> Floats:
    """Return the likelihood ratio of a shift in mean before each place 1 .. T-1, for one series or many.

    Parameters
    ----------
    values : ndarray, shape (..., T)
        The series.
    weights : ndarray, shape (T,)
        Inverse variances.

    Examples
    --------
    >>> int(likelihood_ratios(np.array([1.0, 1.0, 5.0, 5.0, 5.0]), np.ones(5)).argmax()) + 1
    2
    """
    left, total = np.cumsum(weights)[:-1], weights.sum()
    sums = np.cumsum(values * weights, axis=-1)
    gap = sums[..., :-1] - left / total * sums[..., -1:]
    ratios: Floats = gap**2 * total / (left * (total - left))
    return ratios


def critical_values(answers: Floats, shares: Floats, *, side: int = _SIDE) -> Floats:
    """Return the sorted largest likelihood ratios of simulated series in which nothing happens.

    Parameters
    ----------
    answers : ndarray, shape (T,)
        Answers a period.
    shares : ndarray, shape (3,)
        Shares of good, neutral and bad answers in every period.
    side : int
        Periods that must lie on either side of a break.
    """
    rng, n = np.random.default_rng(_SEED), np.maximum(np.rint(answers), 1).astype(np.int64)
    drawn = rng.multinomial(n, np.clip(shares, 0, 1), size=(_SIMULATIONS, n.size)).astype(np.float64)
    pooled = np.moveaxis(drawn.sum(axis=1) / n.sum(), -1, 0)
    quiet = (drawn[..., 0] - drawn[..., -1]) / n
    ratios = likelihood_ratios(quiet, n.astype(np.float64))[:, side - 1 : n.size - side]
    return np.sort(ratios.max(axis=1) / _variance(pooled, float(n.sum())))


def _break(groups: _Groups, dated: list[int], days: tuple[Any, ...], series: _Series, level: float) -> Break | None:
    ratios = likelihood_ratios(series.values, series.weights)[_SIDE - 1 : len(days) - _SIDE]
    place = int(ratios.argmax()) + _SIDE
    null = critical_values(series.answers, series.shares)
    p_value = float((1 + (null >= ratios.max()).sum()) / (1 + null.size))
    if p_value > 1 - level:
        return None
    before, after = groups.score(dated[:place]), groups.score(dated[place:])
    return Break(
        at=days[place],
        before=before,
        after=after,
        comparison=compare(after, before, level=level),
        p_value=p_value,
    )


def _slope(series: _Series, level: float) -> Slope:
    values, weights = series.values, series.weights
    time = np.arange(values.size) - np.average(np.arange(values.size), weights=weights)
    spread = float((weights * time**2).sum())
    points, error = 100 * float((weights * time * values).sum()) / spread, 100 / sqrt(spread)
    p_value, seen = erfc(abs(points) / error / sqrt(2)), detectable(error, level=level)
    margin = normal_quantile(level) * error
    return Slope(
        value=points,
        interval=Interval(low=points - margin, high=points + margin, level=level),
        n=values.size,
        method="weighted least squares",
        p_value=p_value,
        verdict=judge(points, p_value, seen, level),
        detectable=seen,
    )


def _undated(found: Tally) -> tuple[Notice, ...]:
    count = sum(int(n) for key, n in zip(found.keys, found.answers, strict=True) if key[0] is None)
    if not count:
        return ()
    return (
        Notice(
            code="undated",
            message=f"{count:,} answers have no date and are in no period",
            data={"count": count},
        ),
    )


def _only(estimate: Estimate, *names: str) -> Record:
    (row,) = Estimate.records(estimate)
    return {name: row[name] for name in names}
