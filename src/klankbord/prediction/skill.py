"""How well predictions match answers: the results, of one group and of many."""

from collections.abc import Iterator
from dataclasses import dataclass

from klankbord.prediction.agreement import FIGURES
from klankbord.results import Estimate, Interval, Record, Result, Table, numbered
from klankbord.score import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What became of the customers who were taken for one kind.

    Parameters
    ----------
    expected : str
        What they were taken for, such as `promoters`.
    n : int
        How many answered.
    shares : tuple of (str, int, Estimate)
        What they turned out to be: kind, how many, and the share in per cent; no share below five.
    """

    expected: str
    n: int
    shares: tuple[tuple[str, int, Estimate], ...]

    def sentence(self, who: str = "you") -> str:
        """Return the telling part in words: how many were of the opposite kind, or not of the kind foreseen.

        Examples
        --------
        >>> share = Estimate(value=22.0, interval=Interval(low=14.9, high=31.2, level=0.95), n=100, method="wilson")
        >>> Gap(expected="promoters", n=100, shares=(("detractors", 22, share),)).sentence()
        'Of the 100 customers you took for promoters, 22 % were detractors (95 % interval 15 to 31 %).'
        """
        kind, count, share = self.telling
        taken = f"{who} took for {self.expected}"
        if share.value is None or share.interval is None:
            were = "was" if count == 1 else "were"
            return f"Of the {numbered(self.n, 'customer')} {taken}, {count:,} {were} among the {kind}."
        span = f"{share.interval.low:.0f} to {share.interval.high:.0f} %"
        level = f"{100 * share.interval.level:g} % interval"
        return f"Of the {self.n:,} customers {taken}, {share.value:.0f} % were {kind} ({level} {span})."

    @property
    def telling(self) -> tuple[str, int, Estimate]:
        """The part that surprises most: the opposite kind where there is one, else the kind foreseen."""
        kinds = [kind for kind, _, _ in self.shares]
        at = kinds.index(self.expected) if self.expected in kinds else 0
        return self.shares[{0: -1, len(kinds) - 1: 0}.get(at, at)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One step of a calibration curve: customers to whom one score was predicted.

    Parameters
    ----------
    predicted : float
        The prediction; of a group of predictions their mean.
    n : int
        How often it came with an answer.
    mean : float
        Mean answer.
    fitted : float
        Mean answer after the curve was made non-decreasing: what the prediction should have said.
    interval : Interval or None
        Interval of `fitted`; None below five answers.
    """

    predicted: float
    n: int
    mean: float
    fitted: float
    interval: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill(Result):
    """How well predictions match answers.

    Parameters
    ----------
    measure : Measure
        What was predicted and asked.
    n : int
        Predictions whose answer came.
    clusters : int
        Independent units that the intervals rest on.
    unit : str
        What these are: agents, days, clusters (whatever else was named) or pairs.
    counts : tuple of tuple of int
        Answers by kind foreseen (rows) and kind given (columns), in the order of `kinds`.
    kinds : tuple of str
        Words for the kinds, good first.
    bias, mae, mse : Estimate
        Mean of prediction less answer; mean absolute error; mean squared error.
    miscalibration, discrimination, uncertainty : Estimate
        The parts of `mse`: miscalibration - discrimination + uncertainty.
    skill : Estimate
        1 - mse / uncertainty.
    kappa, spearman, hits : Estimate
        Quadratic weighted kappa; rank correlation; share of customers whose kind was foreseen.
    gaps : tuple of Gap
        What became of the customers taken for each kind.
    curve : tuple of Point
        The calibration curve.
    """

    measure: Measure
    n: int
    clusters: int
    unit: str
    counts: tuple[tuple[int, ...], ...]
    kinds: tuple[str, ...]
    bias: Estimate
    mae: Estimate
    mse: Estimate
    miscalibration: Estimate
    discrimination: Estimate
    uncertainty: Estimate
    skill: Estimate
    kappa: Estimate
    spearman: Estimate
    hits: Estimate
    gaps: tuple[Gap, ...]
    curve: tuple[Point, ...]

    def figures(self) -> Iterator[tuple[str, Estimate]]:
        """Yield every figure by its name."""
        return ((name, getattr(self, name)) for name in FIGURES)

    def records(self) -> list[Record]:
        """Return one row: each figure with its limits, and the table of kinds."""
        row: Record = {"n": self.n}
        for name, figure in self.figures():
            row[name] = figure.value
            row[f"{name}_low"] = figure.interval.low if figure.interval else None
            row[f"{name}_high"] = figure.interval.high if figure.interval else None
        for expected, line in zip(self.kinds, self.counts, strict=True):
            row |= {f"{expected}_were_{kind}": count for kind, count in zip(self.kinds, line, strict=True)}
        row |= {"clusters": self.clusters, "unit": self.unit}
        return [{**row, "notices": [notice.to_dict() for notice in self.notices]}]

    def sentences(self, who: str = "you") -> list[str]:
        """Return the perception gap in words, one sentence a kind that was foreseen."""
        return [gap.sentence(who) for gap in self.gaps if gap.n]

    def summary(self) -> str:
        """Return the skill in words."""
        if self.bias.value is None or self.hits.value is None or self.mae.value is None:
            return f"too few answers to predictions for an estimate (n = {self.n:,})"
        words = [f"{_direction(self.bias)}; off by {self.mae.value:.1f} points on average"]
        words.append(f"the kind of customer was foreseen {100 * self.hits.value:.0f} times in 100")
        if self.skill.value is not None:
            words.append(f"{_better(self.skill)} than always naming the mean (skill {self.skill.value:+z.2f})")
        return f"{'; '.join(words)} (n = {self.n:,})"


def _better(skill: Estimate) -> str:
    assert skill.value is not None  # noqa: S101  asked only where there is an estimate
    if skill.interval is None or 0 in skill.interval:
        return "not certainly better or worse"
    return "better" if skill.value > 0 else "worse"


def _direction(bias: Estimate) -> str:
    assert bias.value is not None  # noqa: S101  asked only where there is an estimate
    if bias.value == 0 or (bias.interval is not None and 0 in bias.interval):
        return f"neither too high nor too low, as far as can be told ({bias.value:+z.1f})"
    return f"{abs(bias.value):.1f} points too {'high' if bias.value > 0 else 'low'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Skills(Table[Skill]):
    """Skill by group, and of all together.

    Parameters
    ----------
    overall : Skill
        All pairs, those of groups that are too small included.
    """

    overall: Skill

    def records(self) -> list[Record]:
        """Return one row a group; the overall figures are a result of their own."""
        return super(Skills, self).records()

    def to_dict(self) -> Record:
        """Return the groups as plain data, with the overall figures beside them."""
        return {**super(Skills, self).to_dict(), "overall": self.overall.records()[0]}
