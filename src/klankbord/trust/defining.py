"""Whether a number still means the same: a change of wording or version, and of the scale itself."""

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from klankbord.frames import Column, Ints
from klankbord.score import NPS, Measure, Score, compare, from_counts
from klankbord.trust.cells import coded
from klankbord.trust.finding import Finding, not_tested

_AROUND = 400  # answers on either side of a change that say what it did
_FEWEST = 30


def wording_change(
    version: Column, scores: ArrayLike, moments: ArrayLike, measure: Measure = NPS, *, level: float = 0.95
) -> Finding:
    """Say whether the question changed within the period, and how the score moved with it.

    Parameters
    ----------
    version : column, shape (answers,)
        Wording or version of the questionnaire.
    scores, moments : array, shape (answers,)
        The answers, and when they were given.
    measure : Measure
        The definition.
    level : float
        Confidence level.

    Notes
    -----
    The last answers to the old version are compared with the first to the new one, up to 400 of each, so that what
    else changed over time weighs little. A change that moves nothing is told as well: numbers of two versions are only
    comparable if somebody looked.

    Examples
    --------
    >>> found = wording_change(["1"] * 100 + ["2"] * 100, [9] * 100 + [3] * 100, range(200))
    >>> found.state, found.effect
    ('found', -200.0)
    """
    names, codes = coded(version)
    score, when = np.asarray(scores), np.asarray(moments)
    keep = (codes >= 0) & np.isin(score, measure.levels)
    if not keep.any():
        return not_tested("wording_change", "the version of the question is not recorded", needs="a survey version")
    codes, score = codes[keep], score[keep][np.argsort(when[keep], kind="stable")]
    codes = codes[np.argsort(when[keep], kind="stable")]
    shifts = _shifts(names, codes, score, measure)
    n = len(score)
    if not shifts:
        said = f"Nothing seen: {n:,} answers, all to version {names[codes[0]]} of the question"
        return Finding(
            code="wording_change", state="nothing seen", n=n, conclusion=f"{said}.",
            limits="A wording that was changed without a new version is not seen; see the scale and the trend.",
        )  # fmt: skip
    old, new, before, after = max(shifts, key=lambda shift: min(shift[2].n, shift[3].n))
    compared = compare(after, before, level=level)
    value = compared.value
    moved = "too few answers say how the score moved" if value is None else f"the score moved by {compared.summary()}"
    return Finding(
        question={"level": level},
        code="wording_change",
        state="found",
        effect=value,
        unit="points",
        interval=compared.interval,
        p_value=compared.p_value,
        n=n,
        touched=1.0,
        conclusion=f"The question changed from version {old} to {new}: {moved}.",
        limits="What else happened on that day is in the difference as well.",
        groups=[
            {"group": f"{a} to {b}", "before": one.value, "after": other.value, "n": one.n + other.n}
            for a, b, one, other in shifts
        ],
    )


def scale_change(month: Column, scores: ArrayLike, measure: Measure = NPS, *, level: float = 0.95) -> Finding:
    """Find a month from which an end of the scale is no longer used, or begins to be: a scale that changed in silence.

    Parameters
    ----------
    month : column, shape (answers,)
        Period of each answer, in any order that sorts.
    scores : array, shape (answers,)
        The answers.
    measure : Measure
        The definition.
    level : float
        Confidence level.

    Notes
    -----
    For the lowest and highest answer at every boundary of months: if all uses fall on one side, the chance of that is
    hypergeometric, bounded by the number of boundaries and ends (Bonferroni).

    Examples
    --------
    >>> scale_change(["01"] * 300 + ["02"] * 300, [0, 9, 10] * 100 + [1, 9, 10] * 100).conclusion
    'The answer 0 is no longer used from 02 on: the scale may have changed.'
    """
    names, codes = coded(month)
    score = np.asarray(scores)[codes >= 0]
    if len(names) < 2:
        return not_tested("scale_change", "there is one period only", needs="two months of answers")
    order = np.argsort(np.array(names))
    place = np.empty(len(names), dtype=np.int64)
    place[order] = np.arange(len(names))
    period = place[codes[codes >= 0]]
    ends = (measure.levels[0], measure.levels[-1])
    looks = len(ends) * (len(names) - 1)
    hits = [
        (min(p * looks, 1.0), end, str(names[order[at]]), vanished)
        for end in ends
        for p, at, vanished in _one_sided(period, score == end, len(names))
    ]
    best = min(hits, default=(1.0, ends[0], "", True))
    found = best[0] <= 1 - level
    verb = "is no longer used" if best[3] else "is used only"
    fewest = int(np.bincount(period, minlength=len(names)).min())
    return Finding(
        question={"level": level},
        code="scale_change",
        state="found" if found else "nothing seen",
        p_value=best[0],
        n=len(score),
        touched=1.0 if found else 0.0,
        conclusion=f"The answer {best[1]} {verb} from {best[2]} on: the scale may have changed."
        if found
        else f"Nothing seen: both ends of the scale, {ends[0]} and {ends[1]}, are used or missing throughout.",
        limits=f"An end that few use must be missing for long to be missed; the smallest month has {fewest:,} answers.",
        groups=[{"group": best[2], "answer": best[1], "vanished": best[3]}] if found else (),
    )


def _shifts(
    names: Sequence[object], codes: Ints, scores: Ints, measure: Measure
) -> list[tuple[object, object, Score, Score]]:
    """Return each change of the prevailing version, with scores of the answers around it."""
    first = {code: int(np.flatnonzero(codes == code)[0]) for code in range(len(names)) if (codes == code).any()}
    order = sorted(first, key=first.__getitem__)
    found = []
    for old, new in itertools.pairwise(order):
        before = scores[: first[new]][codes[: first[new]] == old][-_AROUND:]
        after = scores[codes == new][:_AROUND]
        sides = [
            from_counts(np.bincount(np.searchsorted(measure.levels, part), minlength=len(measure.levels)), measure)[0]
            for part in (before, after)
        ]
        found.append((names[old], names[new], sides[0], sides[1]))
    return found


def _one_sided(period: Ints, used: NDArray[np.bool_], periods: int) -> list[tuple[float, int, bool]]:
    """Return, for each boundary that has all uses on one side, the chance of that and whether the answer vanished."""
    n = np.bincount(period, minlength=periods).cumsum()
    k = np.bincount(period[used], minlength=periods).cumsum()
    total, uses = int(n[-1]), int(k[-1])
    if not uses:
        return []
    found = []
    for at in range(1, periods):
        before = int(n[at - 1])
        if k[at - 1] in {0, uses}:
            vanished = bool(k[at - 1] == uses)
            # All uses among the answers of one side: a product of shares that is bounded by this power.
            side = before if vanished else total - before
            found.append(((side / total) ** uses, at, vanished))
    return found
