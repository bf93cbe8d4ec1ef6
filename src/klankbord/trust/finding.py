"""What one test of trust comes to: whether something was found, how large, how sure, and what could have been seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from typing import Literal

from klankbord.results import Interval, Notice, Record, Result

State = Literal["found", "nothing seen", "not tested"]
BY_CHANCE = (
    *("inviting_rate", "selective_inviting", "inviting_by_handle_time"),
    *("transfer_rate", "selective_transferring", "shed_ratings"),
    *("fast_answers", "repeated_customers", "lock_step", "scale_change", "mix_shift"),
)
"""Tests that chance alone can alarm; of the others, `all_links` and `wording_change`, it cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Result):
    """One test: its conclusion in plain words, and the figures behind it.

    Parameters
    ----------
    code : str
        Name of the test.
    state : {"found", "nothing seen", "not tested"}
        "nothing seen" is no proof that nothing is there: `limits` says what could have been seen.
    effect : float or None
        Size of what was tested, in `unit`.
    unit : str
        Unit of the effect.
    interval : Interval or None
        Its interval.
    p_value : float or None
        Chance of something at least this large where nothing is there; adjusted for the number of groups looked at.
    n : int
        How many contacts or answers were looked at.
    touched : float
        Share of these that the finding is about, from 0 to 1.
    conclusion, limits : str
        What it means, and what it cannot say, in a sentence each.
    groups : sequence of mapping
        Rows behind it: agents, versions, customers, moments.
    """

    code: str
    state: State
    effect: float | None = None
    unit: str = ""
    interval: Interval | None = None
    p_value: float | None = None
    n: int = 0
    touched: float = 0.0
    conclusion: str
    limits: str
    groups: Sequence[Mapping[str, object]] = ()

    @property
    def found(self) -> bool:
        """Whether something was found."""
        return self.state == "found"

    def records(self) -> list[Record]:
        """Return the finding as one row."""
        return [
            {
                "test": self.code,
                "state": self.state,
                "effect": self.effect,
                "low": self.interval.low if self.interval else None,
                "high": self.interval.high if self.interval else None,
                "unit": self.unit,
                "p_value": self.p_value,
                "n": self.n,
                "touched": self.touched,
                "conclusion": self.conclusion,
                "limits": self.limits,
                "notices": [notice.to_dict() for notice in self.notices],
            }
        ]

    def to_dict(self) -> Record:
        """Return the finding with the groups behind it as plain data."""
        return {**super(Finding, self).to_dict(), "groups": [dict(group) for group in self.groups]}

    def summary(self) -> str:
        """Return the conclusion."""
        return self.conclusion


def not_tested(code: str, why: str, *, needs: str) -> Finding:
    """Return the finding of a test that could not be made.

    Examples
    --------
    >>> not_tested("fast_answers", "it is not known when customers were asked", needs="invited_at").state
    'not tested'
    """
    return Finding(
        code=code,
        state="not tested",
        conclusion=f"Not tested: {why}.",
        limits=f"Needs {needs}.",
        notices=(Notice(code="not_tested", message=f"{code.replace('_', ' ')}: {why}", data={"test": code}),),
    )


def level_of_each(level: float, tests: int = len(BY_CHANCE)) -> float:
    """Return the level at which so many tests are made, for all of them together to be right at `level` (Bonferroni).

    Examples
    --------
    >>> round(level_of_each(0.95, tests=10), 3)
    0.995
    """
    return 1 - (1 - level) / tests


def two_sided(z: float) -> float:
    """Return the chance that a normal variable is at least this far from zero.

    Examples
    --------
    >>> round(two_sided(1.959964), 4)
    0.05
    """
    return erfc(abs(z) / sqrt(2))
