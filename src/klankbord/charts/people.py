"""People side by side: what is believed of each with its interval, in no order that would pass for a rank."""

from collections.abc import Sequence

import altair as alt

from klankbord.charts.canvas import ScoreScale, Stroke, Text, figure, strokes, words
from klankbord.charts.groups import Lines, Row
from klankbord.charts.labels import Labels
from klankbord.charts.theme import BLUE, GREY, MARGIN, MUTED, ORANGE, WIDE, is_narrow
from klankbord.fairness import Standing, Standings

_INKS = {"above": BLUE, "below": ORANGE}
_MOST = 40  # lines that a figure has room for


def caterpillar(
    standings: Standings, *, most: int = _MOST, labels: Labels | None = None, width: float = WIDE
) -> alt.LayerChart:
    """Draw what is believed of each agent, team or site, with its interval, in the order of the standings.

    Parameters
    ----------
    standings : Standings
        As compared, which is the order of names; best first only as `league()` gives them.
    most : int
        Lines to draw. Of more people those are drawn who are told apart, and the others are one band.
    labels : Labels, optional
        Words and formats; English by default.
    width : float
        Width in pixels; the figure has a form for phones.

    Examples
    --------
    >>> from klankbord.fairness import standings
    >>> people = {"agent": ["a", "b", "c", "d"] * 30, "score": [10, 9, 3, 8, 10, 6] * 20}
    >>> type(caterpillar(standings(people))).__name__
    'LayerChart'
    """
    labels = labels or Labels.of(standings.measure)
    rows = _rows(standings, most, labels)
    drawing = Lines(rows=rows, labels=labels, full=width - 2 * MARGIN, narrow=is_narrow(width))
    scale = drawing.scale(standings.center, standings.measure.low)
    mean = f"{labels.mean} {labels.formats.score(standings.center)}"
    counted = _counted(drawing, scale)
    legend = [Text(text=f"| {labels.raw}", x=drawing.full, y=10, align="right", ink=GREY)] if counted else []
    layers = [
        strokes([*drawing.reference(standings.center, scale), *drawing.intervals(scale), *counted]),
        drawing.marks(scale),
        words([*drawing.head(standings.center, mean, scale), *drawing.words(), *legend]),
    ]
    return figure(layers, width=drawing.full, height=drawing.height, bottom=26)


def _counted(drawing: Lines, scale: ScoreScale) -> list[Stroke]:
    """Mark each score as counted, where the scale reaches it; a phone has no room for that."""
    found = []
    for at, row in enumerate(() if drawing.narrow else drawing.rows):
        raw = row.get("raw")
        if raw is not None and scale.low <= raw <= scale.high:
            x, y = scale.place(raw), drawing.middle(at)
            found.append(Stroke(x=x, x2=x, y=y - 6, y2=y + 6, ink=GREY, width=2))
    return found


def _rows(standings: Standings, most: int, labels: Labels) -> list[Row]:
    seen = [(str(key[0]), row) for key, row in standings if row.value is not None]
    if len(seen) <= most:
        return [_row(name, row, labels) for name, row in seen] + _hidden(standings, labels)
    # The surest first where not all have room; then back into the order of the table.
    certain = [at for at, (_, row) in enumerate(seen) if row.verdict != "unclear"]
    sure = sorted(certain, key=lambda at: -abs((seen[at][1].above or 0.5) - 0.5))[: most - 1]
    others = [row for at, (_, row) in enumerate(seen) if at not in set(sure)]
    return [*(_row(*seen[at], labels) for at in sorted(sure)), _band(others, labels), *_hidden(standings, labels)]


def _row(name: str, row: Standing, labels: Labels) -> Row:
    assert row.value is not None and row.interval is not None  # noqa: S101, PT018  chosen by having both
    side = row.verdict or "unclear"
    ink = _INKS.get(side, MUTED)
    return {
        "name": name,
        "n": labels.formats.count(row.n),
        "value": row.value,
        "low": row.interval.low,
        "high": row.interval.high,
        "raw": row.raw,
        "score": labels.formats.score(row.value),
        "verdict": labels.verdicts[side] if side in _INKS else "",
        "ink": ink,
        "fill": ink if side in _INKS else "white",
    }


def _band(others: Sequence[Standing], labels: Labels) -> Row:
    """Return one line for all who have none of their own: from the lowest to the highest value."""
    values = sorted(row.value for row in others if row.value is not None)
    return {
        "name": labels.others.format(n=labels.formats.count(len(others))),
        "n": labels.formats.count(sum(row.n for row in others)),
        "value": values[len(values) // 2],
        "low": values[0],
        "high": values[-1],
        "raw": None,
        "score": "",
        "verdict": labels.verdicts["unclear"],
        "ink": GREY,
        "fill": "white",
    }


def _hidden(standings: Standings, labels: Labels) -> list[Row]:
    hidden = [row for row in standings.rows if row.value is None]
    if not hidden:
        return []
    answers = labels.formats.count(sum(row.n for row in hidden))
    name = labels.others.format(n=labels.formats.count(len(hidden)))
    return [{"name": name, "n": answers, "few": labels.hidden}]
