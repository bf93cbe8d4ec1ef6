"""From columns to skill: pairs are counted in tables, and every figure gets its interval."""

from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from klankbord.errors import DataError
from klankbord.frames import Ints
from klankbord.prediction.agreement import tabulate
from klankbord.prediction.pairs import Codes, Column, coded, places, same_length, values_of
from klankbord.prediction.resampling import Resampling
from klankbord.prediction.skill import Skill, Skills
from klankbord.prediction.telling import Telling
from klankbord.results import Notice, numbered
from klankbord.score import NPS, Measure
from klankbord.score.scores import ENOUGH

MANY_AGENTS = 10  # from here on, agents are what is drawn again; of fewer, one speaks of these agents alone
_CELLS = 500_000  # numbers in one block of resamples: little enough for the processor's cache


@overload
def skill(
    predicted: Column,
    actual: Column,
    *,
    by: None = None,
    agent: Column | None = None,
    cluster: Column | None = None,
    measure: Measure = NPS,
    level: float = 0.95,
    draws: int = 600,
) -> Skill: ...
@overload
def skill(
    predicted: Column,
    actual: Column,
    *,
    by: Column,
    agent: Column | None = None,
    cluster: Column | None = None,
    measure: Measure = NPS,
    level: float = 0.95,
    draws: int = 600,
) -> Skills: ...
def skill(
    predicted: Column,
    actual: Column,
    *,
    by: Column | None = None,
    agent: Column | None = None,
    cluster: Column | None = None,
    measure: Measure = NPS,
    level: float = 0.95,
    draws: int = 600,
) -> Skill | Skills:
    """Hold predictions against the answers that came: one result, or with `by` one a group and one of all.

    Parameters
    ----------
    predicted, actual : columns, shape (n,)
        Whole scores on the measure's scale. Rows where either is empty are left out and counted in a notice.
    by : column, optional
        Group of each row: agent, team, month.
    agent : column, optional
        Who predicted; `by` when that is not given. Where a group has ten agents or more, its intervals rest on agents
        drawn again as wholes, because one agent's errors are alike.
    cluster : column, optional
        What is drawn again within an agent or a few, such as the day; each pair by itself when not given.
    measure : Measure
        Scale and cut-offs.
    level : float
        Confidence level.
    draws : int
        Resamples of the bootstrap.

    Raises
    ------
    ScoreError, ScaleError, DataError
        When a value is no score of this measure, or columns are not equally long.

    Notes
    -----
    Figures: see `agreement`; intervals: see `Resampling.limits`. Shares of kinds have Wilson's interval on as many
    answers as their resampled variance is worth. Below five pairs there are counts only.

    Examples
    --------
    >>> found = skill([9, 9, 8, 10, 7, 9, 6, 9], [10, 6, 8, 9, 7, 3, 5, 9])
    >>> round(found.bias.value, 2), found.counts
    (1.25, ((3, 0, 2), (0, 2, 0), (0, 0, 1)))
    >>> found.sentences()[0]
    'Of the 5 customers you took for promoters, 40 % were detractors (95 % interval 12 to 77 %).'
    """
    same_length(predicted=predicted, actual=actual, by=by, agent=agent, cluster=cluster)
    x, y = places(predicted, measure, "predicted"), places(actual, measure, "actual")
    known = (x >= 0) & (y >= 0)
    notices = _left_out(x, y)
    telling = Telling(measure=measure, resampling=Resampling(draws=draws, level=level))
    agents = _kept(agent if agent is not None else by, known)
    desk = _Desk(x[known], y[known], agents, _kept(cluster, known), _word_of(cluster), telling)
    whole = Codes(codes=np.zeros(int(known.sum()), dtype=np.int64), keys=((),))
    (overall,) = desk.judge(whole, notices)
    groups = _kept(by, known)
    if groups is None:
        return overall
    return Skills(
        question=overall.question,
        notices=notices,
        by=("group",),
        keys=tuple((key,) for key in groups.keys),
        rows=desk.judge(groups, ()),
        overall=overall,
    )


