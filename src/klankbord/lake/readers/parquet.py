"""Parquet: read by the engine itself, every column as text."""

from dataclasses import dataclass

from klankbord.lake.engine import literal, quoted
from klankbord.lake.readers.dialect import Head, Layout
from klankbord.lake.readers.source import Source
from klankbord.lake.readers.table import Staged

_RECORDS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Columnar:
    """A Parquet file; its column names are the header, its first record is row 1."""

    source: Source
    head: Head

    def load(self, staged: Staged, file: int, layout: Layout) -> None:
        """Stage all records below the header records that the data themselves hold."""
        first, skipped = staged.rows, layout.header_records - 1
        cells = ", ".join(
            f"nullif({quoted(column)}::varchar, '') as {quoted(name)}"
            for column, name in zip(self.head.header, staged.admit(layout.columns), strict=True)
        )
        staged.engine.execute(
            f"insert into staged by name select {file} as file, {cells} from {_scan(self.source)} offset {skipped}"
        )
        staged.number_rows(file, first, 1 + skipped)


def open_parquet(source: Source, staged: Staged) -> Columnar:
    """Read the names and the first records of a Parquet file."""
    found = staged.engine.execute(f"select columns(*)::varchar from {_scan(source)} limit {_RECORDS}")
    names = tuple(str(column[0]) for column in found.description or ())
    records = (tuple(cell or "" for cell in record) for record in found.fetchall())
    return Columnar(source=source, head=Head(records=(names, *records)))


def _scan(source: Source) -> str:
    return f"read_parquet({literal(str(source.path))})"
