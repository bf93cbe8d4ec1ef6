"""Delimited text: how its columns are parted, and its way into the engine, every line accounted for."""

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from klankbord.errors import FileError
from klankbord.lake.engine import literal, quoted
from klankbord.lake.readers.dialect import Head, TableLayout
from klankbord.lake.readers.rules import holds
from klankbord.lake.readers.source import Source
from klankbord.lake.readers.table import Broken, Staged

_SAMPLE = 1 << 20
_RECORDS = 1000
_PLACES = 64
_DELIMITERS = ",;\t|"
_EXCEL_SAYS = re.compile(r'"?sep=(.)"?\r?\n')
_STRIPPED = r"trim(csv_line, E'\r\n')"
# What a record is called that is wrong in several ways: the first of these that it is.
_WRONG = {
    "LINE SIZE OVER MAXIMUM": "longer than 2 MB",
    "INVALID ENCODING": "text that is not UTF-8",
    "UNQUOTED VALUE": "text goes on after its closing quote",
    "MISSING COLUMNS": "{0} columns instead of {2}",
    "TOO MANY COLUMNS": "{1} columns instead of {2}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delimited:
    """A file of delimited text.

    `places` gives record number and last line of each record in the head, blank records left out; `width` is how many
    columns rows usually have; `hidden` counts records that spreadsheets do not show (Excel's own `sep=;`).
    """

    source: Source
    delimiter: str
    head: Head
    places: tuple[tuple[int, int], ...]
    width: int
    hidden: int = 0

    def load(self, staged: Staged, file: int, layout: TableLayout) -> None:
        """Stage all records below the header; those that are no rows are noted as broken."""
        first = staged.rows
        columns = self.columns(layout)
        cells = ", ".join(f"c{position} as {quoted(name)}" for position, name in enumerate(staged.admit(columns)))
        staged.engine.execute(
            f"insert into staged by name select {file} as file, {cells} from {self.scan(layout, rejects=file)}"
        )
        inside = " + ".join(line_ends(quoted(name)) for name in staged.physical.values())
        gaps = self.account(staged, file, layout, staged.rows - first, f"select sum({inside}) from staged")
        staged.number_rows(file, first, self.first_row(layout), gaps)

    def columns(self, layout: TableLayout) -> list[str]:
        """Return the names of all columns; where rows are wider than the header, those beyond it have numbers."""
        return [*layout.columns, *(f"column {n}" for n in range(len(layout.columns) + 1, self.width + 1))]

    def first_row(self, layout: TableLayout) -> int:
        """Return the number of the first record below the header, as a spreadsheet shows it."""
        return self._header(layout)[0] - self.hidden + 1

    def _header(self, layout: TableLayout) -> tuple[int, int]:
        return ((0, 0), *self.places)[layout.header_records]

    def scan(self, layout: TableLayout, *, rejects: int | None, path: Path | None = None) -> str:
        """Return SQL for the records below the header, or of `path` which has none, with columns `c0`, `c1`, ...

        What is no row is kept in the table of `rejects`; without such a number it is passed over in silence.
        """
        width = len(self.columns(layout))
        columns = ", ".join(f"c{position}: 'varchar'" for position in range(width))
        kept = f"store_rejects = true, rejects_table = 'rejects_{rejects}', rejects_scan = 'scan_{rejects}'"
        # Several threads lose their place where line ends stand inside quotes: they scan what has none there.
        return f"""read_csv({literal(str(path or self.source.path))}, columns = {{{columns}}},
            skip = {0 if path else self._header(layout)[0]}, delim = {literal(self.delimiter)}, quote = '"',
            escape = '"', header = false, auto_detect = false, compression = 'none',
            null_padding = {self.width < width}, parallel = {self.source.plain},
            {"ignore_errors = true" if rejects is None else kept})"""

    def sample(self, layout: TableLayout, folder: Path, rows: int) -> str:
        """Return SQL for some rows from all over the file, columns as in `scan`, without reading all of it if it can.

        Where no cell can hold a line end, whole lines are taken from places at even distances.
        """
        if not self.source.plain:
            return (
                f"(select * from {self.scan(layout, rejects=None)} using sample reservoir({rows} rows) repeatable (7))"
            )
        taken = folder / f"{len(list(folder.iterdir()))}.sample"
        size, lines = self.source.path.stat().st_size, self._header(layout)[1]
        with self.source.path.open("rb") as file, taken.open("wb") as sample:
            for _ in range(lines):
                file.readline()
            start = file.tell()
            step = max(1, (size - start) // _PLACES)
            for place in range(start, size, step):
                file.seek(place)
                if place > start:
                    file.readline()
                ends = min(place + step, size)
                for _ in range(max(1, rows // _PLACES)):
                    if file.tell() < ends:
                        sample.write(file.readline())
        return self.scan(layout, rejects=None, path=taken)

    def account(self, staged: Staged, file: int, layout: TableLayout, rows: int, inside: str) -> list[int]:
        """Account for every line: note what is no row as broken, and return the numbers that rows pass over.

        Parameters
        ----------
        staged : Staged
            Where broken records are noted.
        file : int
            Number of the file among those of the import.
        layout : TableLayout
            How its rows are read.
        rows : int
            How many rows came in.
        inside : str
            Query that counts line ends inside the cells of these rows; it is only asked when lines are missing.
        """
        header_end = self._header(layout)[1]
        rejected = self._rejected(staged, file, layout)
        missing = self.source.lines - header_end - rows - sum(rejected.values())
        if missing and not self.source.plain:
            missing -= staged.number(f"{inside} where file = {file}")
        blank = self._missing(staged, file, missing, layout) if missing > 0 else []
        return [record - self.hidden for record in sorted({*rejected, *blank})]

    def _rejected(self, staged: Staged, file: int, layout: TableLayout) -> dict[int, int]:
        """Note the records that the engine turned down, and return how many lines each of them took."""
        found = staged.engine.execute(
            "select line, min(column_idx), max(column_idx), list(error_type::varchar), first(csv_line[:2000]), "
            f"max({line_ends(_STRIPPED)}) + 1 from rejects_{file} group by line order by line"
        ).fetchall()
        for line, lowest, highest, errors, text, lines in found:
            error = next((known for known in _WRONG if known in errors), str(errors[0]))
            what = _WRONG.get(error, error.lower()).format(lowest, highest, self.width)
            what += f", over {lines:,} lines" if lines > 1 else ""
            reason = self._reason(text or "", layout) if error.endswith("COLUMNS") else "broken_row"
            staged.broken.append(Broken(file=file, row=line - self.hidden, what=what, reason=reason))
        return {line: lines for line, *_, lines in found}

    def _reason(self, text: str, layout: TableLayout) -> str:
        record = next(csv.reader(io.StringIO(text.strip("\r\n")), delimiter=self.delimiter), [])
        cells = dict.fromkeys(layout.columns, "") | dict(zip(layout.columns, record, strict=False))
        return next((rule.reason for rule in layout.drops if holds(rule, cells.get(rule.column, ""))), "broken_row")

    def _missing(self, staged: Staged, file: int, missing: int, layout: TableLayout) -> list[int]:
        """Return the blank records and note one whose quote stays open: the engine passes over both in silence."""
        blank, last, unclosed = self._walk(self._header(layout)[0])
        if unclosed:
            lines = self.source.lines - unclosed
            what = f"a quote is opened and never closed: {lines:,} lines are lost in it"
            staged.broken.append(Broken(file=file, row=last - self.hidden, what=what, count=lines))
            missing -= lines
        if missing > len(blank):
            what, count = "quotes that make no sense", missing - len(blank)
            staged.broken.append(Broken(file=file, row=last - self.hidden, what=what, count=count))
        return blank

    def _walk(self, header: int) -> tuple[list[int], int, int]:
        """Go through all records by the standard library, which is slow: only for files in which lines are missing.

        Return the blank records, the last record, and the line on which it starts if its quote stays open.
        """
        blank: list[int] = []
        with self.source.path.open(encoding="utf-8-sig", newline="") as file, _fields_of_any_size():
            reader = csv.reader(file, delimiter=self.delimiter, strict=True)
            record = start = 0
            while True:
                record, start = record + 1, reader.line_num
                try:
                    if not next(reader) and record > header:
                        blank.append(record)
                except StopIteration:
                    return blank, record - 1, 0
                except csv.Error as error:
                    if "end of data" in str(error):
                        return blank, record, start


def line_ends(cell: str) -> str:
    """Return SQL for the number of line ends in a cell, which is SQL, too."""
    return f"case when contains({cell}, E'\\n') then length({cell}) - length(replace({cell}, E'\\n', '')) else 0 end"


def open_delimited(source: Source) -> Delimited:
    """Read the start of a text file and tell how its columns are parted."""
    with source.path.open(encoding="utf-8-sig", newline="") as file:
        sample = file.read(_SAMPLE)
        cut = bool(file.read(1))
    told = _EXCEL_SAYS.match(sample)
    delimiter = told[1] if told else _sniff(sample)
    records = list(_records(sample, delimiter, _RECORDS))
    if cut and 1 < len(records) < _RECORDS:
        records.pop()
    filled = [(number, *record) for number, record in enumerate(records, 1) if any(record[0])][bool(told) :]
    if not filled:
        raise FileError(f"{source.name} holds no records", hint="export it again", file=source.name, case="no_records")
    header, width = tuple(filled[0][1]), _usual([record for _, record, _ in filled[1:]])
    header += ("",) * (width - len(header))
    return Delimited(
        source=source,
        delimiter=delimiter,
        head=Head(records=(header, *(tuple(record) for _, record, _ in filled[1:]))),
        places=tuple((number, end) for number, _, end in filled),
        width=width or len(header),
        hidden=int(told is not None),
    )


def _usual(records: Sequence[list[str]]) -> int:
    widths = Counter(map(len, records)).most_common(1)
    return widths[0][0] if widths else 0


def _sniff(sample: str) -> str:
    """Return the delimiter by which most records come out equally wide, the wider the better."""

    def evenness(delimiter: str) -> float:
        widths = Counter(len(record) for record, _ in _records(sample, delimiter, 200) if record)
        width, times = widths.most_common(1)[0] if widths else (1, 0)
        return times / max(widths.total(), 1) * math.sqrt(width - 1)

    return max(_DELIMITERS, key=evenness)


def _records(sample: str, delimiter: str, limit: int) -> Iterator[tuple[list[str], int]]:
    with _fields_of_any_size():
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        for _, record in zip(range(limit), reader, strict=False):
            yield record, reader.line_num


@contextmanager
def _fields_of_any_size() -> Iterator[None]:
    limit = csv.field_size_limit(_SAMPLE * 1024)
    try:
        yield
    finally:
        csv.field_size_limit(limit)
