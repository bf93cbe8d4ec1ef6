"""Rows that come in meet rows that are there: new ones are added, newer ones replace, equal ones leave no trace."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from klankbord.lake.engine import quoted
from klankbord.lake.schema import TABLES
from klankbord.lake.store.batch import Batch
from klankbord.lake.store.snapshot import relation_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# What tells one import from another says nothing about whether a row changed.
_INCIDENTAL = frozenset({"import_id", "updated_at"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """What became of the rows of one table.

    Parameters
    ----------
    new, changed, unchanged : int
        Rows that were not there, rows that replaced an older state, and rows that said nothing new.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0


def upsert(
    engine: "DuckDBPyConnection", batch: Batch, table: str, rows: str, given: Collection[str], *, add: bool = True
) -> Met:
    """Bring rows into a table.

    Parameters
    ----------
    engine : DuckDBPyConnection
        Where the rows are.
    batch : Batch
        The write that they become part of.
    table : str
        Name of the table.
    rows : str
        Name of a relation of the engine that holds the rows, one for each key.
    given : collection of str
        Columns that the rows tell about; of a row that is there already the other columns stay as they are.
    add : bool
        Whether rows that are not there are added; otherwise only those that are there change.
    """
    ((total,),) = engine.execute(f"select count(*) from {rows}").fetchall()
    paths = batch.paths(table)
    if not paths or not total:
        return Met(new=batch.write(engine, rows, table) if add and total else 0)
    _meet(engine, table, rows, given, paths)
    ((changed, unchanged),) = engine.execute(
        "select count(*) filter (changed), count(*) filter (not changed) from met"
    ).fetchall()
    new = total - changed - unchanged if add else 0
    if new or changed:
        touched = [path for (path,) in engine.execute("select distinct filename from met where changed").fetchall()]
        batch.write(engine, _rewritten(table, rows, given, touched, add=add), table)
        batch.remove(table, set(touched))
    return Met(new=new, changed=changed, unchanged=unchanged)


def same_key(table: str, left: str, right: str) -> str:
    """Return SQL that two rows are the same one; a key may hold nulls, such as the client of a centre that has one."""
    return " and ".join(
        f"{left}.{quoted(name)} is not distinct from {right}.{quoted(name)}" for name in TABLES[table].key
    )


def _meet(engine: "DuckDBPyConnection", table: str, rows: str, given: Collection[str], paths: Collection[str]) -> None:
    """List the rows that are there already, with the file that holds them and whether they change."""
    told = [quoted(name) for name in given if name not in {*TABLES[table].key, *_INCIDENTAL}]
    differs = " or ".join(f"there.{name} is distinct from came.{name}" for name in told) or "false"
    newer = "coalesce(came.updated_at >= there.updated_at, true) and " if "updated_at" in given else ""
    engine.execute(
        "create or replace temp table met as "
        f"select came.rowid as place, there.filename, {newer}({differs}) as changed "
        f"from {relation_of(table, paths, named=True)} there join {rows} came on {same_key(table, 'there', 'came')}"
    )


def _rewritten(table: str, rows: str, given: Collection[str], touched: Collection[str], *, add: bool) -> str:
    """Return SQL of what comes instead of the touched files: their other rows, the changed ones, and the new ones."""
    told = {*TABLES[table].key, *given}
    there = relation_of(table, touched)
    merged = ", ".join(
        f"{'came' if name in told else 'there'}.{quoted(name)} as {quoted(name)}" for name in TABLES[table].names
    )
    everything = ", ".join(map(quoted, TABLES[table].names))
    changed = "came.rowid in (select place from met where changed)"
    same = same_key(table, "there", "came")
    others = f"not exists (select 1 from {rows} came where {same} and {changed})"
    parts = [
        f"select {merged} from {rows} came join {there} there on {same} where {changed}",
        f"select {everything} from {there} there where {others}",
    ]
    if add:
        fresh = ", ".join(
            quoted(name) if name in told else f"null::{TABLES[table].column(name).type.engine} as {quoted(name)}"
            for name in TABLES[table].names
        )
        parts.append(f"select {fresh} from {rows} where rowid not in (select place from met)")
    return f"({' union all '.join(parts)})"
