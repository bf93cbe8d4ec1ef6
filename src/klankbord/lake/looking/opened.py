"""A lake that is being looked at: one state of it, a connection of its own, and rows as plain values."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from klankbord.lake.engine import literal, share_lake
from klankbord.lake.schema import TABLES
from klankbord.lake.store import Lake, Snapshot

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One state of a lake, and what reads it."""

    snapshot: Snapshot
    engine: "DuckDBPyConnection"

    @classmethod
    def of(cls, lake: Lake | Snapshot) -> "Opened":
        """Open a lake as it stands now, or a state of it that somebody holds."""
        snapshot = lake.snapshot() if isinstance(lake, Lake) else lake
        return cls(snapshot=snapshot, engine=share_lake(snapshot.folder))

    def months(self, table: str) -> tuple[str, ...]:
        """List the months of a table, newest first."""
        return self.snapshot.months(table)[::-1]

    def relation(self, table: str, months: Collection[str] | None) -> str:
        """Return SQL of a table's rows in some months."""
        return self.snapshot.relation(table, months)

    def rows(self, sql: str) -> list[Row]:
        """Return the rows of a query; instants are in UTC."""
        found = self.engine.sql(sql).to_arrow_table().to_pylist()
        return [{name: _plain(value) for name, value in row.items()} for row in found]

    def month_of(self, moment: datetime) -> str:
        """Return the month of an instant where the lake is."""
        return f"{moment.astimezone(ZoneInfo(self.snapshot.settings.zone)):%Y-%m}"


def moment_sql(moment: datetime) -> str:
    """Return an instant as SQL.

    Examples
    --------
    >>> moment_sql(datetime(2026, 3, 1, 9, 30, tzinfo=UTC))
    "'2026-03-01T09:30:00+00:00'::timestamptz"
    """
    return f"{literal(moment.astimezone(UTC).isoformat())}::timestamptz"


def keys_sql(columns: str, keys: Iterable[tuple[str, ...]]) -> str:
    """Return SQL that some columns have one of these values together.

    Examples
    --------
    >>> keys_sql("source, external_id", [("a", "1"), ("a", "2")])
    "(source, external_id) in (('a', '1'), ('a', '2')) and external_id in ('1', '2')"
    """
    wanted = [tuple(map(literal, key)) for key in keys]
    if not wanted:
        return "false"
    together = ", ".join(f"({', '.join(key)})" for key in wanted)
    # Files know the range of one column, and not of several together.
    alone = ", ".join(key[-1] for key in wanted)
    return f"({columns}) in ({together}) and {columns.rpartition(', ')[2]} in ({alone})"


def listed_columns(table: str, names: Collection[str]) -> str:
    """Return those of some columns that a table has, as SQL."""
    return ", ".join(name for name in TABLES[table].names if name in names)


def _plain(value: object) -> object:
    return value.astimezone(UTC) if isinstance(value, datetime) else value
