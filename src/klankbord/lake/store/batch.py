"""One write to the lake: files are prepared aside, and all tables show them at once when the block ends well."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from klankbord.errors import ColumnError
from klankbord.lake.engine import connect
from klankbord.lake.schema import TABLES
from klankbord.lake.store.delta import PARTITION, DataFile, commit
from klankbord.lake.store.files import write_months, write_pieces
from klankbord.lake.store.settings import Manifest
from klankbord.lake.store.snapshot import Snapshot

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from pyarrow import Table

_ROWS_OF_A_FILE = 500_000


@dataclass(slots=True)
class _Change:
    added: list[DataFile] = field(default_factory=list)
    removed: list[DataFile] = field(default_factory=list)
    waiting: "list[Table]" = field(default_factory=list)


class Batch:
    """What one write adds and removes; made by `Lake.writing`.

    Parameters
    ----------
    folder : Path
        The lake.
    manifest : Manifest
        The state that it starts from.
    name : str
        What the write is called: it names its files, and stands in the tables' logs.
    """

    def __init__(self, folder: Path, manifest: Manifest, name: str) -> None:
        self.folder = folder
        self.name = name
        self.manifest = manifest
        self.before = Snapshot(folder, manifest)
        self._changes = {table: _Change() for table in TABLES}
        self._files = 0
        self._engine: DuckDBPyConnection | None = None

    def append(self, table: str, rows: "Table") -> None:
        """Add rows: an Arrow table with `month` and any of the table's columns; `import_id` is the batch's name.

        Raises
        ------
        ColumnError
            When the rows have a column that the table does not have, or no month.
        """
        known = TABLES[table].names
        for unknown in (name for name in rows.column_names if name not in known):
            raise ColumnError(unknown, known, table=table)
        if PARTITION not in rows.column_names:
            raise ColumnError(PARTITION, rows.column_names, table=table)
        waiting = self._changes[table].waiting
        waiting.append(self._signed(rows, table))
        if sum(part.num_rows for part in waiting) >= _ROWS_OF_A_FILE:
            self._flush(table)

    def _signed(self, rows: "Table", table: str) -> "Table":
        if "import_id" in rows.column_names or "import_id" not in TABLES[table].names:
            return rows
        import pyarrow as pa

        return rows.append_column("import_id", pa.repeat(pa.scalar(self.name), rows.num_rows))

    def write(self, engine: "DuckDBPyConnection", rows: str, table: str) -> int:
        """Add rows that an engine holds, given as SQL, and return how many there were."""
        written = write_months(engine, rows, table, self.folder, self._next_name())
        self._changes[table].added += written
        return sum(file.rows for file in written)

    def write_pieces(self, engine: "DuckDBPyConnection", rows: str, table: str, month: str) -> int:
        """Add rows of one month as `write` does, in files small enough to be cheap to replace."""
        written = write_pieces(engine, rows, table, month, self.folder, self._next_name())
        self._changes[table].added += written
        return sum(file.rows for file in written)

    def path(self, table: str, file: DataFile) -> str:
        """Return where a file of a table lies."""
        return str(self.folder / table / file.path)

    def files(self, table: str) -> tuple[DataFile, ...]:
        """List the files that the table will have if the write ends now."""
        change = self._changes[table]
        return tuple(file for file in self.before.data_files(table) if file not in change.removed) + tuple(change.added)

    def paths(self, table: str) -> tuple[str, ...]:
        """List the paths of these files."""
        return tuple(self.path(table, file) for file in self.files(table))

    def remove(self, table: str, paths: Collection[str]) -> None:
        """Take files out of a table; what of their rows must stay is written again by `write`."""
        change = self._changes[table]
        for file in self.files(table):
            path = self.path(table, file)
            if path not in paths:
                continue
            if file in change.added:
                change.added.remove(file)
                Path(path).unlink()
            else:
                change.removed.append(file)

    def finish(self) -> Manifest:
        """Commit every table, and then the manifest that lets readers see them together."""
        for table in TABLES:
            self._flush(table)
        versions = {
            table: commit(self.folder / table, change.added, change.removed, self.name)
            for table, change in self._changes.items()
            if change.added or change.removed
        }
        manifest = self.manifest.at(versions)
        if manifest != self.before.manifest:
            manifest.save(self.folder)
        return manifest

    def abandon(self) -> None:
        """Remove what was prepared; the write ends as if it had not begun."""
        for table, change in self._changes.items():
            for file in change.added:
                (self.folder / table / file.path).unlink(missing_ok=True)
        self._changes = {table: _Change() for table in TABLES}
        self.manifest = self.before.manifest

    def _flush(self, table: str) -> None:
        waiting = self._changes[table].waiting
        if not waiting:
            return
        from pyarrow import concat_tables

        self._engine = self._engine or connect()
        together = concat_tables(waiting, promote_options="permissive")
        waiting.clear()
        self._engine.register("waiting", together)
        self.write(self._engine, "waiting", table)
        self._engine.unregister("waiting")

    def _next_name(self) -> str:
        self._files += 1
        return f"{self.name}-{self._files:05d}"
