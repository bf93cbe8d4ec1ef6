"""The words of the schema: a column, a table, and the types that every engine understands."""

from dataclasses import dataclass
from enum import Enum


class Type(Enum):
    """A column's type: its name in the engine (DuckDB) and in open tables (Delta Lake, Spark)."""

    TEXT = ("varchar", "string")
    FLAG = ("boolean", "boolean")
    SMALL = ("smallint", "short")
    WHOLE = ("integer", "integer")
    LONG = ("bigint", "long")
    REAL = ("double", "double")
    DATE = ("date", "date")
    INSTANT = ("timestamp with time zone", "timestamp")
    ATTRIBUTES = ("map(varchar, varchar)", "map")

    @property
    def engine(self) -> str:
        """The type's name in the engine's SQL."""
        return self.value[0]

    @property
    def delta(self) -> str:
        """The type's name in the Delta Lake protocol."""
        return self.value[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name : str
        Its name, the same in every engine. `_s` ends seconds, `_at` an instant in UTC.
    type : Type
        What it holds.
    about : str
        One line for who reads the schema.
    values : tuple of str
        The values it may have, where they are few and fixed.
    dimension : bool
        Whether questions may group and filter by it.
    """

    name: str
    type: Type
    about: str
    values: tuple[str, ...] = ()
    dimension: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSchema:
    """One table of the lake.

    Parameters
    ----------
    name, about : str
        Its name, and one line for who reads the schema.
    columns : tuple of Column
        In the order in which they are stored; `month`, the partition, comes last.
    key : tuple of str
        Columns that identify a row; a second row with the same key is an update of the first.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all columns, the partition among them."""
        return tuple(column.name for column in self.columns)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Columns that questions may group and filter by."""
        return tuple(column.name for column in self.columns if column.dimension)

    def column(self, name: str) -> Column:
        """Return the column of that name.

        Raises
        ------
        KeyError
            When there is none.
        """
        return {column.name: column for column in self.columns}[name]
