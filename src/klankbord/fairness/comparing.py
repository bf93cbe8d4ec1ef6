"""One road from rows to standings: divide shared scores, take out the case mix, shrink, rank where that holds."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from klankbord.errors import DataError, OptionError
from klankbord.fairness.adjusting import Adjusted, adjust
from klankbord.fairness.hiding import LEAST, Reason, Shown, minimum
from klankbord.fairness.lasting import Lasting, days_of, lasting
from klankbord.fairness.levels import circumstances_of, codes_of
from klankbord.fairness.ranking import Ranks, rank
from klankbord.fairness.sharing import RULES, Rule, check_rule, share
from klankbord.fairness.shrinking import FEWEST, Shrunk, components, shrink
from klankbord.fairness.standing import RELIABLE, Standing, Standings
from klankbord.frames import Column, Floats, Ints, columns, scores_of
from klankbord.results import Interval, Notice, numbered
from klankbord.score import NPS, Measure, check_scale, measure_named


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    """Answers, each with the unit that it counts for: rows of the data, codes and names of units, points, shares."""

    kept: NDArray[np.bool_]
    units: Ints
    names: list[object]
    points: Floats
    shares: Floats
    days: Floats
    nobody: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Belief:
    """What the rows come to, unit by unit."""

    found: Adjusted
    within: float
    shrunk: Shrunk
    ranks: Ranks
    places: Ints
    reliability: float
    lasting: Lasting
    worth: float

    @property
    def needed(self) -> int | None:
        """Answers a unit that make a league table."""
        between = self.shrunk.between
        return math.ceil(self.within / between / self.worth * RELIABLE / (1 - RELIABLE)) if between > 0 else None


_METHOD = "empirical Bayes"
_DOUBT = 0.05  # share of centres in which anybody is said to be new, or to drift, where nobody is or does


def standings(
    data: object,
    *,
    by: str = "agent",
    score: str = "score",
    measure: Measure | str = NPS,
    case_mix: Sequence[str] = (),
    contact: str | None = None,
    rule: Rule = "equal",
    order: str | None = None,
    talk: str | None = None,
    moment: str | None = None,
    target: float | None = None,
    least: int = LEAST,
    own: Sequence[object] = (),
    level: float = 0.95,
    draws: int = 1_000,
    seed: int = 1,
) -> Standings:
    """Compare agents, teams or sites by what is left of their scores once chance and case mix are taken out.

    Parameters
    ----------
    data : data frame, or mapping of columns
        One row an answer, or with `contact` one row a leg of a contact; rows without a score or a unit do not count.
    by : str
        Column with the agent, team or site.
    score : str
        Column with whole-number scores.
    measure : Measure or str
        What was asked.
    case_mix : sequence of str
        Columns with circumstances that the unit did not choose, such as queue, channel and hour.
    contact, order, talk : str, optional
        Columns with the contact that a leg is part of, what orders its legs, and seconds talked, where several people
        share a contact.
    rule : {"equal", "talk", "last"}
        How the score of a shared contact is divided.
    moment : str, optional
        Column that says when; with it, a notice tells of whom one score cannot stand for the whole period.
    target : float, optional
        Score, in points, that the probability to fall short of is asked of.
    least : int
        Answers below which nobody's figures are shown; never below 3.
    own : sequence
        Names that the reader is: they are always shown, and nobody else can be worked out by who knows their figures.
    level : float
        Of the intervals.
    draws, seed : int
        Draws for the ranks, and their seed.

    Returns
    -------
    Standings
        In the order of names. Ranks are there only where the reliability is at least .7.

    Raises
    ------
    ColumnError
        When a named column is not there.
    DataError
        When nobody has enough answers to be shown, or all answers are alike.
    OptionError
        When an option has a value that makes no sense.

    Notes
    -----
    Good answers count 100, bad ones -100, others 0. Case mix: `adjust`. Variances: `components`. Values and
    intervals: `shrink`, with the noise of a unit taken from the pooled variance, because a unit's own is itself too
    noisy with few answers, and with that of the case-mix effects, which tells how far units can be compared at all.
    Answers that are needed: within / between * .7 / .3, and more where circumstances are hardly shared. Who came in
    the period and who drifts: `lasting`; values are means over the period all the same.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(2)
    >>> agents = np.repeat([f"a{at}" for at in range(8)], 200)
    >>> scores = rng.choice([10, 8, 3], 1600, p=[0.5, 0.3, 0.2])
    >>> found = standings({"agent": agents, "score": scores})
    >>> found.ranked, {row.verdict for row in found.rows}
    (False, {'unclear'})
    """
    _check(rule, level)
    settled = measure_named(measure)
    roles = {"contact": contact, "order": order, "talk": talk, "moment": moment}
    named = {role: name for role, name in roles.items() if name}
    table = columns(data, [score, by, *case_mix, *named.values()])
    points = _points(scores_of(table[score], score), settled)
    rows = _rows(by, table[by], points, {role: table[name] for role, name in named.items()}, rule)
    mix = [circumstances_of(_kept(table[name], rows.kept), name) for name in case_mix]
    answers = np.bincount(rows.units).tolist()
    mine = [at for at, name in enumerate(rows.names) if name in own]
    shown = minimum(dict(enumerate(answers)), by=by, least=least, own=mine)
    belief = _believe(rows, mix, _seen(by, shown, len(answers)), level=level, draws=draws, seed=seed)
    order_of = sorted(range(len(answers)), key=lambda at: str(rows.names[at]))
    hidden = [shown.hidden.get(((by,), (at,))) for at in order_of]
    stand = partial(_standing, belief=belief, level=level, target=target, least=settled.low)
    results = [stand(at, n=answers[at], hidden=why) for at, why in zip(order_of, hidden, strict=True)]
    return Standings(
        question={
            "by": by,
            "measure": settled.name,
            "case_mix": list(case_mix),
            "target": target,
            "rule": rule if contact else None,
            "level": level,
            "least": least,
        },
        notices=tuple(_doubts(by, belief, rows, shown)),
        by=(by,),
        keys=tuple((rows.names[at],) for at in order_of),
        rows=tuple(results),
        measure=settled,
        center=belief.shrunk.center,
        spread=math.sqrt(belief.shrunk.between),
        noise=math.sqrt(belief.within),
        reliability=belief.reliability,
        needed=belief.needed,
        case_mix=tuple(case_mix),
        rule=RULES[rule] if contact else None,
        target=target,
    )


def _check(rule: str, level: float) -> None:
    check_rule(rule)
    if not 0 < level < 1:
        raise OptionError(f"a level of {level:g} is none", hint="levels lie between 0 and 1, as .95", level=level)


def _seen(by: str, shown: Shown, count: int) -> NDArray[np.bool_]:
    seen = np.array([shown.allows(at) for at in range(count)])
    if not seen.any():
        hint = "take a longer period" + (", or compare teams" if by == "agent" else "")
        raise DataError(f"no {by} has the {shown.least} answers that it takes to be shown", hint=hint, by=by)
    return seen


def _points(scores: Floats, measure: Measure) -> Floats:
    """Return what each answer adds to the score, in points, NaN where there is none."""
    values, counts = np.unique(scores[~np.isnan(scores)].astype(np.int64), return_counts=True)
    check_scale(values, counts.astype(np.float64), measure)
    good, bad = np.isin(scores, [*measure.good]), np.isin(scores, [*measure.bad])
    return np.where(np.isnan(scores), np.nan, 100.0 * good - 100.0 * bad)


def _rows(by: str, column: Column, points: Floats, legs: Mapping[str, Column], rule: Rule) -> _Rows:
    units, names = codes_of(column)
    if None in names:
        units = np.where(units == names.index(None), -1, units)
    bears, shares = (units >= 0) & ~np.isnan(points), np.ones(len(units))
    days = days_of(legs["moment"]) if "moment" in legs else np.full(len(units), np.nan)
    nobody = int((~np.isnan(points) & (units < 0)).sum())
    if "contact" in legs:
        numbers = {name: np.asarray(legs[name]).astype(np.float64) for name in ("order", "talk") if name in legs}
        bears, points, shares = share(legs["contact"], units, points, rule=rule, **numbers)
    if not bears.any():
        raise DataError(f"no answer has a score and a value in column {by!r}", hint="look whether the column is filled")
    seen, codes = np.unique(units[bears], return_inverse=True)
    return _Rows(
        kept=bears,
        units=codes.astype(np.int64),
        names=[names[unit] for unit in seen.tolist()],
        points=points[bears],
        shares=shares[bears],
        days=days[bears],
        nobody=nobody,
    )


def _kept(column: Column, kept: NDArray[np.bool_]) -> Column:
    if isinstance(column, np.ndarray):
        return column[kept]
    return [cell for cell, wanted in zip(column, kept.tolist(), strict=True) if wanted]


def _believe(rows: _Rows, mix: Sequence[tuple[Ints, int]], seen: NDArray[np.bool_], **options: Any) -> _Belief:
    found = adjust(rows.points, rows.units, rows.shares, mix)
    # Mean and spread come of those who are shown: with them and all the others, the hidden could be worked out.
    means, counts = found.adjusted[seen], found.counts[seen]
    within, between = components(means, counts, found.squares, found.freedom)
    shrunk = shrink(means, within / counts, between)
    return _Belief(
        found=found,
        within=within,
        shrunk=shrunk,
        ranks=rank(shrunk.values, shrunk.sds, **options),
        places=np.cumsum(seen) - 1,
        reliability=float(shrunk.reliability.mean()),
        lasting=lasting(rows.days, rows.units, rows.shares, found.rest, within),
        worth=float(counts.sum() / np.bincount(rows.units)[seen].sum()),
    )


def _standing(
    at: int, *, belief: _Belief, n: int, hidden: Reason | None, level: float, target: float | None, least: float
) -> Standing:
    if hidden:
        return Standing(value=None, interval=None, n=n, method=_METHOD, hidden=hidden)
    ranks, place = belief.ranks, int(belief.places[at])
    value, sd = float(belief.shrunk.values[place]), float(belief.shrunk.sds[place])
    half = float(ndtri((1 + level) / 2)) * sd
    # Beliefs are normal and know no ends, but scores do.
    likely, low, high = np.clip([value, value - half, value + half], least, 100.0).tolist()
    standing = Standing(
        value=likely,
        interval=Interval(low=low, high=high, level=level),
        n=n,
        method=_METHOD,
        raw=float(belief.found.observed[at]),
        adjusted=float(belief.found.adjusted[at]),
        reliability=float(belief.shrunk.reliability[place]),
        above=float(ndtr((value - belief.shrunk.center) / sd)),
        top=float(ranks.top[place]),
        below_target=None if target is None else float(ndtr((target - value) / sd)),
        notices=tuple(_within_period(at, belief.lasting)),
    )
    if belief.reliability < RELIABLE:
        return standing
    low, high = float(ranks.lows[place]), float(ranks.highs[place])
    return replace(standing, rank=float(ranks.means[place]), rank_low=low, rank_high=high)


def _within_period(at: int, seen: Lasting) -> Iterator[Notice]:
    first, change = float(seen.first[at]), float(seen.change[at])
    if seen.joined[at] <= _DOUBT:
        message = f"first heard of {first:.0f} days into the period: new, or away; whoever is new is still learning"
        yield Notice(code="joined", message=message, data={"days": first, "p_value": float(seen.joined[at])})
    if seen.drifts[at] <= _DOUBT:
        way = "rose" if change > 0 else "fell"
        message = f"{way} by about {abs(change):.0f} points within the period: its mean is neither how it was nor is"
        yield Notice(code="drifts", message=message, data={"change": change, "p_value": float(seen.drifts[at])})


def _doubts(by: str, belief: _Belief, rows: _Rows, shown: Shown) -> Iterator[Notice]:
    units, reliability, needed = len(rows.names), belief.reliability, belief.needed
    seen = len(belief.shrunk.values)
    if needed is None:
        message = f"nothing shows that one {by} differs from another: all that sets them apart may be chance"
        yield Notice(code="no_difference", message=message, data={"by": by, "units": units})
    elif reliability < RELIABLE:
        yield Notice(
            code="not_ranked",
            message=f"no league table: its reliability would be {reliability:.2f}, and below {RELIABLE} the order is "
            f"mostly chance; about {needed:,} answers for each {by} are needed",
            data={"reliability": reliability, "needed": needed, "answers": len(rows.units) / units},
        )
    if seen < FEWEST:
        told = "1 group is" if seen == 1 else f"{seen} groups are"
        message = f"{told} too few to learn how much groups differ: scores are shown as they are"
        yield Notice(code="few_groups", message=message, data={"units": seen})
    if shown.hidden:
        few = sum(reason == "few" for reason in shown.hidden.values())
        others = len(shown.hidden) - few
        reasons = [f"{few:,} {'has' if few == 1 else 'have'} fewer than {shown.least} answers"] if few else []
        reasons += [f"{others:,} would give {'it' if few == 1 else 'these'} away"] if others else []
        are = "is" if len(shown.hidden) == 1 else "are"
        yield Notice(
            code="hidden_people",
            message=f"{len(shown.hidden):,} of {numbered(units, by)} {are} not shown: {', and '.join(reasons)}",
            data={"hidden": len(shown.hidden), "few": few, "least": shown.least},
        )
    if belief.found.lost:
        yield Notice(
            code="case_mix_entangled",
            message="some circumstances occur for one group only, so that what they add cannot be told from what the "
            "group does: the comparison across them is not fair",
            data={"contrasts": belief.found.lost},
        )
    if rows.nobody:
        names, counts = ("names", "counts") if rows.nobody == 1 else ("name", "count")
        message = f"{numbered(rows.nobody, 'answer')} {names} no {by} and {counts} for nobody"
        yield Notice(code="nobody", message=message, data={"count": rows.nobody, "by": by})
