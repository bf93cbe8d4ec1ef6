"""Columns of single contacts or answers as arrays, out of a lake or of files: what rooms that need rows are given."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from klankbord.errors import ColumnError, OptionError
from klankbord.lake.engine import literal
from klankbord.lake.questions import Condition, Period
from klankbord.lake.questions.answering import lake_days, last_day_beside
from klankbord.lake.questions.conditions import column_of, column_sql
from klankbord.lake.questions.doubts import unattributed
from klankbord.lake.questions.planning import Plan, days_within
from klankbord.lake.readers.contact_records import ContactRecords
from klankbord.lake.readers.responses import CANONICAL, Responses
from klankbord.lake.schema import TABLES, Type
from klankbord.results import Notice

if TYPE_CHECKING:
    from klankbord.lake.store import Lake, Snapshot

Array = NDArray[Any]
_TIMES = {"hour": "extract(hour from {})::smallint", "day": "{}::date", "month": "strftime({}, '%Y-%m')"}
_NUMBERED = frozenset({"row", "file", "score"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns(Mapping[str, Array]):
    """Some columns of the same rows, by the names that they were asked for.

    Parameters
    ----------
    arrays : Mapping of str to ndarray, each of shape (rows,)
        Text as object arrays, None where empty; numbers and flags (1 or 0) as float64, NaN where empty; days as
        datetime64[D] and instants, in UTC, as datetime64[us], NaT where empty.
    rows : int
        How many rows there are.
    notices : tuple of Notice
        What makes them mean less than it seems.
    question : Mapping of str to object
        Where they come from, as it was understood.
    """

    arrays: Mapping[str, Array]
    rows: int
    notices: tuple[Notice, ...]
    question: Mapping[str, object]

    def __getitem__(self, name: str) -> Array:
        return self.arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.arrays)

    def __len__(self) -> int:
        return len(self.arrays)


def columns_of(
    source: "Lake | Snapshot | Responses | ContactRecords",
    names: Sequence[str],
    *,
    table: str = "contacts",
    where: str | Condition | Iterable[str | Condition] = (),
    period: str | Period | None = None,
) -> Columns:
    r"""Take columns of single rows out of a lake, or out of files that were read.

    Parameters
    ----------
    source : Lake, Snapshot, Responses or ContactRecords
        A lake, or what `read` or `read_contacts` returned.
    names : sequence of str
        Of a lake: columns of its schema, or `attributes.<name>`. Of files: fields, and headings as they stand there;
        `hour`, `day` and `month` by the file's own clock where it has moments.
    table : str
        Which table of a lake.
    where, period : conditions and period, optional
        Which rows of a lake, as `ask` takes them.

    Returns
    -------
    Columns
        In the order of the store, which is the same every time. Agents and teams are empty, and a notice says so,
        where the lake's attribution level does not allow them.

    Raises
    ------
    ColumnError
        When there is no such column; the error names the nearest.
    OptionError
        When a condition or a period cannot be understood, or is asked of a file.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from klankbord.lake import read
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "answers.csv")
    ...     _ = path.write_text("score,agent,team\n9,mila,a\n3,,b\n")
    ...     columns = columns_of(read(path), ["score", "agent"])
    >>> columns["score"], columns["agent"]
    (array([9., 3.]), array(['mila', None], dtype=object))
    """
    wanted = tuple(dict.fromkeys(names))
    if not wanted:
        raise OptionError("no columns were asked for", hint="name one, such as score")
    if isinstance(source, Responses | ContactRecords):
        if period is not None or where:
            raise OptionError(
                "a file takes no conditions and no period", hint="import it into a lake: klankbord import"
            )
        return _of_answers(source, wanted) if isinstance(source, Responses) else _of_records(source, wanted)
    snapshot: Snapshot = source.snapshot() if hasattr(source, "snapshot") else source
    conditions = (where,) if isinstance(where, str | Condition) else tuple(where)
    asked = tuple(one if isinstance(one, Condition) else Condition.parse(one) for one in conditions)
    return _of_lake(snapshot, wanted, table, asked, Period.parse(period) if isinstance(period, str) else period)


def _of_lake(
    snapshot: "Snapshot", names: Sequence[str], table: str, where: Sequence[Condition], period: Period | None
) -> Columns:
    from klankbord.lake.engines.local import LocalEngine  # noqa: PLC0415 - the engine loads when a lake is asked

    held = snapshot.months(table)  # refuses a table that is not there before its schema is looked at
    schema, engine = TABLES[table], LocalEngine()
    found = {name: column_of(name, schema, schema.names) for name in names}
    laid = [one.on(schema) for one in where]
    notices = tuple(
        unattributed(
            [column.name for column in found.values()] + [one.column for one in laid], snapshot.settings.attribution
        )
    )
    # A level may have been lowered after the rows came in, so that what they say is no permission.
    silent = {notice.data["column"] for notice in notices}
    cells = ["null::varchar" if one.name in silent else _cell(column_sql(one.name), one.type) for one in found.values()]
    rules = ["false" if one.column in silent else one.sql() for one in laid]
    lake = lake_days(schema, snapshot, engine)
    span = period.within(lake, last_day_beside(schema, snapshot, engine, period)) if period and lake else None
    rules += [days_within(span, lake, schema)] if span else []
    plan = Plan(
        table=table,
        months=tuple(month for month in held if span.touches(month)) if span else None,
        sql=f"select {_listed(cells)} from {table}" + (f" where {' and '.join(rules)}" if rules else ""),
        columns=tuple(names),
    )
    arrays = _typed(engine.arrays(plan, snapshot), {name: one.type for name, one in found.items()})
    question: dict[str, object] = {"table": table, "where": [one.words for one in laid], "period": str(period or "")}
    return _columns(arrays, notices, question)


def _of_answers(answers: Responses, names: Sequence[str]) -> Columns:
    def sql(name: str) -> tuple[str, Type]:
        folded = name.strip().casefold()
        there = (*answers.dimensions, *answers.columns)
        known = {one.casefold() for one in there}
        if folded in _TIMES and folded not in known and answers.first_at is not None:
            clock = f"timezone({literal(answers.zone)}, timezone('UTC', answered_at))"
            return _time(folded, "answered_at" if answers.zone == "UTC" else clock)
        if folded in {"answered_at", "updated_at"} and folded not in known:
            return f"epoch_us({folded})", Type.INSTANT
        if folded in CANONICAL:
            return folded, Type.WHOLE if folded in _NUMBERED else Type.TEXT
        return answers.dimension(name), Type.TEXT

    return _of_file(answers, names, sql, "responses order by position")


def _of_records(records: ContactRecords, names: Sequence[str]) -> Columns:
    schema = TABLES["contacts"]

    def sql(name: str) -> tuple[str, Type]:
        folded = name.strip().casefold()
        if folded in _TIMES and folded not in records.columns:
            return _time(folded, f"timezone({literal(records.zone)}, started_at)")
        if folded not in records.columns:
            raise ColumnError(name, (*records.columns, *_TIMES))
        kind = schema.column(folded).type if folded in schema.names else Type.TEXT
        return _cell(folded, kind), kind

    return _of_file(records, names, sql, "contacts order by file, row")


def _of_file(
    read: Responses | ContactRecords, names: Sequence[str], sql: Callable[[str], tuple[str, Type]], rows: str
) -> Columns:
    found = {name: sql(name) for name in names}
    listed = _listed([cell for cell, _ in found.values()])
    taken = read.engine.cursor().execute(f"select {listed} from {rows}").fetchnumpy()
    arrays = {name: np.asanyarray(array) for name, array in zip(names, taken.values(), strict=True)}
    kinds = {name: kind for name, (_, kind) in found.items()}
    return _columns(_typed(arrays, kinds), read.notices, {"files": list(read.paths)})


def _columns(arrays: Mapping[str, Array], notices: Sequence[Notice], question: Mapping[str, object]) -> Columns:
    rows = len(next(iter(arrays.values())))
    nothing = () if rows else (Notice(code="no_data", message="there are no rows that were asked about"),)
    question = {**question, "columns": list(arrays), "rows": rows}
    return Columns(arrays=arrays, rows=rows, notices=(*notices, *nothing), question=question)


def _time(name: str, clock: str) -> tuple[str, Type]:
    return _TIMES[name].format(clock), {"hour": Type.SMALL, "day": Type.DATE}.get(name, Type.TEXT)


def _cell(sql: str, kind: Type) -> str:
    # Microseconds pass as they are; an instant would be turned into the session's own clock on the way.
    return f"epoch_us({sql})" if kind is Type.INSTANT else sql


def _listed(cells: Iterable[str]) -> str:
    return ", ".join(f"{cell} as c{at}" for at, cell in enumerate(cells))


def _typed(arrays: Mapping[str, Array], kinds: Mapping[str, Type]) -> dict[str, Array]:
    return {name: _plain(array, kinds[name]) for name, array in arrays.items()}


def _plain(array: Array, kind: Type) -> Array:
    """Return a column of the engine without its mask: what is empty is None, NaN or NaT."""
    empty = np.ma.getmaskarray(array) if isinstance(array, np.ma.MaskedArray) else None
    values = np.asarray(array.data if isinstance(array, np.ma.MaskedArray) else array)
    nothing: object
    if kind in {Type.DATE, Type.INSTANT}:
        values, nothing = values.astype(f"datetime64[{'D' if kind is Type.DATE else 'us'}]"), np.datetime64("NaT")
    elif kind in {Type.TEXT, Type.ATTRIBUTES}:
        values, nothing = values.astype(object), None
    else:
        values, nothing = values.astype(np.float64), np.nan
    if empty is not None:
        values[empty] = nothing
    return values
