"""One open table on disk: its files by month, and commits of files added and removed in one step (Delta Lake)."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from klankbord.errors import MissingExtraError
from klankbord.lake.schema import TableSchema, Type

if TYPE_CHECKING:
    from deltalake import DeltaTable, PostCommitHookProperties, Schema

PARTITION = "month"
LOG = "_delta_log"
_MANY_ENTRIES = 200  # in the log, from which on old ones are cleared away


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """One Parquet file of a table: where it lies below the table, its month, rows and bytes."""

    path: str
    month: str
    rows: int
    size: int


def create_table(folder: Path, schema: TableSchema) -> None:
    """Make an empty table."""
    _DeltaTable().create(
        str(folder),
        _delta_schema(schema),
        partition_by=[PARTITION],
        name=schema.name,
        description=schema.about,
        configuration={"delta.logRetentionDuration": "interval 1 days"},
    )


def newest_version(folder: Path) -> int:
    """Return the version that the table is at."""
    return _DeltaTable()(str(folder)).version()


def ran_ahead(folder: Path, version: int) -> bool:
    """Whether the table is at a later version than this one: versions have no gaps, and each is in the log."""
    return (folder / LOG / f"{version + 1:020}.json").exists()


def files_at(folder: Path, version: int) -> tuple[DataFile, ...]:
    """List the files of one version of a table."""
    try:
        entry = (folder / LOG / f"{version:020}.json").stat()
    except FileNotFoundError:  # old entries go when a checkpoint has what they said
        return _files_at.__wrapped__(folder, version, (0, 0))
    return _files_at(folder, version, (entry.st_ino, entry.st_mtime_ns))


# A version never changes; one of the same number in a lake that was made anew has another entry in its log.
@lru_cache(maxsize=64)
def _files_at(folder: Path, version: int, entry: tuple[int, int]) -> tuple[DataFile, ...]:  # noqa: ARG001
    actions = _DeltaTable()(str(folder), version=version).get_add_actions(flatten=True)
    columns = ("path", f"partition.{PARTITION}", "num_records", "size_bytes")
    if not actions.num_rows:
        return ()
    rows = zip(*(actions.column(name).to_pylist() for name in columns), strict=True)
    files = [DataFile(path=path, month=month, rows=count, size=size) for path, month, count, size in rows]
    return tuple(sorted(files, key=lambda file: (file.month, file.path)))


def commit(folder: Path, added: Sequence[DataFile], removed: Sequence[DataFile], note: str) -> int:
    """Add and remove files in one step, and return the new version.

    Only the number of rows is noted of a file: the least and greatest value of a column would put persons into a log
    that outlives their erasure.
    """
    from deltalake import CommitProperties
    from deltalake.transaction import AddAction, RemoveAction

    now = int(time.time() * 1000)
    table = _DeltaTable()(str(folder))
    adds = [
        AddAction(
            path=file.path,
            size=file.size,
            partition_values={PARTITION: file.month},
            modification_time=now,
            data_change=True,
            stats=json.dumps({"numRecords": file.rows}),
        )
        for file in added
    ]
    removes = [
        RemoveAction(
            file.path,
            data_change=True,
            deletion_timestamp=now,
            size=file.size,
            partition_values={PARTITION: file.month},
        )
        for file in removed
    ]
    table.create_write_transaction(
        [*adds, *removes],
        "append",
        table.schema(),
        [PARTITION],
        commit_properties=CommitProperties(custom_metadata={"userMetadata": note}),
        post_commithook_properties=_keeping_entries(),
    )
    table.update_incremental()
    return table.version()


def restore(folder: Path, version: int) -> int:
    """Bring a table back to an earlier version, and return the version that this makes."""
    table = _DeltaTable()(str(folder))
    table.restore(version, post_commithook_properties=_keeping_entries())
    return table.version()


def forget_old_files(folder: Path, *, hours: int) -> tuple[int, int]:
    """Remove files that no version of the last hours needs, and those of writes that never ended.

    Returns
    -------
    (int, int)
        How many files went, and the version that the table is at now: removing is written into the log as well.
    """
    table = _DeltaTable()(str(folder))
    # Now, and never at a commit: until the manifest names the new version, the one before must be there to go back to.
    if sum(1 for _ in (folder / LOG).glob("*.json")) > _MANY_ENTRIES:
        table.create_checkpoint()
        table.cleanup_metadata()
    gone = table.vacuum(
        retention_hours=hours,
        dry_run=False,
        enforce_retention_duration=False,
        full=True,
        post_commithook_properties=_keeping_entries(),
    )
    table.update_incremental()
    return len(gone), table.version()


def _delta_schema(schema: TableSchema) -> "Schema":
    from deltalake import Field, Schema
    from deltalake.schema import MapType, PrimitiveType

    fields = []
    for column in schema.columns:
        kind = (
            MapType(PrimitiveType("string"), PrimitiveType("string"))
            if column.type is Type.ATTRIBUTES
            else PrimitiveType(column.type.delta)
        )
        fields.append(Field(column.name, kind, metadata={"comment": column.about}))
    return Schema(fields)


def _keeping_entries() -> "PostCommitHookProperties":
    from deltalake import PostCommitHookProperties

    return PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False)


def _DeltaTable() -> "type[DeltaTable]":  # noqa: N802 - it stands for the class, which loads late
    try:
        from deltalake import DeltaTable
    except ImportError:
        raise MissingExtraError("a lake needs deltalake", hint='pip install "klankbord[lake]"') from None
    return DeltaTable
