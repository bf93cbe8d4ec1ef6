"""One road from a question to its answer: lay it on the lake, let an engine count, estimate, collect the doubts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from klankbord.frames import Tally
from klankbord.lake.questions.answer import Answer
from klankbord.lake.questions.counting import Key, count
from klankbord.lake.questions.doubts import doubts
from klankbord.lake.questions.estimating import Estimated, estimate
from klankbord.lake.questions.period import Period, Span, unit_of
from klankbord.lake.questions.planning import Scope, days_plan, lay_on
from klankbord.lake.questions.question import Question
from klankbord.lake.schema import TABLES, TableSchema
from klankbord.results import Notice
from klankbord.score import Measure, Trend
from klankbord.score import trend as trend_of

if TYPE_CHECKING:
    from klankbord.lake.engines.counting import Engine
    from klankbord.lake.store import Lake, Snapshot

_LONGEST = 400  # periods up to which a trend is sought: the search is simulated for each of them


def ask(
    question: Question | str,
    lake: "Lake | Snapshot",
    engine: "Engine | None" = None,
    *,
    level: float = 0.95,
    without: Collection[Key] = (),
) -> Answer:
    """Ask a lake a question.

    Parameters
    ----------
    question : Question or str
        As a value, or in words: `nps by team where channel=phone in 2026-01..2026-06 compare previous`.
    lake : Lake or Snapshot
        Whom to ask; a snapshot answers the same however often it is asked.
    engine : Engine, optional
        What counts; this machine without.
    level : float
        Confidence level of intervals and verdicts.
    without : collection of tuple
        Keys of groups of which nothing is to be said: they count in the total, and nowhere else.

    Returns
    -------
    Answer

    Raises
    ------
    ColumnError, OptionError
        When the question cannot be asked.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from klankbord.lake import Lake
    >>> with TemporaryDirectory() as place:
    ...     answer = ask("nps by team", Lake.create(f"{place}/lake"))
    >>> answer.n, answer.notices[0].code
    (0, 'no_data')
    """
    asked = Question.parse(question) if isinstance(question, str) else question
    snapshot: Snapshot = lake.snapshot() if hasattr(lake, "snapshot") else lake
    used = engine or _local()
    months = snapshot.months(asked.definition.table)
    scope = scope_of(asked, snapshot, used)
    empty = not months or scope.months == ()
    rows = [] if empty else used.rows(scope.plan, snapshot)
    wordings = [] if empty else _wordings(scope, snapshot, used)
    estimated = estimate(
        asked.definition, count(rows, scope).without(without), rest=asked.compare == "rest", level=level
    )
    trend, silent = _trend(scope, estimated, level)
    found = doubts(scope, estimated, months=months, wordings=wordings, attribution=snapshot.settings.attribution)
    return Answer(
        question=_understood(scope, snapshot, used, level),
        notices=(*found, *silent),
        scope=scope,
        keys=estimated.keys,
        rows=cast(Any, tuple(estimated.rows)),
        comparisons=None if estimated.comparisons is None else tuple(estimated.comparisons),
        total=cast(Any, estimated.total),
        total_comparison=estimated.total_comparison,
        trend=trend,
        groups=len(estimated.keys),
    )


def scope_of(question: Question, snapshot: "Snapshot", engine: "Engine") -> Scope:
    """Lay a question on the lake as it stands.

    Raises
    ------
    OptionError
        When the periods to compare overlap.
    """
    table = question.definition.schema
    until = last_day_beside(table, snapshot, engine, question.period, question.compare)
    return lay_on(question, snapshot.months(table.name), lake_days(table, snapshot, engine), until)


def _local() -> "Engine":
    # The engines know the plans of this room: loaded on the first question, they can import it.
    from klankbord.lake.engines.local import LocalEngine  # noqa: PLC0415

    return LocalEngine()


def lake_days(table: TableSchema, snapshot: "Snapshot", engine: "Engine") -> Span | None:
    """Return the first and the last day that a table of a lake holds; None when it is empty."""
    months = snapshot.months(table.name)
    if not months:
        return None
    if "day" not in table.names:
        first, last = (unit_of(date.fromisoformat(f"{month}-01"), "month") for month in (months[0], months[-1]))
        return Span(first=first.first, last=last.last)
    ((start, end),) = engine.rows(days_plan(table.name, months), snapshot)
    return None if start is None else Span(first=start, last=end)


def last_day_beside(table: TableSchema, snapshot: "Snapshot", engine: "Engine", *periods: object) -> date | None:
    """Return the last day that contacts and answers hold beside a table, where one of the periods counts back from it.

    Answers come after their contacts: two numbers side by side would else be of different months.
    """
    if not any(isinstance(one, Period) and one.unit for one in periods):
        return None
    others = (TABLES[name] for name in ("contacts", "responses") if name != table.name)
    held = (lake_days(one, snapshot, engine) for one in others)
    return max((span.last for span in held if span), default=None)


def _wordings(scope: Scope, snapshot: "Snapshot", engine: "Engine") -> list[tuple[Any, ...]]:
    """Return questionnaire, version, month and answers, where there is more than one version."""
    definition = scope.question.definition
    if definition.things != "answers" or "survey_version" not in definition.schema.names:
        return []
    # One column alone is counted six times faster than three, and nearly always says that nothing changed.
    if len(engine.rows(scope.wording_plan("survey_version"), snapshot)) < 2:
        return []
    return engine.rows(scope.wording_plan("survey", "survey_version", "month"), snapshot)


def _understood(scope: Scope, snapshot: "Snapshot", engine: "Engine", level: float) -> dict[str, object]:
    question, definition, plan = scope.question, scope.question.definition, scope.plan
    known = scope.known_until and scope.known_until + timedelta(days=1)
    return {
        "text": str(question),
        "query": question.to_query(),
        "measure": definition.to_dict(),
        "by": list(question.by),
        "where": [condition.words for condition in question.where],
        "period": _period(question.period, scope.span),
        "grain": question.grain,
        "compare": str(question.compare) if question.compare else None,
        "compared_with": _period(question.compare, scope.other) if scope.other else None,
        "not_known_from": known.isoformat() if known else None,
        "level": level,
        "engine": engine.name,
        "rows_read": snapshot.rows(plan.table, plan.months),
        "months_read": list(snapshot.months(plan.table) if plan.months is None else plan.months),
        "sql": plan.sql,
    }


def _period(asked: object, span: Span | None) -> dict[str, object] | None:
    if span is None:
        return None
    return {"asked": str(asked), "first": span.first.isoformat(), "last": span.last.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Series:
    """The counted periods, as the score room takes data that count themselves."""

    measure: Measure
    declared: bool
    periods: tuple[tuple[object, ...], ...]
    counts: np.ndarray[tuple[int, ...], np.dtype[np.float64]]

    def tally(self, by: Sequence[str] = (), *, every: str | None = None) -> Tally:
        """Return the histogram of each period, which is the one way in which these data are cut."""
        answers = self.counts.sum(axis=1)
        return Tally(
            by=(*((every,) if every else ()), *by),
            keys=self.periods,
            values=np.asarray(self.measure.levels, dtype=np.int64),
            counts=self.counts,
            answers=np.rint(answers).astype(np.int64),
            squares=answers,
            skipped=0,
        )


def _trend(scope: Scope, estimated: Estimated, level: float) -> tuple[Trend | None, tuple[Notice, ...]]:
    question, scale = scope.question, scope.question.definition.scale
    if not question.is_series or question.by or estimated.counts is None or scale is None or question.grain is None:
        return None, ()
    if len(estimated.keys) > _LONGEST:
        message = f"{len(estimated.keys)} periods are too many to look for what moved; cut time more coarsely"
        return None, (Notice(code="long_series", message=message, data={"periods": len(estimated.keys)}),)
    # A period in which only the other side has answers is no period of this series.
    kept = [at for at, key in enumerate(estimated.keys) if key[0] is not None and estimated.counts[at].sum()]
    if not kept:
        return None, ()
    series = _Series(
        measure=scale,
        declared=True,
        periods=tuple(estimated.keys[at] for at in kept),
        counts=estimated.counts[kept],
    )
    return trend_of(series, every=question.grain, level=level), ()
