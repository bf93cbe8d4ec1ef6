"""For whom: the answers divided by the columns that tell most, and the columns that were left out."""

from klankbord import charts
from klankbord.reports.chapters.findings import direction, finding, group_name
from klankbord.reports.document import Block, Column, Figure, Grid, Paragraph, Section
from klankbord.reports.evidence import Dimension, Evidence, LeftOut
from klankbord.reports.speech import chart_labels, column_name
from klankbord.reports.tables import score_cells, score_columns
from klankbord.reports.wording import Wording


def segments(evidence: Evidence, wording: Wording) -> Section:
    """Write the chapter on groups."""
    intro = wording("segments.intro" if evidence.dimensions else "segments.none")
    blocks: list[Block] = [Paragraph(text=intro)]
    blocks += [_figure(dimension, evidence, wording) for dimension in evidence.dimensions]
    if evidence.left_out:
        blocks.append(_left_out(evidence, wording))
    return Section(key="segments", title=wording("segments.title"), blocks=tuple(blocks))


def _figure(dimension: Dimension, evidence: Evidence, wording: Wording) -> Figure:
    remarks = []
    if dimension.people:
        remarks.append(wording("segments.agents", measure=evidence.score.measure.title))
    if dimension.more:
        remarks.append(wording("segments.more", n=dimension.more, answers=dimension.more_answers))
    return Figure(
        kind="forest",
        title=column_name(dimension.name, wording),
        finding=finding(dimension, wording),
        text=_text(dimension, evidence, wording),
        draw=lambda width: charts.forest(
            dimension.table,
            verdicts=dimension.verdicts,
            total=evidence.score,
            labels=chart_labels(wording),
            width=width,
        ),
        grid=_grid(dimension, evidence, wording),
        remarks=tuple(remarks),
    )


def _text(dimension: Dimension, evidence: Evidence, wording: Wording) -> str:
    known = [(score.value, group_name(key, wording)) for key, score in dimension.table if score.value is not None]
    if not known:
        return wording("segments.text_few", column=column_name(dimension.name, wording), n=len(dimension.table))
    (low, lowest), (high, highest) = min(known), max(known)
    return wording(
        "segments.text",
        measure=evidence.score.measure.title,
        column=column_name(dimension.name, wording),
        n=len(dimension.table),
        lowest=lowest,
        low=low,
        highest=highest,
        high=high,
    )


def _grid(dimension: Dimension, evidence: Evidence, wording: Wording) -> Grid:
    measure = evidence.score.measure
    pairs = zip(dimension.table, dimension.verdicts.rows, strict=True)
    return Grid(
        caption=wording("segments.caption", measure=measure.title, column=column_name(dimension.name, wording)),
        columns=(
            Column(name=column_name(dimension.name, wording)),
            *score_columns(measure, evidence.level, wording),
            Column(name=wording("columns.verdict")),
        ),
        rows=tuple(
            (group_name(key, wording), *score_cells(score), wording(f"verdicts.{direction(one)}"))
            for (key, score), one in pairs
        ),
    )


def _left_out(evidence: Evidence, wording: Wording) -> Grid:
    def why(column: LeftOut) -> str:
        return wording(f"left_out.{column.reason}", other=column_name(column.other, wording))

    return Grid(
        caption=wording("segments.left_out"),
        columns=(Column(name=wording("columns.column")), Column(name=wording("columns.reason"))),
        rows=tuple((column_name(column.column, wording), why(column)) for column in evidence.left_out),
    )
