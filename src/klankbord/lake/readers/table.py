"""The table that every file is staged in: a text column for each of its columns, rows numbered as users see them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from klankbord.lake.engine import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CHUNK = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A record that is no row: where it stands, what is wrong with it, and how many rows were lost with it."""

    file: int
    row: int
    what: str
    reason: str = "broken_row"
    count: int = 1


@dataclass(slots=True)
class Staged:
    """The table `staged` while files are added to it.

    `physical` gives the column of the table by the name of the original column.
    """

    engine: "DuckDBPyConnection"
    physical: dict[str, str] = field(default_factory=dict)
    broken: list[Broken] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine.execute("create table staged (file uinteger, row integer)")

    @property
    def rows(self) -> int:
        """How many rows are staged."""
        return self.number("select count(*) from staged")

    def number(self, sql: str) -> int:
        """Return the one whole number that a query answers with."""
        return int(self.engine.execute(sql).fetchall()[0][0] or 0)

    def column(self, name: str) -> str:
        """Return an original column as SQL."""
        return quoted(self.physical[name])

    def admit(self, names: Iterable[str]) -> list[str]:
        """Make room for columns, and return what they are called in the table."""
        wanted = list(names)
        taken = {name.casefold() for name in self.physical.values()}
        for name in wanted:
            if name not in self.physical:
                column = f"raw.{name}"
                # The engine does not tell "Score" from "score".
                while column.casefold() in taken:
                    column += " (2)"
                taken.add(column.casefold())
                self.physical[name] = column
                self.engine.execute(f"alter table staged add column {quoted(column)} varchar")
        return [self.physical[name] for name in wanted]

    def add(self, rows: Iterable[tuple[int, int, Mapping[str, object]]]) -> None:
        """Stage rows with their file and number, some thousands at a time; columns come as they are met."""
        left = iter(rows)
        while chunk := list(islice(left, _CHUNK)):
            names = list(dict.fromkeys(name for _, _, row in chunk for name in row))
            columns: dict[str, object] = {
                physical: _texts(row.get(name) for _, _, row in chunk)
                for name, physical in zip(names, self.admit(names), strict=True)
            }
            columns["file"] = np.array([file for file, _, _ in chunk], dtype=np.uint32)
            columns["row"] = np.array([number for _, number, _ in chunk], dtype=np.int32)
            self.engine.register("chunk", columns)
            self.engine.execute("insert into staged by name select * from chunk")
            self.engine.unregister("chunk")

    def number_rows(self, file: int, first: int, base: int, gaps: Sequence[int] = ()) -> None:
        """Give rows staged from position `first` on the numbers from `base` on, passing over the `gaps`."""
        self.engine.execute(f"update staged set row = rowid - {first} + {base} where file = {file}")
        if not gaps:
            return
        numbers = np.arange(base, base + self.rows - first)
        numbers += np.searchsorted(np.array(gaps) - np.arange(len(gaps)), numbers, side="right")
        self.engine.register("numbers", {"id": np.arange(first, self.rows), "row": numbers.astype(np.int32)})
        self.engine.execute("update staged set row = numbers.row from numbers where staged.rowid = numbers.id")
        self.engine.unregister("numbers")


def _texts(values: Iterable[object]) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    texts = [text_of(value) for value in values]
    column = np.empty(len(texts), dtype=object)
    column[:] = texts
    return column


def text_of(value: object) -> str | None:
    """Return a cell as text: whole numbers without a fraction, moments as ISO 8601, nothing as None.

    Examples
    --------
    >>> text_of(9.0), text_of(True), text_of(""), text_of("x")
    ('9', 'true', None, 'x')
    """
    if isinstance(value, str):
        # JSON can hold halves of characters, which no database takes.
        return (value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")) or None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return None if value != value else str(int(value)) if value.is_integer() else repr(value)  # noqa: PLR0124
    return None if value is None else str(value)
