"""Two means or quantiles, or many pairs of them: whether a difference is real, unclear or noise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import erfc, sqrt

import numpy as np

from klankbord.lake.questions.amounts import Amount, Amounts
from klankbord.results import Estimate, Interval, Record
from klankbord.score.comparison import Verdict, benjamini_hochberg, judge
from klankbord.score.intervals import normal_quantile
from klankbord.score.planning import detectable


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast(Estimate):
    """The difference of two amounts, in their unit, and what it is worth.

    Parameters
    ----------
    p_value, p_adjusted : float or None
        Chance of a difference at least this large where there is none; adjusted for looking at many groups at once.
    verdict : {"real", "unclear", "noise"}
        As a `Comparison` of scores has it.
    detectable : float or None
        Smallest true difference that would have been seen with 80 % power.
    a, b : Amount
        The difference is a - b.
    """

    p_value: float | None
    p_adjusted: float | None = None
    verdict: Verdict
    detectable: float | None
    a: Amount
    b: Amount

    def records(self) -> list[Record]:
        """Return the contrast as one row."""
        (row,) = super(Contrast, self).records()
        names = ("p_value", "p_adjusted", "verdict", "detectable")
        return [{**row, "a": self.a.value, "b": self.b.value, **{name: getattr(self, name) for name in names}}]

    def summary(self) -> str:
        """Return the contrast in words."""
        return f"difference {super(Contrast, self).summary()}: {self.verdict}"


def contrasts(
    first: tuple[Amounts, Sequence[Amount]], second: tuple[Amounts, Sequence[Amount]], level: float
) -> list[Contrast]:
    """Compare many pairs of independent amounts, and allow for the many looks.

    Parameters
    ----------
    first, second : Amounts and their results
        As many of each; the differences are first - second.
    level : float
        Confidence level; 1 - level is also the share of false alarms among the verdicts "real".

    Notes
    -----
    The two intervals are combined by MOVER (Zou, G. Y. and Donner, A. (2008), "Construction of confidence intervals
    about effect measures", Statistics in Medicine 27, 1693-1702). The p-value lets the arm towards zero grow in step
    with the normal quantile, so that it agrees with the interval at this level.
    """
    (a, first_results), (b, second_results) = first, second
    z = normal_quantile(level)
    gap = a.value - b.value
    down = np.hypot(a.value - a.low, b.high - b.value)
    up = np.hypot(a.high - a.value, b.value - b.low)
    arm = np.where(gap > 0, down, up)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Whole seconds can leave an interval without width: then any difference is beyond chance.
        distance = np.where(gap == 0, 0.0, z * np.abs(gap) / arm)
    rows = zip(first_results, second_results, gap, gap - down, gap + up, distance, down + up, strict=True)
    found = [
        _contrast(one, other, (value, low, high), (away, width / 2 / z), level)
        for one, other, value, low, high, away, width in rows
    ]
    return _adjusted(found, level)


def _contrast(
    a: Amount, b: Amount, limits: tuple[float, float, float], doubt: tuple[float, float], level: float
) -> Contrast:
    """Return one contrast; `doubt` is the distance from zero in standard errors, and one standard error."""
    value, low, high = map(float, limits)
    away, error = map(float, doubt)
    known = a.value is not None and b.value is not None
    p_value, seen = erfc(away / sqrt(2)) if known else None, detectable(error, level=level) if known else None
    return Contrast(
        notices=() if known else (*a.notices, *b.notices),
        value=value if known else None,
        interval=Interval(low=low, high=high, level=level) if known else None,
        n=a.n + b.n,
        method="mover",
        p_value=p_value,
        verdict="unclear" if p_value is None or seen is None else judge(value, p_value, seen, level),
        detectable=seen,
        a=a,
        b=b,
    )


def _adjusted(found: list[Contrast], level: float) -> list[Contrast]:
    known = [at for at, one in enumerate(found) if one.p_value is not None]
    adjusted = benjamini_hochberg(np.array([found[at].p_value for at in known], dtype=np.float64))
    for at, p in zip(known, adjusted.tolist(), strict=True):
        one = found[at]
        verdict = judge(one.value or 0.0, p, one.detectable or 0.0, level)
        found[at] = replace(one, p_adjusted=p, verdict=verdict)
    return found
