"""The score over time: what moved, what did not, and what could have been seen."""

from klankbord import charts
from klankbord.reports.chapters.summary import broken, movement
from klankbord.reports.document import Column, Figure, Grid, Paragraph, Section
from klankbord.reports.evidence import Evidence, Timeline
from klankbord.reports.speech import chart_labels
from klankbord.reports.tables import score_cells, score_columns
from klankbord.reports.wording import Wording
from klankbord.score import Trend


def over_time(evidence: Evidence, wording: Wording) -> Section:
    """Write the chapter on movement."""
    title, timeline = wording("trend.title"), evidence.timeline
    if timeline is None:
        return Section(key="trend", title=title, blocks=(Paragraph(text=wording("trend.none")),))
    trend = timeline.trend
    if len(trend.periods) == 1:
        return Section(key="trend", title=title, blocks=(Paragraph(text=wording("trend.single")),))
    sentences = [*_level(timeline, wording), *_latest(evidence, wording)]
    if timeline.reworded:
        days = wording.several([wording.formats.period(day, "month") for day in timeline.reworded])
        sentences.append(wording("trend.reworded", at=days))
    if timeline.running:
        sentences.append(wording("movement.running"))
    blocks = (Paragraph(text=" ".join(filter(None, sentences))), _figure(evidence, timeline, wording))
    return Section(key="trend", title=title, blocks=blocks)


def _level(timeline: Timeline, wording: Wording) -> list[str]:
    trend = timeline.trend
    if trend.slope is None or trend.slope.value is None:
        return [wording("trend.short")]
    if trend.shift:
        return [broken(timeline, wording)]
    if trend.slope.verdict != "real":
        return [wording("trend.steady"), wording("trend.slope_none")]
    return [
        wording("trend.steady"),
        wording(
            f"trend.slope_{'up' if trend.slope.value > 0 else 'down'}",
            points=wording.points(trend.slope.value),
            every=wording(f"trend.every.{trend.every}"),
        ),
    ]


def _latest(evidence: Evidence, wording: Wording) -> list[str]:
    if evidence.movement is None:
        return []
    latest = evidence.movement.comparison
    if latest.value is None or latest.detectable is None:
        return [wording("movement.few")]
    seen = wording("movement.seen", points=wording.points(latest.detectable)) if latest.verdict != "real" else ""
    return [movement(evidence.movement, wording), seen]


def _figure(evidence: Evidence, timeline: Timeline, wording: Wording) -> Figure:
    trend, measure = timeline.trend, evidence.score.measure
    return Figure(
        kind="trend",
        text=_text(trend, measure.title, wording),
        draw=lambda width: charts.trend(
            trend,
            labels=chart_labels(wording),
            width=width,
            incomplete=timeline.running,
            reworded=timeline.reworded,
        ),
        grid=Grid(
            caption=wording("trend.caption", measure=measure.title),
            columns=(Column(name=wording("columns.period")), *score_columns(measure, evidence.level, wording)),
            rows=tuple(
                (wording.formats.period(day, trend.every), *score_cells(score))
                for day, score in zip(trend.periods, trend.scores, strict=True)
            ),
        ),
        remarks=(wording("trend.band", confidence=100 * evidence.level),),
    )


def _text(trend: Trend, title: str, wording: Wording) -> str:
    known = [
        (day, score.value) for day, score in zip(trend.periods, trend.scores, strict=True) if score.value is not None
    ]
    if not known:
        return wording("trend.text_few", n=len(trend.periods))
    (start, first), (end, last) = known[0], known[-1]
    return wording(
        "trend.text",
        measure=title,
        n=len(trend.periods),
        first=first,
        start=wording.formats.period(start, trend.every),
        last=last,
        end=wording.formats.period(end, trend.every),
    )
