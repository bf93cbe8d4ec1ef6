"""One verdict per number: solid, with care, or do not use; by rules that stand in one table, with their reasons."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from klankbord.results import Notice, Record, Result
from klankbord.score import Score, SilenceBounds, TurningPoint
from klankbord.trust.finding import Finding
from klankbord.trust.funnel import Funnel

Grade = Literal["solid", "with care", "do not use"]
GRADES: tuple[Grade, ...] = ("solid", "with care", "do not use")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a verdict is made of; what is None was not looked at.

    Parameters
    ----------
    score : Score
        The number that is judged.
    funnel : Funnel or None
        Who was asked and who answered.
    weighted : Score or None
        The score weighted to all contacts.
    bounds : SilenceBounds or None
        Best and worst case.
    turning : TurningPoint or None
        What would turn the conclusion.
    findings : sequence of Finding
        The tests.
    """

    score: Score
    funnel: Funnel | None = None
    weighted: Score | None = None
    bounds: SilenceBounds | None = None
    turning: TurningPoint | None = None
    findings: Sequence[Finding] = ()

    def touched(self, *tests: str) -> float:
        """Return the largest share, in per cent, that one of these tests found something about."""
        return max((100 * one.touched for one in self.findings if one.found and one.code in tests), default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: a quantity, and the limits beyond which a number needs care, or is not to be used.

    Parameters
    ----------
    code : str
        Its name.
    about : str
        The quantity in words.
    care, stop : float or None
        Limits; None where the rule never goes so far.
    low_is_bad : bool
        Whether it is below the limits that a number suffers.
    unknown : str or None
        Why a number needs care where the quantity is not known; None where that counts for nothing.
    quantity : callable
        Takes the evidence, gives the quantity; None where it is not known.
    words : str
        The reason, with `{value}` for the quantity.
    """

    code: str
    about: str
    care: float | None
    stop: float | None
    quantity: Callable[[Evidence], float | None]
    words: str
    low_is_bad: bool = False
    unknown: str | None = None

    def reason(self, value: float | None) -> "Reason | None":
        """Return what this quantity has against a number, if anything."""
        grade = self.grade(value)
        if grade == GRADES[0]:
            return None
        words = self.unknown or "" if value is None else self.words.format(value=value)
        return Reason(rule=self.code, grade=grade, value=value, words=words)

    def grade(self, value: float | None) -> Grade:
        """Return what this quantity alone allows."""
        if value is None:
            return GRADES[1] if self.unknown else GRADES[0]
        for limit, grade in ((self.stop, GRADES[2]), (self.care, GRADES[1])):
            if limit is not None and (value < limit if self.low_is_bad else value > limit):
                return grade
        return GRADES[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a number is not solid: the rule, its quantity (None where not known), what it alone allows, and the words."""

    rule: str
    grade: Grade
    value: float | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Result):
    """Whether a number can be used.

    Parameters
    ----------
    grade : {"solid", "with care", "do not use"}
        The worst that a rule allows.
    reasons : tuple of Reason
        What speaks against it, the worst first.
    not_known : tuple of str
        Rules that could not be looked at.
    score : Score
        The number.
    """

    grade: Grade
    reasons: tuple[Reason, ...]
    not_known: tuple[str, ...]
    score: Score

    def records(self) -> list[Record]:
        """Return one row a reason; a single row without a reason for a solid number."""
        rows: list[Record] = [
            {"verdict": self.grade, "rule": one.rule, "grade": one.grade, "value": one.value, "reason": one.words}
            for one in self.reasons
        ]
        return rows or [{"verdict": self.grade, "rule": None, "grade": self.grade, "value": None, "reason": None}]

    def to_dict(self) -> Record:
        """Return the verdict, its reasons and what is not known as plain data."""
        told = super(Verdict, self).to_dict()
        return {"verdict": self.grade, "not_known": list(self.not_known), **told}

    def summary(self) -> str:
        """Return the verdict with its reasons, one a line."""
        head = f"{self.score.measure.title} {self.score.value:+z.1f}" if self.score.value is not None else "No score"
        return "\n".join([f"{head}: {self.grade}", *(f"- {one.words}" for one in self.reasons)])


_SUSPECT = ("fast_answers", "all_links", "repeated_customers", "lock_step")
_CHOSEN = ("selective_inviting", "inviting_by_handle_time", "inviting_rate")
_MOVED = ("transfer_rate", "selective_transferring", "shed_ratings")


def _half_width(told: Evidence) -> float | None:
    interval = told.score.interval
    return (interval.high - interval.low) / 2 if interval else None


def _not_counted(told: Evidence) -> float | None:
    if told.funnel is None:
        return None
    kept = sum(told.funnel.not_counted.values())
    return 100 * kept / max(kept + told.score.n, 1)


def _response(told: Evidence) -> float | None:
    return told.funnel.response_rate.value if told.funnel and told.funnel.response_rate else None


def _asked_of_silent(told: Evidence) -> float | None:
    if told.weighted is None or told.weighted.value is None or told.score.value is None:
        return None
    return abs(told.weighted.value - told.score.value)


def _worth(told: Evidence) -> float | None:
    return None if told.weighted is None else 100 * told.weighted.effective / max(told.weighted.n, 1)


def _fragile(told: Evidence) -> float | None:
    turning = told.turning
    if turning is None:
        return None
    if turning.among_silent is None:
        return 100.0
    return 100 * (turning.among_silent - turning.among_answers)


