"""What every figure is drawn on: strokes and words at places in pixels, one size, the house style, a scale for scores.

Each of these is one layer whatever it holds: layers are what costs time when a figure is made.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil, floor
from typing import Literal

import altair as alt

from klankbord.charts.formats import Formats
from klankbord.charts.theme import CONFIG, INK, MARGIN

Align = Literal["left", "center", "right"]
_STEPS = (1, 2, 5, 10, 20, 50, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words at a place in pixels; cut to `limit` pixels where that is not zero."""

    text: str
    x: float
    y: float
    align: Align = "left"
    ink: str = INK
    size: int = 12
    bold: bool = False
    limit: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A straight line between two places in pixels."""

    x: float
    y: float
    x2: float
    y2: float
    ink: str = INK
    width: float = 2
    dash: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreScale:
    """A scale for scores: round limits around what is shown, and where each score lies between two pixels."""

    low: float
    high: float
    step: float
    start: float
    end: float

    @classmethod
    def around(
        cls, values: Sequence[float], *, lowest: float, start: float, end: float, steps: int = 8
    ) -> "ScoreScale":
        """Return the tightest round scale that holds all values in a few steps."""
        low, high = min(values, default=lowest), max(values, default=100.0)
        step = next(step for step in _STEPS if ceil(high / step) - floor(low / step) <= steps or step == _STEPS[-1])
        low, high = floor(low / step) * step, ceil(high / step) * step
        return cls(low=low, high=max(high, low + step), step=step, start=start, end=end)

    def place(self, value: float) -> float:
        """Return the pixel of a score."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    @property
    def scale(self) -> alt.Scale:
        """The same for Vega-Lite."""
        return alt.Scale(domain=[self.low, self.high], range=[self.start, self.end], nice=False, zero=False)

    def axis(self, formats: Formats, *, orient: Literal["left", "bottom"], grid: bool = True) -> alt.Axis:
        """Return an axis that writes scores as `Formats.score` does."""
        signed = "datum.value ? format(datum.value, '+d') : '0'"
        text = "format(datum.value / 100, '.0%')" if formats.share else signed
        ticks = [self.low + tick * self.step for tick in range(round((self.high - self.low) / self.step) + 1)]
        return alt.Axis(values=ticks, labelExpr=text, labelOverlap=True, labelFlush=False, orient=orient, grid=grid)


def inline(rows: Iterable[Mapping[str, object]]) -> alt.Chart:
    """Return an empty chart over these rows."""
    return alt.Chart(alt.InlineData(values=list(rows)))


def words(texts: Iterable[Text]) -> alt.Chart:
    """Return one layer with all these words."""
    mark = inline(map(asdict, texts)).mark_text(
        baseline="middle",
        align=alt.expr("datum.align"),
        fontSize=alt.expr("datum.size"),
        fontWeight=alt.expr("datum.bold ? 'bold' : 'normal'"),
        limit=alt.expr("datum.limit"),
    )
    layer: alt.Chart = mark.encode(
        x=pixel("x"), y=pixel_y("y"), text=alt.Text("text:N"), color=alt.Color("ink:N", scale=None)
    )
    return layer


def strokes(lines: Iterable[Stroke]) -> alt.Chart:
    """Return one layer with all these lines."""
    mark = inline(map(asdict, lines)).mark_rule(strokeWidth=alt.expr("datum.width"), strokeDash=alt.expr("datum.dash"))
    layer: alt.Chart = mark.encode(
        x=pixel("x"),
        y=pixel_y("y"),
        x2=alt.X2("x2:Q"),
        y2=alt.Y2("y2:Q"),
        color=alt.Color("ink:N", scale=None),
    )
    return layer


def pixel(field: str) -> alt.X:
    """Return the encoding of a field that holds pixels from the left."""
    return alt.X(f"{field}:Q", scale=None, axis=None)


def pixel_y(field: str) -> alt.Y:
    """Return the encoding of a field that holds pixels from the top."""
    return alt.Y(f"{field}:Q", scale=None, axis=None)


def figure(layers: Iterable[alt.Chart], *, width: float, height: float, **padding: float) -> alt.LayerChart:
    """Lay charts over one another in the house style; sides without padding have the house margin."""
    sides = dict.fromkeys(("left", "right", "top", "bottom"), float(MARGIN)) | padding
    return alt.LayerChart(layer=list(layers), width=width, height=height, padding=sides, config=CONFIG)
