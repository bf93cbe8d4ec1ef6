"""A trust report of a lake: what was counted and fetched, put before the tests, and judged."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from klankbord.errors import OptionError
from klankbord.lake.engines.local import LocalEngine
from klankbord.lake.questions import Answer, Condition, Question, ask
from klankbord.lake.questions.answering import scope_of
from klankbord.lake.trusting.counting import ELIGIBLE, HANDLED, Counting, count_funnels
from klankbord.lake.trusting.testing import tests_of_answers, tests_of_choosing
from klankbord.lake.trusting.weighing import change_apart, weighted_to_contacts
from klankbord.results import Notice
from klankbord.score import Score, TurningPoint, silence_bounds, turning_point
from klankbord.trust import Finding, Funnel, TrustReport, funnels, level_of_each, mix_shift, verdict

if TYPE_CHECKING:
    from klankbord.lake.store import Lake, Snapshot

_STATES = ("found", "nothing seen", "not tested")


def trust_of_lake(
    lake: "Lake | Snapshot",
    measure: str = "nps",
    *,
    by: str | Sequence[str] = (),
    where: str | Condition | Sequence[str | Condition] = (),
    period: str | None = None,
    target: float | None = None,
    mix: str = "channel",
    level: float = 0.95,
) -> TrustReport:
    """Say how far a score of a lake can be trusted.

    Parameters
    ----------
    lake : Lake or Snapshot
        Where everything is.
    measure : str
        A score: nps, csat, ces, ...
    by : str or sequence of str
        Dimensions to show the funnel by.
    where, period : optional
        Which contacts, as `ask` takes them. With a period, the change since the period before is taken apart.
    target : float, optional
        The conclusion that silence might turn: that the score is above, or below, this. Without it, that it is above or
        below the score of the period before.
    mix : str
        Dimension whose mix may pose as a trend.
    level : float
        Confidence level; where nothing is there, all tests together find something in 1 - level of cases at most.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from klankbord.lake import Lake
    >>> with TemporaryDirectory() as place:
    ...     report = trust_of_lake(Lake.create(f"{place}/lake"))
    >>> report.verdict.grade
    'do not use'
    """
    snapshot: Snapshot = lake.snapshot() if hasattr(lake, "snapshot") else lake
    compare = "previous" if period else None
    answer = ask(Question.of(measure, by=mix, where=where, period=period, compare=compare), snapshot, level=level)
    score = _score(answer)
    counting = _counting(snapshot, (by,) if isinstance(by, str) else by, where, period)
    whole, parts = count_funnels(counting, counting.scope.question.by, level)
    askable, eligible, assumed = _to_ask(counting, whole, score.n)
    weighting, weighted, doubts = weighted_to_contacts(counting, score.measure, level, askable)
    moved = change_apart(answer, level)
    found = _in_order(
        [
            *tests_of_choosing(counting, level_of_each(level)),
            *tests_of_answers(snapshot, score.measure, where, period, level),
            mix_shift(moved, level=level_of_each(level)),
        ]
    )
    judged: dict[str, Any] = {
        "funnel": whole,
        "weighted": weighted,
        "bounds": silence_bounds(score, population=eligible, level=level) if eligible >= score.n else None,
        "turning": _turning(score, answer, target, eligible),
        "findings": found,
    }
    return TrustReport(
        question={
            **answer.question,
            "by": list(counting.scope.question.by),
            "target": target,
            "tests_level": level_of_each(level),
        },
        notices=(*answer.notices, *assumed, *doubts),
        score=score,
        verdict=verdict(score, **judged),
        parts=funnels(counting.scope.question.by, parts) if by else None,
        weighting=weighting,
        moved=moved,
        **judged,
    )


def _score(answer: Answer) -> Score:
    if not isinstance(answer.total, Score) or answer.definition.table != "responses":
        raise OptionError(
            f"{answer.definition.name} is no score of customers", hint="trust is told of nps, csat, ces and their like"
        )
    return answer.total


def _counting(
    snapshot: "Snapshot", by: Sequence[str], where: str | Condition | Sequence[str | Condition], period: str | None
) -> Counting:
    engine = LocalEngine()
    question = Question.of("response_rate", by=by, where=where, period=period)
    return Counting(snapshot=snapshot, scope=scope_of(question, snapshot, engine), engine=engine)


def _to_ask(counting: Counting, whole: Funnel, scored: int) -> tuple[str, int, tuple[Notice, ...]]:
    """Return which contacts could be asked about, how many they are, and what had to be assumed for that."""
    known = whole["eligible"].count
    if known is not None:
        return ELIGIBLE, known, ()
    ((handled,),) = counting.rows({"n": "count(*)"}, where=[HANDLED])
    if handled <= scored:  # nothing but answers: nothing is known of the silent
        return ELIGIBLE, 0, ()
    message = (
        f"nobody recorded which contacts could be asked about: all {handled:,} that were not abandoned count as such"
    )
    return HANDLED, handled, (Notice(code="eligible_assumed", message=message, data={"contacts": handled}),)


def _turning(score: Score, answer: Answer, target: float | None, eligible: int) -> TurningPoint | None:
    before = answer.total_comparison.b if answer.total_comparison else None
    other = target if target is not None else (before.value if before else None)
    if other is None or score.value is None or score.value == other or eligible < score.n:
        return None
    return turning_point(score, than=other, population=eligible)


def _in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: _STATES.index(finding.state)))
