"""From a question to one engine query: which partitions, which columns, which counts; nothing is run here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from klankbord.errors import OptionError
from klankbord.lake.questions.conditions import column_sql
from klankbord.lake.questions.definitions import Definition
from klankbord.lake.questions.period import Period, Span
from klankbord.lake.questions.question import Question
from klankbord.lake.schema import TableSchema

MONDAY = date(1969, 12, 29)
"""A Monday: weeks are counted from it."""
# Engines cut instants differently, so that time is cut by stored local columns and by whole days only.
_DAYS = f"date_diff('day', date '{MONDAY}', day)"
WEEKDAY = f"{_DAYS} % 7"
"""SQL of the day of the week of a row, 0 for Monday."""
_CUTS = {
    "hour": "hour",
    "weekday": WEEKDAY,
    "day": "day",
    "week": f"{_DAYS} // 7",
    "month": "month",
    "quarter": "month",
    "year": "month",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One query over one table.

    Parameters
    ----------
    table : str
        The table, which is also the name of the relation in the SQL.
    months : tuple of str or None
        Partitions to read; None for all.
    sql : str
        The query, in the SQL that every engine understands.
    columns : tuple of str
        Names of what comes out: dimensions first, then counts.
    """

    table: str
    months: tuple[str, ...] | None
    sql: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A question laid on a table: which days and months it comes to, and the queries that follow.

    Parameters
    ----------
    question : Question
        As it was asked.
    lake : Span or None
        First and last day of the table; None when it is empty.
    span, other : Span or None
        The days that are asked about, and those that they are compared with.
    months : tuple of str or None
        Partitions that hold these days; None for all.
    """

    question: Question
    lake: Span | None
    span: Span | None
    other: Span | None
    months: tuple[str, ...] | None

    @property
    def known_until(self) -> date | None:
        """The last day of which the measure can be known, where that is not the last day of the lake."""
        days = self.question.definition.days
        return self.lake.last - timedelta(days=days) if self.lake and days else None

    @property
    def conditions(self) -> list[str]:
        """What a row must fulfil to count, as SQL."""
        definition = self.question.definition
        return [definition.filled(definition.counts), *self.selection]

    @property
    def selection(self) -> list[str]:
        """What the question asks of a row, whatever the measure counts: its conditions and its days, as SQL."""
        found = [condition.sql() for condition in self.question.where]
        spans = [self.within(one) for one in (self.span, self.other) if one]
        if len(spans) == 1:
            found.append(spans[0])
        elif spans:
            found.append(f"({' or '.join(spans)})")
        return [*found, *([f"day <= date '{self.known_until}'"] if self.known_until else [])]

    def within(self, span: Span) -> str:
        """Return SQL that a row lies in these days."""
        return days_within(span, self.lake, self.question.definition.schema)

    @property
    def plan(self) -> Plan:
        """The query that answers the question."""
        groups, values = dict(_groups(self)), dict(_values(self.question.definition))
        columns = {**groups, **values}
        listed = ", ".join(sql if sql == name else f"{sql} as {name}" for name, sql in columns.items())
        grouped = [sql for sql in columns.values() if not sql.startswith(("count(", "sum("))]
        by = f" group by {', '.join(grouped)}" if grouped else ""
        table = self.question.definition.table
        sql = f"select {listed} from {table} where {' and '.join(self.conditions)}{by}"
        return Plan(table=table, months=self.months, sql=sql, columns=tuple(columns))

    def wording_plan(self, *dimensions: str) -> Plan:
        """Return the query for how many answers there are to each wording, told apart by these columns."""
        table, listed = self.question.definition.table, ", ".join(dimensions)
        sql = f"select {listed}, count(*) as n from {table} where {' and '.join(self.conditions)} group by {listed}"
        return Plan(table=table, months=self.months, sql=sql, columns=(*dimensions, "n"))


def days_plan(table: str, months: Sequence[str]) -> Plan:
    """Return the query for the first and the last day of a table, which reads one column of two months at most."""
    ends = tuple(dict.fromkeys((months[0], months[-1])))
    listed = ", ".join(f"'{month}'" for month in ends)
    sql = f"select min(day) as first, max(day) as last from {table} where month in ({listed})"
    return Plan(table=table, months=ends, sql=sql, columns=("first", "last"))


def lay_on(question: Question, months: Sequence[str], lake: Span | None, until: date | None = None) -> Scope:
    """Lay a question on a table that holds these months and days.

    Parameters
    ----------
    question : Question
        What is asked.
    months : sequence of str
        Partitions of the table, sorted.
    lake : Span or None
        Its first and last day; None when it is empty.
    until : date, optional
        The last day of other tables, which `last 3 months` counts back from where it is later than that of the table.

    Raises
    ------
    OptionError
        When the periods to compare overlap.

    Examples
    --------
    >>> lake = Span(first=date(2026, 1, 1), last=date(2026, 3, 31))
    >>> months = ("2026-01", "2026-02", "2026-03")
    >>> print(lay_on(Question.parse("response_rate by team in 2026-02"), months, lake).plan.sql)
    select team, sum(case when scored then 1 else 0 end) as good, count(*) as total from contacts
    where sent and month = '2026-02' group by team
    """
    span = question.period.within(lake, until) if question.period and lake else None
    other = _other(question, span, lake, until) if span and lake else None
    spans = [one for one in (span, other) if one]
    held = tuple(month for month in months if any(one.touches(month) for one in spans))
    return Scope(question=question, lake=lake, span=span, other=other, months=held if spans else None)


def _other(question: Question, span: Span, lake: Span, until: date | None) -> Span | None:
    if question.compare == "previous":
        return span.before
    if question.compare == "last year":
        other = span.year_before
    elif isinstance(question.compare, Period):
        other = question.compare.within(lake, until)
    else:
        return None
    if span.overlaps(other):
        raise OptionError(
            f"{span.first}..{span.last} and {other.first}..{other.last} have days in common and cannot be compared",
            hint="compare periods that lie apart",
            case="periods_overlap",
            one=f"{span.first}..{span.last}",
            other=f"{other.first}..{other.last}",
        )
    return other


def _groups(scope: Scope) -> Iterator[tuple[str, str]]:
    question = scope.question
    if scope.other and scope.span:
        yield "side", f"case when {scope.within(scope.span)} then 0 else 1 end"
    if question.grain:
        # Quarters and years are added up from months afterwards; the other cuts have their own name.
        own = _CUTS[question.grain]
        yield ("month" if own == "month" else question.grain), own
    for place, name in enumerate(question.by):
        yield (f"attribute_{place}" if name.startswith("attributes.") else name), column_sql(name)


def _values(definition: Definition) -> Iterator[tuple[str, str]]:
    """Yield the counts that the measure's kind needs, whatever the groups."""
    if definition.kind == "share":
        yield "good", f"sum(case when {definition.filled(definition.good)} then 1 else 0 end)"
        yield "total", "count(*)"
        return
    if definition.kind in {"duration", "gap"} and definition.statistic is None:
        yield "count", "count(*)"
        yield "total", f"sum({definition.value})"
        yield "squares", f"sum(cast({definition.value} as bigint) * ({definition.value}))"
        return
    yield ("score" if definition.kind == "score" else "seconds"), definition.value
    yield "count", "count(*)"


def days_within(span: Span, lake: Span | None, table: TableSchema) -> str:
    """Return the SQL of a span: months alone where no day of them is left out, so that no column is read for it."""
    first, last = span.months
    months = f"month = '{first}'" if first == last else f"month between '{first}' and '{last}'"
    # An end beyond the lake's own leaves nothing out either: a year that still runs needs no day.
    starts = span.first.day == 1 or (lake is not None and span.first <= lake.first)
    ends = (span.last + timedelta(days=1)).day == 1 or (lake is not None and span.last >= lake.last)
    if (starts and ends) or "day" not in table.names:
        return months
    if starts:
        return f"{months} and day <= date '{span.last}'"
    if ends:
        return f"{months} and day >= date '{span.first}'"
    return f"{months} and day between date '{span.first}' and date '{span.last}'"
