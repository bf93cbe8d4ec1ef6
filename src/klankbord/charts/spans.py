"""Intervals under one another on a scale of any amount: biases of groups, ways to a score, changes of an error."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import altair as alt

from klankbord.charts.canvas import Stroke, Text, figure, strokes, words
from klankbord.charts.theme import BLUE, HAIRLINE, MARGIN, MUTED, WIDE, is_narrow
from klankbord.errors import OptionError

MOST = 100  # rows that anybody can read in one figure
_STEP, _TOP, _BOTTOM = 30, 26, 26  # a row, the room above the rows, and the axis below them, in pixels
_TICKS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One row: a name, an amount with its limits, and what stands beside it.

    Parameters
    ----------
    name, beside : str
        Words to the left, and the small ones between name and scale.
    value, low, high : float or None
        The amount and its limits; without a value only the line from low to high is drawn.
    written : str
        The amount as it is written at the end, or why there is none.
    ink : str
        Colour.
    """

    name: str
    beside: str
    value: float | None
    low: float | None
    high: float | None
    written: str
    ink: str = BLUE


def spans(
    rows: Sequence[Span],
    *,
    reference: float | None = None,
    sides: tuple[str, str] = ("", ""),
    head: str = "n",
    width: float = WIDE,
) -> alt.LayerChart:
    """Draw intervals under one another, with a dashed line at a reference.

    Parameters
    ----------
    rows : sequence of Span
        In the order in which they stand.
    reference : float, optional
        Where a difference would be none.
    sides : (str, str)
        What lies to the left of it, and to the right.
    head : str
        What the small words are.
    width : float
        Width in pixels; the figure has a form for phones.

    Raises
    ------
    OptionError
        When there is nothing to draw, or more than can be read.

    Examples
    --------
    >>> row = Span(name="a", beside="20", value=0.4, low=0.1, high=0.7, written="+0.4")
    >>> type(spans([row], reference=0.0)).__name__
    'LayerChart'
    """
    if not 0 < len(rows) <= MOST:
        raise OptionError(f"{len(rows):,} rows cannot be read in one figure", hint=f"keep 1 to {MOST}: limit={MOST}")
    full, narrow = width - 2 * MARGIN, is_narrow(width)
    left = min(max(110.0, 7.5 * max(len(row.name) for row in rows) + 70), 0.5 * full)
    right = full - min(max(8.0 * max(len(row.written) for row in rows) + 12, 60.0), 0.4 * full)
    ends = [end for row in rows for end in (row.low, row.high, row.value) if end is not None]
    scale = Amounts.around([*ends, *([] if reference is None else [reference])] or [0.0, 1.0], start=left, end=right)
    bottom = _TOP + _STEP * len(rows)
    lines = [scale.line(at, bottom, HAIRLINE) for at in scale.ticks]
    texts = [Text(text=head, x=left - 18, y=10, align="right", ink=MUTED)]
    if reference is not None:
        x = scale.place(reference)
        lines.append(Stroke(x=x, x2=x, y=_TOP, y2=bottom, ink=MUTED, width=1, dash=(4, 3)))
        texts.append(Text(text=sides[0], x=x - 8, y=10, align="right", ink=MUTED))
        texts.append(Text(text=sides[1], x=x + 8, y=10, ink=MUTED))
    texts += [
        Text(text=scale.written(at), x=scale.place(at), y=bottom + 12, align="center", ink=MUTED)
        for at in scale.ticks[:: 2 if narrow else 1]
    ]
    for place, row in enumerate(rows):
        y = _TOP + _STEP * (place + 0.5)
        texts.append(Text(text=row.name, x=0, y=y, size=13, limit=left - 60))
        texts.append(Text(text=row.beside, x=left - 18, y=y, align="right", ink=MUTED))
        known = row.value is not None
        texts.append(Text(text=row.written, x=full, y=y, align="right", bold=known, size=13 if known else 12))
        if row.low is not None and row.high is not None:
            lines.append(Stroke(x=scale.place(row.low), x2=scale.place(row.high), y=y, y2=y, ink=row.ink))
        if row.value is not None:
            at = scale.place(row.value)
            lines.append(Stroke(x=at - 3, x2=at + 3, y=y, y2=y, ink=row.ink, width=10))
    return figure([strokes(lines), words(texts)], width=full, height=bottom + _BOTTOM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """A round scale that holds all limits, between two pixels."""

    low: float
    step: float
    high: float
    start: float
    end: float

    @classmethod
    def around(cls, values: Sequence[float], *, start: float, end: float) -> "Amounts":
        """Return the tightest round scale."""
        low, high = min(values), max(values)
        wanted = max(high - low, 1e-6) / _TICKS
        steps = (digit * 10.0**power for power in count(-4) for digit in (1, 2, 5))
        step = next(step for step in steps if step >= wanted)
        low = (low // step) * step
        return cls(low=low, step=step, high=max(-((-high) // step) * step, low + step), start=start, end=end)

    def place(self, value: float) -> float:
        """Return the pixel of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def line(self, value: float, bottom: float, ink: str) -> Stroke:
        """Return the line of a round value."""
        return Stroke(x=self.place(value), x2=self.place(value), y=_TOP, y2=bottom, ink=ink, width=1)

    def written(self, value: float) -> str:
        """Return a round value as text."""
        return f"{round(value, 6):,.10g}".replace("-", "−")

    @property
    def ticks(self) -> list[float]:
        """The round values on the scale."""
        return [self.low + at * self.step for at in range(round((self.high - self.low) / self.step) + 1)]
