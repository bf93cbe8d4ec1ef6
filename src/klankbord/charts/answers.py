"""The answers themselves: how often each was given, and how they divide into promoters, passives and detractors."""

from collections.abc import Iterator
from dataclasses import replace

import altair as alt

from klankbord.charts.canvas import Align, Stroke, Text, figure, inline, strokes, words
from klankbord.charts.kinds import kinds_of
from klankbord.charts.labels import Labels
from klankbord.charts.theme import FILLS, HAIRLINE, INK, MARGIN, TEXTS, WIDE, is_narrow
from klankbord.score import Score

_HEIGHT, _HEADS = 200, 36  # of the figure, and of the names above the bars
_BAR = (44, 72)  # top and bottom of the divided bar
_ALIGNS: dict[int, tuple[Align, ...]] = {2: ("left", "right"), 3: ("left", "center", "right")}  # by number of kinds
_GAP = 0.08  # of a step, on either side of a bar
_LETTER = 0.55  # mean width of a letter, of its size


def distribution(score: Score, *, labels: Labels | None = None, width: float = WIDE) -> alt.LayerChart:
    """Draw how often each answer was given, with the share of each kind above its answers.

    Parameters
    ----------
    score : Score
        The answers; below five, counts are written instead of shares.
    labels : Labels, optional
        Words and formats; English by default.
    width : float
        Width in pixels; the figure has a form for phones.

    Examples
    --------
    >>> from klankbord.score import nps
    >>> type(distribution(nps([10, 9, 8, 3, 10]))).__name__
    'LayerChart'
    """
    labels = labels or Labels.of(score.measure)
    full, small = width - 2 * MARGIN, is_narrow(width)
    step = full / len(score.measure.levels)
    axis = alt.Axis(labelAngle=0, labelFontSize=13, labelColor=INK, domain=True, domainColor=HAIRLINE)
    x = alt.X("level:O", sort=None, axis=axis, scale=alt.Scale(paddingInner=2 * _GAP, paddingOuter=_GAP))
    y = alt.Y("count:Q", axis=None, scale=alt.Scale(range=[_HEIGHT, _HEADS + 24], nice=False))
    bars = inline(_bars(score)).mark_bar().encode(x=x, y=y, color=alt.Color("fill:N", scale=None))
    numbers = [
        Text(
            text=_amount(score, count, labels),
            x=(at + 0.5) * step,
            y=_HEIGHT - (_HEIGHT - _HEADS - 24) * count / max(score.counts) - 9,
            align="center",
            size=11 if small else 12,
        )
        for at, count in enumerate(score.counts)
        if count
    ]
    heads = list(_heads(score, labels, step, 12 if small else 13))
    return figure(
        [bars, strokes(_brackets(score, step)), words([*numbers, *heads])], width=full, height=_HEIGHT, bottom=26
    )


def shares(score: Score, *, labels: Labels | None = None, width: float = WIDE) -> alt.LayerChart:
    """Draw how the answers divide, as one labelled bar from worst to best; parameters as `distribution`."""
    labels = labels or Labels.of(score.measure)
    full, total = width - 2 * MARGIN, sum(score.counts) or 1.0
    pieces, texts, start = list[Stroke](), list[Text](), 0.0
    kinds = kinds_of(score.measure)
    for (kind, (_, word)), align in zip(kinds.items(), _ALIGNS[len(kinds)], strict=True):
        end = start + full * getattr(score, kind) / total
        middle = sum(_BAR) / 2
        pieces.append(Stroke(x=start, x2=end, y=middle, y2=middle, ink=FILLS[kind], width=_BAR[1] - _BAR[0]))
        at = {"left": 0.0, "center": min(max((start + end) / 2, 0.4 * full), 0.6 * full), "right": full}[align]
        amount = _amount(score, getattr(score, kind), labels)
        texts.append(Text(text=labels.word(word), x=at, y=8, align=align, ink=TEXTS[kind], size=13))
        texts.append(Text(text=amount, x=at, y=28, align=align, ink=TEXTS[kind], size=18, bold=True))
        start = end
    seams = [
        Stroke(x=piece.x2, x2=piece.x2, y=_BAR[0], y2=_BAR[1], ink="white")
        for piece in pieces[:-1]
        if 0 < piece.x2 < full
    ]
    return figure([strokes([*pieces, *seams]), words(texts)], width=full, height=_BAR[1])


def _bars(score: Score) -> list[dict[str, object]]:
    fills = {level: FILLS[kind] for kind, (levels, _) in kinds_of(score.measure).items() for level in levels}
    return [
        {"level": str(level), "count": count, "fill": fills[level]}
        for level, count in zip(score.measure.levels, score.counts, strict=True)
    ]


def _spans(score: Score, step: float) -> Iterator[tuple[str, str, float, float]]:
    """Yield kind, word, and where its answers begin and end in pixels."""
    for kind, (levels, word) in kinds_of(score.measure).items():
        first, last = score.measure.levels.index(levels[0]), score.measure.levels.index(levels[-1])
        yield kind, word, (first + _GAP) * step, (last + 1 - _GAP) * step


def _brackets(score: Score, step: float) -> list[Stroke]:
    return [
        Stroke(x=start, x2=end, y=_HEADS, y2=_HEADS, ink=FILLS[kind]) for kind, _, start, end in _spans(score, step)
    ]


def _heads(score: Score, labels: Labels, step: float, size: int) -> Iterator[Text]:
    full = step * len(score.measure.levels)
    for kind, word, start, end in _spans(score, step):
        amount, named = _amount(score, getattr(score, kind), labels), labels.word(word)
        # A long name over the last answers would run out of the figure, and ends with them instead.
        fits = start + len(named) * _LETTER * size < full
        name = Text(text=named, x=start, y=7, ink=TEXTS[kind], size=size)
        name = name if fits else replace(name, x=end, align="right")
        yield from (name, replace(name, text=amount, y=24, bold=True))


def _amount(score: Score, count: float, labels: Labels) -> str:
    if score.value is None:
        return labels.formats.count(count)
    return labels.formats.percent(count / sum(score.counts))
