"""Files without some of their rows, or with cells emptied: only files that hold such rows are written again."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from klankbord.lake.store import Batch
from klankbord.lake.store.snapshot import relation_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def rewrite(
    engine: "DuckDBPyConnection",
    batch: Batch,
    table: str,
    paths: Collection[str],
    *,
    gone: str,
    emptied: Collection[str] = (),
) -> tuple[int, int]:
    """Take rows out of some files of a table, or empty some of their cells.

    Parameters
    ----------
    engine : DuckDBPyConnection
        What does it.
    batch : Batch
        The write that it becomes part of.
    table : str
        Name of the table.
    paths : collection of str
        Files that can hold such rows.
    gone : str
        SQL condition on the rows, never null.
    emptied : collection of str
        Columns to empty in these rows, which stay then.

    Returns
    -------
    (int, int)
        How many rows there were, and how many files were written again or left.
    """
    if not paths:
        return 0, 0
    found = engine.execute(
        f"select filename, count(*) from {relation_of(table, paths, named=True)} where {gone} group by filename"
    ).fetchall()
    touched = {path for path, _ in found}
    if touched:
        there = relation_of(table, sorted(touched))
        cells = ", ".join(f"case when not ({gone}) then {name} end as {name}" for name in emptied)
        rest = f"select * replace ({cells}) from {there}" if emptied else f"select * from {there} where not ({gone})"
        batch.write(engine, f"({rest})", table)
        batch.remove(table, touched)
    return sum(count for _, count in found), len(touched)
