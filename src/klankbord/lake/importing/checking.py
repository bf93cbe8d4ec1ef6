"""Rows that a program hands over: typed as the schema says, refused as a whole when one of them cannot be."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from klankbord.errors import ColumnError, DataError
from klankbord.lake.engine import literal, quoted
from klankbord.lake.schema import TABLES, Type
from klankbord.lake.store.keys import LENGTH
from klankbord.score import MEASURES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from pyarrow import Table

DERIVED = frozenset(
    {"day", "hour", "month", "import_id", "comment_original", "step", "previous_touchpoint", "next_contact_after_s"}
)
"""What the lake works out for itself, whatever a row says."""
MOMENT = {"contacts": "started_at", "responses": "answered_at"}
"""The instant that puts a row in its month."""


def take_in(engine: "DuckDBPyConnection", table: str, rows: "Table", *, pseudonyms: bool) -> tuple[str, ...]:
    """Type rows, and put them in the engine's table `given_<table>`, the last one of each key.

    Parameters
    ----------
    engine : DuckDBPyConnection
        Where to.
    table : str
        Table of the lake that they belong to.
    rows : pyarrow.Table
        Columns of the schema by name.
    pseudonyms : bool
        Whether the column `customer` holds pseudonyms already.

    Returns
    -------
    tuple of str
        The columns that they tell about.

    Raises
    ------
    ColumnError
        When a column is unknown, or one is missing that a row needs.
    DataError
        When a cell is not of its column's type, or not among its values.
    """
    schema = TABLES[table]
    needed = (*schema.key, MOMENT[table])
    for name in rows.column_names:
        if name not in schema.names:
            raise ColumnError(name, schema.names, table=table)
    for name in needed:
        if name not in rows.column_names:
            raise ColumnError(name, rows.column_names, table=table)
    told = tuple(name for name in schema.names if name in rows.column_names and name not in DERIVED)
    _type(engine, table, rows, told)
    _check(engine, table, told, needed, pseudonyms=pseudonyms)
    return told


def off_scale_sql() -> str:
    """Return SQL that a score does not lie on the scale of its metric."""
    arms = " ".join(
        f"when {literal(name)} then score not in ({', '.join(str(level) for level in measure.levels)})"
        for name, measure in MEASURES.items()
    )
    return f"case metric {arms} else score is not null end"


def _type(engine: "DuckDBPyConnection", table: str, rows: "Table", told: Collection[str]) -> None:
    from duckdb import Error  # noqa: PLC0415 - whoever has an engine has it
    from pyarrow import array, types  # noqa: PLC0415 - whoever has rows has it

    schema = TABLES[table]
    cells = dict[str, str]()
    for name in told:
        naive = types.is_timestamp(kind := rows.schema.field(name).type) and kind.tz is None
        cell = f"timezone('UTC', {quoted(name)})" if naive else quoted(name)
        cells[name] = f"nullif(trim({cell}::varchar), '')" if schema.column(name).type is Type.TEXT else cell
    listed = ", ".join(f"({sql})::{schema.column(name).type.engine} as {quoted(name)}" for name, sql in cells.items())
    key = ", ".join(map(quoted, schema.key))
    engine.register("handed", rows.append_column("position", array(range(rows.num_rows))))
    try:
        engine.execute(
            f"create temp table given_{table} as select * exclude (position) "
            f"from (select {listed}, position from handed) "
            f"qualify row_number() over (partition by {key} order by position desc) = 1 order by position"
        )
    except Error as error:
        cause = str(error).partition("\n")[0]
        raise DataError(
            f"rows of {table} are not of their types: {cause}",
            hint="see the types of the schema",
            table=table,
            case="wrong_types",
        ) from error
    finally:
        engine.unregister("handed")


def _check(
    engine: "DuckDBPyConnection", table: str, told: Collection[str], needed: Collection[str], *, pseudonyms: bool
) -> None:
    columns = [TABLES[table].column(name) for name in told]
    wrong = {f"{name} is empty": f"{quoted(name)} is null" for name in needed}
    wrong |= {
        f"{one.name} is none of {', '.join(one.values)}": f"{one.name} not in ({', '.join(map(literal, one.values))})"
        for one in columns
        if one.values
    }
    wrong |= {f"{name} is negative": f"{name} < 0" for name in told if name.endswith("_s")}
    if {"score", "metric"} <= {*told}:
        wrong["score is not on the scale of its metric"] = off_scale_sql()
    if "prediction" in told:
        wrong["prediction is not from 0 to 10"] = "prediction not between 0 and 10"
    if pseudonyms and "customer" in told:
        wrong["customer is no pseudonym"] = f"not regexp_full_match(customer, '[0-9a-f]{{{LENGTH}}}')"
    counts = ", ".join(f"count(*) filter ({sql})" for sql in wrong.values())
    (found,) = engine.execute(f"select {counts} from given_{table}").fetchall()
    for what, count in zip(wrong, found, strict=True):
        if count:
            raise DataError(
                f"{count:,} rows of {table} cannot be: {what}",
                hint="correct them; nothing was written",
                table=table,
                case="impossible_rows",
                count=count,
            )
