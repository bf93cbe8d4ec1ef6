"""A file is opened and known for whose contact records it holds, by its head alone where that is enough."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs

from klankbord.errors import FileError, OptionError
from klankbord.lake.engine import connect, scratch
from klankbord.lake.readers.contact_dialect import ContactDialect
from klankbord.lake.readers.contact_dialects import CONTACT_DIALECTS
from klankbord.lake.readers.delimited import Delimited, open_delimited
from klankbord.lake.readers.dialects import DIALECTS
from klankbord.lake.readers.documents import Documents, open_documents
from klankbord.lake.readers.parquet import Columnar, open_parquet
from klankbord.lake.readers.source import Source, open_source
from klankbord.lake.readers.table import Staged
from klankbord.lake.readers.workbook import Sheet, open_workbook

Kind = Literal["contacts", "responses"]
Opened = Delimited | Sheet | Columnar | Documents
_START = 1 << 20


def open_file(path: Path, folder: Path, staged: Staged) -> Opened:
    """Open a file of any kind; a form-encoded body a line is a document a line."""
    source = open_source(path, folder)
    if source.kind == "json":
        return open_documents(source)
    if source.kind == "workbook":
        return open_workbook(source)
    if source.kind == "parquet":
        return open_parquet(source, staged)
    return _open_forms(source) or open_delimited(source)


def _open_forms(source: Source) -> Documents | None:
    with source.path.open(encoding="utf-8-sig") as file:
        first = file.readline(_START)
    if "EventType=" not in first or first.count("=") < first.count("&"):
        return None
    return Documents(source=source, first=_form(first), by_line=True, decode=_form)


def _form(line: str) -> object:
    fields = parse_qs(line.strip(), keep_blank_values=True)
    if not fields:
        raise ValueError("no form fields")
    return {name: values[-1] for name, values in fields.items()}


def dialect_of(file: Opened) -> ContactDialect | None:
    """Return whose contact records a file holds; None when it holds none."""
    for dialect in CONTACT_DIALECTS:
        if isinstance(file, Documents):
            ours = dialect.recognises_document is not None and dialect.recognises_document(file.first)
        else:
            ours = dialect.recognises_table is not None and dialect.recognises_table(file.head)
        if ours:
            return dialect
    return None


def _holds_answers(file: Opened) -> bool:
    """Return whether a known survey tool says that a file is its own."""
    for dialect in DIALECTS[:-1]:
        if isinstance(file, Documents):
            ours = dialect.recognises_document is not None and dialect.recognises_document(file.first)
        else:
            ours = dialect.recognises_table is not None and dialect.recognises_table(file.head)
        if ours:
            return True
    return False


def kinds_of(paths: Sequence[Path]) -> frozenset[Kind]:
    """Return what the first file holds, contact records or answers or both, from its head where that can be read alone.

    What only looks like contact records, by its headings, is a survey's when a survey tool knows it for its own.
    """
    if not paths:
        raise OptionError("there is nothing to read", hint="name a file", case="nothing_to_read")
    with scratch() as folder:
        file = open_head(paths[0], Path(folder), Staged(connect()))
        dialect, answers = dialect_of(file), _holds_answers(file)
        if dialect is None or (answers and dialect is CONTACT_DIALECTS[-1]):
            return frozenset({"responses"})
        return frozenset({"contacts", "responses"} if answers else {"contacts"})


def open_head(path: Path, folder: Path, staged: Staged) -> Opened:
    """Open a file, from its first megabyte alone where that can be."""
    if path.is_file() and path.stat().st_size > _START:
        with path.open("rb") as file:
            start = file.read(_START)
        head = folder / path.name
        head.write_bytes(start[: start.rfind(b"\n") + 1] or start)
        try:
            return open_file(head, folder, staged)
        except FileError:
            # A workbook, Parquet or one JSON document cannot be read in part.
            head.unlink()
    return open_file(path, folder, staged)
