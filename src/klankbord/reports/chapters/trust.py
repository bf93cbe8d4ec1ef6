"""How far the numbers can be trusted: who is missing, what was not counted, and what looks odd."""

from collections import Counter
from itertools import groupby
from operator import itemgetter

from klankbord.lake import Dropped
from klankbord.reports.document import Block, Column, Grid, Points, Section
from klankbord.reports.evidence import Evidence
from klankbord.reports.wording import Wording

_ROWS = 12  # row numbers that are named before the rest is counted


def trust(evidence: Evidence, wording: Wording) -> Section:
    """Write the chapter on doubts."""
    blocks: list[Block] = [Points(title=wording("trust.who"), items=tuple(_missing(evidence, wording)))]
    if evidence.intake.drops:
        blocks.append(_drops(evidence, wording))
    if evidence.intake.fields:
        blocks.append(_mapping(evidence, wording))
    odd = [wording.notice(notice) for notice in evidence.intake.patterns]
    blocks.append(Points(title=wording("trust.odd"), items=tuple(odd) or (wording("trust.nothing_odd"),)))
    doubts = [wording.notice(notice) for notice in evidence.intake.notices]
    if doubts:
        blocks.append(Points(title=wording("trust.doubts"), items=tuple(doubts)))
    return Section(key="trust", title=wording("trust.title"), blocks=tuple(blocks))


def _missing(evidence: Evidence, wording: Wording) -> list[str]:
    intake = evidence.intake
    counts = Counter[str]()
    for drop in intake.drops:
        counts[drop.reason] += drop.count
    items = [wording("trust.answered", n=intake.kept, rows=intake.read)]
    if counts["no_score"]:
        items.append(wording("trust.skipped", n=counts["no_score"]))
    offered = intake.kept + counts["not_answered"]
    if counts["not_answered"]:
        items.append(wording("trust.rate", offered=offered, n=intake.kept, rate=intake.kept / offered))
    else:
        items.append(wording("trust.rate_unknown"))
    if not evidence.tool:
        items.append(wording("trust.guessed"))
    if intake.partial:
        items.append(wording("trust.partial", n=intake.partial))
    small = sum(score.value is None for dimension in evidence.dimensions for score in dimension.table.rows)
    if small:
        items.append(wording("trust.small", n=small))
    return items


def _drops(evidence: Evidence, wording: Wording) -> Grid:
    return Grid(
        caption=wording("trust.drops"),
        columns=(
            Column(name=wording("columns.reason")),
            Column(name=wording("columns.rows"), kind="count"),
            Column(name=wording("columns.where")),
        ),
        rows=tuple(
            (wording.reason(drop.reason), drop.count, _where(drop, len(evidence.files) > 1, wording))
            for drop in evidence.intake.drops
        ),
    )


def _where(drop: Dropped, several: bool, wording: Wording) -> str:
    """Name the first rows, by file where there are several."""
    places = list(zip(drop.files, drop.rows, strict=True))[:_ROWS]
    named = "; ".join(
        (f"{file}: " if several else "") + ", ".join(str(row) for _, row in rows)
        for file, rows in groupby(places, key=itemgetter(0))
    )
    more = drop.count - len(places)
    return wording("trust.more_rows", rows=named, n=more) if more else named


def _mapping(evidence: Evidence, wording: Wording) -> Grid:
    return Grid(
        caption=wording("trust.mapping"),
        columns=(Column(name=wording("columns.field")), Column(name=wording("columns.column"))),
        rows=tuple((wording(f"fields.{field}"), column) for field, column in evidence.intake.fields),
    )
