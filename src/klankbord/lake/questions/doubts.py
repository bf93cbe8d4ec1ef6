"""What makes an answer mean less than it seems: edges of the data, wording that changed, answers that were left out."""

from collections.abc import Iterator, Sequence
from datetime import date

from klankbord.lake.questions.estimating import Estimated
from klankbord.lake.questions.period import Span, unit_of, units_in
from klankbord.lake.questions.planning import Scope
from klankbord.lake.wordings import wordings_told
from klankbord.results import Notice

_ATTRIBUTED = {"agent": ("pseudonym", "named"), "team": ("team", "pseudonym", "named")}


def doubts(
    scope: Scope,
    estimated: Estimated,
    *,
    months: Sequence[str],
    wordings: Sequence[tuple[object, ...]],
    attribution: str,
) -> tuple[Notice, ...]:
    """Collect the doubts that hold for a whole answer.

    Parameters
    ----------
    scope : Scope
        What was asked, laid on the lake.
    estimated : Estimated
        What it came to.
    months : sequence of str
        Months of the table that have rows.
    wordings : sequence of tuple
        Rows of (questionnaire, version, month, answers); none where that was not looked at.
    attribution : str
        The lake's attribution level.
    """
    return tuple(
        notice
        for found in (
            _nothing(scope, estimated),
            _partial(scope),
            _holes(scope, months),
            _unknown_repeats(scope),
            wordings_told(wordings),
            _left_out(estimated),
            _small(scope, estimated),
            unattributed(scope.question.by, attribution),
        )
        for notice in found
    )


def _nothing(scope: Scope, estimated: Estimated) -> Iterator[Notice]:
    if not estimated.total.n:
        until = f"; the lake holds {scope.lake.first} to {scope.lake.last}" if scope.lake else ""
        yield Notice(code="no_data", message=f"nothing that was asked about is in the lake{until}")


def _partial(scope: Scope) -> Iterator[Notice]:
    """Say which periods the data, or the question, cut short."""
    if scope.lake is None:
        return
    for span in (scope.span, scope.other):
        if span and span.first < scope.lake.first <= span.last:
            yield _cut_short(f"the lake begins on {scope.lake.first}, after {span.first}", span, scope.lake)
        if span and span.first <= scope.lake.last < span.last:
            yield _cut_short(f"the lake ends on {scope.lake.last}, before {span.last}", span, scope.lake)
    grain = scope.question.grain
    if grain is None or not scope.question.is_series:
        return
    asked = scope.span or scope.lake
    # What is drawn as a month must be one: both the question and the data can cut it short.
    first, last = max(asked.first, scope.lake.first), min(asked.last, scope.lake.last)
    if first > last:
        return
    start, end = unit_of(first, grain), unit_of(last, grain)  # type: ignore[arg-type]
    if start.first < first:
        yield _cut_short(f"the first {grain} is counted from {first} on", asked, scope.lake)
    if end.last > last:
        yield _cut_short(f"the last {grain} is counted up to {last}", asked, scope.lake)


def _cut_short(message: str, span: Span, lake: Span) -> Notice:
    told = {"first": span.first, "last": span.last, "lake_first": lake.first, "lake_last": lake.last}
    return Notice(code="partial_period", message=message, data={name: day.isoformat() for name, day in told.items()})


def _holes(scope: Scope, months: Sequence[str]) -> Iterator[Notice]:
    if scope.lake is None:
        return
    spans = [span for span in (scope.span, scope.other) if span] or [scope.lake]
    wanted = {f"{day:%Y-%m}" for span in spans for day in _months(span, scope.lake)}
    missing = sorted(wanted - set(months))
    if missing:
        shown = ", ".join(missing[:6]) + (", ..." if len(missing) > 6 else "")
        yield Notice(
            code="incomplete_data",
            message=f"{len(missing)} {'month' if len(missing) == 1 else 'months'} without any data: {shown}",
            data={"months": missing},
        )


def _months(span: Span, lake: Span) -> tuple[date, ...]:
    first, last = max(span.first, lake.first), min(span.last, lake.last)
    return units_in(Span(first=first, last=last), "month") if first <= last else ()


def _unknown_repeats(scope: Scope) -> Iterator[Notice]:
    until = scope.known_until
    if until and (scope.span is None or scope.span.last > until):
        days = scope.question.definition.days
        yield Notice(
            code="repeat_unknown",
            message=f"contacts after {until} are left out: whether the customer comes back within {days} days is not "
            "known yet",
            data={"until": until.isoformat(), "days": days},
        )


def _left_out(estimated: Estimated) -> Iterator[Notice]:
    if estimated.not_counted:
        yield Notice(
            code="not_counted",
            message=f"{estimated.not_counted:,} answers are kept but do not count, such as those of mail scanners",
            data={"count": estimated.not_counted},
        )


def _small(scope: Scope, estimated: Estimated) -> Iterator[Notice]:
    few = sum(row.value is None for row in estimated.rows)
    if few and scope.question.keys:
        yield Notice(
            code="small_groups",
            message=f"{few:,} of {len(estimated.rows):,} groups have too few {scope.question.definition.things} for an "
            "estimate: only their counts are shown",
            data={"groups": few, "of": len(estimated.rows)},
        )


def unattributed(names: Sequence[str], attribution: str) -> Iterator[Notice]:
    """Say which of some columns the lake's attribution level keeps empty."""
    for name in names:
        if attribution not in _ATTRIBUTED.get(name, (attribution,)):
            yield Notice(
                code="not_attributed",
                message=f"the lake's attribution level is {attribution!r}: contacts are not told apart by {name}",
                data={"attribution": attribution, "column": name},
            )
