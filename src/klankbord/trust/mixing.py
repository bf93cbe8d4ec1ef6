"""A change taken apart: how much comes from another mix of channels or queues, and how much is real."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from klankbord.errors import DataError
from klankbord.frames import Floats
from klankbord.results import Interval, Record, Result
from klankbord.score.intervals import normal_quantile
from klankbord.score.measures import NPS, Measure
from klankbord.trust.finding import Finding, not_tested, two_sided

_ENOUGH = 30
_MATTERS = 1.0  # points below which a shift of mix is not worth a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one group adds to a change, in points; shares from 0 to 1."""

    group: object
    share_before: float
    share_after: float
    score_before: float | None
    score_after: float | None
    mix: float
    real: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decomposition(Result):
    """A change of a score as the sum of a change of mix and a change within groups, exactly.

    Parameters
    ----------
    change, mix, real : float
        In points; change = mix + real.
    change_interval, mix_interval, real_interval : Interval
        Their intervals.
    parts : tuple of Part
        What each group adds.
    n_before, n_after : int
        Answers.
    """

    change: float
    mix: float
    real: float
    change_interval: Interval
    mix_interval: Interval
    real_interval: Interval
    parts: tuple[Part, ...]
    n_before: int
    n_after: int

    def records(self) -> list[Record]:
        """Return one row a group, and the whole last."""
        rows: list[Record] = [
            {name: getattr(part, name) for name in Part.__slots__} | {"change": part.mix + part.real}
            for part in self.parts
        ]
        return [*rows, {"group": None, "mix": self.mix, "real": self.real, "change": self.change}]

    def summary(self) -> str:
        """Return the decomposition in words."""
        return (
            f"of the change of {self.change:+z.1f} points, {self.mix:+z.1f} ({_said(self.mix_interval)}) is a change "
            f"of mix and {self.real:+z.1f} ({_said(self.real_interval)}) a change within groups"
        )


def decompose(
    groups: Sequence[object],
    before: ArrayLike,
    after: ArrayLike,
    measure: Measure = NPS,
    *,
    level: float = 0.95,
) -> Decomposition:
    """Take the change of a score apart into mix and real.

    Parameters
    ----------
    groups : sequence, length k
        Names of the groups, such as channels.
    before, after : array, shape (k, levels)
        Answers of each group at each level, in the two periods.
    measure : Measure
        The definition.
    level : float
        Confidence level.

    Raises
    ------
    DataError
        When a period has no answers, or the shapes do not fit.

    Notes
    -----
    Kitagawa, E. M. (1955), "Components of a difference between two rates", JASA 50, 1168-1194: a change of share is
    weighed by the mean of the two scores of its group, a change of score by the mean of its two shares, so that nothing
    is left over. A group that is in one period only has no change of its own: it is mix. Intervals by the delta method;
    shares are taken as drawn with the answers.

    Examples
    --------
    Both channels score as they did; there is only more of the lower one.

    >>> up, down = [10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 90], [60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40]
    >>> moved = decompose(["phone", "chat"], [np.multiply(up, 3), down], [up, np.multiply(down, 3)])
    >>> round(moved.change, 9), round(moved.mix, 9), round(moved.real, 9)
    (-50.0, -50.0, 0.0)
    """
    worth = _worth(measure)
    first, second = (_checked(table, len(groups), measure) for table in (before, after))
    (w0, s0, n0), (w1, s1, n1) = _shares(first, worth), _shares(second, worth)
    s0, s1 = np.where(w0 > 0, s0, s1), np.where(w1 > 0, s1, s0)
    mix, real = (w1 - w0) * (s0 + s1) / 2, (w0 + w1) / 2 * (s1 - s0)
    spread = np.zeros(3)
    for table, w, s, other_s, other_w, sign, n in ((first, w0, s0, s1, w1, -1, n0), (second, w1, s1, s0, w0, 1, n1)):
        spread += _variances(table / n, worth, (w, s), (other_w, other_s), sign) / n
    z = normal_quantile(level)
    values = [100 * float(mix.sum()), 100 * float(real.sum()), 100 * float((mix + real).sum())]
    mix_in, real_in, change_in = (
        Interval(low=value - 100 * z * error, high=value + 100 * z * error, level=level)
        for value, error in zip(values, np.sqrt(spread).tolist(), strict=True)
    )
    rows = zip(groups, w0, w1, s0, s1, mix, real, strict=True)
    return Decomposition(
        question={"measure": measure.definition(), "level": level},
        mix=values[0], real=values[1], change=values[2],
        mix_interval=mix_in, real_interval=real_in, change_interval=change_in,
        parts=tuple(
            Part(
                group=group, share_before=float(a), share_after=float(b),
                score_before=100 * float(c) if a > 0 else None, score_after=100 * float(d) if b > 0 else None,
                mix=100 * float(m), real=100 * float(r),
            )
            for group, a, b, c, d, m, r in rows
        ),
        n_before=round(n0),
        n_after=round(n1),
    )  # fmt: skip


