"""One consistent view of a lake: which files hold every table's rows at one moment, whatever is written meanwhile."""

from collections.abc import Collection
from pathlib import Path

from klankbord.errors import OptionError, nearest
from klankbord.lake.engine import literal
from klankbord.lake.schema import TABLES
from klankbord.lake.store.delta import DataFile, files_at
from klankbord.lake.store.settings import Manifest, Settings


class Snapshot:
    """The lake as it stood when it was opened.

    Parameters
    ----------
    folder : Path
        The lake.
    manifest : Manifest
        Which version of every table belongs together.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self._files: dict[str, tuple[DataFile, ...]] = {}

    @property
    def settings(self) -> Settings:
        """What the organisation decided about its lake."""
        return self.manifest.settings

    def data_files(self, table: str, months: Collection[str] | None = None) -> tuple[DataFile, ...]:
        """List the files of a table, of some months or of all.

        Raises
        ------
        OptionError
            When there is no such table.
        """
        if table not in TABLES:
            near = nearest(table, TABLES)
            guess = f"did you mean {near!r}? " if near else ""
            raise OptionError(
                f"there is no table {table!r}",
                hint=f"{guess}tables: {', '.join(TABLES)}",
                table=table,
                case="unknown_table",
                near=near,
                known=list(TABLES),
            )
        if table not in self._files:
            self._files[table] = files_at(self.folder / table, self.manifest.tables[table])
        return tuple(file for file in self._files[table] if months is None or file.month in months)

    def files(self, table: str, months: Collection[str] | None = None) -> tuple[str, ...]:
        """List the paths of a table's Parquet files; each names its month as `month=2026-11`."""
        return tuple(str(self.folder / table / file.path) for file in self.data_files(table, months))

    def months(self, table: str) -> tuple[str, ...]:
        """List the months that have rows."""
        return tuple(sorted({file.month for file in self.data_files(table)}))

    def rows(self, table: str, months: Collection[str] | None = None) -> int:
        """Count rows from the log, without opening a file."""
        return sum(file.rows for file in self.data_files(table, months))

    def size(self, table: str) -> int:
        """Return how many bytes the table's files take."""
        return sum(file.size for file in self.data_files(table))

    def relation(self, table: str, months: Collection[str] | None = None) -> str:
        """Return SQL of the table's rows for the engine, typed also where there are none."""
        return relation_of(table, self.files(table, months))


def relation_of(table: str, paths: Collection[str], *, named: bool = False) -> str:
    """Return SQL of the rows in some files of a table; `named` adds the column `filename`."""
    if not paths:
        columns = ", ".join(f"null::{column.type.engine} as {column.name}" for column in TABLES[table].columns)
        return f"(select {columns}{', null::varchar as filename' if named else ''} where false)"
    listed = ", ".join(map(literal, paths))
    names = ", filename = true" if named else ""
    return f"read_parquet([{listed}], hive_partitioning = true, hive_types = {{'month': varchar}}{names})"
