"""Retention: what is older than it may be kept leaves the tables, and the old files that held it leave the disk."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from klankbord.errors import OptionError
from klankbord.lake.engine import connect
from klankbord.lake.schema import TABLES
from klankbord.lake.store import Lake
from klankbord.lake.upkeep.compacting import remove_old_files
from klankbord.lake.upkeep.rewriting import rewrite

_WORDS = ("comment", "comment_original")
_CHOICES = (*TABLES, *(f"{table}.comment" for table, schema in TABLES.items() if "comment" in schema.names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was removed.

    Parameters
    ----------
    rows : int
        Rows that went, or whose comment did.
    rewritten : int
        Files that were written again without them, or left as a whole.
    removed : int
        Old files that were removed from the disk.
    """

    rows: int
    rewritten: int
    removed: int


def forget_before(lake: Lake, what: str, before: date) -> Forgotten:
    """Remove what is older than a day, from the tables and at once from the disk.

    Parameters
    ----------
    lake : Lake
        Where from.
    what : str
        A table, whose older rows go; or `responses.comment` or `pulses.comment`, where rows stay and their words go.
    before : date
        First day that stays. Tables that know no days lose the months that end before it.

    Raises
    ------
    OptionError
        When there is nothing of that name.
    LakeError
        When somebody else is writing.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     forget_before(Lake.create(f"{place}/lake"), "responses.comment", date(2024, 1, 1))
    Forgotten(rows=0, rewritten=0, removed=0)
    """
    if what not in _CHOICES:
        raise OptionError(f"{what!r} cannot be forgotten", hint=f"one of {', '.join(_CHOICES)}", what=what)
    table, _, words = what.partition(".")
    schema, month = TABLES[table], f"{before:%Y-%m}"
    dated = "day" in schema.names
    emptied = tuple(name for name in _WORDS if name in schema.names) if words else ()
    old = f"coalesce(day < date '{before}', false)" if dated else f"month < '{month}'"
    filled = " or ".join(f"{name} is not null" for name in emptied)
    with lake.writing(f"forget-{uuid4().hex[:12]}") as batch, connect() as engine:
        files = [file for file in batch.files(table) if file.month < month or (dated and file.month == month)]
        paths = [batch.path(table, file) for file in files]
        gone = f"{old} and ({filled})" if emptied else old
        rows, rewritten = rewrite(engine, batch, table, paths, gone=gone, emptied=emptied)
    return Forgotten(rows=rows, rewritten=rewritten, removed=remove_old_files(lake, hours=0))
