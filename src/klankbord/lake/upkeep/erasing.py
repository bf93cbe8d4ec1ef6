"""The right to be forgotten: a customer's rows leave every table, and the old files that held them leave the disk."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import uuid4

from klankbord.lake.engine import connect, literal
from klankbord.lake.schema import TABLES
from klankbord.lake.store import Batch, Lake
from klankbord.lake.store.keys import LENGTH
from klankbord.lake.store.snapshot import relation_of
from klankbord.lake.upkeep.compacting import remove_old_files


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was removed.

    Parameters
    ----------
    rows : Mapping of str to int
        Rows by table.
    rewritten : int
        Files that were written again without them.
    removed : int
        Old files that were removed from the disk.
    """

    rows: Mapping[str, int]
    rewritten: int
    removed: int


def erase(lake: Lake, customer: str) -> Erased:
    """Remove a customer from every table and from the old files, and remember not to let them in again.

    Parameters
    ----------
    lake : Lake
        Where to.
    customer : str
        The customer as a source names them (a number, an e-mail address, a telephone number), or their pseudonym.

    Notes
    -----
    Who opened the lake just before finds files gone that the question needs, and has to ask again: a right goes before
    a report. What is remembered is a keyed mark of the pseudonym (see `Key.mark`), so that a later import of an old
    file does not bring the customer back.

    Raises
    ------
    LakeError
        When the key is missing, or somebody else is writing.
    """
    key = lake.key
    pseudonym = customer if _is_pseudonym(customer) else key.pseudonym(customer)
    rows, rewritten = {}, 0
    with lake.writing(f"erase-{uuid4().hex[:12]}") as batch:
        for table, schema in TABLES.items():
            if "customer" in schema.names:
                rows[table], files = _take_out(batch, table, pseudonym)
                rewritten += files
        marks = tuple(sorted({*batch.manifest.erased, key.mark(pseudonym)}))
        batch.manifest = replace(batch.manifest, erased=marks)
    return Erased(rows=rows, rewritten=rewritten, removed=remove_old_files(lake, hours=0))


def _take_out(batch: Batch, table: str, pseudonym: str) -> tuple[int, int]:
    engine = connect()
    found = engine.execute(
        f"select filename, count(*) from {relation_of(table, batch.paths(table), named=True)} "
        f"where customer = {literal(pseudonym)} group by filename"
    ).fetchall()
    paths = {path for path, _ in found}
    if paths:
        rest = (
            f"(select * from {relation_of(table, sorted(paths))} where customer is distinct from {literal(pseudonym)})"
        )
        batch.write(engine, rest, table)
        batch.remove(table, paths)
    return sum(count for _, count in found), len(paths)


def _is_pseudonym(text: str) -> bool:
    return len(text) == LENGTH and all(sign in "0123456789abcdef" for sign in text)
