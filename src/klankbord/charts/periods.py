"""A score over time: line, interval band, the break if there is one, and how many answers each period rests on."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import altair as alt

from klankbord.charts.canvas import ScoreScale, Stroke, Text, figure, inline, strokes, words
from klankbord.charts.labels import Labels
from klankbord.charts.theme import BLUE, MUTED, PALE, WIDE, is_narrow
from klankbord.charts.timeline import TimeAxis, moment
from klankbord.errors import DataError
from klankbord.lake.questions.period import unit_of
from klankbord.lake.wordings import reworded_in
from klankbord.score import Score, Trend

_HEIGHT, _STRIP = 220, 50  # of the plot, and of the strip under it with numbers of answers
_FLOOR, _TALLEST = _HEIGHT + _STRIP, 24  # where the bars of the strip stand, and the tallest of them
Row = dict[str, Any]
_GUTTER = 48  # room for the labels of the vertical axis


def trend(
    trend: Trend,
    *,
    labels: Labels | None = None,
    width: float = WIDE,
    incomplete: bool = False,
    reworded: Sequence[date] | None = None,
) -> alt.LayerChart:
    """Draw a score over time with its interval, its break and the number of answers under each period.

    Parameters
    ----------
    trend : Trend
        Periods below five answers have a bar in the strip but no point.
    labels : Labels, optional
        Words and formats; English by default.
    width : float
        Width in pixels; the figure has a form for phones.
    incomplete : bool
        Whether the last period still runs: it is then drawn hollow and dashed, and said to be incomplete.
    reworded : sequence of date, optional
        From when the question was worded otherwise: a line stands before the period of that day. What the notices of
        the trend say, without.

    Raises
    ------
    DataError
        When no answer has a date.

    Examples
    --------
    >>> from klankbord.score import trend as trend_of
    >>> days = ["2026-01-15"] * 6 + ["2026-02-15"] * 6
    >>> type(trend(trend_of({"score": [9, 10, 3, 8, 10, 7] * 2, "date": days}))).__name__
    'LayerChart'
    """
    if not trend.scores:
        raise DataError("a trend without dated answers cannot be drawn", hint="name the column that holds the date")
    labels, narrow = labels or Labels.of(trend.scores[0].measure), is_narrow(width)
    right = 40 if narrow or not incomplete else 16 + 7 * len(labels.incomplete)
    time = TimeAxis(periods=trend.periods, every=trend.every, formats=labels.formats, width=width - _GUTTER - right)
    points = _points(trend, time)
    running = incomplete and bool(points) and points[-1]["at"] == moment(trend.periods[-1])
    edges = [point[end] for point in points for end in ("low", "high")]
    scale = ScoreScale.around(edges, lowest=trend.scores[0].measure.low, start=_HEIGHT, end=0)
    drawing = _Drawing(points=points, time=time, scale=scale, labels=labels, running=running)
    wordings = _rewordings(trend, time, reworded_in(trend.notices) if reworded is None else reworded)
    texts = [*drawing.name(narrow=narrow), *_numbers(trend, time, labels), *_named_break(trend, time)]
    texts += [_beside(x, labels.reworded, time, y=21) for x in wordings]
    layers = [
        strokes([*_bars(trend, time), *_break(trend, time, scale), *map(_across, wordings)]),
        *drawing.band(),
        *drawing.line(),
        words(texts),
    ]
    return figure(layers, width=time.width, height=_HEIGHT + _STRIP, left=_GUTTER, right=right, top=8, bottom=40)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawing:
    """The layers of one trend over the same axes."""

    points: Sequence[Row]
    time: TimeAxis
    scale: ScoreScale
    labels: Labels
    running: bool

    def y(self, field: str) -> alt.Y:
        """Return the encoding of a score."""
        return alt.Y(f"{field}:Q", axis=self.scale.axis(self.labels.formats, orient="left"), scale=self.scale.scale)

    def band(self) -> list[alt.Chart]:
        """Draw the interval of each period: a band, or a bar where a period has no neighbour."""
        runs = Counter(point["run"] for point in self.points)
        alone = [point for point in self.points if runs[point["run"]] == 1]
        edges = {"x": self.time.x(), "y": self.y("low"), "y2": alt.Y2("high:Q")}
        band = inline(self.points).mark_area(color=BLUE, opacity=0.15).encode(**edges, detail=alt.Detail("run:N"))
        bars = [inline(alone).mark_rule(color=BLUE, opacity=0.15, strokeWidth=6).encode(**edges)] if alone else []
        return [band, *bars]

    def line(self) -> list[alt.Chart]:
        """Draw the score of each period; hollow and dashed while a period runs."""
        place = {"x": self.time.x(), "y": self.y("value")}
        run = alt.Detail("run:N")
        closed, last = (self.points[:-1], self.points[-2:]) if self.running else (self.points, [])
        fills = [BLUE] * len(closed) + ["white"] * (len(self.points) - len(closed))
        dots = [{**point, "fill": fill} for point, fill in zip(self.points, fills, strict=True)]
        solid = inline(closed).mark_line(color=BLUE, strokeWidth=2).encode(**place, detail=run)
        dashed = inline(last).mark_line(color=BLUE, strokeWidth=2, strokeDash=[3, 3]).encode(**place, detail=run)
        mark = inline(dots).mark_point(size=40, opacity=1, stroke=BLUE, strokeWidth=2)
        return [solid, *([dashed] if last else []), mark.encode(**place, fill=alt.Fill("fill:N", scale=None))]

    def name(self, *, narrow: bool) -> list[Text]:
        """Write the last score, and that it is not the last word while its period runs."""
        if not self.points:
            return []
        last = self.points[-1]
        x, y = self.time.place(last["at"]) + 9, self.scale.place(last["value"])
        score = Text(text=self.labels.formats.score(last["value"]), x=x, y=y, ink=BLUE, size=14, bold=True)
        if narrow or not self.running:
            return [score]
        return [score, Text(text=self.labels.incomplete, x=x, y=y + 16, ink=BLUE)]


def _break(trend: Trend, time: TimeAxis, scale: ScoreScale) -> list[Stroke]:
    """Draw a line where the level changed, and the level before and after it."""
    found = trend.shift
    if found is None or found.before.value is None or found.after.value is None:
        return []
    first, at, last = (
        time.place(place) for place in (moment(trend.periods[0]), _before(found.at, time), moment(trend.periods[-1]))
    )
    before, after = scale.place(found.before.value), scale.place(found.after.value)
    return [
        Stroke(x=at, x2=at, y=0, y2=_HEIGHT, width=1, dash=(4, 3)),
        Stroke(x=first, x2=at, y=before, y2=before, width=1.5),
        Stroke(x=at, x2=last, y=after, y2=after, width=1.5),
    ]


def _named_break(trend: Trend, time: TimeAxis) -> list[Text]:
    if trend.shift is None:
        return []
    x, name = time.place(_before(trend.shift.at, time)), time.formats.period(trend.shift.at, trend.every)
    return [_beside(x, name, time, y=7, bold=True)]


def _rewordings(trend: Trend, time: TimeAxis, reworded: Sequence[date]) -> list[float]:
    """Return where the question was worded otherwise: before the first period that has answers to the new wording."""
    starts = (unit_of(day, trend.every).first for day in reworded)  # type: ignore[arg-type]
    firsts = (next((period for period in trend.periods if period >= start), None) for start in starts)
    return [time.place(_before(first, time)) for first in dict.fromkeys(firsts) if first and first > trend.periods[0]]


def _across(x: float) -> Stroke:
    return Stroke(x=x, x2=x, y=0, y2=_FLOOR, ink=MUTED, width=1.5, dash=(1, 3))


def _beside(x: float, text: str, time: TimeAxis, *, y: float, bold: bool = False) -> Text:
    """Write a word beside a line, on the side that has more room."""
    late = x > time.width / 2
    return Text(text=text, x=x - 6 if late else x + 6, y=y, align="right" if late else "left", bold=bold)


def _before(day: date, time: TimeAxis) -> int:
    """Return the moment half a period before a day: between its point and the one before."""
    return moment(day) - time.half


def _bars(trend: Trend, time: TimeAxis) -> list[Stroke]:
    """Draw how many answers each period has, as bars under the plot."""
    most, width = max(score.n for score in trend.scores), min(max(2.0, 0.6 * time.width / time.steps), 34)
    places = [(time.place(moment(day)), _FLOOR - _TALLEST * score.n / most) for day, score in _pairs(trend)]
    return [Stroke(x=x, x2=x, y=top, y2=_FLOOR, ink=PALE, width=width) for x, top in places]


def _numbers(trend: Trend, time: TimeAxis, labels: Labels) -> list[Text]:
    """Write the numbers of answers above their bars, where there is room for them."""
    most = max(score.n for score in trend.scores)
    title = Text(text=labels.n, x=-6, y=_FLOOR - 6, align="right", ink=MUTED)
    numbers = [
        Text(
            text=labels.formats.count(score.n),
            x=time.place(moment(day)),
            y=_FLOOR - _TALLEST * score.n / most - 8,
            align="center",
            ink=MUTED,
            size=11,
        )
        for day, score in _pairs(trend)
    ]
    room = time.width / time.steps > 8 * max(len(number.text) for number in numbers)
    return [title, *(numbers if room else [])]


def _pairs(trend: Trend) -> Iterator[tuple[date, Score]]:
    return zip(trend.periods, trend.scores, strict=True)


def _points(trend: Trend, time: TimeAxis) -> list[Row]:
    """Return the periods with a score; a new run begins after each gap."""
    rows: list[Row] = []
    run, before = 0, None
    for day, score in _pairs(trend):
        if score.value is None or score.interval is None:
            continue
        run += before is not None and not time.follows(day, before)
        before = day
        low, high = score.interval.low, score.interval.high
        rows.append({"at": moment(day), "value": score.value, "low": low, "high": high, "run": run})
    return rows
