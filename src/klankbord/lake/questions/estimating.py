"""Counted groups become estimates, and pairs of them comparisons, by the kind of the measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, cast

import numpy as np

from klankbord.frames import Floats
from klankbord.lake.questions.amounts import Amount, Histograms, Moments
from klankbord.lake.questions.contrasts import Contrast, contrasts
from klankbord.lake.questions.counting import Cells, Counted, Key
from klankbord.lake.questions.definitions import Definition
from klankbord.results import Estimate, Table
from klankbord.score import Comparison, Measure, Score, compare_many, compare_pairs, from_counts


class Groups(Protocol):
    """Groups of one measure: what each comes to, and what the differences are worth."""

    @property
    def results(self) -> Sequence[Estimate]:
        """One estimate a group."""
        ...  # pragma: no cover

    def against(self, others: "Groups") -> Sequence[Comparison | Contrast]:
        """Compare each group with the same group elsewhere."""
        ...  # pragma: no cover

    def against_rest(self) -> Sequence[Comparison | Contrast]:
        """Compare each group with all the others together."""
        ...  # pragma: no cover


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoreGroups:
    """Groups of answers, or of rows of which some are good, as histograms (groups, levels)."""

    counts: Floats
    scale: Measure
    level: float

    @cached_property
    def results(self) -> tuple[Score, ...]:
        """One score a group."""
        return tuple(from_counts(self.counts, self.scale, level=self.level))

    def against(self, others: Groups) -> Sequence[Comparison]:
        """Compare each group with the same group elsewhere."""
        return compare_pairs(self.results, cast(ScoreGroups, others).results, level=self.level)

    def against_rest(self) -> Sequence[Comparison]:
        """Compare each group with all the others together."""
        keys = tuple((place,) for place in range(len(self.results)))
        table = Table(by=("group",), keys=keys, rows=self.results)
        return compare_many(table, level=self.level).rows


@dataclass(frozen=True, kw_only=True, eq=False)
class AmountGroups:
    """Groups of durations, or of predictions less scores."""

    data: Moments | Histograms
    definition: Definition
    level: float

    @cached_property
    def results(self) -> tuple[Amount, ...]:
        """One mean or quantile a group."""
        return tuple(self.data.amounts(self.level).results(self.definition.unit, self.definition.things))

    def against(self, others: Groups) -> Sequence[Contrast]:
        """Compare each group with the same group elsewhere."""
        other = cast(AmountGroups, others)
        mine, theirs = (one.data.amounts(self.level) for one in (self, other))
        return contrasts((mine, self.results), (theirs, other.results), self.level)

    def against_rest(self) -> Sequence[Contrast]:
        """Compare each group with all the others together."""
        return self.against(AmountGroups(data=self.data.rest(), definition=self.definition, level=self.level))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimated:
    """Everything that the counts of one question come to.

    Parameters
    ----------
    keys : tuple of tuple
        One key a group.
    rows : sequence of Estimate
        One estimate a group.
    comparisons : sequence or None
        One comparison a group, where that was asked.
    total : Estimate
        All groups together.
    total_comparison : Comparison, Contrast or None
        All of this period less all of the other.
    counts : ndarray, shape (groups, levels), or None
        Histograms of scores and shares.
    not_counted : int
        Answers that are kept and do not count.
    """

    keys: tuple[Key, ...]
    rows: Sequence[Estimate]
    comparisons: Sequence[Comparison | Contrast] | None
    total: Estimate
    total_comparison: Comparison | Contrast | None
    counts: Floats | None
    not_counted: int


def estimate(definition: Definition, counted: Counted, *, rest: bool, level: float) -> Estimated:
    """Estimate every group, the total, and the differences that were asked for.

    Parameters
    ----------
    definition : Definition
        The measure.
    counted : Counted
        What the engine counted.
    rest : bool
        Whether to hold every group against the others.
    level : float
        Confidence level.
    """
    size = len(counted.keys)
    mine = _groups(definition, counted.now.placed(), size, level)
    total = _groups(definition, counted.now.together(), 1, level)
    comparisons, whole = mine.against_rest() if rest and size else None, None
    if counted.before is not None:
        comparisons = mine.against(_groups(definition, counted.before.placed(), size, level))
        (whole,) = total.against(_groups(definition, counted.before.together(), 1, level))
    return Estimated(
        keys=counted.keys,
        rows=mine.results,
        comparisons=comparisons,
        total=total.results[0],
        total_comparison=whole,
        counts=mine.counts if isinstance(mine, ScoreGroups) else None,
        not_counted=_not_counted(definition, counted),
    )


def _groups(definition: Definition, cells: Cells, size: int, level: float) -> Groups:
    if definition.kind == "share" and definition.scale:
        return ScoreGroups(counts=_shares(cells, size), scale=definition.scale, level=level)
    if definition.kind == "score" and definition.scale:
        return ScoreGroups(counts=_histograms(cells, size, definition.scale), scale=definition.scale, level=level)
    data: Moments | Histograms
    if definition.statistic is None:
        data = Moments.of(cells, size, floor=-np.inf if definition.kind == "gap" else 0.0)
    else:
        data = Histograms.of(cells, size, definition.statistic)
    return AmountGroups(data=data, definition=definition, level=level)


def _shares(cells: Cells, size: int) -> Floats:
    # A sum over no rows at all is null in every engine, and means none.
    good, total = (np.bincount(cells.group, np.nan_to_num(part), size) for part in cells.values)
    return np.column_stack([total - good, good]).astype(np.float64)


def _histograms(cells: Cells, size: int, scale: Measure) -> Floats:
    score, count = cells.values
    levels = np.asarray(scale.levels)
    fits = np.isin(score, levels)
    places = cells.group[fits] * levels.size + np.searchsorted(levels, score[fits])
    return np.bincount(places, count[fits], size * levels.size).reshape(size, levels.size).astype(np.float64)


def _not_counted(definition: Definition, counted: Counted) -> int:
    if definition.kind != "score" or definition.scale is None:
        return 0
    score, count = counted.now.values
    return int(count[~np.isin(score, definition.scale.levels)].sum())
