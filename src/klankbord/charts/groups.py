"""Groups side by side: each score with its interval, the total as a line, and what the difference is worth in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from klankbord.charts.canvas import ScoreScale, Stroke, Text, figure, inline, pixel_y, strokes, words
from klankbord.charts.labels import Labels
from klankbord.charts.theme import BLUE, MARGIN, MUTED, ORANGE, WIDE, is_narrow
from klankbord.errors import DataError
from klankbord.results import Table
from klankbord.score import Comparison, Measure, Score

_INKS = {"above": BLUE, "below": ORANGE}
_TOP, _BOTTOM = 26, 6  # room for the name of the reference line, and under the last row

Row = dict[str, Any]
"""What stands on one line: name, n, and value, low, high, score, verdict, ink and fill; or `few`."""


def forest(
    table: Table[Score] | Table[Comparison],
    *,
    verdicts: Table[Comparison] | None = None,
    total: Score | None = None,
    labels: Labels | None = None,
    width: float = WIDE,
) -> alt.LayerChart:
    """Draw the score, or the difference, of each group with its interval, in the order of the table.

    Parameters
    ----------
    table : Table of Score or of Comparison
        Groups below five answers show how many answers there are and no more.
    verdicts : Table of Comparison, optional
        What the difference of each group from the rest is worth, as `compare_many(table)` gives it: real differences
        have filled marks, the others hollow ones. Comparisons are their own verdicts.
    total : Score, optional
        All answers together: the reference line. Comparisons are held against zero.
    labels : Labels, optional
        Words and formats; English by default.
    width : float
        Width in pixels; the figure has a form for phones.

    Examples
    --------
    >>> from klankbord.score import compare_many, nps
    >>> table = nps({"score": [10, 9, 3, 8, 10] * 4, "team": ["a", "b"] * 10}, by="team")
    >>> type(forest(table, verdicts=compare_many(table))).__name__
    'LayerChart'
    """
    labels = labels or Labels.of(_measure(table))
    results: Sequence[Score | Comparison] = table.rows
    judged: Sequence[Comparison | None] = verdicts.rows if verdicts else [None] * len(table)
    names = [" · ".join(labels.empty if part is None else str(part) for part in key) for key in table.keys]
    groups = zip(names, results, judged, strict=True)
    rows = [_row(name, result, verdict, labels) for name, result, verdict in groups]
    differences = any(isinstance(result, Comparison) for result in results)
    drawing = Lines(rows=rows, labels=labels, full=width - 2 * MARGIN, narrow=is_narrow(width))
    at, name = (0.0, "") if differences else _reference(total, labels)
    scale = drawing.scale(at, -200.0 if differences else _measure(table).low)
    layers = [
        strokes([*drawing.reference(at, scale), *drawing.intervals(scale)]),
        drawing.marks(scale),
        words([*drawing.head(at, name, scale), *drawing.words()]),
    ]
    return figure(layers, width=drawing.full, height=drawing.height, bottom=26)


def _measure(table: Table[Score] | Table[Comparison]) -> Measure:
    for result in table.rows:
        return result.a.measure if isinstance(result, Comparison) else result.measure
    raise DataError("a table without groups cannot be drawn", hint="group by a column that holds values")


def _reference(total: Score | None, labels: Labels) -> tuple[float | None, str]:
    if total is None or total.value is None:
        return None, ""
    return total.value, f"{labels.total} {labels.formats.score(total.value)}"


def _row(name: str, result: Score | Comparison, verdict: Comparison | None, labels: Labels) -> Row:
    row = {"name": name, "n": labels.formats.count(result.n)}
    if result.value is None or result.interval is None:
        return {**row, "few": labels.few.format(n=labels.formats.count(result.n))}
    judged = result if isinstance(result, Comparison) else verdict
    write = labels.formats.difference if isinstance(result, Comparison) else labels.formats.score
    word = _direction(judged) if judged and judged.value is not None else ""
    ink = _INKS.get(word, MUTED)
    return {
        **row,
        "value": result.value,
        "low": result.interval.low,
        "high": result.interval.high,
        "score": write(result.value),
        "verdict": labels.verdicts.get(word, ""),
        "ink": ink,
        "fill": ink if word in _INKS else "white",
    }


def _direction(comparison: Comparison) -> str:
    if comparison.verdict != "real":
        return comparison.verdict
    return "above" if (comparison.value or 0.0) > 0 else "below"


@dataclass(frozen=True, kw_only=True)
class Lines:
    """The layers of one forest plot: on a wide page one line a group, on a phone the name above its interval."""

    rows: Sequence[Row]
    labels: Labels
    full: float
    narrow: bool

    @property
    def height(self) -> float:
        """Of the whole figure, in pixels."""
        return _TOP + self._step * len(self.rows) + _BOTTOM

    @property
    def _step(self) -> float:
        return 50 if self.narrow else 30

    @property
    def _room(self) -> float:
        """Room for the longest verdict, in pixels."""
        return 18 + 5.8 * max((len(row.get("verdict", "")) for row in self.rows), default=0)

    def middle(self, at: int) -> float:
        """Return where the interval of a row lies, in pixels from the top."""
        return _TOP + self._step * at + (36 if self.narrow else 15)

    def _sides(self) -> tuple[float, float]:
        """Return where the intervals may begin and end, in pixels."""
        if self.narrow:
            return 14, self.full - 14
        longest = max((len(str(row["name"])) for row in self.rows), default=0)
        return min(max(120.0, 7 * longest + 74), 0.38 * self.full), self.full - 70 - self._room

    def _known(self) -> list[tuple[int, Row]]:
        return [(at, row) for at, row in enumerate(self.rows) if "value" in row]

    def scale(self, reference: float | None, lowest: float) -> ScoreScale:
        """Return a scale that holds every interval and the reference."""
        values = [row[end] for _, row in self._known() for end in ("low", "high")]
        start, end = self._sides()
        values += [] if reference is None else [reference]
        return ScoreScale.around(values, lowest=lowest, start=start, end=end, steps=5 if self.narrow else 8)

    def reference(self, value: float | None, scale: ScoreScale) -> list[Stroke]:
        """Draw the line that all groups are held against, only where it crosses no words."""
        if value is None:
            return []
        x, half = scale.place(value), 12 if self.narrow else self._step / 2
        rows = [self.middle(at) for at, _ in self._known()]
        return [Stroke(x=x, x2=x, y=y - half, y2=y + half, width=1, dash=(4, 3)) for y in rows]

    def intervals(self, scale: ScoreScale) -> list[Stroke]:
        """Draw the interval of each row."""
        return [
            Stroke(
                x=scale.place(row["low"]),
                x2=scale.place(row["high"]),
                y=self.middle(at),
                y2=self.middle(at),
                ink=row["ink"],
            )
            for at, row in self._known()
        ]

    def marks(self, scale: ScoreScale) -> alt.Chart:
        """Draw the score of each row, over an axis."""
        data = inline({**row, "y": self.middle(at)} for at, row in self._known())
        axis = scale.axis(self.labels.formats, orient="bottom", grid=not self.narrow)
        layer: alt.Chart = data.mark_point(size=70, opacity=1, strokeWidth=2).encode(
            x=alt.X("value:Q", axis=axis, scale=scale.scale),
            y=pixel_y("y"),
            stroke=alt.Stroke("ink:N", scale=None),
            fill=alt.Fill("fill:N", scale=None),
        )
        return layer

    def head(self, reference: float | None, name: str, scale: ScoreScale) -> list[Text]:
        """Name the reference line, and on a wide page the column with numbers of answers."""
        texts = [Text(text=self.labels.n, x=scale.start - 18, y=10, align="right", ink=MUTED)]
        line = [] if reference is None else [(name, scale.place(reference))]
        return [
            *([] if self.narrow else texts),
            *(Text(text=text, x=x, y=10, align="center", bold=True) for text, x in line),
        ]

    def words(self) -> list[Text]:
        """Write what stands beside each interval, or above it on a phone."""
        return [
            text for at, row in enumerate(self.rows) for text in (self._above if self.narrow else self._beside)(at, row)
        ]

    def _beside(self, at: int, row: Row) -> list[Text]:
        (left, right), y = self._sides(), self.middle(at)
        texts = [
            Text(text=row["name"], x=0, y=y, size=13, limit=left - 66),
            Text(text=row["n"], x=left - 18, y=y, align="right", ink=MUTED),
        ]
        if "few" in row:
            return [*texts, Text(text=row["few"], x=left, y=y, ink=MUTED)]
        return [
            *texts,
            Text(text=row["score"], x=right + 60, y=y, align="right", bold=True, size=13),
            Text(text=row["verdict"], x=right + 74, y=y),
        ]

    def _above(self, at: int, row: Row) -> list[Text]:
        y = self.middle(at) - 22
        if "few" in row:
            few = Text(text=row["few"], x=self.full, y=y, align="right", ink=MUTED)
            return [Text(text=row["name"], x=0, y=y, size=13, limit=self.full - 180), few]
        return [
            Text(text=row["name"], x=0, y=y, size=13, limit=self.full - self._room - 60),
            Text(text=row["score"], x=self.full - self._room, y=y, align="right", bold=True, size=13),
            Text(text=row["verdict"], x=self.full, y=y, align="right", ink=MUTED),
        ]
