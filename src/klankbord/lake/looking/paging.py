"""Newest first, a page at a time: months are walked backwards until the page is full, and no further."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from klankbord.errors import OptionError
from klankbord.lake.engine import literal
from klankbord.lake.looking.lines import LINE_FIELDS, Cursor, Line, Page
from klankbord.lake.looking.opened import Opened, Row, keys_sql, listed_columns, moment_sql
from klankbord.lake.looking.selecting import Selection
from klankbord.lake.schema import TABLES

_AT = {"contacts": "started_at", "responses": "coalesce(answered_at, started_at)"}
_MOST = 1000
_OF_THE_ANSWER = ("counted", "not_counted_reason", "comment", "answered_at", "score")


def page_of(selection: Selection, opened: Opened, after: Cursor | str | None, limit: int) -> Page:
    """Return the newest lines of a selection, or those after a page.

    Raises
    ------
    OptionError
        When the page has no size, or `after` ends none.
    """
    if not 1 <= limit <= _MOST:
        raise OptionError(
            f"a page of {limit} lines cannot be", hint=f"from 1 to {_MOST:,}", limit=limit, case="bad_limit"
        )
    cursor = Cursor.parse(after) if isinstance(after, str) else after
    rows = newest(selection, opened, limit + 1, cursor)
    lines = [line_of(row, selection.table) for row in rows[:limit]]
    if selection.table == "contacts":
        lines = beside_answers(lines, opened)
    return Page(rows=tuple(lines), after=_end(rows[limit - 1]) if len(rows) > limit else None)


def newest(selection: Selection, opened: Opened, wanted: int, after: Cursor | None = None) -> list[Row]:
    """Return the newest rows of a selection, with `at` beside the columns of a line."""
    table, at = selection.table, _AT[selection.table]
    if after is not None:
        selection = selection.and_also(_older(after, table))
    months = [month for month in selection.months if after is None or month <= opened.month_of(after.at)]
    held, moments = list[str](), list[datetime]()
    # One narrow column says how far back the page goes; only from there on whole rows are read.
    for some in _widening(months):
        sql = f'select {at} as "at" from {opened.relation(table, some)} where {selection.sql} and {at} is not null'
        found = opened.rows(f"{sql} order by 1 desc limit {wanted - len(moments)}")
        moments += [row["at"] for row in found]
        held += some if found else ()
        if len(moments) == wanted:
            break
    return _whole(selection, opened, held, moments[-1])[:wanted] if moments else []


def line_of(row: Row, table: str) -> Line:
    """Return a row of `contacts` or `responses` as a line."""
    told = {name: value for name, value in row.items() if name in LINE_FIELDS and value is not None}
    told["attributes"] = dict(row.get("attributes") or ())
    if table == "responses":
        known = row["contact_source"] is not None
        told |= {"source": row["contact_source"], "external_id": row["contact"] if known else None}
        told["response"] = (row["source"], row["external_id"], row["metric"])
    return Line(**told)


def columns_of(table: str) -> str:
    """Return the columns that a line of a table is made of, as SQL."""
    more = ("contact_source", "contact") if table == "responses" else ()
    return f'{_AT[table]} as "at", {listed_columns(table, {*LINE_FIELDS, *more})}'


def beside_answers(lines: Sequence[Line], opened: Opened) -> list[Line]:
    """Put the words of the customer, and what else only the answer knows, beside the contacts that were answered."""
    answered = [line for line in lines if line.answered_at is not None]
    months = {opened.month_of(line.answered_at) for line in answered if line.answered_at}
    if not answered:
        return list(lines)
    keys = [(str(line.source), str(line.external_id)) for line in answered]
    found = opened.rows(
        f"select {columns_of('responses')} from {opened.relation('responses', months)} "
        f"where {keys_sql('contact_source, contact', keys)} order by answered_at, metric"
    )
    by_contact = {(row["contact_source"], row["contact"], row["metric"]): row for row in found}
    return [_told_by(line, by_contact.get((line.source, line.external_id, line.metric))) for line in lines]


def _told_by(line: Line, answer: Row | None) -> Line:
    if answer is None:
        return line
    response = (answer["source"], answer["external_id"], answer["metric"])
    return replace(line, response=response, **{name: answer[name] for name in _OF_THE_ANSWER})


def _whole(selection: Selection, opened: Opened, months: Sequence[str], since: datetime) -> list[Row]:
    table, at = selection.table, _AT[selection.table]
    order = ", ".join(f"{name} desc" for name in ('"at"', *TABLES[table].key))
    return opened.rows(
        f"select {columns_of(table)} from {opened.relation(table, months)} "
        f"where {selection.sql} and {at} >= {moment_sql(since)} order by {order}"
    )


def _widening(months: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield one month, another, then two, four, eight: what is rare is sought in ever larger steps."""
    start = 0
    while start < len(months):
        width = max(1, start)
        yield months[start : start + width]
        start += width


def _older(after: Cursor, table: str) -> str:
    at, moment = _AT[table], moment_sql(after.at)
    key = ", ".join(TABLES[table].key)
    values = ", ".join(literal(getattr(after, name)) for name in TABLES[table].key)
    return f"{at} < {moment} or ({at} = {moment} and ({key}) < ({values}))"


def _end(row: Row) -> Cursor:
    return Cursor(at=row["at"], source=row["source"], external_id=row["external_id"], metric=row.get("metric") or "")
