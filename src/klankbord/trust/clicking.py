"""Answers that may not be a customer's opinion: too fast for a person, many from one hand, or in lock-step."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from klankbord.frames import Column, Floats, Ints
from klankbord.results import Interval, numbered
from klankbord.score import NPS, Measure, from_counts, kish
from klankbord.trust.cells import coded
from klankbord.trust.finding import Finding, not_tested, two_sided

TOO_FAST_S = 10.0  # within which mail scanners that open every link are known to click
QUICK_S = 60.0  # between two answers that come on one another's heels
_LINKS = 5  # different scores that nobody clicks in a minute, however often they change their mind
_FEWEST = 50
Flags = NDArray[np.bool_]


def fast_answers(
    seconds: ArrayLike, scores: ArrayLike, measure: Measure = NPS, *, within_s: float = TOO_FAST_S, level: float = 0.95
) -> Finding:
    """Test whether more answers come within seconds of the invitation than people give.

    Parameters
    ----------
    seconds : array, shape (answers,)
        From invitation to answer, without telephone surveys, where seconds are usual.
    scores : array, shape (answers,)
        The answers.
    measure : Measure
        The definition.
    within_s : float
        Seconds within which an answer is too fast.
    level : float
        Confidence level.

    Notes
    -----
    What people would do is drawn from the middle of the data: a log-normal through the quartiles, which few fast
    answers do not move. The surplus over it is tested as a Poisson number.

    Examples
    --------
    >>> import numpy as np
    >>> delays = np.exp(np.random.default_rng(1).normal(9, 1.3, 2000))
    >>> fast_answers(np.append(delays, [2.0] * 40), np.full(2040, 9)).state
    'found'
    """
    delay, score = np.asarray(seconds, dtype=np.float64), np.asarray(scores)
    known = np.isfinite(delay) & (delay >= 0)
    delay, score = delay[known], score[known]
    n = len(delay)
    if n < _FEWEST:
        few = f"of {n:,} answers only" if n else "of no answer"
        why = f"{few} it is known when the customer was asked"
        return not_tested("fast_answers", why, needs=f"{_FEWEST} such answers")
    from scipy.special import pdtrc  # noqa: PLC0415  (loads when it is needed)

    first, third = np.log(np.maximum(np.quantile(delay, [0.25, 0.75]), 1.0))
    sigma = max(float(third - first) / 1.349, 0.05)
    expected = n * two_sided(((first + third) / 2 - np.log(within_s)) / sigma) / 2 if np.log(within_s) < third else n
    fast = delay <= within_s
    many = int(fast.sum())
    p = float(pdtrc(many - 1, expected)) if many else 1.0
    found = p <= 1 - level and many > expected
    moved = _moved(score, ~fast, measure)
    share = 100 * many / n
    detail = f"; without them the score would be {moved:+z.1f} points different" if moved is not None else ""
    return Finding(
        question={"within_s": within_s, "level": level},
        code="fast_answers",
        state="found" if found else "nothing seen",
        effect=share,
        unit="% of answers",
        p_value=p,
        n=n,
        touched=many / n if found else 0.0,
        conclusion=f"{numbered(many, 'answer')} ({share:.1f} %) came within {within_s:g} seconds of the invitation, "
        f"where people would give about {expected:.1f}{detail}."
        if found
        else f"Nothing seen: {numbered(many, 'answer')} within {within_s:g} seconds, "
        f"about {expected:.1f} to be expected.",
        limits=f"A machine that waits longer than {within_s:g} seconds is not seen; from "
        f"{expected + 2.8 * max(expected, 1.0) ** 0.5:.0f} such answers on, this would be found 4 times in 5.",
    )


def all_links(invitation: Column, scores: ArrayLike, moments: ArrayLike, *, within_s: float = QUICK_S) -> Finding:
    """Find invitations whose score links were clicked one after another: what scanners do and people do not.

    Parameters
    ----------
    invitation : column, shape (clicks,)
        Which invitation each click belongs to.
    scores, moments : array, shape (clicks,)
        Which score was clicked, and when, in seconds.
    within_s : float
        Time within which five different scores are no change of mind.

    Examples
    --------
    >>> all_links(["i1"] * 5 + ["i2"], [0, 1, 2, 3, 4, 9], [0, 1, 2, 3, 4, 500]).groups[0]["group"]
    'i1'
    """
    names, codes = coded(invitation)
    when, score = np.asarray(moments, dtype=np.float64), np.asarray(scores)
    there = (codes >= 0) & np.isfinite(when)
    n = int(there.sum())
    if not n:
        return not_tested("all_links", "single clicks are not kept", needs="a log of clicks with their invitation")
    code, when, score = codes[there], when[there], score[there]
    order = np.lexsort((when, code))
    # Of each link the first click: who opens one link twice has still seen one score.
    _, first = np.unique(np.column_stack([code[order], score[order]]), axis=0, return_index=True)
    first = order[np.sort(first)]
    links, at = code[first], when[first]
    quick = (links[_LINKS - 1 :] == links[: 1 - _LINKS]) & (at[_LINKS - 1 :] - at[: 1 - _LINKS] <= within_s)
    hit = np.unique(links[_LINKS - 1 :][quick])
    clicks = int(np.isin(code, hit).sum())
    return Finding(
        code="all_links",
        state="found" if hit.size else "nothing seen",
        effect=100 * hit.size / len(names),
        unit="% of invitations",
        n=n,
        touched=clicks / n,
        conclusion=f"{hit.size:,} of {len(names):,} invitations had {_LINKS} scores clicked in {within_s:g} seconds."
        if hit.size
        else f"Nothing seen: no invitation of {len(names):,} had {_LINKS} scores clicked in {within_s:g} seconds.",
        limits=f"Sees only clicks that were kept; a scanner that opens fewer than {_LINKS} links looks like a person.",
        groups=[{"group": names[one]} for one in hit[:50].tolist()],
    )


def repeated_customers(customer: Column, scores: ArrayLike, measure: Measure = NPS, *, level: float = 0.95) -> Finding:
    """Find customers or addresses with more answers than others could have by chance.

    Parameters
    ----------
    customer : column, shape (answers,)
        Who answered: a pseudonym, an address.
    scores : array, shape (answers,)
        The answers.
    measure : Measure
        The definition.
    level : float
        Confidence level.

    Notes
    -----
    Answers a customer are taken as geometric, whose tail is heavier than that of customers who differ little: the
    chance of m or more is q^(m-1), with q = 1 - customers / answers; times the number of customers, it bounds the
    chance that anybody has so many.

    Examples
    --------
    >>> hands = [f"c{number}" for number in range(400)] + ["c0"] * 30
    >>> repeated_customers(hands, [9] * 430).groups
    [{'group': 'c0', 'n': 31}]
    """
    names, codes = coded(customer)
    known = codes >= 0
    n = int(known.sum())
    if n < _FEWEST:
        return not_tested("repeated_customers", "it is not known who answered", needs="a customer or address")
    times = np.bincount(codes[known], minlength=len(names))
    q = min(max(1 - len(names) / n, 1 / n), 1 - 1 / n)
    chance = np.minimum(len(names) * q ** (times - 1.0), 1.0)
    odd = np.flatnonzero(chance <= 1 - level)
    each = 1.0 / times[codes[known]]
    score = np.asarray(scores)[known]
    once = _value(score, measure, each)
    moved = None if once is None else once - (_value(score, measure) or 0.0)
    worth = f"; with one voice a customer the score moves by {moved:+z.1f} points" if moved is not None else ""
    most = sorted(odd.tolist(), key=lambda place: -times[place])
    return Finding(
        question={"level": level},
        code="repeated_customers",
        state="found" if odd.size else "nothing seen",
        effect=moved,
        unit="points",
        p_value=float(chance.min()),
        n=n,
        touched=float(times[odd].sum() / n),
        conclusion=f"{odd.size:,} of {len(names):,} customers gave {int(times[odd].sum()):,} answers, one of them "
        f"{int(times.max()):,}, more than chance allows{worth}."
        if odd.size
        else f"Nothing seen: {n:,} answers of {numbered(len(names), 'customer')}, at most "
        f"{int(times.max()):,} of one{worth}.",
        limits=f"One person with several addresses is several here; the {n:,} answers are worth "
        f"{kish(each):,.0f} single voices.",
        groups=[{"group": names[place], "n": int(times[place])} for place in most[:50]],
    )


def lock_step(
    scores: ArrayLike, moments: ArrayLike, *, hand: Column | None = None, quick_s: float = QUICK_S, level: float = 0.95
) -> Finding:
    """Test whether answers that come on one another's heels are alike more often than others.

    Parameters
    ----------
    scores, moments : array, shape (answers,)
        The answers, and when they were given, in seconds.
    hand : column, shape (answers,), optional
        Whose answers could come from one hand, such as an agent; neighbours are sought within it.
    quick_s : float
        Seconds between two answers that still come on one another's heels.
    level : float
        Confidence level.

    Notes
    -----
    Neighbours within `quick_s` are compared with neighbours further apart, so that a good day does not look like a
    burst; the chance of the longest run of one score is bounded by runs of independent answers.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(2)
    >>> moments, scores = np.sort(rng.uniform(0, 1e6, 1000)), rng.integers(0, 11, 1000)
    >>> burst = np.append(moments, 500_000 + np.arange(25.0))
    >>> lock_step(np.append(scores, [10] * 25), burst).state
    'found'
    """
    when, score = np.asarray(moments, dtype=np.float64), np.asarray(scores)
    whose = np.zeros(len(when), dtype=np.int64) if hand is None else coded(hand)[1]
    keep = np.isfinite(when) & (whose >= 0)
    when, score, whose = when[keep], score[keep], whose[keep]
    order = np.lexsort((when, whose))
    when, score, whose = when[order], score[order], whose[order]
    if len(when) < _FEWEST:
        return not_tested("lock_step", "moments of answers are not known", needs=f"{_FEWEST} answers with moments")
    near = (whose[1:] == whose[:-1]) & (when[1:] - when[:-1] <= quick_s)
    same = score[1:] == score[:-1]
    lengths, starts, chance = _runs(near, same, score)
    odd = np.flatnonzero(chance <= (1 - level) / 2)
    gap, error = _alike(same, near, (whose[1:] == whose[:-1]) & ~near)
    p = min(2 * float(chance.min(initial=1.0)), 2 * two_sided(gap / error) if gap > 0 and error > 0 else 1.0, 1.0)
    found = p <= 1 - level
    burst, half = int(lengths[odd].sum()), 1.96 * error
    return Finding(
        question={"quick_s": quick_s, "level": level},
        code="lock_step",
        state="found" if found else "nothing seen",
        effect=100 * gap,
        unit="% more alike",
        interval=Interval(low=100 * (gap - half), high=100 * (gap + half), level=0.95) if error > 0 else None,
        p_value=p,
        n=len(when),
        touched=max(burst, gap * int(near.sum()) if found else 0.0) / len(when),
        conclusion=f"Answers within {quick_s:g} seconds of one another are alike {100 * gap:+z.0f} points more often "
        f"than others; {_bursts(lengths, odd)}."
        if found
        else "Nothing seen: answers that follow one another closely are no more alike than others.",
        limits="Bursts that mix their scores are not seen; "
        f"pairs of neighbours that were close enough: {int(near.sum()):,}.",
        groups=[
            {"group": int(score[starts[one]]), "n": int(lengths[one]), "moment": float(when[starts[one]])}
            for one in sorted(odd.tolist(), key=lambda one: -lengths[one])[:50]
        ],
    )


def _bursts(lengths: Ints, odd: Ints) -> str:
    if not odd.size:
        return "no burst by itself is too long for chance"
    hold = f"{numbered(odd.size, 'burst')} {'holds' if odd.size == 1 else 'hold'}"
    return f"{hold} {int(lengths[odd].sum()):,} answers, the longest {int(lengths.max()):,}"


def _runs(near: Flags, same: Flags, score: Ints) -> tuple[Ints, Ints, Floats]:
    """Return lengths and first places of quick runs of one score, and a bound on the chance of any run so long."""
    edges = np.diff(np.concatenate([[0], (near & same).astype(np.int8), [0]]))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    lengths = ends - starts + 1
    levels, times = np.unique(score, return_counts=True)
    shares = (times / len(score))[np.searchsorted(levels, score[starts])]
    # A run of L alike begins at any quick neighbour and needs L - 1 more of its score.
    return lengths, starts, np.minimum(max(int(near.sum()), 1) * shares ** (lengths - 1.0), 1.0)


def _alike(same: Flags, *sides: Flags) -> tuple[float, float]:
    near, far = (same[side] for side in sides)
    if min(len(near), len(far)) < _FEWEST:
        return 0.0, 0.0
    p = float(same[sides[0] | sides[1]].mean())
    return float(near.mean() - far.mean()), float(np.sqrt(p * (1 - p) * (1 / len(near) + 1 / len(far))))


def _moved(scores: Ints, kept: Flags, measure: Measure) -> float | None:
    without, whole = _value(scores[kept], measure), _value(scores, measure)
    return None if without is None or whole is None else without - whole


def _value(scores: Ints, measure: Measure, weights: Floats | None = None) -> float | None:
    fits = np.isin(scores, measure.levels)
    at = np.searchsorted(measure.levels, scores[fits])
    each = np.ones(len(at)) if weights is None else weights[fits]
    counts = np.bincount(at, each, minlength=len(measure.levels))
    return from_counts(counts, measure, n=int(fits.sum()))[0].value
