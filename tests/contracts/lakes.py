"""Lakes of invented rows in which every column holds what engines are known to disagree on."""

from pathlib import Path

from klankbord.lake import Lake
from klankbord.lake.engine import connect, literal
from klankbord.lake.schema import TABLES, Column, Type

MONTHS = ("2025-12", "2026-01", "2026-02")
ODD = (
    "Noord",
    "",
    " noord ",
    "Zürich ☎",
    "日本",
    "O'Neill",
    'say "hi"',
    "back\\slash",
    "end\\",
    "two\nlines",
    "${env:HOME}",
    ":v0",
    "50%",
)
_METRICS = ("nps", "csat", "csat_good_bad", "csat_freshdesk", "ces", "enps")


def odd_lake(
    folder: Path, rows: int, *, tables: tuple[str, ...] = tuple(TABLES), months: tuple[str, ...] = MONTHS
) -> Lake:
    """Make a lake with so many rows in each month of some of its tables."""
    lake = Lake.create(folder)
    with lake.writing("odd") as batch, connect() as engine:
        for table in tables:
            listed = ", ".join(
                f"({_cell(column)})::{column.type.engine} as {column.name}" for column in TABLES[table].columns
            )
            listed_months = ", ".join(map(literal, months))
            source = f"(select {listed} from range({rows}) r(i), (select unnest([{listed_months}]) as month) m)"  # noqa: S608 - names of our own schema
            batch.write(engine, source, table)
    return lake


def _cell(column: Column) -> str:
    """Return SQL that draws a value from the number of the row, the month and the column's name."""
    drawn = f"(hash(i, month, {literal(column.name)}) % {{}})::integer"
    if column.name == "month":
        return "month"
    if column.name in {"external_id", "customer"}:
        return f"month || i % 500 || {literal(column.name)}" if column.name == "customer" else "month || i"
    if column.name == "day":
        return f"(month || '-01')::date + {drawn.format(28)}"
    if column.name == "metric":
        return _one_of(_METRICS, drawn)
    if column.type is Type.TEXT:
        return f"case when {drawn.format(7)} > 0 then {_one_of(column.values or ODD, drawn)} end"
    seconds = f"to_seconds({drawn.format(86_400 * 27)})"
    cells = {
        Type.FLAG: f"{drawn.format(3)} = 1",
        Type.SMALL: drawn.format(11),
        Type.WHOLE: drawn.format(90),
        Type.LONG: f"{drawn.format(20)} * 43200",
        Type.REAL: f"{drawn.format(80)} / 8",
        Type.INSTANT: f"(month || '-01 00:00:00+00')::timestamptz + {seconds}",
        Type.ATTRIBUTES: f"map {{'segment': {_one_of(ODD, drawn)}, 'a''b \"c\"': 'x', 'none': null}}",
    }
    nothing = "map {}" if column.type is Type.ATTRIBUTES else "null"
    return f"case {drawn.format(9)} when 0 then null when 1 then {nothing} else {cells[column.type]} end"


def _one_of(values: tuple[str, ...], drawn: str) -> str:
    return f"[{', '.join(map(literal, values))}][1 + {drawn.format(len(values))}]"
