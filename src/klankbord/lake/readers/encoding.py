"""Bytes become UTF-8 text: which encoding a file is in, how its lines end, and a copy of what is written otherwise."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from klankbord.errors import FileError
from klankbord.results import Notice

_BLOCK = 1 << 20  # bytes
_FEED, _RETURN = 10, 13
_QUOTE = b'"'
_LONGEST_LINE = 4  # MB, and so blocks
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16", codecs.BOM_UTF8: "utf-8-sig"}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a file of text is written in, how many lines it has, and whether DuckDB can read it as it is.

    `plain` says that no line ends inside quotes: every line of a table is then a record.
    """

    encoding: str
    errors: str = "strict"
    lines: int = 0
    tidy: bool = False
    plain: bool = False
    notices: tuple[Notice, ...] = ()


@dataclass(slots=True)
class _Count:
    """A running count of line ends and of blocks since the last one, and what is known of all bytes so far.

    `utf8`: they are UTF-8; `plain`: no line ends inside quotes; `inside`: the last byte is inside quotes.
    """

    feeds: int = 0
    returns: int = 0
    pairs: int = 0
    last: int = 0
    endless: int = 0
    utf8: bool = True
    plain: bool = True
    inside: bool = False
    decoder: codecs.IncrementalDecoder = field(default_factory=codecs.getincrementaldecoder("utf-8"))

    def add(self, block: NDArray[np.uint8]) -> None:
        ends = self.feeds + self.returns
        feeds, returns = block == _FEED, block == _RETURN
        self.feeds += int(np.count_nonzero(feeds))
        if returns.any():
            self.returns += int(np.count_nonzero(returns))
            self.pairs += int(np.count_nonzero(returns[:-1] & feeds[1:]))
        self.pairs += bool(self.last == _RETURN and feeds[0])
        self.last = int(block[-1])
        self.plain = self.plain and self._ends_outside(block, feeds)
        self.endless = 0 if self.feeds + self.returns > ends else self.endless + 1
        if self.utf8 and (self.decoder.getstate()[0] or block.max() > 127):
            try:
                self.decoder.decode(block.tobytes())
            except UnicodeDecodeError:
                self.utf8 = False

    def _ends_outside(self, block: NDArray[np.uint8], feeds: NDArray[np.bool_]) -> bool:
        if _QUOTE not in block.tobytes():
            return not (self.inside and feeds.any())
        # A quote that is doubled inside quotes leaves them and enters them again, which changes nothing at a line end.
        inside = np.logical_xor.accumulate(block == _QUOTE[0]) ^ self.inside
        self.inside = bool(inside[-1])
        return not (inside & feeds).any()


def examine(path: Path) -> Text:
    """Read a file once, in blocks, and say what text it holds.

    Raises
    ------
    FileError
        When it is not text, or a line of it has no end within 4 MB (JSON apart, which may well be one line).
    """
    with path.open("rb") as file:
        head = file.read(65536)
    encoding = _declared(head)
    start = head.decode("latin-1" if encoding == "utf-8" else encoding, "ignore")
    _refuse_noise(start, path.name)
    count = _Count()
    for block in _blocks(path):
        count.add(block)
        if count.endless > _LONGEST_LINE and start.lstrip()[:1] not in {"[", "{"}:
            raise FileError(
                f"{path.name}: a line has no end within {_LONGEST_LINE} MB",
                hint="this is not a table; export it as CSV, one answer a line",
                file=path.name,
                case="endless_line",
                megabytes=_LONGEST_LINE,
            )
    if encoding.startswith("utf-16"):
        return Text(encoding=encoding, errors="replace")
    if not count.utf8 or count.decoder.getstate()[0]:
        return _not_utf8(path)
    return Text(
        encoding=encoding,
        lines=count.feeds + (count.last != _FEED),
        tidy=count.returns == 0 or count.returns == count.feeds == count.pairs,
        plain=count.plain,
    )


def transcode(path: Path, text: Text, target: Path) -> int:
    """Write a UTF-8 copy in which every line ends alike, block by block, and return its number of lines."""
    lines, last = 0, ""
    with (
        path.open(encoding=text.encoding, errors=text.errors) as source,
        target.open("w", encoding="utf-8", newline="\n") as copy,
    ):
        while block := source.read(_BLOCK):
            lines += block.count("\n")
            last = block[-1]
            copy.write(block)
    return lines + (last != "\n")


def _blocks(path: Path) -> Iterator[NDArray[np.uint8]]:
    """Yield the bytes of a file; every block lies in the same memory, which makes large files five times as fast."""
    memory = np.empty(_BLOCK, dtype=np.uint8)
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(memory.data):
            yield memory[:size]


def _declared(head: bytes) -> str:
    marked = next((encoding for mark, encoding in _MARKS.items() if head.startswith(mark)), None)
    if marked:
        return marked
    even, odd = head[:4096:2], head[1:4096:2]
    if odd.count(0) > 0.4 * len(odd) and 0 not in even:
        return "utf-16-le"
    return "utf-16-be" if even.count(0) > 0.4 * len(even) and 0 not in odd else "utf-8"


def _refuse_noise(text: str, name: str) -> None:
    if "\0" in text or len(_CONTROLS.findall(text)) > 0.02 * len(text):
        raise FileError(
            f"{name} is not text, a spreadsheet or a Parquet file",
            hint="export the answers as CSV, XLSX, JSON or Parquet",
            file=name,
            case="not_a_table",
        )


def _not_utf8(path: Path) -> Text:
    # Where most accents are right UTF-8, single bytes were damaged; elsewhere the file comes from an old Windows tool.
    right = wrong = 0
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    for block in _blocks(path):
        if block.max() > 127:
            text = decoder.decode(block.tobytes())
            escaped = len(re.findall("[\udc80-\udcff]", text))
            wrong += escaped
            right += len(re.findall(r"[^\x00-\x7f]", text)) - escaped
    if right > wrong:
        message = f"{wrong:,} bytes are not UTF-8; they are shown as \N{REPLACEMENT CHARACTER}"
        notice = Notice(code="damaged_text", message=message, data={"bytes": wrong})
        return Text(encoding="utf-8", errors="replace", notices=(notice,))
    notice = Notice(
        code="legacy_encoding",
        message="the file is not UTF-8 and is read as Windows-1252: look whether accents are right",
        data={"encoding": "windows-1252"},
    )
    return Text(encoding="windows-1252", errors="replace", notices=(notice,))
