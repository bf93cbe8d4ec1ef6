"""Many small files become few, and files that nobody needs any more are removed."""

import time
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from klankbord.lake.engine import connect
from klankbord.lake.schema import TABLES
from klankbord.lake.store import Batch, Lake, Snapshot
from klankbord.lake.store.delta import DataFile, forget_old_files
from klankbord.lake.store.snapshot import relation_of

_FULL = 250_000  # rows from which a file is big enough to be left alone
_CRUMB = 30_000  # rows below which a file is rolled even in months where small files are wanted
_MANY = 12  # crumbs of one month from which on questions begin to notice
_WAITING = 200  # old files from which on the disk begins to notice
_SORTED = 1_000_000  # rows that are put in order in memory
_KEPT_HOURS = 1  # for readers who opened the lake before; no question takes longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Compacted:
    """What compaction did: files that were rolled into others, files that they became, and old files that went."""

    merged: int
    written: int
    removed: int


def compact(lake: Lake, *, months: Collection[str] | None = None, hours: int = _KEPT_HOURS) -> Compacted:
    """Roll small files of the same month into one, and remove those that no reader of the last hours needs.

    Parameters
    ----------
    lake : Lake
        Where.
    months : collection of str, optional
        Only these months, as 2026-11, and in them only the crumbs: where rows still change, files of middling size are
        cheaper to replace than large ones. All months without.
    hours : int
        How long files that went out of use are kept for readers who opened the lake before.

    Raises
    ------
    LakeError
        When somebody else is writing.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     compact(Lake.create(f"{place}/lake"))
    Compacted(merged=0, written=0, removed=0)
    """
    merged = written = 0
    with lake.writing(f"compact-{uuid4().hex[:12]}") as batch:
        for table in TABLES:
            for small in _small_files(batch.files(table), months):
                merged += len(small)
                written += _roll(batch, table, small, whole=months is None)
    return Compacted(merged=merged, written=written, removed=remove_old_files(lake, hours=hours))


def needs_compaction(lake: Lake | Snapshot, *, months: Collection[str] | None = None) -> bool:
    """Whether small files, or files that wait to be removed, have become many enough to be felt.

    Parameters
    ----------
    lake : Lake or Snapshot
        Where.
    months : collection of str, optional
        Only these months; all without.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     needs_compaction(Lake.create(f"{place}/lake"))
    False
    """
    snapshot = lake.snapshot() if isinstance(lake, Lake) else lake
    if any(
        len(small) > _MANY for table in TABLES for small in _small_files(snapshot.data_files(table, months), months)
    ):
        return True
    since = time.time() - 3600 * _KEPT_HOURS
    waiting = (path for table in TABLES for path in old_files(snapshot, table) if _older(path, since))
    return sum(1 for _ in waiting) > _WAITING


def remove_old_files(lake: Lake, *, hours: int) -> int:
    """Remove files that only states of more than some hours ago need, and return how many there were."""
    removed, versions = 0, {}
    with lake.writing("remove-old-files") as batch:
        for table in TABLES:
            if next(old_files(batch.before, table), None) is not None:
                gone, versions[table] = forget_old_files(lake.folder / table, hours=hours)
                removed += gone
        batch.manifest = batch.manifest.at(versions)
    return removed


def old_files(snapshot: Snapshot, table: str) -> Iterator[Path]:
    """Yield the files on disk that this state of a table does not need."""
    folder = snapshot.folder / table
    needed = {folder / file.path for file in snapshot.data_files(table)}
    return (path for path in folder.glob("month=*/*.parquet") if path not in needed)


def _small_files(files: Collection[DataFile], months: Collection[str] | None) -> list[list[DataFile]]:
    by_month = defaultdict(list)
    for file in files:
        if file.rows < _FULL if months is None else file.month in months and file.rows < _CRUMB:
            by_month[file.month].append(file)
    return [files for files in by_month.values() if len(files) > 1]


def _roll(batch: Batch, table: str, files: list[DataFile], *, whole: bool) -> int:
    paths = {batch.path(table, file) for file in files}
    rows, moment = relation_of(table, sorted(paths)), _moment(table)
    # In the order of time, what was last can be read without what came before.
    if moment and sum(file.rows for file in files) <= _SORTED:
        rows = f"(select * from {rows} order by {moment})"
    before = len(batch.files(table))
    with connect() as engine:
        if whole:
            batch.write(engine, rows, table)
        else:
            batch.write_pieces(engine, rows, table, files[0].month)
    written = len(batch.files(table)) - before
    batch.remove(table, paths)
    return written


def _moment(table: str) -> str | None:
    if table == "responses":
        return "answered_at"
    return "started_at" if "started_at" in TABLES[table].names else None


def _older(path: Path, since: float) -> bool:
    try:
        return path.stat().st_mtime < since
    except FileNotFoundError:  # somebody removed it meanwhile
        return False
