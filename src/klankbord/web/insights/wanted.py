"""What a page is asked to show: measure, days, filters and grouping, read from its address and written back to it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

from django.http import QueryDict

from klankbord.lake.questions import Condition, Period, Question

DIMENSIONS = ("client", "site", "team", "queue", "channel", "touchpoint")
METRICS = ("nps", "csat", "csat_good_bad", "csat_freshdesk", "ces")
PRESETS: Mapping[str, str | None] = MappingProxyType(
    {
        "30-days": "last 30 days",
        "3-months": "last 3 months",
        "quarter": "last quarter",
        "year": "last year",
        "all": None,
    }
)
USUAL = "3-months"
DATES = "dates"
EMPTY = "-"  # in an address: the contacts that have no value


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an overview shows; as an address it holds codes and days only."""

    metric: str = METRICS[0]
    preset: str = USUAL
    first: date | None = None
    last: date | None = None
    by: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    unit: tuple[str, str] | None = None
    more: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, query: QueryDict, *, unit: tuple[str, str] | None = None, more: Collection[str] = ()) -> "Wanted":
        """Read an address; what it does not say, or says wrongly, is as usual.

        `more` names what else belongs to the page, and is kept as it stands.
        """
        told = {name: str(query[name]) for name in query}
        first, last = (_day(told.get(name, "")) for name in ("from", "until"))
        if first and last and first > last:
            first, last = last, first
        preset = told.get("period", USUAL)
        return cls(
            metric=told["metric"] if told.get("metric") in METRICS else METRICS[0],
            preset=DATES if first or last else preset if preset in PRESETS else USUAL,
            first=first,
            last=last,
            by=told["by"] if told.get("by") in DIMENSIONS else "",
            filters={name: told[name] for name in DIMENSIONS if told.get(name) and not (unit and unit[0] == name)},
            unit=unit,
            more={name: told[name] for name in more if told.get(name)},
        )

    @property
    def period(self) -> Period | None:
        """The days that are asked about; None for all."""
        if self.preset == DATES:
            return Period(first=self.first, last=self.last)
        asked = PRESETS[self.preset]
        return Period.parse(asked) if asked else None

    @property
    def compare(self) -> str | None:
        """What the numbers are held against: the days before, where there is a beginning to count back from."""
        return None if self.period is None or (self.preset == DATES and self.first is None) else "previous"

    @property
    def run_up(self) -> Period | None:
        """The days of the trend: a year back from the period's end, so that a short period is seen where it stands."""
        if self.preset == DATES:
            last = self.last
            if last is None or self.first is None:
                return self.period
            return Period(first=min(self.first, _year_before(last)), last=last)
        return None if self.preset == "all" else Period.parse("last 13 months")

    @property
    def where(self) -> tuple[Condition, ...]:
        """The conditions of the filters, and of the unit whose page it is."""
        unit = (self.unit,) if self.unit else ()
        return tuple(_condition(name, code) for name, code in (*unit, *self.filters.items()))

    def question(self, measure: str | None = None, **parts: Any) -> Question:
        """Return a question about these days and contacts."""
        return Question.of(measure or self.metric, where=self.where, **({"period": self.period} | parts))

    def query(self, **changes: str | None) -> str:
        """Return the address' query with some of its parts changed, or left out."""
        told = dict(self._told()) | changes
        query = urlencode({name: value for name, value in told.items() if value}, quote_via=quote)
        return f"?{query}" if query else "?"

    def without_filters(self) -> "Wanted":
        """Return the same without filters."""
        return replace(self, filters={}, more={})

    @property
    def cleared(self) -> str:
        """The query of the same page without filters and days of its own."""
        return self.without_filters().query(**{"from": None, "until": None})

    def _told(self) -> Iterator[tuple[str, str]]:
        if self.metric != METRICS[0]:
            yield "metric", self.metric
        if self.preset not in {USUAL, DATES}:
            yield "period", self.preset
        for name, day in (("from", self.first), ("until", self.last)):
            if day:
                yield name, day.isoformat()
        if self.by:
            yield "by", self.by
        yield from self.filters.items()
        yield from self.more.items()


def _condition(name: str, code: str) -> Condition:
    return Condition(column=name, operator="is empty") if code == EMPTY else Condition(column=name, values=(code,))


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year < 3000 else None


def _year_before(day: date) -> date:
    return (day - timedelta(days=365)).replace(day=1)
