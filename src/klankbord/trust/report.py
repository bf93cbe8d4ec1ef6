"""Everything that is known about one number's worth: funnel, score, silence, tests and verdict, as one result."""

from collections.abc import Sequence
from dataclasses import dataclass

from klankbord.results import Record, Result, Table
from klankbord.score import Score, SilenceBounds, TurningPoint, Weighting
from klankbord.trust.finding import Finding
from klankbord.trust.funnel import Funnel
from klankbord.trust.judging import Verdict
from klankbord.trust.mixing import Decomposition


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustReport(Result):
    """A number, and how far it can be trusted.

    Parameters
    ----------
    score : Score
        The number, as everybody computes it.
    verdict : Verdict
        Solid, with care, or do not use.
    funnel : Funnel or None
        From all contacts to answers; None where only answers are known.
    parts : Table of Funnel or None
        The same by the dimensions that were asked for.
    weighted : Score or None
        The score weighted to all contacts.
    weighting : Weighting or None
        How that was done.
    bounds : SilenceBounds or None
        What silence can hide, at best and at worst.
    turning : TurningPoint or None
        What would turn a conclusion.
    moved : Decomposition or None
        The change since the period before, taken apart.
    findings : tuple of Finding
        The tests, those that found something first.
    """

    score: Score
    verdict: Verdict
    funnel: Funnel | None = None
    parts: Table[Funnel] | None = None
    weighted: Score | None = None
    weighting: Weighting | None = None
    bounds: SilenceBounds | None = None
    turning: TurningPoint | None = None
    moved: Decomposition | None = None
    findings: tuple[Finding, ...] = ()

    def finding(self, code: str) -> Finding:
        """Return the finding of one test.

        Raises
        ------
        KeyError
            When there is no such test.
        """
        return {finding.code: finding for finding in self.findings}[code]

    def records(self) -> list[Record]:
        """Return one row a test."""
        return [row for finding in self.findings for row in finding.records()]

    def to_dict(self) -> Record:
        """Return every part as plain data, None where it is not known."""
        parts: Sequence[tuple[str, Result | None]] = (
            ("verdict", self.verdict), ("funnel", self.funnel), ("parts", self.parts), ("score", self.score),
            ("weighted", self.weighted), ("weighting", self.weighting), ("bounds", self.bounds),
            ("turning", self.turning), ("moved", self.moved),
        )  # fmt: skip
        return {
            "question": dict(self.question),
            **{name: part.to_dict() if part else None for name, part in parts},
            "tests": [finding.to_dict() for finding in self.findings],
            "notices": [notice.to_dict() for notice in self.notices],
        }

    def summary(self) -> str:
        """Return verdict, funnel, silence and what the tests found, in words."""
        lines = [self.verdict.summary()]
        lines += [part.summary() for part in (self.funnel, self.bounds, self.turning, self.moved) if part]
        if self.weighted and self.weighted.value is not None:
            lines.append(f"weighted to all contacts: {self.weighted.summary()}")
        return "\n".join([*lines, *(finding.conclusion for finding in self.findings if finding.found)])
