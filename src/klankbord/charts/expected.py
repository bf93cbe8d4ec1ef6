"""What agents expected, drawn: what became of each kind foreseen, and the curve of predictions against answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import altair as alt

from klankbord.charts.canvas import Stroke, Text, figure, strokes, words
from klankbord.charts.kinds import kinds_of
from klankbord.charts.spans import Span, spans
from klankbord.charts.theme import BLUE, FILLS, HAIRLINE, MARGIN, MUTED, ORANGE, WIDE, is_narrow
from klankbord.prediction import AssistedScore, Learning, Point, Recalibration, SilentDetractors, Skill, Skills

_BAR, _ROW, _HEAD = 26, 58, 30  # a divided bar, its row, and the room above the first, in pixels
_PLOT = 300  # height of the curve
_LEAST = 34  # pixels that a share needs to be written in its part of the bar
_HALF = 0.5  # of a score: a prediction that should have been less far away may stand as it is
_WAYS = {
    "answered": "those who answered",
    "raked": "weighted to all contacts",
    "assisted": "with predictions",
    "selective": "silence by score",
    "bounds": "worst and best case",
}
_PARTS = {
    "mse": "squared error",
    "miscalibration": "miscalibration",
    "discrimination": "insight (discrimination)",
    "uncertainty": "uncertainty",
}


def perceived(skill: Skill, *, width: float = WIDE) -> alt.LayerChart:
    """Draw what became of each kind foreseen, and under it predictions against answers.

    Parameters
    ----------
    skill : Skill
        Of one group, or of all.
    width : float
        Width in pixels; the figure has a form for phones.

    Examples
    --------
    >>> from klankbord.prediction import skill
    >>> type(perceived(skill([9, 9, 8, 10, 7, 9], [10, 6, 8, 9, 7, 3]))).__name__
    'LayerChart'
    """
    full = width - 2 * MARGIN
    lines, texts = _gaps(skill, full)
    top = _HEAD + _ROW * len(skill.gaps) + 44
    levels = skill.measure.levels
    panel = _Panel(low=levels[0], high=levels[-1], top=top, full=full, unit="")
    ticks = [float(level) for level in levels]
    curve = panel.drawn(
        skill.curve, ticks[:: 2 if is_narrow(width) else 1], ("predicted", "mean answer"), ("too low", "too high")
    )
    return figure([strokes([*lines, *curve[0]]), words([*texts, *curve[1]])], width=full, height=top + _PLOT + 50)


def chances(found: SilentDetractors, *, width: float = WIDE) -> alt.LayerChart:
    """Draw the chances of detractors against what came, on answers that were held back; parameters as `perceived`."""
    full = width - 2 * MARGIN
    high = 10.0 * min(-(-max(max(point.predicted, point.mean) for point in found.curve) // 10) + 1, 10)
    panel = _Panel(low=0.0, high=high, top=20, full=full, unit=" %")
    ticks = [at * high / 5 for at in range(6)]
    names = (f"chance of {found.word}, held back", f"share that were {found.word}")
    lines, texts = panel.drawn(found.curve, ticks, names, ("too low", "too high"))
    return figure([strokes(lines), words(texts)], width=full, height=_PLOT + 70)


def biases(table: Skills, *, width: float = WIDE) -> alt.LayerChart:
    """Draw the bias of each group with its interval; orange is certainly too high, blue certainly too low.

    Raises
    ------
    OptionError
        When there are more groups than can be read.
    """
    rows = []
    for key, row in table:
        value, interval = row.bias.value, row.bias.interval
        low, high = (interval.low, interval.high) if interval else (None, None)
        sure = low is not None and high is not None and not low <= 0 <= high
        ink = MUTED if not sure else ORANGE if (value or 0) > 0 else BLUE
        written = "too few" if value is None else f"{value:+.1f}".replace("-", "−")
        name = " · ".join("(empty)" if part is None else str(part) for part in key)
        rows.append(Span(name=name, beside=f"{row.n:,}", value=value, low=low, high=high, written=written, ink=ink))
    return spans(rows, reference=0.0, sides=("too low", "too high"), width=width)


def everybody(found: AssistedScore, *, width: float = WIDE) -> alt.LayerChart:
    """Draw every way to the score of all contacts; the one that is advised is blue."""
    rows = []
    for way in found:
        low, high = (way.interval.low, way.interval.high) if way.interval else (None, None)
        known = low is not None and high is not None
        limits = f"{low:+.0f} to {high:+.0f}" if known else "too few"
        written = f"{way.value:+.1f} ({limits})" if way.value is not None else limits
        ink = BLUE if way.name == found.advised.name else MUTED
        name = _WAYS[way.name]
        rows.append(
            Span(name=name, beside="", value=way.value, low=low, high=high, written=written.replace("-", "−"), ink=ink)
        )
    return spans(rows, head="", width=width)


def learned(found: Learning, *, width: float = WIDE) -> alt.LayerChart:
    """Draw how the parts of the error changed from the first half to the second."""
    rows = []
    for part, change in found.changes.items():
        low, high = (change.interval.low, change.interval.high) if change.interval else (None, None)
        sure = low is not None and high is not None and not low <= 0 <= high
        written = "–" if change.value is None else f"{change.value:+.2f}".replace("-", "−")
        beside = f"{found.first[part]:.2f} → {found.second[part]:.2f}"
        name = _PARTS[part]
        ink = BLUE if sure else MUTED
        rows.append(Span(name=name, beside=beside, value=change.value, low=low, high=high, written=written, ink=ink))
    return spans(rows, reference=0.0, head="first → second half", sides=("less", "more"), width=width)


def mended(found: Recalibration, *, width: float = WIDE) -> alt.LayerChart:
    """Draw what each prediction should have said: the common map, and from the least to the most of any agent's."""
    rows = []
    for at, level in enumerate(found.measure.levels):
        common, own = float(found.maps[-1, at]), found.maps[:-1, at]
        low, high = (float(own.min()), float(own.max())) if own.size else (common, common)
        ink = MUTED if abs(common - level) < _HALF else ORANGE if common < level else BLUE
        written = f"{common:.1f} ({low:.1f} to {high:.1f})"
        rows.append(
            Span(name=f"predicted {level}", beside="", value=common, low=low, high=high, written=written, ink=ink)
        )
    return spans(rows, head="", width=width)