def mix_shift(moved: Decomposition | None, *, level: float = 0.95) -> Finding:
    """Say whether a change is no more than another mix.

    Parameters
    ----------
    moved : Decomposition or None
        What `decompose` gave; None when there are not two periods.
    level : float
        1 - level is the share of false alarms.
    """
    code = "mix_shift"
    if moved is None:
        return not_tested(code, "there is no change: no period was named, or none lies before it", needs="two periods")
    if min(moved.n_before, moved.n_after) < _ENOUGH:
        return not_tested(code, "one of the two periods has fewer than thirty answers", needs="thirty answers in each")
    error = (moved.mix_interval.high - moved.mix_interval.low) / 2 / normal_quantile(moved.mix_interval.level)
    p = two_sided(moved.mix / error) if error > 0 else 1.0
    found = p <= 1 - level and abs(moved.mix) >= _MATTERS
    seen = f"of {moved.change:+z.1f} points of change, {moved.mix:+z.1f} comes from another mix of answers"
    rest = f"and {moved.real:+z.1f} from the scores themselves"
    return Finding(
        code=code,
        state="found" if found else "nothing seen",
        effect=moved.mix,
        unit="points",
        interval=moved.mix_interval,
        p_value=p,
        n=moved.n_before + moved.n_after,
        conclusion=f"A change of mix poses as a trend: {seen}, {rest}."
        if found
        else f"The change is not one of mix: {seen}, {rest}.",
        limits=f"Sees only the groups it was given; a shift below {2.8 * error:.1f} points would often go unseen.",
        groups=moved.records()[:-1],
    )


def _worth(measure: Measure) -> Floats:
    levels = np.array(measure.levels)
    return np.isin(levels, list(measure.good)).astype(np.float64) - np.isin(levels, list(measure.bad))


def _checked(table: ArrayLike, groups: int, measure: Measure) -> Floats:
    counts = np.asarray(table, dtype=np.float64)
    if counts.shape != (groups, len(measure.levels)) or not np.all(counts >= 0) or not counts.sum() > 0:
        raise DataError(
            f"counts of shape {counts.shape} cannot be taken apart into {groups} groups of {measure.title}",
            hint=f"a row for each group with {len(measure.levels)} counts, and at least one answer in each period",
        )
    return counts


def _shares(counts: Floats, worth: Floats) -> tuple[Floats, Floats, float]:
    n, total = counts.sum(axis=1), float(counts.sum())
    return n / total, (counts @ worth) / np.maximum(n, 1e-300), total


def _variances(
    cells: Floats, worth: Floats, own: tuple[Floats, Floats], other: tuple[Floats, Floats], sign: int
) -> Floats:
    """Return the variance of one answer's influence on mix, real and change: exact sums over all cells."""
    (w, s), (v, t) = own, other
    middle, gap = (s + t) / 2, sign * (s - t)
    off = (worth[None, :] - s[:, None]) / np.where(w > 0, w, 1)[:, None]
    # A group that the other period lacks is mix as a whole, and lends its score to both.
    apart, along = np.where(v > 0, (w - v) / 2, w), np.where(v > 0, (w + v) / 2, 0)
    mix = sign * ((middle - w @ middle)[:, None] + apart[:, None] * off)
    real = ((gap - w @ gap) / 2)[:, None] + (sign * along)[:, None] * off
    both = np.stack([mix, real, mix + real])
    means = (both * cells).sum(axis=(1, 2))
    return np.asarray((both**2 * cells).sum(axis=(1, 2)) - means**2, dtype=np.float64)


def _said(interval: Interval) -> str:
    return f"{interval.low:+z.1f} to {interval.high:+z.1f}"
