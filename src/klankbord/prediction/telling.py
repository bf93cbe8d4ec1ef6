"""Tables and their resamples become results: every figure with its interval, every doubt said."""

from dataclasses import dataclass

import numpy as np

from klankbord.frames import Floats, Ints
from klankbord.prediction.agreement import FIGURES, agreement
from klankbord.prediction.resampling import Resampling
from klankbord.prediction.skill import Gap, Point, Skill
from klankbord.results import Estimate, Interval, Notice, numbered
from klankbord.score import Measure
from klankbord.score.intervals import Limits, normal_quantile, wilson_interval
from klankbord.score.scores import ENOUGH, few_answers

ROUGH = {"pairs": 200, "clusters": 30, "days": 30, "agents": 30}
"""How many of what is drawn again are needed for every interval to hold as often as it says."""
_LEAST = 1e-9

Limit = tuple[float, float, float]  # value, low, high


def kinds_of(measure: Measure) -> tuple[tuple[str, ...], Ints]:
    """Return the words for the kinds of answer, good first, and the kind of each level.

    Examples
    --------
    >>> from klankbord.score import NPS
    >>> kinds_of(NPS)
    (('promoters', 'passives', 'detractors'), array([2, 2, 2, 2, 2, 2, 2, 1, 1, 0, 0]))
    """
    kinds = [0 if level in measure.good else 2 if level in measure.bad else 1 for level in measure.levels]
    return measure.words, np.array(kinds, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Makes results of tables.

    Parameters
    ----------
    measure : Measure
        Scale, cut-offs and words.
    resampling : Resampling
        How intervals are drawn.
    """

    measure: Measure
    resampling: Resampling

    @property
    def values(self) -> Floats:
        """The levels as numbers."""
        return np.asarray(self.measure.levels, dtype=np.float64)

    def few(self, table: Ints, notices: tuple[Notice, ...]) -> Skill:
        """Return counts without figures: there are fewer than five pairs."""
        n = int(table.sum())
        nothing = dict.fromkeys(FIGURES, (np.nan, np.nan, np.nan))
        gaps = self._gaps(self._by_kind(table), None)
        return self._skill(n, 0, "pairs", nothing, gaps, (), (*notices, few_answers(n)))

    def of(self, tables: Ints, drawn: Floats, units: Ints, unit: str, notices: tuple[Notice, ...]) -> list[Skill]:
        """Return the skill of groups: tables (g, k, k), resamples (g, draws, k, k), number of units (g,)."""
        _, kinds = kinds_of(self.measure)
        seen, again = agreement(tables, self.values, kinds), agreement(drawn, self.values, kinds)
        figures = {}
        for name, bounds in FIGURES.items():
            value = getattr(seen, name)
            low, high = self._limits(name, getattr(again, name), value, units)
            low, high = _unless_still(name, value, (low, high), units, self.resampling.level)
            figures[name] = np.stack([value, np.clip(low, *bounds), np.clip(high, *bounds)], axis=1).tolist()
        across = np.repeat(units[:, None], len(self.values), axis=1)
        curves = self.resampling.limits(np.swapaxes(again.fit, 1, 2), seen.fit, across)
        told, coarse = [], self._by_kind(drawn)
        for at, table in enumerate(tables):
            gaps = self._gaps(self._by_kind(table), coarse[at] if unit != "pairs" else None)
            curve = self._curve(table, seen.fit[at], curves[0][at], curves[1][at])
            doubts, count = (*notices, *_doubts(int(units[at]), unit, int(table.sum()))), int(units[at])
            own = {name: tuple(rows[at]) for name, rows in figures.items()}
            told.append(self._skill(int(table.sum()), count, unit, own, gaps, curve, doubts))
        return told

    def _limits(self, name: str, drawn: Floats, seen: Floats, units: Ints) -> Limits:
        """Return limits; those of variances and correlations are drawn on the scale on which these are symmetric."""
        if name == "uncertainty":
            low, high = self.resampling.limits(
                np.log(np.maximum(drawn, _LEAST)), np.log(np.maximum(seen, _LEAST)), units
            )
            return np.exp(low), np.exp(high)
        if name == "spearman":
            bent = [np.arctanh(np.clip(one, _LEAST - 1, 1 - _LEAST)) for one in (drawn, seen)]
            low, high = self.resampling.limits(bent[0], bent[1], units)
            return np.tanh(low), np.tanh(high)
        return self.resampling.limits(drawn, seen, units)

    def _skill(
        self,
        n: int,
        clusters: int,
        unit: str,
        figures: dict[str, Limit],
        gaps: tuple[Gap, ...],
        curve: tuple[Point, ...],
        notices: tuple[Notice, ...],
    ) -> Skill:
        level, method = self.resampling.level, f"bootstrap of {unit}"
        counts = tuple(tuple(count for _, count, _ in gap.shares) for gap in gaps)
        return Skill(
            question={"measure": self.measure.definition(), "level": level, "draws": self.resampling.draws},
            notices=notices,
            measure=self.measure,
            n=n,
            clusters=clusters,
            unit=unit,
            counts=counts,
            kinds=self.measure.words,
            gaps=gaps,
            curve=curve,
            **{name: _estimate(limits, n, level, method) for name, limits in figures.items()},
        )

    def _by_kind(self, tables: Floats | Ints) -> Floats:
        """Add tables (..., levels, levels) up by kind of prediction and of answer."""
        words, kinds = kinds_of(self.measure)
        member = (kinds[:, None] == np.arange(len(words))).astype(np.float64)
        summed: Floats = member.T @ tables @ member
        return summed

    def _gaps(self, table: Floats, drawn: Floats | None) -> tuple[Gap, ...]:
        """Tell what became of each kind foreseen: counts (kinds, kinds), resamples (draws, kinds, kinds)."""
        n = table.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = table / n[:, None]
            effective = np.repeat(n[:, None], len(n), axis=1)
            if drawn is not None:
                spread = np.nanvar(drawn / np.maximum(drawn.sum(axis=-1, keepdims=True), 1), axis=0)
                worth = share * (1 - share) / spread
                effective = np.where(np.isfinite(worth), np.minimum(worth, effective), effective)
            low, high = wilson_interval(share * effective, effective, effective, normal_quantile(self.resampling.level))
        limits = np.stack([share, low, high], axis=-1) * 100
        return tuple(
            Gap(
                expected=expected,
                n=int(n[row]),
                shares=tuple(
                    (
                        kind,
                        int(table[row, column]),
                        _estimate(
                            tuple(limits[row, column].tolist()) if n[row] >= ENOUGH else (np.nan, np.nan, np.nan),
                            int(n[row]),
                            self.resampling.level,
                            "wilson",
                        ),
                    )
                    for column, kind in enumerate(self.measure.words)
                ),
            )
            for row, expected in enumerate(self.measure.words)
        )

    def _curve(self, table: Ints, fit: Floats, low: Floats, high: Floats) -> tuple[Point, ...]:
        n, level = table.sum(axis=1), self.resampling.level
        least, most = self.values[0], self.values[-1]
        points = []
        for at in np.flatnonzero(n).tolist():
            limits = np.clip([low[at], high[at]], least, most).tolist()
            enough = n[at] >= ENOUGH and not np.isnan(limits).any()
            points.append(
                Point(
                    predicted=self.measure.levels[at],
                    n=int(n[at]),
                    mean=float(table[at] @ self.values / n[at]),
                    fitted=float(fit[at]),
                    interval=Interval(low=limits[0], high=limits[1], level=level) if enough else None,
                )
            )
        return tuple(points)


def _unless_still(name: str, value: Floats, limits: Limits, units: Ints, level: float) -> Limits:
    """Take back limits between which nothing lies: what no resample moves is not therefore certain.

    A share of all or none has Wilson's interval, on as many answers as were drawn again; of others nothing is known.
    """
    still = limits[1] - limits[0] <= _LEAST
    ends = [np.full_like(value, np.nan)] * 2
    if name == "hits":
        counts = units.astype(np.float64)
        ends = [*wilson_interval(value * counts, counts, counts, normal_quantile(level))]
    low, high = (np.where(still, end, limit) for end, limit in zip(ends, limits, strict=True))
    return low, high


def _estimate(limits: tuple[float, ...], n: int, level: float, method: str) -> Estimate:
    value, low, high = limits
    known = not (np.isnan(low) or np.isnan(high))
    return Estimate(
        value=None if np.isnan(value) else value,
        interval=Interval(low=low, high=high, level=level) if known else None,
        n=n,
        method=method,
    )


def _doubts(units: int, unit: str, n: int) -> tuple[Notice, ...]:
    enough, pairs = ROUGH[unit], ROUGH["pairs"]
    if units >= enough and n >= pairs:
        return ()
    message = (
        f"intervals rest on {numbered(units, unit.removesuffix('s'))}: read those of squared figures and kappa as rough"
    )
    if n < pairs:
        message += "; of so few pairs miscalibration and discrimination come out too large, so go by bias and hits"
    return (Notice(code="few_units", message=message, data={"units": units, "unit": unit, "n": n, "enough": enough}),)
