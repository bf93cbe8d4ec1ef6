"""The way of contact records into the engine: small files as text first, large tables typed as they come."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from klankbord.lake.engine import literal, quoted
from klankbord.lake.readers.contact_dialect import ContactLayout
from klankbord.lake.readers.contact_typing import Typing
from klankbord.lake.readers.delimited import Delimited, line_ends
from klankbord.lake.readers.parquet import Columnar
from klankbord.lake.readers.table import Staged
from klankbord.lake.readers.workbook import Sheet

LARGE = 16 << 20  # bytes; below this, a second pass costs nothing that anybody notices
_SAMPLE = 20_000
_LEAST_SAMPLE = 500
Table = Delimited | Sheet | Columnar


def is_large(tables: Sequence[Table]) -> bool:
    """Return whether tables should come in without a copy of their text; sheets are never read that way."""
    size = sum(table.source.path.stat().st_size for table in tables)
    return size > LARGE and not any(isinstance(table, Sheet) for table in tables)


def stage_all(tables: Sequence[Table], layouts: Sequence[ContactLayout], staged: Staged) -> None:
    """Stage every row as text."""
    for file, (table, layout) in enumerate(zip(tables, layouts, strict=True)):
        table.load(staged, file, layout)


def stage_sample(tables: Sequence[Table], layouts: Sequence[ContactLayout], staged: Staged, folder: Path) -> None:
    """Stage some rows of every file as text: enough to see how moments are written, and whether rows have ids."""
    rows = max(_LEAST_SAMPLE, _SAMPLE // len(tables))
    for file, (table, layout) in enumerate(zip(tables, layouts, strict=True)):
        if isinstance(table, Delimited):
            names, relation = table.columns(layout), table.sample(layout, folder, rows)
            cells = [f"c{position}" for position in range(len(names))]
        elif isinstance(table, Columnar):
            names, cells = list(layout.columns), table.cells()
            relation = f"(select * from {table.scan()} using sample reservoir({rows} rows) repeatable (7))"
        else:  # pragma: no cover - sheets are staged whole
            continue
        listed = ", ".join(f"{cell} as {quoted(name)}" for cell, name in zip(cells, staged.admit(names), strict=True))
        staged.engine.execute(f"insert into staged by name select {file} as file, {listed} from {relation}")


def type_staged(staged: Staged, typing: Typing) -> None:
    """Make `typed` of the rows in `staged`."""

    def column(heading: str) -> str | None:
        return staged.column(heading) if heading in staged.physical else None

    staged.engine.execute(f"create table typed as {typing.query(column, 'staged', ('file', 'row'))}")


@dataclass(slots=True)
class Direct:
    """Large tables on their way from the file to a typed copy in the scratch folder, without a copy of their text."""

    staged: Staged
    typing: Typing
    folder: Path
    parts: list[str] = field(default_factory=list)
    rows: int = 0

    def take(self, file: int, table: Table, layout: ContactLayout) -> None:
        """Type the rows of one file."""
        if isinstance(table, Delimited):
            self._take_delimited(file, table, layout)
        elif isinstance(table, Columnar):
            cells = dict(zip(layout.columns, table.cells(), strict=True))
            self._copy(file, self.typing.query(cells.get, table.scan()))
            self._number(file, layout.header_records, [])

    def show(self) -> None:
        """Show all that was taken as `typed`."""
        self.staged.engine.execute(f"create view typed as {' union all by name '.join(self.parts)}")

    def _take_delimited(self, file: int, table: Delimited, layout: ContactLayout) -> None:
        names = table.columns(layout)
        cells = {name: f"c{position}" for position, name in enumerate(names)}
        inside = "0" if table.source.plain else " + ".join(line_ends(cell) for cell in cells.values())
        relation = f"(select *, {inside} as inside from {table.scan(layout, rejects=file)})"
        rows = self._copy(file, self.typing.query(cells.get, relation, ("inside",)))
        lines = f"select sum(inside) from (select inside, {file} as file from {self._path(file)})"
        self._number(file, table.first_row(layout), table.account(self.staged, file, layout, rows, lines))

    def _copy(self, file: int, query: str) -> int:
        target = literal(str(self.folder / f"{file}.parquet"))
        # Rows are known by their place in the file, and several threads keep it only when they are told to.
        copied = self.staged.engine.execute(f"copy ({query}) to {target} (format parquet, preserve_order true)")
        ((rows,),) = copied.fetchall()
        self.rows += int(rows)
        return int(rows)

    def _path(self, file: int) -> str:
        return f"read_parquet({literal(str(self.folder / f'{file}.parquet'))}, file_row_number = true)"

    def _number(self, file: int, first: int, gaps: Sequence[int]) -> None:
        """Give rows their number in the file, passing over gaps: numbers of records that are no rows."""
        if not gaps:
            self.parts.append(
                f"select {file}::uinteger as file, (file_row_number + {first})::integer as row, "
                f"* exclude (file_row_number) from {self._path(file)}"
            )
            return
        # The n-th gap shifts the rows that come after it by one more.
        order = np.arange(len(gaps))
        shifts = {"place": np.array(gaps) - first - order, "shift": order + 1}
        self.staged.engine.register("shifts", shifts)
        self.staged.engine.execute(
            f"create table gaps_{file} as select place, max(shift) as shift from shifts group by place"
        )
        self.staged.engine.unregister("shifts")
        self.parts.append(
            f"select {file}::uinteger as file, (file_row_number + {first} + coalesce(shift, 0))::integer as row, "
            f"* exclude (file_row_number, place, shift) from {self._path(file)} "
            f"asof left join gaps_{file} on file_row_number >= place"
        )


def type_directly(
    tables: Sequence[Table], layouts: Sequence[ContactLayout], staged: Staged, typing: Typing, folder: Path
) -> int:
    """Make `typed` of the rows of large tables, and return how many there are."""
    direct = Direct(staged, typing, folder)
    for file, (table, layout) in enumerate(zip(tables, layouts, strict=True)):
        direct.take(file, table, layout)
    direct.show()
    return direct.rows
