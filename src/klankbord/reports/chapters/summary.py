"""The first page: a paragraph that can be quoted, and the few numbers that belong to it."""

from klankbord import charts
from klankbord.charts.formats import NO_VALUE
from klankbord.reports.chapters.findings import direction, finding
from klankbord.reports.document import Block, Figure, KeyFigure, KeyFigures, Lead, Points, Section
from klankbord.reports.evidence import Evidence, Movement, Timeline
from klankbord.reports.speech import chart_labels, column_name, parts, people, period, when
from klankbord.reports.wording import Wording
from klankbord.score import Score

_NOTED = 4  # remarkable findings on the first page


def summary(evidence: Evidence, wording: Wording) -> Section:
    """Write the first page."""
    blocks: list[Block] = [Lead(text=headline(evidence, wording)), _key_figures(evidence, wording)]
    if evidence.score.n:
        blocks.append(_shares(evidence.score, wording))
    noted = remarkable(evidence, wording)
    if noted:
        blocks.append(Points(title=wording("summary.noted"), items=tuple(noted)))
    return Section(key="summary", title=wording("summary.title"), blocks=tuple(blocks))


def headline(evidence: Evidence, wording: Wording) -> str:
    """Say where the score stands and whether it moved, in sentences that need nothing else."""
    score = evidence.score
    if not score.n:
        return wording("headline.none")
    who = {"n": score.n, "people": people(score.measure, wording, score.n)}
    if score.value is None or score.interval is None:
        return when("headline.few", evidence, wording, **who, parts=parts(score, wording))
    stand = when(
        "headline.score",
        evidence,
        wording,
        **who,
        measure=score.measure.title,
        value=score.value,
        low=score.interval.low,
        high=score.interval.high,
        confidence=100 * evidence.level,
    )
    moved = broken(evidence.timeline, wording) or movement(evidence.movement, wording)
    return f"{stand} {moved}".strip()


def remarkable(evidence: Evidence, wording: Wording) -> list[str]:
    """Name what stands out in the chapters that follow: real differences, the latest movement, serious doubts."""
    shift = evidence.timeline and evidence.timeline.trend.shift
    items = [movement(evidence.movement, wording)] if shift else []
    items += [
        f"{column_name(dimension.name, wording)}. {finding(dimension, wording)}"
        for dimension in evidence.dimensions
        if dimension.telling and any(direction(one) in {"above", "below"} for one in dimension.verdicts.rows)
    ]
    items = [item for item in items if item][:_NOTED]
    odd = evidence.intake.patterns
    return [*items, *([wording("summary.odd", n=len(odd))] if odd else [])]


def movement(latest: Movement | None, wording: Wording) -> str:
    """Say how the last finished period compares with the one before, and what that is worth."""
    if latest is None or latest.comparison.value is None:
        return ""
    points, verdict = latest.comparison.value, latest.comparison.verdict
    names = {
        "before": period(latest.before, latest.every, wording, beside=latest.at),
        "at": period(latest.at, latest.every, wording, beside=latest.at),
    }
    if round(points) == 0 and verdict != "real":
        return wording("movement.same", **names)
    return wording(f"movement.{verdict}_{'up' if points > 0 else 'down'}", points=wording.points(points), **names)


def broken(timeline: Timeline | None, wording: Wording) -> str:
    """Say that the level changed for good, where it did."""
    shift = timeline and timeline.trend.shift
    if not timeline or not shift or shift.comparison.value is None:
        return ""
    return wording(
        f"trend.broken_{'up' if shift.comparison.value > 0 else 'down'}",
        at=period(shift.at, timeline.trend.every, wording),
        points=wording.points(shift.comparison.value),
        before=shift.before.value,
        after=shift.after.value,
    )


def _key_figures(evidence: Evidence, wording: Wording) -> KeyFigures:
    score, intake = evidence.score, evidence.intake
    value = KeyFigure(name=score.measure.title, value=NO_VALUE, detail=wording("summary.no_score"))
    if score.value is not None and score.interval is not None:
        detail = wording(
            "summary.interval",
            confidence=100 * evidence.level,
            low=score.interval.low,
            high=score.interval.high,
        )
        value = KeyFigure(name=score.measure.title, value=wording.formats.score(score.value), detail=detail)
    answers = KeyFigure(
        name=wording("summary.answers"),
        value=wording.formats.count(score.n),
        detail=wording("summary.of_rows", n=intake.read) if intake.read > score.n else "",
    )
    time = KeyFigure(name=wording("summary.period"), value=_span(evidence, wording))
    return KeyFigures(items=(value, answers, time))


def _span(evidence: Evidence, wording: Wording) -> str:
    first, last = evidence.first_on, evidence.last_on
    if first is None or last is None:
        return wording("summary.undated")
    if first == last:
        return wording.formats.short_day(first)
    return wording("summary.days", start=first, end=last)


def _shares(score: Score, wording: Wording) -> Figure:
    return Figure(
        kind="shares",
        text=wording("summary.shares", parts=parts(score, wording)),
        draw=lambda width: charts.shares(score, labels=chart_labels(wording), width=width),
    )
