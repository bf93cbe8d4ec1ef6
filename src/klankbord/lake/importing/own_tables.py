"""Files in the lake's own layout: outcomes, pulses, events and the like, under the headings of the schema."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from klankbord.errors import ColumnError, FileError
from klankbord.lake.engine import connect, literal, quoted, scratch
from klankbord.lake.importing.preparing import calendar
from klankbord.lake.readers.delimited import Delimited, open_delimited
from klankbord.lake.readers.dialect import Fields, Layout
from klankbord.lake.readers.drops import Dropped, dropped
from klankbord.lake.readers.parquet import Columnar, open_parquet
from klankbord.lake.readers.source import open_source
from klankbord.lake.readers.table import Staged
from klankbord.lake.readers.workbook import Sheet, open_workbook
from klankbord.lake.schema import TABLES, TableSchema, Type
from klankbord.results import Notice

_DERIVED = {"day", "hour", "month", "import_id"}
_FROM_ROW = {"source", "external_id", *_DERIVED}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRows:
    """Rows of one table, typed: the engine holds them as `incoming`, with the columns `given`."""

    staged: Staged
    given: tuple[str, ...]
    read: int
    drops: tuple[Dropped, ...]
    notices: tuple[Notice, ...]


def read_own(paths: Sequence[Path], table: str, *, zone: str, source: str) -> OwnRows:
    """Read files whose headings are the columns of a table.

    Raises
    ------
    ColumnError
        When a column is missing that tells rows apart.
    FileError
        When a file is no table.
    """
    schema, staged = TABLES[table], Staged(connect())
    with scratch() as folder:
        for number, path in enumerate(paths):
            _stage(path, Path(folder), staged, number)
    headings = {name.strip().casefold(): name for name in staged.physical}
    there = tuple(name for name in schema.names if name in headings and name not in _DERIVED - {"day", "month"})
    _refuse_without_key(schema, there, staged)
    notices = _left_out(staged, {headings[name] for name in there})
    drops = _type_rows(staged, schema, {name: quoted(staged.physical[headings[name]]) for name in there}, zone, source)
    given = (*(name for name in schema.names if name in {*there, *schema.key, "day", "hour", "month"}), "import_id")
    return OwnRows(staged=staged, given=given, read=staged.rows + _broken(staged), drops=drops, notices=notices)


def _stage(path: Path, folder: Path, staged: Staged, number: int) -> None:
    source = open_source(path, folder)
    if source.kind == "json":
        raise FileError(
            f"{source.name} is JSON", hint="give CSV, XLSX or Parquet", file=source.name, case="json_for_a_table"
        )
    opened: Delimited | Sheet | Columnar
    if source.kind == "workbook":
        opened = open_workbook(source)
    else:
        opened = open_parquet(source, staged) if source.kind == "parquet" else open_delimited(source)
    names = opened.head.header
    opened.load(staged, number, Layout(columns=names, fields=Fields(score=names[0])))


def _refuse_without_key(schema: TableSchema, there: Sequence[str], staged: Staged) -> None:
    dated = {"day", "started_at"} & set(schema.names)
    needed = [name for name in schema.key if name not in _FROM_ROW - ({"month"} - dated) and name != "client"]
    for name in needed:
        if name not in there:
            raise ColumnError(name, staged.physical, table=schema.name)


def _left_out(staged: Staged, used: set[str]) -> tuple[Notice, ...]:
    others = [name for name in staged.physical if name not in used]
    if not others:
        return ()
    message = f"columns that the table does not have were left out: {', '.join(others)}"
    return (Notice(code="columns_left_out", message=message, data={"columns": others}),)


def _type_rows(
    staged: Staged, schema: TableSchema, columns: dict[str, str], zone: str, source: str
) -> tuple[Dropped, ...]:
    """Cast whole columns; a row with a cell that cannot be cast is dropped, and told by its number."""
    cells = {name: f"nullif(trim({cell}), '')" for name, cell in columns.items()}
    typed = {name: _cast(schema.column(name).type, cell) for name, cell in cells.items()}
    everything = ", ".join(quoted(name) for name in staged.physical.values())
    if "external_id" in schema.names:
        typed["external_id"] = f"coalesce({typed.get('external_id', 'null')}, md5(concat_ws('|', {everything})))"
    typed["source"] = f"coalesce({typed.get('source', 'null')}, {literal(source)})"
    listed = ", ".join(f"{sql} as {quoted(name)}" for name, sql in typed.items())
    bad = " or ".join(f"({cells[name]} is not null and {typed[name]} is null)" for name in columns) or "false"
    empty = (
        " or ".join(f"{typed[name]} is null" for name in schema.key if name in columns and name != "client") or "false"
    )
    run = staged.engine.execute
    run(
        f"create temp table typed as select file, row, {listed}, "
        f"case when {empty} then 'key_missing' when {bad} then 'not_of_its_type' end as reason from staged"
    )
    run(f"create temp table dated as select *, {_dates(schema, columns, zone)} from typed")
    run("update dated set reason = 'date_missing' where reason is null and month is null")
    keys = ", ".join(f"coalesce({quoted(name)}::varchar, '')" for name in schema.key)
    run(
        "update dated set reason = 'duplicate' where reason is null and rowid in (select id from (select rowid as id, "
        f"row_number() over (partition by {keys} order by rowid desc) as copy from dated where reason is null) "
        "where copy > 1)"
    )
    run("create temp table incoming as select * exclude (file, row, reason) from dated where reason is null")
    return _drops(staged)


def _cast(kind: Type, cell: str) -> str:
    if kind is Type.TEXT:
        return cell
    if kind is Type.ATTRIBUTES:
        return "null::map(varchar, varchar)"
    return f"try_cast({cell} as {kind.engine})"


def _dates(schema: TableSchema, columns: dict[str, str], zone: str) -> str:
    """Return SQL of the day, hour and month that the file does not give itself."""
    derived = calendar("started_at", zone) if "started_at" in columns else {}
    if "month" in columns:
        derived.pop("month", None)
    elif "day" in columns:
        derived["month"] = "strftime(day, '%Y-%m')"
    wanted = {name: sql for name, sql in derived.items() if name in schema.names and name not in columns}
    if "month" not in columns and "month" not in wanted:
        wanted["month"] = "null::varchar"
    return ", ".join(f"{sql} as {name}" for name, sql in wanted.items()) or "null as nothing"


def _drops(staged: Staged) -> tuple[Dropped, ...]:
    found = staged.engine.execute(
        "select reason, count(*), list(row order by row)[:100] from dated where reason is not null "
        "group by reason order by reason"
    ).fetchall()
    drops = [dropped(reason, count, [("", row, None) for row in rows]) for reason, count, rows in found]
    if staged.broken:
        drops.append(dropped("broken_row", _broken(staged), [("", item.row, item.what) for item in staged.broken]))
    return tuple(drops)


def _broken(staged: Staged) -> int:
    return sum(item.count for item in staged.broken)
