"""Staged rows on their way to answers: what is set apart keeps its reason, and can be listed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from klankbord.lake.engine import literal
from klankbord.lake.readers.dialect import Layout
from klankbord.lake.readers.drops import Dropped, dropped
from klankbord.lake.readers.table import Staged
from klankbord.results import Notice

_WORKING = {"score": "smallint", "answered_at": "timestamp", "updated_at": "timestamp", "reason": "varchar"}


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
        """List what was set apart and what was broken, by reason and file."""
        found = self.run("select reason, file, count(*) from staged where reason is not null group by all")
        counts = {(str(reason), int(file)): int(count) for reason, file, count in found}
        for broken in self.staged.broken:
            key = (broken.reason, broken.file)
            counts[key] = counts.get(key, 0) + broken.count
        order = [*self.cells, "broken_row"]
        return tuple(
            self._drop(reason, file, counts[reason, file], name)
            for reason in order
            for file, name in enumerate(files)
            if (reason, file) in counts
        )

    def _drop(self, reason: str, file: int, count: int, name: str) -> Dropped:
        broken = [item for item in self.staged.broken if (item.reason, item.file) == (reason, file)]
        found = self.run(
            f"select row, {self.cells.get(reason, 'null')} from staged "
            f"where reason = {literal(reason)} and file = {file} order by row limit 100"
        )
        return dropped(
            reason,
            file=name,
            count=count,
            rows=sorted([*(int(row) for row, _ in found), *(item.row for item in broken)]),
            examples=[str(cell) for _, cell in found if cell is not None]
            + [item.what for item in broken if reason == "broken_row"],
        )
