"""What changed on the desk is written: each file that holds such a row once, in pieces that are cheap to replace."""

from klankbord.lake.engine import literal, quoted
from klankbord.lake.importing.journeys import THREADED
from klankbord.lake.importing.straight.desk import Desk, all_of, key_of
from klankbord.lake.importing.upserting import Met
from klankbord.lake.schema import TABLES

_INCIDENTAL = frozenset({"import_id", "updated_at"})
_CRUMB = 8192  # rows up to which a file takes new ones in, so that a month has no file for every write


def settle(desk: Desk, table: str) -> tuple[Met, int]:
    """Write a table, and return what became of the rows that came, and how many are gone."""
    differs = " or ".join(
        f"n.{quoted(name)} is distinct from o.{quoted(name)}" for name in TABLES[table].names if name not in _INCIDENTAL
    )
    desk.make(
        "after",
        f"select n.*, o.filename is null as fresh from now_{table} n left join old_{table} o using ({key_of(table)}) "
        f"where o.filename is null or {differs}",
    )
    desk.make(
        "leaving",
        f"select {key_of(table)}, filename from old_{table} semi join gone_{table} using ({key_of(table)}) "
        f"union all select {key_of(table)}, filename from after where not fresh",
    )
    if table == "contacts":
        desk.make("patch", "select * from rethreaded anti join now_contacts using (source, external_id)")
    new, changed = (desk.count(f"after where came and {which}") for which in ("fresh", "not fresh"))
    came = desk.count(f"now_{table} where came")
    gone = desk.count(f"old_{table} semi join gone_{table} using ({key_of(table)})")
    _write(desk, table)
    return Met(new=new, changed=changed, unchanged=came - new - changed), gone


def _write(desk: Desk, table: str) -> None:
    touched = "select filename from leaving" + (" union select filename from patch" if table == "contacts" else "")
    held = {desk.batch.path(table, file): file for file in desk.batch.files(table)}
    paths = {str(path) for (path,) in desk.run(f"select distinct filename from ({touched})")}
    growing = {str(month) for (month,) in desk.run("select distinct month from after")}
    for month in sorted({held[path].month for path in paths} | growing):
        crumb = _crumb(desk, table, month) if month in growing else set()
        # What came goes together, so that the other files stay what they are: days that lie side by side.
        for some in ({path for path in paths if held[path].month == month} - crumb, crumb):
            rows = _rows(desk, table, some)
            if some is crumb and month in growing:
                rows += f" union all select {all_of(table)} from after where month = {literal(month)}"
            elif not some:
                continue
            desk.batch.write_pieces(desk.engine, f"({rows})", table, month)
            desk.batch.remove(table, some)


def _crumb(desk: Desk, table: str, month: str) -> set[str]:
    """Return the smallest file of a month, where it is small enough to be written again with the new rows."""
    files = [file for file in desk.batch.files(table) if file.month == month and file.rows < _CRUMB]
    return {desk.batch.path(table, min(files, key=lambda file: file.rows))} if files else set()


def _rows(desk: Desk, table: str, paths: set[str]) -> str:
    """Return SQL of what stays of some files."""
    columns, patch = all_of(table), ""
    if table == "contacts":
        patch = "left join patch using (source, external_id)"
        columns = ", ".join(
            f"case when patch.filename is null then there.{name} else patch.{name} end as {name}"
            if name in THREADED
            else f"there.{name}"
            for name in TABLES[table].names
        )
    rest = desk.there(table, None, paths)
    return f"select {columns} from {rest} there anti join leaving using ({key_of(table)}) {patch}"
