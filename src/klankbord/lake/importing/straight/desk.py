"""The desk of one write: a few rows lie in the engine as they were and as they are to be, beside the files."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from klankbord.lake.engine import literal, quoted
from klankbord.lake.schema import TABLES
from klankbord.lake.store import Batch, Key
from klankbord.lake.store.snapshot import relation_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KEYED = ("contacts", "responses")


@dataclass(slots=True, kw_only=True)
class Desk:
    """What a write of rows works on.

    The engine holds for each of both tables: `incoming_<table>`, the rows that came; `gone_<table>`, the keys of rows
    that are to go; `old_<table>`, rows of the lake that can change, with their file; and `now_<table>`, the same rows
    as they are to be, with the file that held them (null for new ones) and whether they came.

    Parameters
    ----------
    engine : DuckDBPyConnection
        Where the rows are.
    batch : Batch
        The write.
    key : Key
        The key of pseudonyms.
    hint : frozenset of str or None
        Months that rows may lie in already, as the caller knows; None for any.
    told : dict of str to tuple of str
        Columns that came, by table.
    """

    engine: "DuckDBPyConnection"
    batch: Batch
    key: Key
    hint: frozenset[str] | None
    told: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def run(self, sql: str) -> list[tuple[object, ...]]:
        """Return what the engine answers."""
        return self.engine.execute(sql).fetchall()

    def count(self, rows: str) -> int:
        """Count rows of the engine, given as SQL."""
        return int(str(self.run(f"select count(*) from {rows}")[0][0]))

    def make(self, name: str, sql: str) -> None:
        """Make a temporary table."""
        self.engine.execute(f"create or replace temp table {name} as {sql}")

    def months(self, *sql: str) -> list[str] | None:
        """Return the hint and the months that some queries give; None for any."""
        if self.hint is None:
            return None
        found = self.run(" union ".join(f"({one})" for one in sql))
        return sorted({*self.hint, *(str(month) for (month,) in found if month is not None)})

    def there(self, table: str, months: Collection[str] | None, paths: Collection[str] | None = None) -> str:
        """Return SQL of rows of the lake in some months, or in some files, with the column `filename`."""
        if paths is None:
            files = [file for file in self.batch.files(table) if months is None or file.month in months]
            paths = [self.batch.path(table, file) for file in files]
        return relation_of(table, sorted(paths), named=True)

    def month_of(self, moment: str) -> str:
        """Return SQL of the month of an instant where the lake is."""
        return f"strftime(timezone({literal(self.batch.manifest.settings.zone)}, {moment}), '%Y-%m')"


def key_of(table: str) -> str:
    """Return the columns of a table's key as SQL.

    Examples
    --------
    >>> key_of("contacts")
    '"source", "external_id"'
    """
    return ", ".join(map(quoted, TABLES[table].key))


def all_of(table: str) -> str:
    """Return all columns of a table as SQL."""
    return ", ".join(map(quoted, TABLES[table].names))
