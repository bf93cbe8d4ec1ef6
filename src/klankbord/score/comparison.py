"""Two scores or many: whether a difference is real, unclear or noise, and what could have been seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import erfc, sqrt
from typing import Literal

import numpy as np

from klankbord.errors import OptionError
from klankbord.frames import Floats
from klankbord.results import Estimate, Interval, Record, Table
from klankbord.score.intervals import Limits, normal_quantile, score_interval, wilson_interval
from klankbord.score.planning import detectable as detectable_change
from klankbord.score.scores import ENOUGH, Score, few_answers, from_counts

Verdict = Literal["real", "unclear", "noise"]
_LARGEST_Z = 38.0  # beyond this a p-value underflows
_STEPS = 100
_PRECISE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Estimate):
    """The difference of two scores, in points, and what it is worth.

    Parameters
    ----------
    p_value : float or None
        Chance of a difference at least this large where there is none; agrees with the interval.
    p_adjusted : float or None
        The same, adjusted for looking at many groups at once (Benjamini and Hochberg).
    verdict : {"real", "unclear", "noise"}
        real: beyond what chance makes; noise: less than half of what could have been seen; unclear: in between, so it
        may be real, but there are too few answers to say.
    detectable : float or None
        Smallest true difference, in points, that these numbers of answers show with 80 % power.
    a, b : Score
        The scores; the difference is a - b. Against a target, b is None.
    """

    p_value: float | None
    p_adjusted: float | None = None
    verdict: Verdict
    detectable: float | None
    a: Score
    b: Score | None

    def records(self) -> list[Record]:
        """Return the comparison as one row."""
        (row,) = super(Comparison, self).records()
        notices, method = row.pop("notices"), row.pop("method")
        return [
            {
                **row,
                "a": self.a.value,
                "b": self.b.value if self.b else None,
                "p_value": self.p_value,
                "p_adjusted": self.p_adjusted,
                "verdict": self.verdict,
                "detectable": self.detectable,
                "method": method,
                "notices": notices,
            }
        ]

    def summary(self) -> str:
        """Return the comparison in words.

        Examples
        --------
        >>> from klankbord.score import from_counts
        >>> last, now = from_counts([[20, 0, 0, 0, 0, 0, 0, 30, 0, 50, 0], [15, 0, 0, 0, 0, 0, 0, 28, 0, 57, 0]])
        >>> compare(now, last).summary()
        'difference +12.0 (95 % interval -9.2 to +32.8, n = 200): noise; 30.1 points or more could have been seen'
        """
        words = f"difference {super(Comparison, self).summary()}: {self.verdict}"
        seen = f"; {self.detectable:.1f} points or more could have been seen" if self.detectable else ""
        return words if self.verdict == "real" else words + seen


def compare(a: Score, b: Score, *, level: float = 0.95) -> Comparison:
    """Compare two independent scores; the difference is a - b.

    Parameters
    ----------
    a, b : Score
        Scores of the same measure.
    level : float
        Confidence level of interval and verdict.

    Raises
    ------
    OptionError
        When the scores have different definitions.

    Notes
    -----
    The interval combines the two score intervals by MOVER (Newcombe, R. G. (1998), "Interval estimation for the
    difference between independent proportions", Statistics in Medicine 17, 873-890); the p-value is one minus the
    level at which that interval begins to hold zero.

    Examples
    --------
    >>> from klankbord.score import nps
    >>> compare(nps([10] * 60 + [0] * 10), nps([10] * 30 + [0] * 30)).verdict
    'real'
    """
    if a.measure != b.measure:
        raise OptionError(
            f"{a.measure.title} and {b.measure.title} are defined differently and cannot be compared",
            hint="score both with the same measure and scale",
            a=a.measure.definition(),
            b=b.measure.definition(),
        )
    return _comparisons([a], [b], level)[0]


def compare_many(
    table: Table[Score], *, level: float = 0.95, against: Literal["rest"] | float = "rest"
) -> Table[Comparison]:
    """Compare every group with all the others together, or with a target, and allow for the many looks.

    Parameters
    ----------
    table : Table of Score
        Scores by group, as `score(data, by=...)` gives them.
    level : float
        1 - level is the share of false alarms among the verdicts "real".
    against : "rest" or float
        What each group is held against: the other groups together, or a target score in points.

    Returns
    -------
    Table of Comparison
        Intervals are those of one group at a time; verdicts go by the adjusted p-value.

    Notes
    -----
    Benjamini, Y. and Hochberg, Y. (1995), "Controlling the false discovery rate", JRSS B 57, 289-300, on the p-values
    of the score test.

    Examples
    --------
    >>> from klankbord.score import nps
    >>> data = {"score": [10] * 60 + [0] * 60 + [8] * 30, "team": ["a"] * 60 + ["b"] * 60 + ["c"] * 30}
    >>> [comparison.verdict for _, comparison in compare_many(nps(data, by="team"))]
    ['real', 'real', 'noise']
    """
    scores = list(table.rows)
    return Table(
        question={**table.question, "against": against, "level": level},
        notices=table.notices,
        by=table.by,
        keys=table.keys,
        rows=_adjusted(_comparisons(scores, _rests(scores) if against == "rest" else float(against), level), level),
    )


def compare_pairs(first: Sequence[Score], second: Sequence[Score], *, level: float = 0.95) -> list[Comparison]:
    """Compare many pairs of independent scores at once, and allow for the many looks.

    Parameters
    ----------
    first, second : sequence of Score
        As many of each, of one measure; the differences are first - second.
    level : float
        1 - level is the share of false alarms among the verdicts "real".

    Returns
    -------
    list of Comparison
        Intervals are those of one pair at a time; verdicts go by the adjusted p-value, as in `compare_many`.

    Examples
    --------
    >>> from klankbord.score import from_counts
    >>> last = from_counts([[30, 0, 0, 0, 0, 0, 0, 20, 0, 0, 50], [20, 0, 0, 0, 0, 0, 0, 20, 0, 0, 60]])
    >>> now = from_counts([[10, 0, 0, 0, 0, 0, 0, 20, 0, 0, 70], [20, 0, 0, 0, 0, 0, 0, 20, 0, 0, 60]])
    >>> [comparison.verdict for comparison in compare_pairs(now, last)]
    ['real', 'noise']
    """
    return _adjusted(_comparisons(first, second, level), level)


def _adjusted(compared: list[Comparison], level: float) -> list[Comparison]:
    known = [at for at, comparison in enumerate(compared) if comparison.p_value is not None]
    adjusted = benjamini_hochberg(np.array([compared[at].p_value for at in known], dtype=np.float64))
    for at, p in zip(known, adjusted.tolist(), strict=True):
        one = compared[at]
        verdict = judge(one.value or 0.0, p, one.detectable or 0.0, level)
        compared[at] = replace(one, p_adjusted=p, verdict=verdict)
    return compared


def judge(difference: float, p_value: float, detectable: float, level: float) -> Verdict:
    """Return the verdict on a difference: real, unclear or noise."""
    if p_value <= 1 - level:
        return "real"
    return "noise" if abs(difference) < detectable / 2 else "unclear"


def _comparisons(first: Sequence[Score], second: Sequence[Score] | float, level: float) -> list[Comparison]:
    others: Sequence[Score | None] = [None] * len(first) if isinstance(second, float) else second
    pairs = list(zip(first, others, strict=True))
    enough = [pair for pair in pairs if _fewest(pair) >= ENOUGH]
    a = _shares([one for one, _ in enough])
    b = _fixed(second, len(enough)) if isinstance(second, float) else _shares([other for _, other in enough if other])
    low, high = _mover(a, b, normal_quantile(level))
    errors = np.sqrt(a.variance + b.variance)
    compared = zip(a.value - b.value, low, high, _p_values(a, b), errors, strict=True)
    return [
        _judged(pair, *next(compared), level=level) if _fewest(pair) >= ENOUGH else _too_few(pair, level)
        for pair in pairs
    ]


def _judged(
    pair: tuple[Score, Score | None],
    difference: float,
    low: float,
    high: float,
    p_value: float,
    error: float,
    *,
    level: float,
) -> Comparison:
    a, b = pair
    points, seen = 100 * float(difference), 100 * detectable_change(float(error), level=level)
    return Comparison(
        question={"measure": a.measure.definition(), "level": level},
        value=points,
        interval=Interval(low=100 * float(low), high=100 * float(high), level=level),
        n=a.n + (b.n if b else 0),
        method="mover" if b else a.method,
        p_value=float(p_value),
        verdict=judge(points, float(p_value), seen, level),
        detectable=seen,
        a=a,
        b=b,
    )


def _too_few(pair: tuple[Score, Score | None], level: float) -> Comparison:
    a, b = pair
    return Comparison(
        question={"measure": a.measure.definition(), "level": level},
        notices=(few_answers(_fewest(pair)),),
        value=None,
        interval=None,
        n=a.n + (b.n if b else 0),
        method="mover" if b else a.method,
        p_value=None,
        verdict="unclear",
        detectable=None,
        a=a,
        b=b,
    )


def _fewest(pair: tuple[Score, Score | None]) -> int:
    a, b = pair
    return min(a.n, b.n) if b else a.n


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Side:
    """One side of many comparisons: scores as shares, their sampling variance, and their limits at any z."""

    value: Floats
    variance: Floats
    limits: Callable[[Floats], Limits]


def _shares(scores: Sequence[Score]) -> _Side:
    total = np.array([sum(score.counts) for score in scores], dtype=np.float64)
    p = np.array([score.good for score in scores], dtype=np.float64) / total
    d = np.array([score.bad for score in scores], dtype=np.float64) / total
    # A whole population has no sampling error; a number this large stands for infinity without its arithmetic.
    n = np.minimum(np.array([score.effective for score in scores], dtype=np.float64), 1e15)
    interval = score_interval if scores and scores[0].measure.bad else wilson_interval
    # Three quarters of an answer on either side, so that a unanimous group is not taken for certain.
    smooth_p, smooth_d = (p * n + 0.75) / (n + 3), (d * n + 0.75) / (n + 3)
    return _Side(
        value=p - d,
        variance=(smooth_p + smooth_d - (smooth_p - smooth_d) ** 2) / n,
        limits=lambda z: interval(p * n, d * n, n, z),
    )


def _fixed(target: float, size: int) -> _Side:
    value = np.full(size, target / 100)
    return _Side(value=value, variance=np.zeros(size), limits=lambda _: (value, value))


def _mover(a: _Side, b: _Side, z: Floats | float) -> Limits:
    quantile = np.broadcast_to(np.asarray(z, dtype=np.float64), a.value.shape)
    (low_a, high_a), (low_b, high_b) = a.limits(quantile), b.limits(quantile)
    difference = a.value - b.value
    low = difference - np.hypot(a.value - low_a, high_b - b.value)
    return low, difference + np.hypot(high_a - a.value, b.value - low_b)


def _p_values(a: _Side, b: _Side) -> Floats:
    """Find the z at which the interval begins to hold zero: its arm towards zero grows almost in step with z."""
    gap = a.value - b.value
    low, high = np.zeros_like(gap), np.full_like(gap, _LARGEST_Z)
    z = np.minimum(np.abs(gap) / np.sqrt(np.maximum(a.variance + b.variance, 1e-300)), _LARGEST_Z)
    moving = np.ones(z.shape, dtype=np.bool_)
    for _ in range(_STEPS):
        limits = _mover(a, b, z)
        arm = np.where(gap > 0, gap - limits[0], limits[1] - gap)
        outside = arm < np.abs(gap)
        low, high = np.where(outside, z, low), np.where(outside, high, z)
        guess = z * np.abs(gap) / np.maximum(arm, 1e-300)
        after = np.where((guess >= low) & (guess <= high), guess, (low + high) / 2)
        after = np.where(moving, after, z)
        moving &= np.abs(after - z) >= _PRECISE
        z = after
        if not moving.any():
            break
    return np.array([erfc(value / sqrt(2)) for value in z.tolist()], dtype=np.float64)


def _rests(scores: Sequence[Score]) -> list[Score]:
    """Return, for each group, all the others together."""
    if not scores:
        return []
    counts = np.array([score.counts for score in scores])
    weight = counts.sum(axis=1)
    squares = weight**2 / np.array([max(score.effective, 1e-300) for score in scores])
    others, n = counts.sum(axis=0) - counts, [score.n for score in scores]
    return list(
        from_counts(
            np.maximum(others, 0),
            scores[0].measure,
            n=sum(n) - np.array(n),
            squares=squares.sum() - squares,
        )
    )


def benjamini_hochberg(p_values: Floats) -> Floats:
    """Return p-values (k,) adjusted for looking at all of them, so that their false discovery rate is held."""
    order = np.argsort(p_values)[::-1]
    ranks = np.arange(p_values.size, 0, -1)
    adjusted = np.empty_like(p_values)
    adjusted[order] = np.minimum.accumulate(np.minimum(p_values[order] * p_values.size / ranks, 1.0))
    return adjusted
