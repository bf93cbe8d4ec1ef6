"""Staged rows on their way to answers: what is set apart keeps its reason, and can be listed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from klankbord.lake.engine import literal
from klankbord.lake.readers.dialect import Layout
from klankbord.lake.readers.drops import SHOWN, Dropped, dropped
from klankbord.lake.readers.table import Staged
from klankbord.results import Notice

_WORKING = {"score": "smallint", "answered_at": "timestamp", "updated_at": "timestamp", "reason": "varchar"}
_COUNTS = "select reason, count(*) from staged where reason is not null group by reason order by min(rowid)"


@dataclass(slots=True)
class Sifting:
    """The table `staged` with room for scores, moments and reasons; `cells` tells which cell shows why, by reason."""

    staged: Staged
    layout: Layout
    notices: list[Notice] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, kind in _WORKING.items():
            self.run(f"alter table staged add column {name} {kind}")

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """Return what the engine answers."""
        return self.staged.engine.execute(sql).fetchall()

    def column(self, field_name: str) -> str | None:
        """Return the original column of a canonical field as SQL; None where the files have none."""
        original = getattr(self.layout.fields, field_name)
        return self.staged.column(original) if original in self.staged.physical else None

    def set_apart(self, reason: str, where: str, cell: str = "null") -> None:
        """Give the rows of which `where` is true a reason, unless they have one; `cell` is what an example shows."""
        self.cells.setdefault(reason, cell)
        self.run(f"update staged set reason = {literal(reason)} where reason is null and ({where})")

    def drops(self, files: Sequence[str]) -> tuple[Dropped, ...]:
        """List by reason what was set apart and what was broken."""
        counts = Counter[str](dict(self.run(_COUNTS)))
        for broken in self.staged.broken:
            counts[broken.reason] += broken.count
        return tuple(self._drop(reason, count, files) for reason, count in counts.items())

    def _drop(self, reason: str, count: int, files: Sequence[str]) -> Dropped:
        cell = self.cells.get(reason, "null")
        where = f"where reason = {literal(reason)} order by file, row limit {SHOWN}"
        found = self.run(f"select file, row, {cell} from staged {where}")
        found += [
            (item.file, item.row, item.what if reason == "broken_row" else None)
            for item in self.staged.broken
            if item.reason == reason
        ]
        return dropped(reason, count, [(files[file], row, cell) for file, row, cell in sorted(found, key=_place)])


def _place(found: tuple[Any, ...]) -> tuple[int, int]:
    return found[0], found[1]
