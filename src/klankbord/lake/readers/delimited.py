"""Delimited text: how its columns are parted, and its way into the engine, every line accounted for."""

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from klankbord.errors import FileError
from klankbord.lake.engine import literal, quoted
from klankbord.lake.readers.dialect import Head, Layout
from klankbord.lake.readers.rules import holds
from klankbord.lake.readers.source import Source
from klankbord.lake.readers.table import Broken, Staged

_SAMPLE = 1 << 20
_RECORDS = 1000
_DELIMITERS = ",;\t|"
_EXCEL_SAYS = re.compile(r'"?sep=(.)"?\r?\n')
_LINE_ENDS = r"case when contains({0}, E'\n') then length({0}) - length(replace({0}, E'\n', '')) else 0 end"
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

    def load(self, staged: Staged, file: int, layout: Layout) -> None:
        """Stage all records below the header; those that are no rows are noted as broken."""
        first = staged.rows
        columns = [*layout.columns, *(f"column {n}" for n in range(len(layout.columns) + 1, self.width + 1))]
        header, header_end = self.places[: layout.header_records][-1]
        cells = ", ".join(f"c{position} as {quoted(name)}" for position, name in enumerate(staged.admit(columns)))
        staged.engine.execute(
            f"insert into staged by name select {file} as file, {cells} from {self._scan(file, len(columns), header)}"
        )
        rejected = self._rejected(staged, file, layout)
        missing = self.source.lines - header_end - (staged.rows - first) - sum(rejected.values())
        blank = self._missing(staged, file, missing, header) if missing else []
        gaps = [record - self.hidden for record in sorted({*rejected, *blank})]
        staged.number_rows(file, first, header - self.hidden + 1, gaps)

    def _scan(self, file: int, width: int, header: int) -> str:
        columns = ", ".join(f"c{position}: 'varchar'" for position in range(width))
        # Several threads lose their place where line ends stand inside quotes, and are hardly faster.
        return f"""read_csv({literal(str(self.source.path))}, columns = {{{columns}}}, skip = {header},
            delim = {literal(self.delimiter)}, quote = '"', escape = '"', header = false, auto_detect = false,
            compression = 'none', null_padding = {self.width < width}, parallel = false,
            store_rejects = true, rejects_table = 'rejects_{file}', rejects_scan = 'scan_{file}')"""

    def _rejected(self, staged: Staged, file: int, layout: Layout) -> dict[int, int]:
        """Note the records that the engine turned down, and return how many lines each of them took."""
        found = staged.engine.execute(
            "select line, min(column_idx), max(column_idx), list(error_type::varchar), first(csv_line[:2000]), "
            f"max({_LINE_ENDS.format(_STRIPPED)}) + 1 from rejects_{file} group by line order by line"
        ).fetchall()
        for line, lowest, highest, errors, text, lines in found:
            error = next((known for known in _WRONG if known in errors), str(errors[0]))
            what = _WRONG.get(error, error.lower()).format(lowest, highest, self.width)
            what += f", over {lines:,} lines" if lines > 1 else ""
            reason = self._reason(text or "", layout) if error.endswith("COLUMNS") else "broken_row"
            staged.broken.append(Broken(file=file, row=line - self.hidden, what=what, reason=reason))
        return {line: lines for line, *_, lines in found}

    def _reason(self, text: str, layout: Layout) -> str:
        record = next(csv.reader(io.StringIO(text.strip("\r\n")), delimiter=self.delimiter), [])
        cells = dict.fromkeys(layout.columns, "") | dict(zip(layout.columns, record, strict=False))
        return next((rule.reason for rule in layout.drops if holds(rule, cells.get(rule.column, ""))), "broken_row")

    def _missing(self, staged: Staged, file: int, missing: int, header: int) -> list[int]:
        """Return the blank records and note one whose quote stays open: the engine passes over both in silence."""
        inside = " + ".join(_LINE_ENDS.format(quoted(name)) for name in staged.physical.values())
        missing -= staged.number(f"select sum({inside}) from staged where file = {file}")
        if missing <= 0:
            return []
        blank, last, unclosed = self._walk(header)
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
        raise FileError(f"{source.name} holds no records", hint="export it again", file=source.name)
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
