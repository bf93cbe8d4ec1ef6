"""What silence can hide: the best and the worst that a score can be when only some answered, and what would turn it."""

from dataclasses import dataclass
from math import ceil, floor
from typing import Literal

import numpy as np

from klankbord.errors import DataError, OptionError
from klankbord.results import Interval, Notice, Record, Result, numbered
from klankbord.score.scores import ENOUGH, Score, few_answers, from_counts

_SLACK = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceBounds(Result):
    """The range that a score has if nothing at all is assumed about the customers who did not answer.

    Parameters
    ----------
    score : Score
        The score of those who answered.
    population : int
        All who could have answered, silent ones included.
    low, high : float or None
        The score, in points, if every silent customer were of the worst and of the best kind; None below five answers.
    interval : Interval or None
        Covers the whole range from low to high, with its sampling doubt, at the confidence level.
    """

    score: Score
    population: int
    low: float | None
    high: float | None
    interval: Interval | None

    @property
    def silent(self) -> int:
        """How many did not answer."""
        return self.population - self.score.n

    def records(self) -> list[Record]:
        """Return the bounds as one row."""
        return [
            {
                "n": self.score.n,
                "silent": self.silent,
                "value": self.score.value,
                "lowest": self.low,
                "highest": self.high,
                "low": self.interval.low if self.interval else None,
                "high": self.interval.high if self.interval else None,
                "method": "manski",
                "notices": [notice.to_dict() for notice in self.notices],
            }
        ]

    def summary(self) -> str:
        """Return the bounds in words."""
        if self.low is None or self.high is None:
            return f"too few answers for bounds (n = {self.score.n:,})"
        return (
            f"{self.score.measure.title} of all {self.population:,} is between {self.low:+z.1f} and {self.high:+z.1f} "
            f"whatever the {_think(self.silent)}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TurningPoint(Result):
    """How one-sided the silent customers would have to be for a conclusion to be wrong.

    Parameters
    ----------
    score, than : Score, and float in points
        The conclusion is that `score` is above, or below, `than`.
    side : {"above", "below"}
        Which of the two.
    population : int
        All who could have answered, silent ones included.
    turned_by : int or None
        Smallest number of silent customers that turn the conclusion if they all are detractors (or, where the score is
        below, promoters) and the other silent ones are like those who answered; None when all of them could not.
    """

    score: Score
    than: float
    side: Literal["above", "below"]
    population: int
    turned_by: int | None

    @property
    def silent(self) -> int:
        """How many did not answer."""
        return self.population - self.score.n

    @property
    def kind(self) -> str:
        """What the silent ones would have to be, in the measure's words."""
        return self.score.measure.words[-1 if self.side == "above" else 0]

    @property
    def among_answers(self) -> float:
        """The share of that kind among those who answered, from 0 to 1."""
        total = sum(self.score.counts)
        if self.side == "below":
            return self.score.good / total
        return (self.score.bad if self.score.measure.bad else self.score.neutral) / total

    @property
    def among_silent(self) -> float | None:
        """The share of that kind among the silent at which the conclusion turns, from 0 to 1."""
        if self.turned_by is None or not self.silent:
            return None
        return (self.turned_by + (self.silent - self.turned_by) * self.among_answers) / self.silent

    def records(self) -> list[Record]:
        """Return the turning point as one row."""
        return [
            {
                "n": self.score.n,
                "silent": self.silent,
                "value": self.score.value,
                "side": self.side,
                "than": self.than,
                "turned_by": self.turned_by,
                "kind": self.kind,
                "among_answers": self.among_answers,
                "among_silent": self.among_silent,
                "notices": [notice.to_dict() for notice in self.notices],
            }
        ]

    def summary(self) -> str:
        """Return the turning point in words."""
        claim = f"{self.score.measure.title} {self.score.value:+z.1f} is {self.side} {self.than:+z.1f}"
        if self.turned_by is None or self.among_silent is None:
            return f"{claim}, whatever the {_think(self.silent)}"
        return (
            f"{claim}; it would not be if {self.turned_by:,} of the {self.silent:,} silent customers were all "
            f"{self.kind} and the others like those who answered: {100 * self.among_silent:.0f} % {self.kind} among "
            f"the silent, against {100 * self.among_answers:.0f} % of those who answered"
        )


def _think(silent: int) -> str:
    return f"{numbered(silent, 'silent customer')} {'thinks' if silent == 1 else 'think'}"


def silence_bounds(score: Score, *, population: int, level: float = 0.95) -> SilenceBounds:
    """Return the lowest and highest score of everybody, whatever those who did not answer think.

    Parameters
    ----------
    score : Score
        The score of those who answered.
    population : int
        All who could have answered, silent ones included.
    level : float
        Confidence level of the interval around the bounds.

    Raises
    ------
    DataError
        When more answered than there are.

    Notes
    -----
    Manski, C. F. (1989), "Anatomy of the selection problem", Journal of Human Resources 24, 343-360: each silent
    customer is given the worst, then the best answer. The interval runs from the lower score limit of the first to the
    upper limit of the second, so that it covers the whole range (Horowitz, J. L. and Manski, C. F. (2000), JASA 95,
    77-84); it sees the customers as a sample of what the centre does, and is a little wider than one that need only
    cover the true score (Imbens, G. W. and Manski, C. F. (2004), Econometrica 72, 1845-1857).

    Examples
    --------
    >>> from klankbord.score import nps
    >>> silence_bounds(nps([10] * 50 + [8] * 30 + [3] * 20), population=200).summary()
    'NPS of all 200 is between -35.0 and +65.0 whatever the 100 silent customers think'
    """
    silent = _silent(score, population)
    if score.n < ENOUGH:
        return SilenceBounds(
            notices=(few_answers(score.n),), score=score, population=population, low=None, high=None, interval=None
        )
    counts = np.array(score.counts) * score.n / sum(score.counts)
    worst, best = counts.copy(), counts.copy()
    worst[0] += silent
    best[-1] += silent
    both = from_counts([worst, best], score.measure, level=level)
    low, high = both.value.tolist()
    return SilenceBounds(
        question={"measure": score.measure.definition(), "population": population, "level": level},
        notices=_spread(low, high),
        score=score,
        population=population,
        low=low,
        high=high,
        interval=Interval(low=float(both.low[0]), high=float(both.high[1]), level=level),
    )


def turning_point(score: Score, *, than: Score | float, population: int) -> TurningPoint:
    """Return how many silent customers, all detractors, would turn the conclusion that a score is above another.

    Parameters
    ----------
    score : Score
        The score of those who answered.
    than : Score or float
        Another score, or a target in points. Where `score` is below it, silent promoters are counted instead.
    population : int
        All who could have answered, silent ones included.

    Raises
    ------
    DataError
        When more answered than there are.
    OptionError
        When the scores are equal, or one has too few answers, so that there is no conclusion.

    Notes
    -----
    With s the score of n answers, t the other score and N the population, k silent detractors make it
    s - k (1 + s) / N: the smallest k with that at or below t is N (s - t) / (1 + s), rounded up. The conclusion holds
    whatever the silent think exactly when the bound of `silence_bounds` is on the same side of t.

    Examples
    --------
    >>> from klankbord.score import nps
    >>> turning_point(nps([10] * 50 + [8] * 30 + [3] * 20), than=20, population=400).turned_by
    31
    """
    silent = _silent(score, population)
    other = than.value if isinstance(than, Score) else float(than)
    if score.value is None or other is None:
        raise OptionError("too few answers for a conclusion that could be turned", n=score.n)
    if isinstance(than, Score) and than.measure != score.measure:
        raise OptionError("scores that are defined differently cannot be compared", hint="use one measure for both")
    if score.value == other:
        raise OptionError("the scores are equal: there is no conclusion to turn", hint="compare with another target")
    above = score.value > other
    reach = score.value - score.measure.low if above else 100 - score.value
    needed = ceil(population * abs(score.value - other) / reach - _SLACK) if reach > 0 else population
    return TurningPoint(
        question={"measure": score.measure.definition(), "than": other, "population": population},
        score=score,
        than=other,
        side="above" if above else "below",
        population=population,
        turned_by=max(needed, 1) if needed <= silent else None,
    )


def _silent(score: Score, population: int) -> int:
    if population < score.n or population != floor(population):
        raise DataError(
            f"{score.n:,} answers cannot come from {population:,} customers",
            hint="population is everybody who could have answered, those who did included",
            n=score.n,
            population=population,
        )
    return int(population) - score.n


def _spread(low: float, high: float) -> tuple[Notice, ...]:
    if high - low < 100:
        return ()
    message = (
        f"silence could move the score by {high - low:.0f} points: alone, the answers prove little about everybody"
    )
    return (Notice(code="wide_silence", message=message, data={"low": low, "high": high}),)
