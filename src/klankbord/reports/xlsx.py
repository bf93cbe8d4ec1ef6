"""The report as a workbook: real numbers with formats, frozen headers, and charts that the spreadsheet draws itself."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from klankbord.charts.theme import BLUE, GREY
from klankbord.reports.document import Column, Definitions, Document, Figure, Grid, KeyFigures, Points, Quotes, Section
from klankbord.reports.wording import Wording
from klankbord.results import Interval

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_WIDEST = 60  # characters


def render_xlsx(document: Document) -> bytes:
    """Write the report as an Excel workbook: the first page in words, then a sheet a table."""
    file = BytesIO()
    with Workbook(file, {"in_memory": True, "remove_timezone": True}) as workbook:
        workbook.set_properties({"title": document.title, "comments": document.imprint})
        book = _Book(workbook=workbook, wording=Wording(document.language, share=document.share))
        first, *others = document.sections
        book.cover(document, first)
        for section in others:
            book.section(section)
    return file.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    """A workbook under way, with its formats by kind of cell and the names of its sheets."""

    workbook: Any
    wording: Wording
    formats: dict[str, Any] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def style(self, name: str) -> Any:
        """Return a format by name, made once."""
        looks: dict[str, dict[str, object]] = {
            "title": {"bold": True, "font_size": 18},
            "head": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"},
            "wrapped": {"text_wrap": True, "valign": "top"},
            "text": {"valign": "top"},
            "count": {"num_format": "#,##0", "valign": "top"},
            "share": {"num_format": "0%", "valign": "top"},
            "score": {"num_format": "0%" if self.wording.formats.share else "+0;−0;0", "valign": "top"},
            "day": {"num_format": 14, "align": "left", "valign": "top"},  # the reader's own short date
        }
        if name not in self.formats:
            self.formats[name] = self.workbook.add_format(looks[name])
        return self.formats[name]

    def sheet(self, title: str) -> Any:
        """Add a sheet whose name the file format accepts and no other sheet has."""
        stem = _FORBIDDEN.sub(" ", title).strip()[:31] or "-"
        name, copy = stem, 2
        while name.casefold() in self.names:
            name, copy = f"{stem[:27]} ({copy})", copy + 1
        self.names.add(name.casefold())
        return self.workbook.add_worksheet(name)

    def cover(self, document: Document, section: Section) -> None:
        """Write the first page: title, the paragraph that may be quoted, and the key figures."""
        sheet = self.sheet(section.title)
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 2, 34)
        sheet.write_string(0, 0, document.title, self.style("title"))
        sheet.write_string(1, 0, document.subtitle)
        row = 3
        for text in _texts(section):
            sheet.merge_range(row, 0, row, 2, text, self.style("wrapped"))
            sheet.set_row(row, 15 * (1 + len(text) // 90))
            row += 1
        row += 1
        for block in section.blocks:
            if isinstance(block, KeyFigures):
                for item in block.items:
                    for column, text in enumerate((item.name, item.value, item.detail)):
                        sheet.write_string(row, column, text)
                    row += 1
        sheet.write_string(row + 1, 0, document.imprint)

    def section(self, section: Section) -> None:
        """Write a chapter: a sheet a table, one for its quotes and one for its remarks."""
        quotes = [block for block in section.blocks if isinstance(block, Quotes)]
        notes = [block for block in section.blocks if isinstance(block, Points | Definitions)]
        if quotes:
            self.quotes(section.title, quotes)
        if notes:
            self.notes(section.title, notes)
        texts = list(_texts(section))
        for block in section.blocks:
            if isinstance(block, Figure) and block.grid:
                remarks = [text for text in (block.finding, *block.remarks) if text]
                sheet = self.grid(block.title or section.title, block.grid, [*texts, *remarks])
                self.chart(sheet, block, block.grid)
                texts = []
            elif isinstance(block, Grid):
                self.grid(block.caption, block, [])

    def grid(self, title: str, grid: Grid, remarks: Sequence[str]) -> Any:
        """Write a table from the first row on, and below it what must be read with it."""
        sheet = self.sheet(title)
        columns = list(self.columns(grid.columns))
        for at, column in enumerate(columns):
            sheet.write_string(0, at, column.name, self.style("head"))
        for down, row in enumerate(grid.rows, 1):
            for at, (value, column) in enumerate(zip(_flat(row, grid.columns), columns, strict=True)):
                self.cell(sheet, down, at, value, column)
        sheet.freeze_panes(1, 1)
        sheet.autofit(max_width=360)
        for down, remark in enumerate(remarks, len(grid.rows) + 2):
            sheet.write_string(down, 0, remark)
        return sheet

    def columns(self, columns: Iterable[Column]) -> Iterator[Column]:
        """Yield the columns of the sheet: an interval takes two."""
        for column in columns:
            if column.kind != "interval":
                yield column
                continue
            for end in ("low", "high"):
                yield Column(name=f"{column.name}: {self.wording(f'columns.{end}')}", kind="score")

    def cell(self, sheet: Any, row: int, at: int, value: Any, column: Column) -> None:
        """Write one cell as what it is; text never becomes a formula."""
        style = self.style(column.kind)
        if value is None:
            sheet.write_blank(row, at, None, style)
        elif column.kind == "text":
            sheet.write_string(row, at, str(value), style)
        elif column.kind == "day":
            sheet.write_datetime(row, at, value, style)
        else:
            share = column.kind == "score" and self.wording.formats.share
            sheet.write_number(row, at, value / 100 if share else value, style)

    def quotes(self, title: str, groups: Sequence[Quotes]) -> None:
        """Write all comments as one table, so that they can be filtered."""
        names = ("kind", "score", "day", "comment")
        sheet = self.sheet(title)
        for at, name in enumerate(names):
            sheet.write_string(0, at, self.wording(f"columns.{name}"), self.style("head"))
        rows = [(group.title, quote) for group in groups for quote in group.items]
        for down, (kind, quote) in enumerate(rows, 1):
            sheet.write_string(down, 0, kind, self.style("text"))
            sheet.write_number(down, 1, quote.score, self.style("text"))
            self.cell(sheet, down, 2, quote.on, Column(name="", kind="day"))
            sheet.write_string(down, 3, quote.text, self.style("wrapped"))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 2, 14)
        sheet.set_column(3, 3, 100)

    def notes(self, title: str, blocks: Sequence[Points | Definitions]) -> None:
        """Write remarks and definitions as two columns: what it is about, and what it says."""
        sheet = self.sheet(title)
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 1, 110)
        for at, name in enumerate(("term", "meaning")):
            sheet.write_string(0, at, self.wording(f"columns.{name}"), self.style("head"))
        sheet.freeze_panes(1, 0)
        for down, (term, text) in enumerate(_remarks(blocks), 1):
            sheet.write_string(down, 0, term, self.style("text"))
            sheet.write_string(down, 1, text, self.style("wrapped"))

    def chart(self, sheet: Any, figure: Figure, grid: Grid) -> None:
        """Draw distribution and trend with the spreadsheet's own charts, over the cells beside them."""
        kinds = [column.kind for column in self.columns(grid.columns)]
        last, name = len(grid.rows), sheet.get_name()

        def cells(column: int) -> list[object]:
            return [name, 1, column, last, column]

        if figure.kind == "distribution":
            chart = self.workbook.add_chart({"type": "column"})
            series = {
                "categories": cells(0),
                "values": cells(kinds.index("count", 1)),
                "fill": {"color": BLUE},
                "gap": 30,
            }
            chart.add_series(series)
            chart.set_legend({"none": True})
        elif figure.kind == "trend":
            chart = self.workbook.add_chart({"type": "line"})
            scores = [at for at, kind in enumerate(kinds) if kind == "score"]
            for column, colour, width in zip(scores, (BLUE, GREY, GREY), (2.25, 1, 1), strict=False):
                line = {"color": colour, "width": width, **({} if colour == BLUE else {"dash_type": "dash"})}
                chart.add_series(
                    {"name": [name, 0, column], "categories": cells(0), "values": cells(column), "line": line}
                )
            chart.set_legend({"position": "bottom"})
        else:
            return
        chart.set_title({"name": grid.caption, "name_font": {"size": 12, "bold": False}})
        chart.set_size({"width": 760, "height": 340})
        sheet.insert_chart(1, len(kinds) + 1, chart, {"description": figure.text})


def _texts(section: Section) -> Iterator[str]:
    for block in section.blocks:
        text = getattr(block, "text", None)
        if text and not isinstance(block, Figure):
            yield text
        elif isinstance(block, Points) and section.key == "summary":
            yield from block.items


def _remarks(blocks: Iterable[Points | Definitions]) -> Iterator[tuple[str, str]]:
    for block in blocks:
        if isinstance(block, Points):
            yield from ((block.title, item) for item in block.items)
        else:
            yield from ((item.term, item.text) for item in block.items)


def _flat(row: Sequence[object], columns: Sequence[Column]) -> Iterator[object]:
    for value, column in zip(row, columns, strict=True):
        if column.kind != "interval":
            yield value
        elif isinstance(value, Interval):
            yield value.low
            yield value.high
        else:
            yield None
            yield None
