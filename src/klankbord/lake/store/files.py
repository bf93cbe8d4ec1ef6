"""Rows of the engine become Parquet files, one a month, of which nothing is half written when it is named in a log."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from klankbord.lake.engine import literal, quoted
from klankbord.lake.schema import TABLES
from klankbord.lake.store.delta import PARTITION, DataFile
from klankbord.lake.store.settings import settle

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SHAPE = "format parquet, compression zstd, return_stats"
_WHOLE = "row_group_size 122880"
_PIECES = "row_group_size 61440, row_groups_per_file 1"


def write_months(engine: "DuckDBPyConnection", rows: str, table: str, folder: Path, name: str) -> list[DataFile]:
    """Write rows below the folder of a table, one file a month, and return the files.

    Parameters
    ----------
    engine : DuckDBPyConnection
        Where the rows are.
    rows : str
        SQL of the rows: a relation with `month` and any of the table's columns; the others become null.
    table : str
        Name of the table.
    folder : Path
        The lake.
    name : str
        What the files are called, unique in the lake.
    """
    listed = _columns(engine, rows, table)
    months = engine.execute(f"select distinct {PARTITION} from {rows} order by 1").fetchall()
    files = []
    for (month,) in months:
        path = folder / table / f"{PARTITION}={month}" / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        select = f"select {listed} from {rows} where {PARTITION} = {literal(month)}"
        ((_, count, size, *_),) = engine.execute(
            f"copy ({select}) to {literal(str(path))} ({_SHAPE}, {_WHOLE})"
        ).fetchall()
        _settle_file(path)
        files.append(DataFile(path=f"{path.parent.name}/{path.name}", month=month, rows=count, size=size))
    return files


def write_pieces(
    engine: "DuckDBPyConnection", rows: str, table: str, month: str, folder: Path, name: str
) -> list[DataFile]:
    """Write rows of one month as several small files, so that a later change of one row replaces little."""
    place = folder / table / f"{PARTITION}={month}"
    place.mkdir(parents=True, exist_ok=True)
    shape = f"{_SHAPE}, {_PIECES}, filename_pattern {literal(name + '-{i}')}, overwrite_or_ignore"
    written = engine.execute(
        f"copy (select {_columns(engine, rows, table)} from {rows}) to {literal(str(place))} ({shape})"
    ).fetchall()
    files = []
    for path, count, size, *_ in written:
        if not count:
            Path(path).unlink()
            continue
        _settle_file(Path(path))
        files.append(DataFile(path=f"{place.name}/{Path(path).name}", month=month, rows=count, size=size))
    return files


def _columns(engine: "DuckDBPyConnection", rows: str, table: str) -> str:
    """Return SQL of all columns of a table's files, those that the rows do not have as null."""
    there = {name for name, *_ in engine.execute(f"describe select * from {rows}").fetchall()}
    wanted = [column for column in TABLES[table].columns if column.name != PARTITION]
    return ", ".join(
        f"{quoted(column.name) if column.name in there else 'null'}::{column.type.engine} as {quoted(column.name)}"
        for column in wanted
    )


def _settle_file(path: Path) -> None:
    """Make sure that a file outlives a loss of power before the log speaks of it."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    settle(path.parent)
