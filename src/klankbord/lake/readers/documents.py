"""JSON and JSON Lines: documents that a dialect flattens into rows, one an answer."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from klankbord.errors import FileError
from klankbord.lake.readers.dialect import Dialect, FlatRow, Head
from klankbord.lake.readers.source import Source
from klankbord.lake.readers.table import Broken, Staged

_LONGEST_LINE = 16 << 20
_LARGEST_DOCUMENT = 512 << 20
_RECORDS = 1000
Placed = tuple[int, int | None, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """A file of one JSON document, or of one a line; `first` tells whose they are."""

    source: Source
    first: object
    by_line: bool
    decode: Callable[[str], object] = json.loads

    def read(self, staged: Staged, file: int) -> Iterator[Placed]:
        """Yield every document with its file and its line; a line that is no JSON is noted as broken."""
        if not self.by_line:
            yield file, None, self.first
            return
        with self.source.path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(_bounded(lines.readline, self.source.name), 1):
                try:
                    if line.strip():
                        yield file, number, self.decode(line)
                except ValueError as error:
                    place = getattr(error, "colno", None)
                    what = f"no JSON at column {place}" if place else str(error)
                    staged.broken.append(Broken(file=file, row=number, what=what))


def open_documents(source: Source) -> Documents:
    """Read the first document of a file, and tell whether more follow it line by line.

    Raises
    ------
    FileError
        When the document is cut or broken (the message says at which line and column), or too large to be one.
    """
    with source.path.open(encoding="utf-8-sig") as file:
        lines = (line for line in _bounded(file.readline, source.name) if line.strip())
        try:
            first = json.loads(next(lines))
            if next(lines, None) is not None:
                return Documents(source=source, first=first, by_line=True)
        except (ValueError, FileError):
            first = None
    return Documents(source=source, first=_whole(source), by_line=False)


def stage_documents(files: Sequence[Documents], dialect: Dialect, staged: Staged) -> Head:
    """Flatten the documents of all files into rows, and return the head of what came out."""
    if dialect.flatten is None:
        raise TypeError(f"{dialect.name} does not say how it is flattened")
    found = (placed for file, documents in enumerate(files) for placed in documents.read(staged, file))
    if dialect.join is not None:
        placed = list(found)
        joined = dialect.join([document for _, _, document in placed])
        found = ((file, line, document) for (file, line, _), document in zip(placed, joined, strict=True))
    staged.add(rows_of(found, dialect.flatten))
    return head_of(staged)


def head_of(staged: Staged) -> Head:
    """Return the first rows that were staged, under a header record."""
    names = tuple(staged.physical)
    cells = ", ".join(f"coalesce({staged.column(name)}, '')" for name in names) or "''"
    rows = staged.engine.execute(f"select {cells} from staged limit {_RECORDS}").fetchall()
    return Head(records=(names, *map(tuple, rows)))


def rows_of(
    found: Iterable[Placed], flatten: Callable[[object], Iterator[FlatRow]]
) -> Iterator[tuple[int, int, FlatRow]]:
    """Yield rows with file and number: the line in a file of lines, else which answer of the document it is."""
    position: Counter[int] = Counter()
    for file, line, document in found:
        for row in flatten(document):
            position[file] += 1
            yield file, line or position[file], row


def _bounded(readline: Callable[[int], str], name: str) -> Iterator[str]:
    while line := readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise FileError(
                f"{name}: a line has no end within {_LONGEST_LINE >> 20} MB",
                file=name,
                case="endless_line",
                megabytes=_LONGEST_LINE >> 20,
            )
        yield line


def _whole(source: Source) -> object:
    if source.path.stat().st_size > _LARGEST_DOCUMENT:
        raise FileError(
            f"{source.name} is one JSON document of more than {_LARGEST_DOCUMENT >> 20} MB",
            hint="export it as JSON Lines: one answer a line",
            file=source.name,
            case="large_document",
            megabytes=_LARGEST_DOCUMENT >> 20,
        )
    try:
        return json.loads(source.path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise FileError(
            f"{source.name}: the JSON goes wrong at line {error.lineno}, column {error.colno}: {error.msg}",
            hint="the file was cut or edited; export it again",
            file=source.name,
            line=error.lineno,
            column=error.colno,
            case="broken_json",
        ) from None
    except RecursionError:
        raise FileError(
            f"{source.name} is nested too deeply to hold answers", file=source.name, case="nested_too_deeply"
        ) from None
