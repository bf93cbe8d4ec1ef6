"""Predictions as chances: how likely detractor, passive and promoter are, held against what came."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from klankbord.errors import DataError
from klankbord.frames import Floats, Ints
from klankbord.prediction.means import clustered_mean
from klankbord.prediction.pairs import Column, coded, places
from klankbord.prediction.telling import kinds_of
from klankbord.results import Estimate, Notice, Record, Result, Table
from klankbord.score import NPS, Measure
from klankbord.score.scores import ENOUGH, few_answers

_ROUNDING = 0.02  # three rounded percentages may add up to 99 or 101


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedScore(Result):
    """How far chances lie from what came; 0 is certain and right.

    Parameters
    ----------
    n : int
        Forecasts whose answer came.
    score : Estimate
        Mean ranked probability score.
    reference : float or None
        The same for somebody who always gives the shares that came.
    """

    n: int
    score: Estimate
    reference: float | None

    @property
    def skill(self) -> float | None:
        """1 - score / reference: 1 is perfect, 0 as good as always giving the shares that came."""
        return 1 - self.score.value / self.reference if self.score.value is not None and self.reference else None

    def records(self) -> list[Record]:
        """Return the score as one row."""
        interval = self.score.interval
        limits = {"low": interval.low if interval else None, "high": interval.high if interval else None}
        notices = [notice.to_dict() for notice in self.notices]
        row = {"n": self.n, "rps": self.score.value, **limits, "reference": self.reference, "skill": self.skill}
        return [{**row, "notices": notices}]

    def summary(self) -> str:
        """Return the score in words."""
        if self.score.value is None or self.skill is None:
            return f"too few answers to forecasts for an estimate (n = {self.n:,})"
        return f"ranked probability score {self.score.value:.3f}, skill {self.skill:+z.2f} (n = {self.n:,})"


def rps(chances: Floats, outcome: Ints) -> Floats:
    """Return the ranked probability score of each row: chances (n, k) in the order of the scale, outcome (n,).

    Notes
    -----
    The sum over thresholds of (F - 1{outcome at or below})^2, not divided by their number (Epstein, E. S. (1969),
    Journal of Applied Meteorology 8). A forecast of one score for certain has the absolute error as its score.

    Examples
    --------
    >>> rps(np.array([[0.2, 0.3, 0.5]]), np.array([2])).round(2)
    array([0.29])
    """
    reached = np.arange(chances.shape[1]) >= outcome[:, None]
    scores: Floats = ((np.cumsum(chances, axis=1) - reached) ** 2)[:, :-1].sum(axis=1)
    return scores


def ranked_probability_score(
    chances: Any, actual: Column, *, by: Column | None = None, measure: Measure = NPS, level: float = 0.95
) -> RankedScore | Table[RankedScore]:
    """Score forecasts that are chances.

    Parameters
    ----------
    chances : array, shape (n, kinds) or (n, levels)
        For each contact the chances of the kinds of answer, worst first (detractor, passive, promoter), or of each
        level; as shares or percentages that add up to one or a hundred.
    actual : column, shape (n,)
        The scores that came; empty where none did.
    by : column, optional
        Who predicted: one result a group.
    measure : Measure
        Scale and cut-offs.
    level : float
        Confidence level.

    Raises
    ------
    DataError, ScoreError, ScaleError
        When chances do not add up, or a value is no score.

    Examples
    --------
    >>> ranked_probability_score([[20, 30, 50], [70, 20, 10]] * 3, [10, 3] * 3).summary()
    'ranked probability score 0.195, skill +0.61 (n = 6)'
    """
    outcome = places(actual, measure, "actual")
    shares = _chances(np.asarray(chances, dtype=np.float64), outcome.size)
    if shares.shape[1] != len(measure.levels):
        worst_first = (len(measure.words) - 1) - np.minimum(kinds_of(measure)[1], len(measure.words) - 1)
        if shares.shape[1] != len(measure.words):
            needed = f"{len(measure.words)} or {len(measure.levels)}"
            raise DataError(f"{shares.shape[1]} chances a contact, where {measure.title} has {needed}")
        outcome = np.where(outcome >= 0, worst_first[outcome], -1)
    known = (outcome >= 0) & ~np.isnan(shares).any(axis=1)
    one = _scored(shares[known], outcome[known], np.arange(int(known.sum())), level)
    if by is None:
        return one
    groups = coded(by)
    rows = []
    for code in range(len(groups.keys)):
        mine = known & (groups.codes == code)
        rows.append(_scored(shares[mine], outcome[mine], np.arange(int(mine.sum())), level))
    return Table(question=one.question, by=("group",), keys=tuple((key,) for key in groups.keys), rows=rows)


def _chances(given: Floats, rows: int) -> Floats:
    if given.ndim != 2 or len(given) != rows:
        raise DataError(
            f"chances of shape {given.shape} for {rows:,} contacts", hint="one row a contact, one column a kind"
        )
    below = (given < 0).any(axis=1)
    if below.any():
        row = int(np.flatnonzero(below)[0])
        raise DataError(f"row {row + 1}: a chance is below zero", hint="0 is impossible, 1 is certain", row=row + 1)
    total = given.sum(axis=1)
    scale = np.where(total > 2, 100.0, 1.0)
    wrong: NDArray[Any] = np.abs(total / scale - 1) > _ROUNDING
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise DataError(
            f"row {row + 1}: chances add up to {total[row]:g}",
            hint="they are shares of one, or of a hundred",
            row=row + 1,
        )
    shares: Floats = given / total[:, None]
    return shares


def _scored(chances: Floats, outcome: Ints, codes: Ints, level: float) -> RankedScore:
    n = outcome.size
    question = {"level": level}
    if n < ENOUGH:
        nothing = Estimate(value=None, interval=None, n=n, method="cluster t")
        few: tuple[Notice, ...] = (few_answers(n),)
        return RankedScore(question=question, notices=few, n=n, score=nothing, reference=None)
    base = np.bincount(outcome, minlength=chances.shape[1]) / n
    reference = float(rps(np.broadcast_to(base, chances.shape), outcome).mean())
    score = clustered_mean(rps(chances, outcome), codes, level=level)
    return RankedScore(question=question, n=n, score=score, reference=reference)