def _gaps(skill: Skill, full: float) -> tuple[list[Stroke], list[Text]]:
    """Draw one divided bar a kind that was foreseen: what the customers turned out to be, worst on the left."""
    kinds = kinds_of(skill.measure)
    inks = {word: FILLS[kind] for kind, (_, word) in kinds.items()}
    order = [word for _, word in kinds.values()]
    lines, texts = list[Stroke](), list[Text]()
    texts.append(Text(text="were", x=0, y=8, ink=MUTED))
    x = 40.0
    for word in order:
        lines.append(Stroke(x=x, x2=x + 12, y=8, y2=8, ink=inks[word], width=12))
        texts.append(Text(text=word, x=x + 18, y=8))
        x += 38 + 7.2 * len(word)
    for place, gap in enumerate(skill.gaps):
        y = _HEAD + _ROW * place + 12
        texts.append(Text(text=f"taken for {gap.expected}", x=0, y=y, size=13))
        texts.append(Text(text=f"{gap.n:,}", x=full, y=y, align="right", ink=MUTED))
        counts = {word: number for word, number, _ in gap.shares}
        start, middle = 0.0, y + 10 + _BAR / 2
        for word in order if gap.n else []:
            end = start + full * counts[word] / gap.n
            lines.append(Stroke(x=start, x2=end, y=middle, y2=middle, ink=inks[word], width=_BAR))
            said = f"{100 * counts[word] / gap.n:.0f} %" if gap.n >= 5 else str(counts[word])
            if end - start >= _LEAST:
                texts.append(Text(text=said, x=(start + end) / 2, y=middle, align="center", ink="white", bold=True))
            start = end
    return lines, texts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    """A square of two equal scales with the diagonal on which predictions would be right."""

    low: float
    high: float
    top: float
    full: float
    unit: str

    def _x(self, value: float) -> float:
        return 46 + (value - self.low) / (self.high - self.low) * (self.full - 46 - (24 if self.unit else 12))

    def _y(self, value: float) -> float:
        return self.top + _PLOT - (value - self.low) / (self.high - self.low) * _PLOT

    def drawn(
        self, points: Sequence[Point], ticks: Sequence[float], names: tuple[str, str], sides: tuple[str, str]
    ) -> tuple[list[Stroke], list[Text]]:
        """Return grid, diagonal, intervals and dots, and the words."""
        lines = [
            Stroke(x=self._x(self.low), x2=self._x(self.high), y=self._y(at), y2=self._y(at), ink=HAIRLINE, width=1)
            for at in ticks
        ]
        lines.append(
            Stroke(
                x=self._x(self.low),
                y=self._y(self.low),
                x2=self._x(self.high),
                y2=self._y(self.high),
                ink=MUTED,
                width=1,
                dash=(4, 3),
            )
        )
        texts = [Text(text=f"{at:g}{self.unit}", x=38, y=self._y(at), align="right", ink=MUTED) for at in ticks]
        texts += [
            Text(text=f"{at:g}{self.unit}", x=self._x(at), y=self.top + _PLOT + 14, align="center", ink=MUTED)
            for at in ticks
        ]
        texts.append(Text(text=names[1], x=0, y=self.top - 16, ink=MUTED))
        texts.append(Text(text=names[0], x=self.full, y=self.top + _PLOT + 34, align="right", ink=MUTED))
        texts.append(Text(text=f"predicted {sides[0]}", x=self._x(self.low) + 12, y=self._y(self.high) + 14, ink=MUTED))
        texts.append(
            Text(
                text=f"predicted {sides[1]}",
                x=self._x(self.high) - 6,
                y=self._y(self.low) - 14,
                align="right",
                ink=MUTED,
            )
        )
        for before, after in pairwise(points):
            lines.append(self._between(before, after))
        for point in points:
            lines += self._dot(point)
        return lines, texts

    def _between(self, before: Point, after: Point) -> Stroke:
        ends = (before.predicted, before.fitted, after.predicted, after.fitted)
        return Stroke(
            x=self._x(ends[0]), y=self._y(ends[1]), x2=self._x(ends[2]), y2=self._y(ends[3]), ink=BLUE, width=1
        )

    def _dot(self, point: Point) -> list[Stroke]:
        x, y = self._x(point.predicted), self._y(point.mean)
        few = point.interval is None
        dot = Stroke(x=x - 4, x2=x + 4, y=y, y2=y, ink=MUTED if few else BLUE, width=4 if few else 8)
        if point.interval is None:
            return [dot]
        return [Stroke(x=x, x2=x, y=self._y(point.interval.low), y2=self._y(point.interval.high), ink=BLUE), dot]
