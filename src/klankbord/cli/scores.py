"""Scores, comparisons and trends as tables to read."""

import sys
from typing import Any

from klankbord.cli.printing import print_grid, print_machine, print_notices, signed, span
from klankbord.cli.terminal import Format
from klankbord.results import Table
from klankbord.score import Comparison, Score, Trend


def print_scores(table: Table[Score], responses: Any, form: Format, target: float | None) -> None:
    """Print scores by group."""
    if print_machine(table, form, **_context(responses)):
        return
    measure = responses.measure
    columns = [
        *table.by,
        ">n",
        f">{measure.title}",
        "from",
        "to",
        *(f">{word} %" for word in measure.words),
        _axis(measure),
    ]
    print_grid(_title(responses), columns, [[*_key(key), *_cells(score)] for key, score in table])
    print_notices((*responses.notices, *table.notices))
    if target is not None:
        short = [(key, score) for key, score in table if score.value is not None and score.value < target]
        for key, score in short:
            doubt = "" if score.interval and score.interval.high < target else " (the interval holds the target)"
            name = " · ".join(_key(key)) or measure.title
            sys.stdout.write(f"{name} {signed(score.value)} falls short of {signed(target)}{doubt}\n")


def print_comparisons(table: Table[Comparison], responses: Any, form: Format) -> None:
    """Print each group against the others."""
    if print_machine(table, form, **_context(responses)):
        return
    against = str(table.question.get("against", "rest"))
    columns = [
        *table.by,
        ">n",
        f">{responses.measure.title}",
        f">less {against}",
        "from",
        "to",
        ">p",
        "verdict",
        ">could see",
    ]
    rows = [
        [
            *_key(key),
            f"{one.a.n:,}",
            signed(one.a.value),
            signed(one.value),
            signed(one.interval.low if one.interval else None),
            signed(one.interval.high if one.interval else None),
            _p_value(one),
            one.verdict if one.value is not None else "too few",
            f"{one.detectable:.0f}" if one.detectable is not None else "–",
        ]
        for key, one in table
    ]
    print_grid(_title(responses), columns, rows)
    print_notices((*responses.notices, *table.notices))


def print_trend(trend: Trend, responses: Any, form: Format) -> None:
    """Print a score by period, then what moved."""
    if print_machine(trend, form, **_context(responses)):
        return
    measure = responses.measure
    columns = [
        trend.every,
        ">n",
        f">{measure.title}",
        "from",
        "to",
        *(f">{word} %" for word in measure.words),
        _axis(measure),
    ]
    days = zip(trend.periods, trend.scores, strict=True)
    print_grid(_title(responses), columns, [[day.isoformat(), *_cells(score)] for day, score in days])
    print_notices((*responses.notices, *trend.notices))
    for line in trend.summary().splitlines()[1:]:
        sys.stdout.write(f"{line}\n")


def _cells(score: Score) -> list[str]:
    total = sum(score.counts)
    kinds = (score.good, score.neutral, score.bad)[: len(score.measure.words)]
    shares = [f"{100 * kind / total:.0f}" if total else "–" for kind in kinds]
    if score.value is None or score.interval is None:
        return [f"{score.n:,}", "–", "–", "–", *shares, "fewer than five answers"]
    low, high = score.interval.low, score.interval.high
    drawn = span(low, high, score.value, score.measure.low)
    return [f"{score.n:,}", signed(score.value), signed(low), signed(high), *shares, drawn]


def _axis(measure: Any) -> str:
    return f"{measure.low:<4.0f}{'0':^23}{'100':>4}" if measure.bad else f"{'0':<16}{'100':>15}"


def _p_value(one: Comparison) -> str:
    p = one.p_adjusted if one.p_adjusted is not None else one.p_value
    return "–" if p is None else "<.001" if p < 0.001 else f"{p:.3f}".removeprefix("0")


def _key(key: tuple[object, ...]) -> list[str]:
    return ["(empty)" if part is None else str(part) for part in key]


def _title(responses: Any) -> str:
    return f"{', '.join(responses.paths)} · {responses.title} · {responses.kept:,} answers"


def _context(responses: Any) -> dict[str, object]:
    return {"files": list(responses.paths), "source": responses.source}
