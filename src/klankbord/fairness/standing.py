"""Where people stand: each one's score without luck and case mix, and a league table only where it would hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from klankbord.errors import OptionError
from klankbord.fairness.hiding import Reason
from klankbord.results import Estimate, Record, Table
from klankbord.score import Measure

RELIABLE = 0.7
"""Reliability below which no league table is given."""
_SIDE = {"above": "above the others", "below": "below the others", "unclear": "not told apart from the others"}

_WHY = {"few": "too few answers to show", "protects": "kept back, or others could be worked out"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing(Estimate):
    """What is believed of one agent, team or site.

    `value` and `interval` are the posterior mean and interval of the true score: shrunken towards the others and free
    of case mix. Those of whom too little may be shown have neither.

    Parameters
    ----------
    raw, adjusted : float or None
        Score as observed, and with the case mix taken out.
    reliability : float or None
        Share of what sets such a score apart that is no chance, from 0 to 1.
    above : float or None
        Probability that the true score is above the mean of all.
    top : float or None
        Probability to be among the best tenth.
    below_target : float or None
        Probability that the true score is below the target.
    rank, rank_low, rank_high : float or None
        Mean and interval of the rank, 1 being the best; only where a league table holds.
    hidden : {"few", "protects"} or None
        Why nothing is shown: too few answers, or somebody else could be worked out.
    """

    raw: float | None = None
    adjusted: float | None = None
    reliability: float | None = None
    above: float | None = None
    top: float | None = None
    below_target: float | None = None
    rank: float | None = None
    rank_low: float | None = None
    rank_high: float | None = None
    hidden: Reason | None = None

    @property
    def verdict(self) -> Literal["above", "below", "unclear"] | None:
        """Whether it is above or below the mean of all, as surely as the level of its interval; None where hidden."""
        if self.above is None or self.interval is None:
            return None
        doubt = (1 - self.interval.level) / 2
        return "above" if self.above >= 1 - doubt else "below" if self.above <= doubt else "unclear"

    def records(self) -> list[Record]:
        """Return the standing as one row."""
        (row,) = Estimate.records(self)
        own = (
            "raw",
            "adjusted",
            "reliability",
            "above",
            "top",
            "below_target",
            "rank",
            "rank_low",
            "rank_high",
            "hidden",
        )
        notices = row.pop("notices")
        return [{**row, "verdict": self.verdict, **{name: getattr(self, name) for name in own}, "notices": notices}]

    def summary(self) -> str:
        """Return the standing in words."""
        if self.verdict is None:
            return _WHY[self.hidden or "few"]
        return f"{Estimate.summary(self)}: {_SIDE[self.verdict]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings(Table[Standing]):
    """Where all agents, teams or sites stand, in the order of their names.

    Parameters
    ----------
    measure : Measure
        What was asked.
    center : float
        Mean of all, which the values are drawn towards.
    spread : float
        Standard deviation of the true scores, in points.
    noise : float
        Standard deviation of single answers of one and the same person, in points.
    reliability : float
        Mean reliability of the observed scores.
    needed : int or None
        Answers that each would need for a reliability of .7; None where no difference was seen, so that none would do.
    case_mix : tuple of str
        Columns whose part in the scores was taken out.
    rule : str or None
        How scores of shared contacts were divided, in words; None where contacts have one person each.
    target : float or None
        The target that was asked about.
    """

    measure: Measure
    center: float
    spread: float
    noise: float
    reliability: float
    needed: int | None
    case_mix: tuple[str, ...]
    rule: str | None
    target: float | None

    @property
    def ranked(self) -> bool:
        """Whether a league table would hold."""
        return self.reliability >= RELIABLE

    def league(self) -> "Standings":
        """Return the standings as a league table, best first.

        Raises
        ------
        OptionError
            When the reliability is below .7: the order would be mostly chance.
        """
        if not self.ranked:
            raise OptionError(self.refusal, hint=self.instead, reliability=self.reliability, needed=self.needed)
        order = sorted(range(len(self)), key=lambda at: (self.rows[at].rank is None, self.rows[at].rank or 0.0))
        return replace(self, keys=tuple(self.keys[at] for at in order), rows=tuple(self.rows[at] for at in order))

    def of(self, names: Sequence[object]) -> "Standings":
        """Return the standings of some only, such as an agent's own."""
        kept = [at for at, key in enumerate(self.keys) if key[0] in names]
        return replace(self, keys=tuple(self.keys[at] for at in kept), rows=tuple(self.rows[at] for at in kept))

    @property
    def refusal(self) -> str:
        """Why there is no league table, in one sentence."""
        (kind,) = self.by
        if self.needed is None:
            return f"no league table: nothing shows that one {kind} differs from another"
        return (
            f"no league table: its reliability would be {self.reliability:.2f}, below {RELIABLE}; it needs about "
            f"{self.needed:,} answers for each {kind}"
        )

    @property
    def instead(self) -> str:
        """What to look at instead of a league table."""
        return "look at each one's value with its interval, and at who is above or below the others for certain"

    def to_dict(self) -> Record:
        """Return the standings as plain data, with what was learnt of all of them under `overall`."""
        names = ("center", "spread", "noise", "reliability", "needed", "rule", "target", "ranked")
        overall = {name: getattr(self, name) for name in names}
        return {**Table.to_dict(self), "overall": {**overall, "case_mix": list(self.case_mix)}}

    def summary(self) -> str:
        """Return in words what was learnt of all, then a line for each of the first ten."""
        (kind,) = self.by
        counts: Mapping[str, int] = {
            side: sum(row.verdict == side for row in self.rows) for side in ("above", "below", "unclear")
        }
        told = (
            f"{counts['above']:,} above and {counts['below']:,} below the others; {counts['unclear']:,} not told apart"
        )
        spread = f"{kind}s differ by {self.spread:.1f} points (standard deviation), reliability {self.reliability:.2f}"
        return "\n".join([f"{spread}; {told}", Table.summary(self)])
