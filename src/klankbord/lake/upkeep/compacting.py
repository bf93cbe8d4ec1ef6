"""Many small files become few, and files that nobody needs any more are removed."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import uuid4

from klankbord.lake.engine import connect
from klankbord.lake.schema import TABLES
from klankbord.lake.store import Batch, Lake
from klankbord.lake.store.delta import DataFile, forget_old_files
from klankbord.lake.store.snapshot import relation_of

_FULL = 250_000  # rows from which a file is big enough to be left alone
_KEPT_HOURS = 1  # for readers who opened the lake before; no question takes longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Compacted:
    """What compaction did: files that were rolled into others, files that they became, and old files that went."""

    merged: int
    written: int
    removed: int


def compact(lake: Lake) -> Compacted:
    """Roll small files of the same month into one, and remove those that no reader of the last hour needs.

    Raises
    ------
    LakeError
        When somebody else is writing.
    """
    merged = written = 0
    with lake.writing(f"compact-{uuid4().hex[:12]}") as batch:
        for table in TABLES:
            for small in _small_files(batch, table):
                merged += len(small)
                written += _roll(batch, table, small)
    return Compacted(merged=merged, written=written, removed=remove_old_files(lake, hours=_KEPT_HOURS))


def remove_old_files(lake: Lake, *, hours: int) -> int:
    """Remove files that only states of more than some hours ago need, and return how many there were."""
    removed, versions = 0, {}
    with lake.writing("remove-old-files") as batch:
        for table in TABLES:
            gone, versions[table] = forget_old_files(lake.folder / table, hours=hours)
            removed += gone
        batch.manifest = batch.manifest.at(versions)
    return removed


def _small_files(batch: Batch, table: str) -> list[list[DataFile]]:
    by_month = defaultdict(list)
    for file in batch.files(table):
        if file.rows < _FULL:
            by_month[file.month].append(file)
    return [files for files in by_month.values() if len(files) > 1]


def _roll(batch: Batch, table: str, files: list[DataFile]) -> int:
    paths = {str(batch.folder / table / file.path) for file in files}
    batch.write(connect(), relation_of(table, sorted(paths)), table)
    batch.remove(table, paths)
    return 1