def _scale(told: Evidence) -> float:
    return float(any(notice.code == "other_scale" for notice in told.score.notices))


def _chosen(told: Evidence, tests: Sequence[str]) -> float | None:
    looked = [one for one in told.findings if one.code in tests and one.state != "not tested"]
    if not looked:
        return None
    # A difference that is there in all, though no group can be named, concerns everybody.
    return max((100 * (one.touched or 1.0) for one in looked if one.found), default=0.0)


def _mix(told: Evidence) -> float | None:
    found = [one for one in told.findings if one.code == "mix_shift" and one.state != "not tested"]
    return abs(found[0].effect or 0.0) if found and found[0].found else (0.0 if found else None)


RULES: tuple[Rule, ...] = (
    Rule(
        code="answers", about="answers that count", care=30, stop=5, low_is_bad=True,
        quantity=lambda told: told.score.n, words="the number of answers is only {value:,.0f}",
    ),
    Rule(
        code="margin", about="half the width of the interval, in points", care=10, stop=30,
        quantity=_half_width, words="the score is known to {value:.0f} points either side only",
    ),
    Rule(
        code="response", about="response rate, in per cent of what was sent", care=50, stop=None, low_is_bad=True,
        quantity=_response, words="only {value:.1f} % of those who were asked answered",
        unknown="nobody recorded who was asked: how many kept silent, and who, is not known",
    ),
    Rule(
        code="silence", about="how far weighting to all contacts moves the score, in points", care=2, stop=10,
        quantity=_asked_of_silent,
        words="who answered is not like all contacts: weighted to them, the score is {value:.1f} points different",
    ),
    Rule(
        code="weights", about="what weighted answers are worth, in per cent of their number", care=50, stop=20,
        low_is_bad=True, quantity=_worth, words="weighted answers are worth {value:.0f} % of their number only",
    ),
    Rule(
        code="turning", about="how many points more of the silent must be unhappy to turn the conclusion", care=5,
        stop=None, low_is_bad=True, quantity=_fragile,
        words="the conclusion turns if the silent are {value:.1f} points worse in detractors (or promoters) than those "
        "who answered",
    ),
    Rule(
        code="not_counted", about="answers kept out of the score, in per cent of all", care=5, stop=25,
        quantity=_not_counted, words="{value:.1f} % of all answers do not count, such as those of scanners",
    ),
    Rule(
        code="suspect", about="answers in suspicious patterns, in per cent", care=0.5, stop=10,
        quantity=lambda told: told.touched(*_SUSPECT), words="{value:.1f} % of the answers follow a suspicious pattern",
    ),
    Rule(
        code="choosing", about="contacts of agents or teams that seem to choose whom to ask, in per cent", care=0,
        stop=20, quantity=lambda told: _chosen(told, _CHOSEN),
        words="agents or teams with {value:.1f} % of the contacts seem to choose whom to ask",
    ),
    Rule(
        code="moving", about="contacts or answers of agents that hand on or move them unusually, in per cent", care=0,
        stop=None, quantity=lambda told: _chosen(told, _MOVED),
        words="agents or teams with {value:.1f} % of the contacts hand on or move them unusually: compare no people",
    ),
    Rule(
        code="definition", about="changes of wording, version or scale within the period", care=0, stop=None,
        quantity=lambda told: told.touched("wording_change", "scale_change") / 100,
        words="the question or its scale changed within the period: do not compare before and after",
    ),
    Rule(
        code="mix", about="points of the change that come from another mix", care=2, stop=None,
        quantity=_mix, words="{value:.1f} points of the change are a change of mix, not of scores",
    ),
    Rule(
        code="scale", about="whether it was asked on another scale", care=0, stop=None,
        quantity=_scale, words="it was asked on another scale than the measure's own",
    ),
)  # fmt: skip
"""Every rule of the verdict; `docs/trust.md` has the same table."""


def verdict(
    score: Score,
    *,
    funnel: Funnel | None = None,
    weighted: Score | None = None,
    bounds: SilenceBounds | None = None,
    turning: TurningPoint | None = None,
    findings: Sequence[Finding] = (),
) -> Verdict:
    """Say whether a number can be used, and why not.

    Parameters
    ----------
    score : Score
        The number.
    funnel, weighted, bounds, turning, findings : optional
        What is known about it, as the functions of this room and of `klankbord.score` give it. What is left out is
        listed as not known; a verdict without it is a verdict on less.

    Examples
    --------
    >>> from klankbord.score import nps
    >>> print(verdict(nps([10] * 60 + [8] * 20 + [2] * 20)).summary())
    NPS +40.0: with care
    - the score is known to 16 points either side only
    - nobody recorded who was asked: how many kept silent, and who, is not known
    """
    told = Evidence(
        score=score, funnel=funnel, weighted=weighted, bounds=bounds, turning=turning, findings=tuple(findings)
    )
    values = {rule.code: rule.quantity(told) for rule in RULES}
    found = [rule.reason(values[rule.code]) for rule in RULES]
    reasons = sorted((one for one in found if one), key=lambda reason: -GRADES.index(reason.grade))
    known = [reason.grade for reason in reasons]
    return Verdict(
        question={"measure": score.measure.definition()},
        notices=_silence(bounds),
        grade=max(known, key=GRADES.index, default=GRADES[0]),
        reasons=tuple(reasons),
        not_known=tuple(code for code, value in values.items() if value is None),
        score=score,
    )


def _silence(bounds: SilenceBounds | None) -> tuple[Notice, ...]:
    return bounds.notices if bounds else ()
