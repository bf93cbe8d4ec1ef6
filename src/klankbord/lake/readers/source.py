"""A path is opened safely and known for what it holds, never by its name: text, JSON, a spreadsheet, Parquet."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zipfile import BadZipFile, ZipFile

from klankbord.errors import FileError, nearest
from klankbord.lake.readers.encoding import examine, transcode
from klankbord.results import Notice

Kind = Literal["text", "json", "workbook", "parquet"]
_SHEETS = {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}
_PACKED = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"7z\xbc\xaf": "7-Zip", b"\x28\xb5\x2f\xfd": "zstd"}
_PDF, _ZIP, _OLE, _PARQUET = b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that can be read.

    Parameters
    ----------
    name : str
        The file's own name.
    path : Path
        What to read: the file, or a UTF-8 copy of it.
    kind : str
        What it holds.
    encoding : str or None
        What its text was written in.
    lines : int
        How many lines of text it has.
    plain : bool
        Whether it is known that no line ends inside quotes.
    notices : tuple of Notice
        What had to be assumed.
    """

    name: str
    path: Path
    kind: Kind
    encoding: str | None = None
    lines: int = 0
    plain: bool = False
    notices: tuple[Notice, ...] = ()


def open_source(path: Path, scratch: Path) -> Source:
    """Find out what a file is, and copy it to the private folder `scratch` when it cannot be read as it is.

    Raises
    ------
    FileError
        When it is missing, empty, a folder, packed, or nothing that holds answers.
    """
    _refuse_what_is_no_file(path)
    with path.open("rb") as file:
        magic = file.read(8)
        file.seek(max(0, path.stat().st_size - len(_PARQUET)))
        whole = file.read() == _PARQUET
    if magic.startswith(_PARQUET):
        if not whole:
            raise _refusal(path, "is a Parquet file that was cut off", "download or export it again")
        return Source(name=path.name, path=_plainly_named(path, scratch), kind="parquet")
    if magic.startswith(_OLE) or (magic.startswith(_ZIP) and _is_workbook(path)):
        return Source(name=path.name, path=path, kind="workbook")
    _refuse_packed(magic, path.name)
    return _text(path, scratch)


def _refuse_what_is_no_file(path: Path) -> None:
    if path.is_dir():
        inside = sorted(item.name for item in path.iterdir() if item.is_file())
        raise _refusal(
            path, "is a folder", f"name the files in it, such as {_listed(inside)}" if inside else "it is empty"
        )
    if not path.exists():
        raise _refusal(path, "does not exist", _near(path))
    if not path.is_file():
        raise _refusal(path, "is not a regular file", "save the answers to a file first")
    if path.stat().st_size == 0:
        raise _refusal(path, "is empty", "export it again")


def _refusal(path: Path, what: str, hint: str | None) -> FileError:
    return FileError(f"{path} {what}", hint=hint, file=path.name)


def _near(path: Path) -> str | None:
    found = nearest(path.name, (item.name for item in path.parent.iterdir())) if path.parent.is_dir() else None
    return f"did you mean {found}?" if found else "check the path"


def _is_workbook(path: Path) -> bool:
    try:
        with ZipFile(path) as archive:
            members = archive.namelist()
    except (BadZipFile, NotImplementedError, OSError):
        raise FileError(
            f"{path.name} is a broken zip or spreadsheet",
            hint="download or export it again",
            file=path.name,
            case="broken_zip",
        ) from None
    if _SHEETS & set(members):
        return True
    raise FileError(
        f"{path.name} is a zip with {len(members)} members: {_listed(members)}",
        hint="unpack it and name the file with the answers",
        file=path.name,
        members=members[:100],
        case="zip_of_many",
        count=len(members),
    )


def _refuse_packed(magic: bytes, name: str) -> None:
    packed = next((title for mark, title in _PACKED.items() if magic.startswith(mark)), None)
    if packed:
        raise FileError(
            f"{name} is packed with {packed}", hint="unpack it first", file=name, case="packed", packed=packed
        )
    if magic.startswith(_PDF):
        raise FileError(
            f"{name} is a PDF", hint="export the answers as CSV, XLSX, JSON or Parquet", file=name, case="pdf"
        )


def _text(path: Path, scratch: Path) -> Source:
    text = examine(path)
    readable, lines = path, text.lines
    if text.tidy:
        readable = _plainly_named(path, scratch)
    else:
        readable = scratch / f"{len(list(scratch.iterdir()))}.txt"
        lines = transcode(path, text, readable)
    with readable.open(encoding="utf-8-sig") as file:
        start = file.read(65536).lstrip()[:1]
    if not start:
        raise _refusal(path, "holds nothing but blanks", "export it again")
    return Source(
        name=path.name,
        path=readable,
        kind="json" if start in {"[", "{"} else "text",
        encoding=text.encoding.removesuffix("-sig"),
        lines=lines,
        plain=text.plain,
        notices=text.notices,
    )


def _plainly_named(path: Path, scratch: Path) -> Path:
    # DuckDB would take these characters for a pattern that names several files.
    if not set("*?[") & set(str(path.resolve())):
        return path.resolve()
    return Path(shutil.copyfile(path, scratch / f"{len(list(scratch.iterdir()))}.copy"))


def _listed(names: Iterable[str]) -> str:
    some = list(names)
    return ", ".join(some[:5]) + (", …" if len(some) > 5 else "")
