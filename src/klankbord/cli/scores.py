"""Scores, comparisons and trends as tables to read."""

import sys
from collections.abc import Mapping
from typing import Any

from klankbord.cli.printing import print_grid, print_machine, print_notices, signed, span
from klankbord.cli.terminal import Format
from klankbord.results import Interval, Table
from klankbord.score import Comparison, Measure, Score, Trend


def print_scores(table: Table[Score], responses: Any, form: Format, target: float | None) -> None:
    """Print scores by group."""
    if print_machine(table, form, **_context(responses)):
        return
    columns = [*table.by, *_columns(responses.measure, table.question)]
    print_grid(_title(responses), columns, [[*_key(key), *_cells(score)] for key, score in table])
    print_notices((*responses.notices, *table.notices))
    for key, score in table:
        if target is not None and score.value is not None and score.value < target:
            _print_short(" · ".join(_key(key)) or responses.measure.title, score, target)


def print_comparisons(table: Table[Comparison], responses: Any, form: Format) -> None:
    """Print each group against the others."""
    if print_machine(table, form, **_context(responses)):
        return
    title, against = responses.measure.title, table.question.get("against", "rest")
    columns = [*table.by, ">n", f">{title}", f">less {against}", ">interval", ">p", "verdict", ">could see"]
    print_grid(_title(responses), columns, [[*_key(key), *_compared(one)] for key, one in table])
    print_notices((*responses.notices, *table.notices))


def print_trend(trend: Trend, responses: Any, form: Format) -> None:
    """Print a score by period, then what moved."""
    if print_machine(trend, form, **_context(responses)):
        return
    columns = [f">{trend.every}", *_columns(responses.measure, trend.question)]
    days = zip(trend.periods, trend.scores, strict=True)
    print_grid(_title(responses), columns, [[day.isoformat(), *_cells(score)] for day, score in days])
    print_notices(trend.notices)
    for line in trend.summary().splitlines()[1:]:
        sys.stdout.write(f"{line}\n")


def _print_short(name: str, score: Score, target: float) -> None:
    sure = score.interval is not None and score.interval.high < target
    doubt = "" if sure else " (the interval holds the target)"
    sys.stdout.write(f"{name} {signed(score.value)} falls short of {signed(target)}{doubt}\n")


def _columns(measure: Measure, question: Mapping[str, object]) -> list[str]:
    level = f"{100 * float(str(question['level'])):g} % interval"
    return [">n", f">{measure.title}", f">{level}", f">% {' / '.join(measure.words)}", "|"]


def _cells(score: Score) -> list[str]:
    total = sum(score.counts)
    kinds = (score.good, score.neutral, score.bad)[: len(score.measure.words)]
    shares = " / ".join(f"{100 * kind / total:.0f}" if total else "–" for kind in kinds)
    drawn = "fewer than five answers"
    if score.value is not None and score.interval is not None:
        drawn = span(score.interval.low, score.interval.high, score.value, score.measure.low)
    return [f"{score.n:,}", signed(score.value), _interval(score.interval), shares, drawn]


def _compared(one: Comparison) -> list[str]:
    return [
        f"{one.a.n:,}",
        signed(one.a.value),
        signed(one.value),
        _interval(one.interval),
        _p_value(one.p_value if one.p_adjusted is None else one.p_adjusted),
        "too few" if one.value is None else one.verdict,
        "–" if one.detectable is None else f"{one.detectable:.0f}",
    ]


def _interval(interval: Interval | None) -> str:
    return f"{signed(interval.low)} to {signed(interval.high)}" if interval else "–"


def _p_value(p: float | None) -> str:
    if p is None:
        return "–"
    return "<.001" if p < 0.001 else f"{p:.3f}".removeprefix("0")


def _key(key: tuple[object, ...]) -> list[str]:
    return ["(empty)" if part is None else str(part) for part in key]


def _title(responses: Any) -> str:
    return f"{', '.join(responses.paths)} · {responses.title} · {responses.kept:,} answers"


def _context(responses: Any) -> dict[str, object]:
    return {"files": list(responses.paths), "source": responses.source}
