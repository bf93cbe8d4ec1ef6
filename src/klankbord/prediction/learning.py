"""Whether agents learn to read customers: did the bias go, did insight grow, or did it only seem so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from klankbord.errors import DataError
from klankbord.frames import Floats, Ints
from klankbord.prediction.agreement import Agreement, agreement, tabulate
from klankbord.prediction.means import ratio
from klankbord.prediction.pairs import Column, coded, places, same_length, values_of
from klankbord.prediction.telling import kinds_of
from klankbord.results import Estimate, Notice, Record, Result, numbered
from klankbord.score import NPS, Measure

HALF = 10  # pairs of an agent in each half, at least
PARTS = ("mse", "miscalibration", "discrimination", "uncertainty")
_SHUFFLES = 200
_WORST = 3  # one agent in so many: those whom one would have coached
_FEW_AGENTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Placebo:
    """What happened to the agents who were worst in the first half, against what chance alone makes of the worst.

    Parameters
    ----------
    agents : int
        How many.
    change : float
        Change of their squared error from the first half to the second.
    by_chance : float
        The change of the worst when halves are drawn by lot: they were partly unlucky, and luck does not last.
    low, high : float
        What chance makes in 95 of 100 draws.
    """

    agents: int
    change: float
    by_chance: float
    low: float
    high: float

    @property
    def beyond_chance(self) -> bool:
        """Whether they improved more than the worst of any half do."""
        return self.change < self.low

    def sentence(self) -> str:
        """Return it in words.

        Examples
        --------
        >>> print(Placebo(agents=9, change=-1.2, by_chance=-0.9, low=-1.4, high=-0.5).sentence())
        The squared error of the 9 agents who were worst at first went down by 1.20; by chance alone it would go down by
        0.90, so no merit shows.
        """
        ends = "so they truly improved" if self.beyond_chance else "so no merit shows"
        moved = [f"{'down' if one < 0 else 'up'} by {abs(one):.2f}" for one in (self.change, self.by_chance)]
        worst = f"the {numbered(self.agents, 'agent')} who {'was' if self.agents == 1 else 'were'} worst at first"
        return f"The squared error of {worst} went {moved[0]}; by chance alone it would go {moved[1]}, {ends}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning(Result):
    """First half of each agent's pairs against the second.

    Parameters
    ----------
    agents, n : int
        Agents with enough pairs, and pairs in the halves.
    first, second : mapping of str to float
        Squared error and its parts in each half, within agents.
    changes : mapping of str to Estimate
        Second less first.
    slope : Estimate
        Change of the squared error with every doubling of the answers that an agent has seen.
    placebo : Placebo
        The same for those who were worst at first.
    """

    agents: int
    n: int
    first: Mapping[str, float]
    second: Mapping[str, float]
    changes: Mapping[str, Estimate]
    slope: Estimate
    placebo: Placebo

    @property
    def bias_went(self) -> bool:
        """Whether miscalibration fell beyond doubt."""
        interval = self.changes["miscalibration"].interval
        return interval is not None and interval.high < 0

    @property
    def insight_grew(self) -> bool:
        """Whether discrimination rose beyond doubt."""
        interval = self.changes["discrimination"].interval
        return interval is not None and interval.low > 0

    def records(self) -> list[Record]:
        """Return one row a part of the error."""
        return [
            {
                "part": part,
                "first": self.first[part],
                "second": self.second[part],
                "change": change.value,
                "low": change.interval.low if change.interval else None,
                "high": change.interval.high if change.interval else None,
                "n": self.n,
            }
            for part, change in self.changes.items()
        ]

    def to_dict(self) -> Record:
        """Return the parts as plain data, with slope and placebo beside them."""
        placebo = {name: getattr(self.placebo, name) for name in Placebo.__slots__}
        beside = {"agents": self.agents, "slope": self.slope.records()[0], "placebo": placebo}
        return {**super(Learning, self).to_dict(), **beside}

    def summary(self) -> str:
        """Return what was learned in words."""
        verdict = {
            (True, True): "bias was unlearned and insight grew",
            (True, False): "bias was unlearned; insight did not certainly grow",
            (False, True): "insight grew; bias did not certainly go",
            (False, False): "no learning shows",
        }[self.bias_went, self.insight_grew]
        return (
            f"{verdict} ({self.agents:,} agents: squared error {self.first['mse']:.2f} in their first half, "
            f"{self.second['mse']:.2f} in their second). {self.placebo.sentence()}"
        )


def learning(
    predicted: Column,
    actual: Column,
    *,
    agent: Column,
    when: Column,
    case: Column | None = None,
    measure: Measure = NPS,
    level: float = 0.95,
    seed: int = 1,
) -> Learning:
    """Compare the first half of each agent's answered predictions with the second.

    Parameters
    ----------
    predicted, actual : columns, shape (n,)
        Whole scores; rows where either is empty are left out.
    agent, when : columns, shape (n,)
        Who predicted, and when: days, moments or anything that sorts.
    case : column, optional
        What makes cases easy or hard, such as the queue: held fixed in the slope.
    measure : Measure
        Scale and cut-offs.
    level : float
        Confidence level.
    seed : int
        Of the placebo.

    Raises
    ------
    DataError
        When not two agents have twenty answered predictions each, or columns are not equally long.

    Notes
    -----
    Halves of one agent are equally long, so that what few pairs add to the parts of the error is the same in both and
    leaves their difference alone. Intervals rest on agents. The slope is that of the squared error on log2(1 + answers
    seen) within agents (and cases). Agents picked because they were bad become better by themselves: the placebo
    splits the same pairs by lot, 200 times, and picks the worst in the same way.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> said = rng.integers(4, 9, 600)
    >>> seen = np.tile(np.arange(60), 10)
    >>> found = learning(said + (seen < 30), said, agent=np.repeat(np.arange(10), 60), when=seen)
    >>> found.bias_went, round(found.changes["miscalibration"].value, 2)
    (True, -1.0)
    """
    same_length(predicted=predicted, actual=actual, agent=agent, when=when, case=case)
    x, y = places(predicted, measure, "predicted"), places(actual, measure, "actual")
    known = np.flatnonzero((x >= 0) & (y >= 0))
    codes, moments = coded(agent).codes[known], _ranks(when)[known]
    difficulty = coded(case).codes[known] if case is not None else np.zeros_like(codes)
    order = np.lexsort((moments, codes))
    told = _Told.of(codes[order], x[known][order], y[known][order], difficulty[order], measure)
    first, second = told.halves(told.position)
    changes = {part: told.change(getattr(first, part), getattr(second, part), level) for part in PARTS}
    return Learning(
        question={"measure": measure.definition(), "level": level, "least": 2 * HALF},
        notices=_doubts(told.agents),
        agents=told.agents,
        n=int(2 * told.half.sum()),
        first={part: told.mean(getattr(first, part)) for part in PARTS},
        second={part: told.mean(getattr(second, part)) for part in PARTS},
        changes=changes,
        slope=told.slope(level),
        placebo=told.placebo(seed),
    )


def _ranks(when: Column) -> Ints:
    try:
        return np.unique(np.asarray(values_of(when)), return_inverse=True)[1]
    except TypeError:
        raise DataError("moments cannot be put in order", hint="when: days, moments or numbers, none empty") from None


def _doubts(agents: int) -> tuple[Notice, ...]:
    if agents >= _FEW_AGENTS:
        return ()
    message = f"only {numbered(agents, 'agent')} had enough answered predictions: this says little about others"
    return (Notice(code="few_agents", message=message, data={"agents": agents, "enough": _FEW_AGENTS}),)


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """Pairs of agents who have enough, in the order of time within each agent."""

    codes: Ints
    x: Ints
    y: Ints
    case: Ints
    position: Ints
    half: Ints
    measure: Measure

    @classmethod
    def of(cls, codes: Ints, x: Ints, y: Ints, case: Ints, measure: Measure) -> "_Told":
        """Leave out agents with too few pairs; codes are sorted."""
        sizes = np.bincount(codes) if codes.size else np.zeros(0, dtype=np.int64)
        kept = (sizes >= 2 * HALF)[codes] if codes.size else np.zeros(0, dtype=np.bool_)
        codes = np.unique(codes[kept], return_inverse=True)[1]
        sizes = np.bincount(codes) if codes.size else np.zeros(0, dtype=np.int64)
        if sizes.size < 2:
            raise DataError(
                f"{('nobody', 'only one agent')[sizes.size]} has {2 * HALF} answered predictions; it takes two who do",
                hint="take a longer period, or more agents",
            )
        position = np.arange(codes.size) - (np.cumsum(sizes) - sizes)[codes]
        return cls(codes, x[kept], y[kept], case[kept], position, sizes // 2, measure)

    @property
    def agents(self) -> int:
        """How many agents."""
        return self.half.size

    @property
    def errors(self) -> Floats:
        """Squared error of each pair."""
        values = np.asarray(self.measure.levels, dtype=np.float64)
        squared: Floats = (values[self.x] - values[self.y]) ** 2
        return squared

    def halves(self, position: Ints) -> tuple[Agreement, Agreement]:
        """Return the figures of every agent in the first half and in the second."""
        values = np.asarray(self.measure.levels, dtype=np.float64)
        sizes = np.bincount(self.codes)
        early, late = position < self.half[self.codes], position >= (sizes - self.half)[self.codes]
        both = [
            tabulate(self.codes[side], self.x[side], self.y[side], count=self.agents, levels=values.size)
            for side in (early, late)
        ]
        kinds = kinds_of(self.measure)[1]
        return agreement(both[0], values, kinds), agreement(both[1], values, kinds)

    def mean(self, figure: Floats) -> float:
        """Return the mean over agents, each with the weight of its pairs."""
        return float((figure * self.half).sum() / self.half.sum())

    def change(self, first: Floats, second: Floats, level: float) -> Estimate:
        """Return second less first, with the interval that agents give."""
        weight = self.half.astype(np.float64)
        return ratio((second - first) * weight, weight, level=level, n=int(2 * weight.sum()))

    def slope(self, level: float) -> Estimate:
        """Regress the squared error on log2(1 + answers seen), within agents and cases."""
        seen, error = np.log2(1.0 + self.position), self.errors
        for _ in range(20 if self.case.any() else 1):
            for codes in (self.case, self.codes):
                sizes = np.bincount(codes)
                seen = seen - (np.bincount(codes, seen) / np.maximum(sizes, 1))[codes]
                error = error - (np.bincount(codes, error) / np.maximum(sizes, 1))[codes]
        both, own = (np.bincount(self.codes, amount).astype(np.float64) for amount in (seen * error, seen * seen))
        return ratio(both, own, level=level, n=seen.size)

    def placebo(self, seed: int) -> Placebo:
        """Pick the worst of the first half, and the worst of halves that are drawn by lot."""
        rng = np.random.default_rng(seed)
        seen = self._worst(self.position)
        drawn = []
        for _ in range(_SHUFFLES):
            shuffled = np.lexsort((rng.random(self.codes.size), self.codes))
            position = np.empty_like(self.position)
            position[shuffled] = self.position
            drawn.append(self._worst(position))
        low, high = np.quantile(drawn, [0.025, 0.975]).tolist()
        agents = max(self.agents // _WORST, 1)
        return Placebo(agents=agents, change=seen, by_chance=float(np.mean(drawn)), low=low, high=high)

    def _worst(self, position: Ints) -> float:
        sizes, error = np.bincount(self.codes), self.errors
        early, late = position < self.half[self.codes], position >= (sizes - self.half)[self.codes]
        first = np.bincount(self.codes, error * early) / self.half
        second = np.bincount(self.codes, error * late) / self.half
        worst = np.argsort(-first, kind="stable")[: max(self.agents // _WORST, 1)]
        change: Any = (second - first)[worst].mean()
        return float(change)
