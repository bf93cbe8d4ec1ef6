"""Answers of a lake drawn: a trend, a distribution, groups with intervals; durations on a scale of their own."""

from collections.abc import Sequence

import altair as alt

from klankbord.charts.answers import distribution
from klankbord.charts.canvas import Stroke, Text, figure, strokes, words
from klankbord.charts.groups import forest
from klankbord.charts.labels import Labels
from klankbord.charts.periods import trend
from klankbord.charts.spans import Amounts
from klankbord.charts.theme import BLUE, HAIRLINE, MARGIN, MUTED, ORANGE, WIDE, is_narrow
from klankbord.errors import OptionError
from klankbord.lake.questions import Answer
from klankbord.lake.questions.amounts import Amount
from klankbord.lake.questions.contrasts import Contrast
from klankbord.results import Table
from klankbord.score import Comparison, Score

_MOST = 100  # groups that anybody can read in one figure
_STEP, _TOP, _BOTTOM = 30, 26, 26  # a row, the room above the rows, and the axis below them, in pixels


def asked(answer: Answer, *, width: float = WIDE) -> alt.LayerChart:
    """Draw an answer as its question asks.

    Parameters
    ----------
    answer : Answer
        Scores and shares over time are a trend; groups are drawn side by side, in the order of the answer.
    width : float
        Width in pixels; the figure has a form for phones.

    Raises
    ------
    OptionError
        When there are no groups, or more than can be read.
    """
    if not answer.keys:
        raise OptionError("an answer without rows cannot be drawn", hint="ask about a period that the lake holds")
    if answer.trend is not None:
        labels = Labels.of(answer.trend.scores[0].measure)
        return trend(answer.trend, labels=labels, width=width, incomplete=answer.is_running, reworded=answer.reworded)
    if len(answer) > _MOST:
        raise OptionError(f"{len(answer):,} groups cannot be read in one figure", hint=f"keep some: limit={_MOST}")
    scores = [row for row in answer.rows if isinstance(row, Score)]
    if not scores:
        return _amounts(answer, width)
    if not answer.scope.question.keys:
        return distribution(scores[0], width=width)
    keys = tuple((answer.label(key),) for key in answer.keys)
    judged = [one for one in answer.comparisons or () if isinstance(one, Comparison)]
    return forest(
        Table(by=("group",), keys=keys, rows=scores),
        verdicts=Table(by=("group",), keys=keys, rows=judged) if judged else None,
        total=answer.total if isinstance(answer.total, Score) else None,
        labels=Labels.of(scores[0].measure),
        width=width,
    )


def _amounts(answer: Answer, width: float) -> alt.LayerChart:
    full, narrow = width - 2 * MARGIN, is_narrow(width)
    names = [answer.label(key) if key else answer.definition.title for key in answer.keys]
    left = min(max(120.0, 7.5 * max(map(len, names)) + 80), 0.5 * full)
    limits = [end for row in answer.rows if row.interval for end in (row.interval.low, row.interval.high)]
    axis = Amounts.around(limits or [0.0, 1.0], start=left, end=full - (90 if narrow else 160))
    bottom = _TOP + _STEP * len(names)
    lines = [axis.line(at, bottom, HAIRLINE) for at in axis.ticks]
    texts = [
        Text(text=axis.written(at), x=axis.place(at), y=bottom + 12, align="center", ink=MUTED)
        for at in axis.ticks[:: 2 if narrow else 1]
    ]
    texts.append(Text(text="n", x=left - 18, y=10, align="right", ink=MUTED))
    judged: Sequence[object] = answer.comparisons or [None] * len(names)
    for place, (name, row, compared) in enumerate(zip(names, answer.rows, judged, strict=True)):
        y = _TOP + _STEP * (place + 0.5)
        texts.append(Text(text=name, x=0, y=y, size=13, limit=left - 66))
        texts.append(Text(text=f"{row.n:,}", x=left - 18, y=y, align="right", ink=MUTED))
        if not isinstance(row, Amount) or row.value is None or row.interval is None:
            texts.append(Text(text=f"too few {answer.definition.things}", x=left, y=y, ink=MUTED))
            continue
        ink = _ink(compared, low_is_good=answer.definition.better == "low")
        ends, at = (axis.place(row.interval.low), axis.place(row.interval.high)), axis.place(row.value)
        lines.append(Stroke(x=ends[0], x2=ends[1], y=y, y2=y, ink=ink))
        lines.append(Stroke(x=at - 3, x2=at + 3, y=y, y2=y, ink=ink, width=10))
        number = answer.definition.written(row.value)
        texts.append(Text(text=number, x=axis.end + 84, y=y, align="right", bold=True, size=13))
        if not narrow and isinstance(compared, Contrast):
            texts.append(Text(text=compared.verdict if compared.value is not None else "too few", x=axis.end + 96, y=y))
    return figure([strokes(lines), words(texts)], width=full, height=bottom + _BOTTOM)


def _ink(compared: object, *, low_is_good: bool) -> str:
    """Colour a real difference: orange where it is for the worse."""
    if not isinstance(compared, Contrast) or compared.verdict != "real" or compared.value is None:
        return BLUE if compared is None else MUTED
    return ORANGE if (compared.value > 0) == low_is_good else BLUE
