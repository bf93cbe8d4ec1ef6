"""Calendar periods: how they are written, which days they come to in a lake, and what lay before them."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from klankbord.errors import OptionError

Unit = Literal["day", "week", "month", "quarter", "year"]
_MONTHS = {"month": 1, "quarter": 3, "year": 12}  # months in a unit
_FORMS = "2026, 2026-Q1, 2026-03, 2026-W12, 2026-03-15, 2026-01..2026-06, 2026-03.. or last 3 months"
_CALENDAR = re.compile(
    r"(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-W(?P<week>\d\d)|-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?", re.IGNORECASE
)
_LAST = re.compile(r"(?:the )?last (?:(?P<count>\d{1,3}) )?(?P<unit>day|week|month|quarter|year)s?", re.IGNORECASE)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days from `first` to `last`, both included.

    Examples
    --------
    >>> Span(first=date(2026, 1, 1), last=date(2026, 3, 31)).before
    Span(first=datetime.date(2025, 10, 1), last=datetime.date(2025, 12, 31))
    """

    first: date
    last: date

    @property
    def whole_months(self) -> bool:
        """Whether it begins and ends with a calendar month."""
        return self.first.day == 1 and (self.last + _DAY).day == 1

    @property
    def months(self) -> tuple[str, str]:
        """The first and the last month, as partitions are named."""
        return f"{self.first:%Y-%m}", f"{self.last:%Y-%m}"

    def touches(self, month: str) -> bool:
        """Whether a month, named as partitions are, has a day of it."""
        first, last = self.months
        return first <= month <= last

    @property
    def before(self) -> "Span":
        """The period of equal length before: as many whole months, or else as many days."""
        # Before a quarter lies a quarter, though it may be a day or two shorter.
        if self.whole_months:
            first_month, last_month = (_month_number(day) for day in (self.first, self.last))
            first = _month_start(2 * first_month - last_month - 1)
        else:
            first = self.first - (self.last - self.first) - _DAY
        return Span(first=first, last=self.first - _DAY)

    @property
    def year_before(self) -> "Span":
        """The same days of the year before."""
        first, last = (_year_earlier(day) for day in (self.first, self.last))
        return Span(first=first, last=_month_end(last) if self.whole_months else last)

    def overlaps(self, other: "Span") -> bool:
        """Whether the two have a day in common."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A period as it is asked for: from and to, one of them perhaps open, or the last so many units.

    Parameters
    ----------
    first, last : date, optional
        Days, both included; None is open.
    count, unit : int and {"day", "week", "month", "quarter", "year"}, optional
        The last `count` calendar units, up to and with the one of the lake's last day, whichever table it is in.

    Examples
    --------
    >>> Period.parse("2026-Q1")
    Period(first=datetime.date(2026, 1, 1), last=datetime.date(2026, 3, 31), count=0, unit=None)
    >>> str(Period.parse("2026-01..2026-12")), str(Period.parse("last 3 months"))
    ('2026', 'last 3 months')
    """

    first: date | None = None
    last: date | None = None
    count: int = 0
    unit: Unit | None = None

    def __post_init__(self) -> None:
        counted = self.unit in get_args(Unit) and 0 < self.count < 1000
        dated = self.first is not None or self.last is not None
        if dated == counted or (counted != bool(self.count or self.unit)):
            raise OptionError(
                "a period has days, or counts units back from the end", hint=f"write {_FORMS}", case="half_a_period"
            )
        if self.first and self.last and self.first > self.last:
            raise OptionError(
                f"the period {self.first}..{self.last} ends before it begins",
                hint=f"write {self.last}..{self.first}",
                case="period_backwards",
                first=str(self.first),
                last=str(self.last),
            )

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read a period.

        Raises
        ------
        OptionError
            When it is none.
        """
        told = " ".join(text.split())
        if found := _LAST.fullmatch(told):
            return cls(count=int(found["count"] or 1), unit=found["unit"].lower())  # type: ignore[arg-type]
        start, dots, end = told.partition("..")
        if not dots:
            span = _calendar(told)
            return cls(first=span.first, last=span.last)
        return cls(first=_calendar(start).first if start else None, last=_calendar(end).last if end else None)

    def __str__(self) -> str:
        if self.unit:
            return f"last {f'{self.count} {self.unit}s' if self.count > 1 else self.unit}"
        if self.first and self.last:
            return span_text(Span(first=self.first, last=self.last))
        first = _shortest(self.first, start=True) if self.first else ""
        return f"{first}..{_shortest(self.last, start=False) if self.last else ''}"

    def within(self, held: Span, until: date | None = None) -> Span:
        """Return the days that the period comes to, in a table that holds `held`, of a lake that goes on `until`."""
        if self.unit:
            return _last_units(self.count, self.unit, max(held.last, until or held.last))
        first = self.first or min(held.first, self.last or held.first)
        return Span(first=first, last=self.last or max(held.last, first))


def span_text(span: Span) -> str:
    """Write days as briefly as can be.

    Examples
    --------
    >>> span_text(Span(first=date(2026, 4, 1), last=date(2026, 6, 30)))
    '2026-Q2'
    """
    first, last = span.first, span.last
    quarter, week = f"{first:%Y}-Q{(first.month + 2) // 3}", f"{first:%G}-W{first:%V}"
    for text in (f"{first:%Y}", quarter, f"{first:%Y-%m}", week, first.isoformat()):
        if _matches(text) == span:
            return text
    if span.whole_months:
        return f"{first:%Y-%m}..{last:%Y-%m}"
    return f"{first}..{last}"


def unit_of(day: date, unit: Unit) -> Span:
    """Return the calendar unit that a day is in; weeks begin on Monday (ISO 8601)."""
    if unit == "day":
        return Span(first=day, last=day)
    if unit == "week":
        monday = day - timedelta(days=day.weekday())
        return Span(first=monday, last=monday + timedelta(days=6))
    number, size = _month_number(day), _MONTHS[unit]
    start = number - number % size
    return Span(first=_month_start(start), last=_month_start(start + size) - _DAY)


def units_in(span: Span, unit: Unit) -> tuple[date, ...]:
    """List the first days of all calendar units that have a day in a span."""
    found = list[date]()
    at = unit_of(span.first, unit)
    while at.first <= span.last:
        found.append(at.first)
        at = unit_of(at.last + _DAY, unit)
    return tuple(found)


def _last_units(count: int, unit: Unit, last: date) -> Span:
    at = unit_of(last, unit)
    if unit in _MONTHS:
        return Span(first=_month_start(_month_number(at.first) - (count - 1) * _MONTHS[unit]), last=at.last)
    days = (count - 1) * (7 if unit == "week" else 1)
    return Span(first=at.first - timedelta(days=days), last=at.last)


def _calendar(text: str) -> Span:
    span = _matches(text)
    if span is None:
        raise OptionError(f"{text!r} is not a period", hint=f"write {_FORMS}", period=text, case="not_a_period")
    return span


def _matches(text: str) -> Span | None:
    found = _CALENDAR.fullmatch(text.strip())
    parts = {name: int(part) for name, part in found.groupdict().items() if part} if found else {"year": 0}
    year = parts["year"]
    if not 1970 <= year <= 2999:
        return None
    unit: Unit = next((unit for unit in ("day", "week", "month", "quarter") if unit in parts), "year")
    month = 3 * parts["quarter"] if unit == "quarter" else parts.get("month", 1)
    try:
        day = date.fromisocalendar(year, parts["week"], 1) if unit == "week" else date(year, month, parts.get("day", 1))
    except ValueError:
        return None
    return unit_of(day, unit)


def _shortest(day: date, *, start: bool) -> str:
    """Write one end of an open period: as a month where it begins or ends one."""
    month = unit_of(day, "month")
    return f"{day:%Y-%m}" if day == (month.first if start else month.last) else day.isoformat()


def _month_number(day: date) -> int:
    return 12 * day.year + day.month - 1


def _month_start(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _year_earlier(day: date) -> date:
    days = monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, days))
