"""Parquet: read by the engine itself, every column as text."""

from dataclasses import dataclass

from klankbord.lake.engine import literal, quoted
from klankbord.lake.readers.dialect import Head, TableLayout
from klankbord.lake.readers.source import Source
from klankbord.lake.readers.table import Staged

_RECORDS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Columnar:
    """A Parquet file; its column names are the header, its first record is row 1."""

    source: Source
    head: Head

    def load(self, staged: Staged, file: int, layout: TableLayout) -> None:
        """Stage all records below the header records that the data themselves hold."""
        first, skipped = staged.rows, layout.header_records - 1
        cells = ", ".join(
            f"{cell} as {quoted(name)}" for cell, name in zip(self.cells(), staged.admit(layout.columns), strict=True)
        )
        staged.engine.execute(
            f"insert into staged by name select {file} as file, {cells} from {self.scan()} offset {skipped}"
        )
        staged.number_rows(file, first, 1 + skipped)

    def cells(self) -> list[str]:
        """Return every column as SQL for text."""
        return [f"nullif({quoted(column)}::varchar, '')" for column in self.head.header]

    def scan(self) -> str:
        """Return SQL for all records."""
        return _scan(self.source)


def open_parquet(source: Source, staged: Staged) -> Columnar:
    """Read the names and the first records of a Parquet file."""
    found = staged.engine.execute(f"select columns(*)::varchar from {_scan(source)} limit {_RECORDS}")
    names = tuple(str(column[0]) for column in found.description or ())
    records = (tuple(cell or "" for cell in record) for record in found.fetchall())
    return Columnar(source=source, head=Head(records=(names, *records)))


def _scan(source: Source) -> str:
    return f"read_parquet({literal(str(source.path))})"
