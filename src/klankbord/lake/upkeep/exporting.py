"""A table of the lake as one file, for a spreadsheet or another tool."""

import os
from collections.abc import Collection
from pathlib import Path

from klankbord.errors import OptionError
from klankbord.lake.engine import connect, literal, quoted
from klankbord.lake.schema import TABLES
from klankbord.lake.store import Lake

_FORMS = {
    ".csv": "format csv, header",
    ".parquet": "format parquet, compression zstd",
    ".json": "format json, array true",
    ".jsonl": "format json",
}


def export(lake: Lake, table: str, path: str | os.PathLike[str], months: Collection[str] | None = None) -> int:
    """Write a table to a file, and return how many rows it has.

    Parameters
    ----------
    lake : Lake
        Where from.
    table : str
        Name of the table.
    path : path
        File to write: .csv, .parquet, .json or .jsonl. It is replaced in one step.
    months : collection of str, optional
        Months to take, as 2026-11; all when left out.

    Raises
    ------
    OptionError
        When there is no such table, or the file has another ending.
    """
    target = Path(path).absolute()
    if target.suffix.lower() not in _FORMS:
        raise OptionError(f"{target.name}: the ending says no format", hint=f"use one of {', '.join(_FORMS)}")
    snapshot = lake.snapshot()
    names = ", ".join(map(quoted, TABLES[table].names)) if table in TABLES else "*"
    rows = snapshot.relation(table, months)
    draft = target.with_name(f".{target.name}.part")
    try:
        with connect() as engine:
            engine.execute(
                f"copy (select {names} from {rows}) to {literal(str(draft))} ({_FORMS[target.suffix.lower()]})"
            )
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return snapshot.rows(table, months)