def _left_out(x: Ints, y: Ints) -> tuple[Notice, ...]:
    silent, unforeseen = int(((x >= 0) & (y < 0)).sum()), int(((x < 0) & (y >= 0)).sum())
    if not (x >= 0).any():
        raise DataError("there is not one prediction", hint="name the column that holds them: predicted=...")
    if not silent and not unforeseen:
        return ()
    counts = (silent, "prediction", " without an answer"), (unforeseen, "answer", " without a prediction")
    told = " and ".join(numbered(count, noun) + rest for count, noun, rest in counts if count)
    message = f"{told} {'is' if silent + unforeseen == 1 else 'are'} left out"
    return (Notice(code="unpaired", message=message, data={"silent": silent, "unforeseen": unforeseen}),)


def _word_of(cluster: Column | None) -> str:
    """Return what is drawn again where agents are not: days, or whatever else was named."""
    if cluster is None:
        return "pairs"
    return "days" if np.asarray(values_of(cluster)).dtype.kind == "M" else "clusters"


def _kept(column: Column | None, known: NDArray[np.bool_]) -> Codes | None:
    if column is None:
        return None
    codes = coded(column)
    kept = codes.codes[known]
    there, codes_kept = np.unique(kept, return_inverse=True)
    return Codes(codes=codes_kept, keys=tuple(codes.keys[place] for place in there.tolist()))


@dataclass(frozen=True, slots=True, eq=False)
class _Desk:
    """Pairs on the table, ready to be judged by any grouping."""

    x: Ints
    y: Ints
    agents: Codes | None
    clusters: Codes | None
    word: str
    telling: Telling

    def judge(self, groups: Codes, notices: tuple[Notice, ...]) -> list[Skill]:
        """Return the skill of each group."""
        count, levels = len(groups.keys), len(self.telling.measure.levels)
        tables = tabulate(groups.codes, self.x, self.y, count=count, levels=levels)
        n = tables.sum(axis=(1, 2))
        unit, units = self._units(groups)
        found = {group: self.telling.few(tables[group], notices) for group in np.flatnonzero(n < ENOUGH).tolist()}
        alone = np.flatnonzero((unit == "pairs") & (n >= ENOUGH))
        size = max(_CELLS // (self.telling.resampling.draws * levels**2), 1)
        for start in range(0, alone.size, size):
            block = alone[start : start + size]
            drawn = self.telling.resampling.pairs(tables[block])
            told = self.telling.of(tables[block], drawn, n[block], "pairs", notices)
            found |= dict(zip(block.tolist(), told, strict=True))
        order = np.argsort(groups.codes, kind="stable")
        ends = np.cumsum(n)
        for group in np.flatnonzero((unit != "pairs") & (n >= ENOUGH)).tolist():
            mine = order[ends[group] - n[group] : ends[group]]
            parts = np.unique(units[mine], return_inverse=True)[1]
            number = int(parts.max()) + 1
            split = tabulate(parts, self.x[mine], self.y[mine], count=number, levels=levels)
            drawn = self.telling.resampling.clusters(split)[None]
            one = tables[group : group + 1]
            found[group] = self.telling.of(one, drawn, np.array([number]), str(unit[group]), notices)[0]
        return [found[group] for group in range(count)]

    def _units(self, groups: Codes) -> tuple[NDArray[np.str_], Ints]:
        """Say what is drawn again in each group, and which unit each pair belongs to."""
        unit = np.full(len(groups.keys), self.word, dtype="<U8")
        within = np.zeros_like(groups.codes) if self.clusters is None else self.clusters.codes
        if self.agents is None:
            return unit, within
        seen = np.zeros((len(groups.keys), len(self.agents.keys)), dtype=np.bool_)
        seen[groups.codes, self.agents.codes] = True
        unit = np.where(seen.sum(axis=1) >= MANY_AGENTS, "agents", unit)
        return unit, np.where(unit[groups.codes] == "agents", self.agents.codes, within)
