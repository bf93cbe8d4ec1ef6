"""The way of a file: opened, recognised, staged, sifted; what comes out is `Responses`."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from datetime import UTC
from pathlib import Path
from typing import TypeVar

from klankbord.errors import FileError, KlankbordError, OptionError
from klankbord.lake.engine import connect, scratch, seal
from klankbord.lake.readers.canonical import sift
from klankbord.lake.readers.contact_dialect import ContactDialect
from klankbord.lake.readers.delimited import Delimited, open_delimited
from klankbord.lake.readers.dialect import Dialect, Fields, Layout
from klankbord.lake.readers.dialects import DIALECTS
from klankbord.lake.readers.documents import Documents, open_documents, stage_documents
from klankbord.lake.readers.metrics import Meaning
from klankbord.lake.readers.parquet import Columnar, open_parquet
from klankbord.lake.readers.responses import Responses, shown_name
from klankbord.lake.readers.sifting import Sifting
from klankbord.lake.readers.source import open_source
from klankbord.lake.readers.table import Staged
from klankbord.lake.readers.wishes import Wishes
from klankbord.lake.readers.workbook import Sheet, open_workbook
from klankbord.lake.wordings import wordings_in
from klankbord.score import Measure

Table = Delimited | Sheet | Columnar
Opened = Table | Documents
Tool = TypeVar("Tool", Dialect, ContactDialect)
_END = "\n"


def read(
    *paths: str | os.PathLike[str],
    score: str | None = None,
    comment: str | None = None,
    date: str | None = None,
    external_id: str | None = None,
    measure: Measure | str | None = None,
    scale: tuple[int, int] | None = None,
    zone: str | None = None,
    complete_only: bool = False,
) -> Responses:
    r"""Read survey answers from the export of any tool.

    Parameters
    ----------
    *paths : path
        Files of one tool: CSV or other delimited text, XLSX, JSON, JSON Lines or Parquet, known by what is in them.
        Several files are one import: an answer that is in more than one of them counts once, its newest copy.
    score, comment, date, external_id : str, optional
        Columns that hold these, where the guess is wrong.
    measure : Measure or str, optional
        What was asked, where the file does not say: "nps", "csat", "ces", ...
    scale : (int, int), optional
        Lowest and highest answer that could be given, where the question was asked on another scale.
    zone : str, optional
        IANA time zone of moments that name none, such as "Europe/Amsterdam".
    complete_only : bool
        Leave out the answers of respondents who did not finish the survey.

    Returns
    -------
    Responses
        The answers that count, and every row that does not with its reason.

    Raises
    ------
    FileError
        When a file is missing, empty, broken, packed or of another tool than the first.
    ColumnError, OptionError
        When there is no such column, measure or time zone.
    ScaleError, ScoreError
        When the scores are on another scale, of several measures, or no scores.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "answers.csv")
    ...     _ = path.write_text("score,team\n9,a\n,a\n3,b\n")
    ...     answers = read(path)
    >>> answers.kept, [(drop.reason, drop.rows) for drop in answers.drops]
    (2, [('no_score', (3,))])
    """
    named = {"score": score, "comment": comment, "answered_at": date, "external_id": external_id}
    wishes = Wishes(
        columns={name: column for name, column in named.items() if column is not None},
        measure=measure,
        scale=scale,
        zone=zone,
        complete_only=complete_only,
    )
    if not paths:
        raise OptionError("there is nothing to read", hint="name a file", case="nothing_to_read")
    with scratch() as folder:
        return _read([Path(path) for path in paths], wishes, Path(folder))


def _read(paths: Sequence[Path], wishes: Wishes, folder: Path) -> Responses:
    staged, opened = Staged(connect()), list[Opened]()
    for path in paths:
        with named_errors(path.name):
            opened.append(_open(path, folder, staged))
    files = tuple(file.source.name for file in opened)
    dialect = agreed([(file.source.name, survey_dialect_of(file)) for file in opened])
    with named_errors(", ".join(files[:3])):
        layout = wishes.applied(_stage(opened, dialect, staged), tuple(staged.physical), files[0])
        if not staged.broken:
            _refuse_nothing(staged, files)
        assumed = {notice.code: notice for file in opened for notice in file.source.notices}
        sifting = Sifting(staged, layout, [*assumed.values()])
        meaning = sift(sifting, wishes, guessed=dialect is DIALECTS[-1])
        return _responses(sifting, meaning, dialect, opened)


def _responses(sifting: Sifting, meaning: Meaning, dialect: Dialect, opened: Sequence[Opened]) -> Responses:
    staged, layout = sifting.staged, sifting.layout
    files = tuple(file.source.name for file in opened)
    ((kept, partial, first_at, last_at),) = staged.engine.execute(
        "select count(*), count(*) filter (status = 'partial'), min(answered_at), max(answered_at) from responses"
    ).fetchall()
    drops = sifting.drops(files)
    mapped = set(asdict(layout.fields).values())
    seal(staged.engine)
    found = Responses(
        source=dialect.name,
        title=dialect.title,
        paths=files,
        measure=meaning.measure,
        declared=meaning.declared,
        layout=layout,
        guessed=dialect is DIALECTS[-1],
        encoding=opened[0].source.encoding,
        delimiter=opened[0].delimiter if isinstance(opened[0], Delimited) else None,
        columns=tuple(shown_name(name) for name in staged.physical if name not in mapped),
        read=staged.rows + sum(broken.count for broken in staged.broken),
        kept=kept,
        partial=partial,
        drops=drops,
        notices=tuple(sifting.notices),
        first_at=first_at and first_at.replace(tzinfo=UTC),
        last_at=last_at and last_at.replace(tzinfo=UTC),
        zone=layout.zone or "UTC",
        engine=staged.engine,
        physical=dict(staged.physical),
    )
    return replace(found, notices=(*found.notices, *wordings_in(found)))


def _open(path: Path, folder: Path, staged: Staged) -> Opened:
    source = open_source(path, folder)
    if source.kind == "json":
        return open_documents(source)
    if source.kind == "workbook":
        return open_workbook(source)
    return open_parquet(source, staged) if source.kind == "parquet" else open_delimited(source)


def survey_dialect_of(file: Opened) -> Dialect:
    """Return the tool whose answers a file holds; the last of all takes any file."""
    for dialect in DIALECTS:
        if isinstance(file, Documents):
            ours = dialect.recognises_document is not None and dialect.recognises_document(file.first)
        else:
            ours = dialect.recognises_table is not None and dialect.recognises_table(file.head)
        if ours:
            return dialect
    raise FileError(
        f"{file.source.name} is of no known tool", file=file.source.name, case="unknown_tool"
    )  # pragma: no cover


def agreed(found: Sequence[tuple[str, Tool]]) -> Tool:
    """Return the one dialect of all files.

    Raises
    ------
    FileError
        When they are of different tools.
    """
    dialect = found[0][1]
    if any(other is not dialect for _, other in found):
        listed = "; ".join(f"{file} is {other.title}" for file, other in found[:5])
        raise FileError(
            f"the files are of different tools: {listed}",
            hint="read them one tool at a time",
            case="tools_mixed",
            files=[file for file, _ in found[:5]],
        )
    return dialect


def _stage(opened: Sequence[Opened], dialect: Dialect, staged: Staged) -> Layout:
    documents = [file for file in opened if isinstance(file, Documents)]
    tables = [file for file in opened if not isinstance(file, Documents)]
    if documents and tables:
        listed = f"{tables[0].source.name} is a table, {documents[0].source.name} is JSON"
        raise FileError(
            f"one import takes one kind of file: {listed}",
            hint="read them one at a time",
            case="kinds_mixed",
            files=[tables[0].source.name, documents[0].source.name],
        )
    if documents:
        head = stage_documents(documents, dialect, staged)
        # Documents name their columns row by row: without rows there is nothing to lay out.
        _refuse_nothing(staged, [file.source.name for file in documents])
        return dialect.layout(head)
    layouts = []
    for file, table in enumerate(tables):
        layouts.append(dialect.layout(table.head))
        table.load(staged, file, layouts[-1])
    return _merged(layouts, [table.source.name for table in tables])


def _refuse_nothing(staged: Staged, files: Sequence[str]) -> None:
    if not staged.rows:
        hint = "look whether the export's period or filter was right"
        raise FileError(
            f"{', '.join(files[:3])}: there are no answers in it", hint=hint, file=files[0], case="no_answers"
        )


def _merged(layouts: Sequence[Layout], files: Sequence[str]) -> Layout:
    """Return one layout for all files; a field may be missing in some of them, but not be another column."""
    merged = layouts[0]
    for layout, file in zip(layouts[1:], files[1:], strict=True):
        known = {field.name: getattr(merged.fields, field.name) for field in fields(Fields)}
        for name, column in known.items():
            new = getattr(layout.fields, name)
            if column and new and column != new:
                raise FileError(
                    f"{files[0]} and {file} differ: {name} is {column!r} in the one and {new!r} in the other",
                    hint="read them one at a time, or give the columns the same names",
                    files=[files[0], file],
                    case="headings_differ",
                    columns=[column, new],
                )
            known[name] = column or new
        merged = replace(merged, fields=Fields(**known), zone=merged.zone or layout.zone)
    return merged


@contextmanager
def named_errors(name: str) -> Iterator[None]:
    """Name the file in whatever error a library raises over it."""
    try:
        yield
    except KlankbordError:
        raise
    except Exception as error:  # whatever a library makes of a broken file, the user is told which file it is
        odd = isinstance(error, LookupError | TypeError | AttributeError)
        told = "it is cut off, or not laid out as exports of its tool are" if odd else str(error).strip()
        raise FileError(
            f"{name} cannot be read: {told.partition(_END)[0][:200]}",
            hint="open it in a spreadsheet, look whether it is whole, and save it again",
            file=name,
            case="broken_file",
        ) from error
