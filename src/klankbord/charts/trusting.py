"""Trust drawn: the funnel from contacts to reasons, and a change taken apart into mix and real."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import altair as alt

from klankbord.charts.canvas import Stroke, Text, figure, strokes, words
from klankbord.charts.theme import BLUE, GREY, HAIRLINE, INK, MARGIN, MUTED, ORANGE, PALE, WIDE, is_narrow
from klankbord.errors import OptionError
from klankbord.results import Estimate, Interval
from klankbord.trust import Decomposition, Funnel, TrustReport

_STEP, _BAR, _TOP = 34, 20, 30  # a row, the bar in it, and the room above the first, in pixels
_REASONS = 4  # reasons named below the funnel
_PARTS = 12  # groups of a decomposition that anybody reads


@dataclass(slots=True)
class _Sheet:
    """Strokes and words that are laid down from the top."""

    width: float
    y: float = 0.0
    lines: list[Stroke] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    @property
    def drawn(self) -> alt.LayerChart:
        """The figure."""
        return figure([strokes(self.lines), words(self.texts)], width=self.width, height=self.y)


def funnel_figure(funnel: Funnel, *, width: float = WIDE) -> alt.LayerChart:
    """Draw the funnel: a bar a stage, what share came on, and why the others were not asked.

    Parameters
    ----------
    funnel : Funnel
        From `klankbord.trust`.
    width : float
        Width in pixels; the figure has a form for phones.

    Examples
    --------
    >>> from klankbord.trust import funnel
    >>> type(funnel_figure(funnel({"sent": 600, "scored": 120}, contacts=1000))).__name__
    'LayerChart'
    """
    sheet = _Sheet(width=width - 2 * MARGIN)
    _lay_funnel(sheet, funnel, narrow=is_narrow(width))
    return sheet.drawn


def mix_figure(moved: Decomposition, *, width: float = WIDE) -> alt.LayerChart:
    """Draw a change as the sum of mix and real, with the groups that they come from; parameters as `funnel_figure`."""
    sheet = _Sheet(width=width - 2 * MARGIN)
    _lay_mix(sheet, moved, narrow=is_narrow(width))
    return sheet.drawn


def trust_figure(report: TrustReport, *, width: float = WIDE) -> alt.LayerChart:
    """Draw funnel and change of a trust report, one below the other.

    Raises
    ------
    OptionError
        When it has neither, as that of a file.
    """
    if report.funnel is None and report.moved is None:
        raise OptionError("there is no funnel to draw: a file of answers does not say who was asked")
    sheet = _Sheet(width=width - 2 * MARGIN)
    if report.funnel is not None:
        _lay_funnel(sheet, report.funnel, narrow=is_narrow(width))
    if report.moved is not None:
        sheet.y += 24
        _lay_mix(sheet, report.moved, narrow=is_narrow(width))
    return sheet.drawn


def _lay_funnel(sheet: _Sheet, funnel: Funnel, *, narrow: bool) -> None:
    left, right = (84.0, 64.0) if narrow else (110.0, 210.0)
    room = sheet.width - left - right
    steps = [("contacts", funnel.contacts, None, ""), *((s.stage, s.count, s.rate, s.of or "") for s in funnel.steps)]
    sheet.texts.append(Text(text="contacts", x=left, y=sheet.y + 12, ink=MUTED))
    head = "of the stage before" if narrow else "of the stage before, with interval"
    sheet.texts.append(Text(text=head, x=sheet.width, y=sheet.y + 12, align="right", ink=MUTED))
    for place, (stage, count, rate, of) in enumerate(steps):
        y = sheet.y + _TOP + _STEP * (place + 0.5)
        sheet.texts.append(Text(text=stage, x=0, y=y, size=13))
        sheet.lines.append(Stroke(x=left, x2=left + room, y=y + _STEP / 2, y2=y + _STEP / 2, ink=HAIRLINE, width=1))
        if count is None:
            sheet.texts.append(Text(text="not recorded", x=left + 4, y=y, ink=MUTED))
            continue
        long = room * count / max(funnel.contacts, 1)
        ink = BLUE if stage == "scored" else PALE
        sheet.lines.append(Stroke(x=left, x2=left + max(long, 1), y=y, y2=y, ink=ink, width=_BAR))
        inside = long > 70
        at, align = (left + long - 6, "right") if inside else (left + long + 6, "left")
        white = stage == "scored" and inside
        text = Text(text=f"{count:,}", x=at, y=y, align="right" if align == "right" else "left", bold=stage == "scored")
        sheet.texts.append(Text(text=text.text, x=at, y=y, align=text.align, ink="white", bold=True) if white else text)
        sheet.texts.append(Text(text=_rate(rate, of, narrow=narrow), x=sheet.width, y=y, align="right"))
    sheet.y += _TOP + _STEP * len(steps) + 10
    for line in _why(funnel, 2 if narrow else _REASONS):
        sheet.texts.append(Text(text=line, x=0, y=sheet.y + 8, ink=MUTED, limit=sheet.width))
        sheet.y += 20


def _rate(rate: Estimate | None, of: str, *, narrow: bool) -> str:
    if rate is None or rate.value is None or rate.interval is None:
        return ""
    told = f"{rate.value:.1f} %"
    return told if narrow else f"{told} of {of} ({rate.interval.low:.1f} to {rate.interval.high:.1f})"


def _why(funnel: Funnel, most: int) -> Iterator[str]:
    rate = funnel.response_rate
    if rate and rate.value is not None:
        yield f"Response rate: {rate.value:.1f} % of what was sent."
    for head, why in (("Not asked", funnel.not_asked), ("Not counted", funnel.not_counted)):
        told = [f"{reason.replace('_', ' ')} {count:,}" for reason, count in list(why.items())[:most]]
        if told:
            yield f"{head}: {', '.join(told)}{', …' if len(why) > most else ''}"


def _lay_mix(sheet: _Sheet, moved: Decomposition, *, narrow: bool) -> None:
    parts = sorted(moved.parts, key=lambda part: -abs(part.mix + part.real))[:_PARTS]
    rows = [
        ("change", moved.change, moved.change_interval, BLUE),
        ("from mix", moved.mix, moved.mix_interval, ORANGE),
        ("from scores", moved.real, moved.real_interval, BLUE),
    ]
    left, right = (90.0, 56.0) if narrow else (150.0, 150.0)
    ends = [0.0, *(end for _, _, interval, _ in rows for end in (interval.low, interval.high))]
    ends += [value for part in parts for value in (part.mix, part.real)]
    low, high = min(ends), max(ends)
    scale = (sheet.width - left - right) / max(high - low, 1e-9)

    def place(value: float) -> float:
        return left + (value - low) * scale

    sheet.texts.append(Text(text="points of change: orange is mix, blue is scores", x=left, y=sheet.y + 12, ink=MUTED))
    top, y = sheet.y + _TOP, sheet.y + _TOP
    for name, value, interval, ink in rows:
        y += _STEP
        sheet.texts.append(Text(text=name, x=0, y=y - _STEP / 2, size=13, bold=name == "change"))
        _bar(sheet, (place(0), place(value)), y - _STEP / 2, ink, _BAR)
        _whisker(sheet, (place(interval.low), place(interval.high)), y - _STEP / 2)
        sheet.texts.append(
            Text(text=_points(value, interval, narrow=narrow), x=sheet.width, y=y - _STEP / 2, align="right")
        )
    for part in parts:
        y += _STEP
        name = "(empty)" if part.group is None else str(part.group)
        sheet.texts.append(Text(text=name, x=14, y=y - _STEP / 2, ink=MUTED, limit=left - 20))
        _bar(sheet, (place(0), place(part.mix)), y - _STEP / 2 - 4, ORANGE, 7)
        _bar(sheet, (place(0), place(part.real)), y - _STEP / 2 + 4, BLUE, 7)
        told = f"{part.mix:+.1f} and {part.real:+.1f}".replace("-", "−")
        sheet.texts.append(Text(text=told, x=sheet.width, y=y - _STEP / 2, align="right", ink=MUTED))
    sheet.lines.append(Stroke(x=place(0), x2=place(0), y=top, y2=y, ink=GREY, width=1))
    sheet.y = y + 10


def _bar(sheet: _Sheet, ends: tuple[float, float], y: float, ink: str, width: float) -> None:
    sheet.lines.append(Stroke(x=ends[0], x2=ends[1], y=y, y2=y, ink=ink, width=width))


def _whisker(sheet: _Sheet, ends: tuple[float, float], y: float) -> None:
    sheet.lines.append(Stroke(x=ends[0], x2=ends[1], y=y, y2=y, ink=INK, width=1))
    sheet.lines += [Stroke(x=end, x2=end, y=y - 5, y2=y + 5, ink=INK, width=1) for end in ends]


def _points(value: float, interval: Interval, *, narrow: bool) -> str:
    told = f"{value:+.1f}" if narrow else f"{value:+.1f} ({interval.low:+.1f} to {interval.high:+.1f})"
    return told.replace("-", "−")
