"""Phrases that several chapters use: who answered and when, how the answers divide, and what charts say."""

from datetime import date
from typing import Any

from klankbord.charts.kinds import kinds_of
from klankbord.charts.labels import Labels
from klankbord.reports.evidence import Evidence
from klankbord.reports.wording import Wording
from klankbord.score import Measure, Score


def people(measure: Measure, wording: Wording, n: int) -> str:
    """Name those who answered."""
    return wording("people.employees" if measure.name == "enps" else "people.customers", n=n)


def when(key: str, evidence: Evidence, wording: Wording, **values: Any) -> str:
    """Return the form of a sentence that fits what is known of time: a range, one day, or nothing."""
    first, last = evidence.first_on, evidence.last_on
    if first is None or last is None:
        return wording(f"{key}.undated", **values)
    if first == last:
        return wording(f"{key}.day", day=first, **values)
    start = wording.formats.day(first, year=first.year != last.year)
    return wording(f"{key}.range", start=start, end=last, **values)


def period(day: date, every: str, wording: Wording, *, beside: date | None = None) -> str:
    """Name a period in a sentence; without its year when it stands beside a period of the same year."""
    short = beside is not None and beside.year == day.year
    match every:
        case "month":
            name = wording.formats.month(day, year=not short)
        case "day" | "week":
            name = wording.formats.day(day, year=not short)
        case _:
            name = wording.formats.period(day, every)
    return wording(f"movement.name.{every}", name=name)


def parts(score: Score, wording: Wording) -> str:
    """Say how the answers divide, best first: shares, or counts where there are too few."""
    total = sum(score.counts) or 1.0
    words = []
    for kind, (_, word) in reversed(kinds_of(score.measure).items()):
        count = getattr(score, kind)
        amount = wording.formats.count(count) if score.value is None else wording.formats.percent(count / total)
        words.append(f"{wording.within(word)} {amount}")
    return ", ".join(words)


def chart_labels(wording: Wording) -> Labels:
    """Return what charts say in this language."""
    return Labels(
        formats=wording.formats,
        words=wording.table("words"),
        verdicts=wording.table("verdicts"),
        **wording.table("charts"),
    )


def column_name(column: str, wording: Wording) -> str:
    """Name a column: the fields that every tool has in this language, all others as the file does."""
    return wording.table("fields").get(column, column)
