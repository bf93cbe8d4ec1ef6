"""Spreadsheets (XLSX, XLS, XLSB, ODS): the first sheet that holds rows becomes a table."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from klankbord.errors import FileError, MissingExtraError
from klankbord.lake.readers.dialect import Head, TableLayout
from klankbord.lake.readers.source import Source
from klankbord.lake.readers.table import Staged, text_of
from klankbord.results import Notice

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_RECORDS = 1000
_Row = tuple[str | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet of a workbook."""

    source: Source
    sheet: "CalamineSheet"
    head: Head

    def load(self, staged: Staged, file: int, layout: TableLayout) -> None:
        """Stage all rows below the header under their own row numbers."""
        below = islice(_rows(self.sheet), layout.header_records, None)
        staged.admit(layout.columns)
        staged.add((file, number, dict(zip(layout.columns, cells, strict=False))) for number, cells in below)


def open_workbook(source: Source) -> Sheet:
    """Open the first visible sheet that holds more than a header.

    Raises
    ------
    FileError
        When the workbook is locked, broken or empty.
    """
    try:
        from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("reading spreadsheets needs calamine", hint='pip install "klankbord[lake]"') from None
    try:
        book = CalamineWorkbook.from_path(str(source.path))
        names = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        sheets = [book.get_sheet_by_name(name) for name in names]
    except CalamineError as error:
        raise FileError(
            f"{source.name} cannot be opened as a spreadsheet: {error}",
            hint="remove its password, or save it again as XLSX",
            file=source.name,
            case="locked_workbook",
        ) from None
    filled = [sheet for sheet in sheets if len(list(islice(_rows(sheet), 2))) == 2]
    if not filled:
        raise FileError(
            f"{source.name} holds no sheet with answers", hint="export it again", file=source.name, case="no_records"
        )
    records = [tuple(cell or "" for cell in cells) for _, cells in islice(_rows(filled[0]), _RECORDS)]
    return Sheet(
        source=replace(source, notices=(*source.notices, *_others([sheet.name for sheet in filled]))),
        sheet=filled[0],
        head=Head(records=tuple(records)),
    )


def _rows(sheet: "CalamineSheet") -> Iterator[tuple[int, _Row]]:
    """Yield the rows that hold anything, with their numbers in the sheet."""
    for number, cells in enumerate(sheet.iter_rows(), 1):
        texts = tuple(text_of(cell) for cell in cells)
        if any(texts):
            yield number, texts


def _others(names: list[str]) -> tuple[Notice, ...]:
    if len(names) == 1:
        return ()
    message = f"only the sheet {names[0]!r} is read; not {', '.join(map(repr, names[1:]))}"
    return (Notice(code="other_sheets", message=message, data={"sheet": names[0], "others": names[1:]}),)
