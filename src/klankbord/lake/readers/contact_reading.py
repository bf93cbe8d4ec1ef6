"""The way of contact records: opened, recognised, staged, typed, sifted; what comes out is `ContactRecords`."""

import os
import shutil
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from klankbord.errors import ColumnError, DataError, FileError, OptionError
from klankbord.lake.engine import connect, literal, quoted
from klankbord.lake.readers.contact_dialect import COLUMNS, ContactDialect, ContactLayout
from klankbord.lake.readers.contact_dialects import CONTACT_DIALECTS
from klankbord.lake.readers.contact_opening import Kind, Opened, dialect_of, kinds_of, open_file
from klankbord.lake.readers.contact_records import ContactRecords
from klankbord.lake.readers.contact_sifting import ContactSifting, measures_of
from klankbord.lake.readers.contact_staging import Table, is_large, stage_all, stage_sample, type_directly, type_staged
from klankbord.lake.readers.contact_typing import MOMENTS, Typing
from klankbord.lake.readers.dates import Way, known_zone, way_of
from klankbord.lake.readers.delimited import Delimited
from klankbord.lake.readers.dialect import FlatRow
from klankbord.lake.readers.documents import Documents, head_of, rows_of
from klankbord.lake.readers.reading import agreed, named_errors
from klankbord.lake.readers.table import Staged
from klankbord.lake.readers.wishes import column_named
from klankbord.results import Notice
from klankbord.score import NPS, Measure, measure_named, other_scale

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MEMORY = "6GB"
_DAY_AND_MONTH = {"day-month-year", "month-day-year"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wishes:
    columns: Mapping[str, str] = field(default_factory=dict)
    keep: Sequence[str] = ()
    zone: str | None = None
    scale: tuple[int, int] | None = None
    measure: Measure | str | None = None


def read_contacts(
    *paths: str | os.PathLike[str],
    columns: Mapping[str, str] | None = None,
    keep: Sequence[str] = (),
    zone: str | None = None,
    scale: tuple[int, int] | None = None,
    measure: Measure | str | None = None,
) -> ContactRecords:
    r"""Read contact records from the export of a contact-centre platform, a help desk, or any table of contacts.

    Parameters
    ----------
    *paths : path
        Files of one tool, known by what is in them. Several files are one import: a contact that is in more than one
        of them counts once, its newest copy.
    columns : Mapping of str to str, optional
        Heading by column of the lake's `contacts`, where the guess is wrong.
    keep : sequence of str
        Other headings to keep as attributes.
    zone : str, optional
        IANA time zone of moments that name none, such as "Europe/Amsterdam"; a tool that is known to write in a zone
        of its own is read in that.
    scale : (int, int), optional
        Lowest and highest answer that could be given, where contacts have scores on another scale.
    measure : Measure or str, optional
        What was asked, where contacts have scores and the file does not say.

    Returns
    -------
    ContactRecords
        One row a leg, and every row that is none with its reason.

    Raises
    ------
    FileError
        When a file is missing, empty, broken, or holds no contact records.
    ColumnError, OptionError
        When there is no such column, measure or time zone.
    DataError
        When no column tells when contacts began.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "calls.csv")
    ...     _ = path.write_text("Call ID,Start,Queue,Wait time,Talk time\n7,2026-11-20 09:01,Bills,48,00:10:12\n")
    ...     records = read_contacts(path, zone="UTC")
    ...     records.query("select external_id, queue, wait_s, talk_s from contacts")
    [('7', 'Bills', 48, 612)]
    """
    if not paths:
        raise OptionError("there is nothing to read", hint="name a file", case="nothing_to_read")
    named = columns or {}
    unknown = next((name for name in named if name not in COLUMNS), None)
    if unknown is not None:
        raise ColumnError(unknown, COLUMNS)
    wishes = _Wishes(columns=named, keep=keep, zone=known_zone(zone) if zone else None, scale=scale, measure=measure)
    engine, folder = _workshop()
    return _read([Path(path) for path in paths], wishes, Staged(engine), folder)


def recognise(*paths: str | os.PathLike[str]) -> Kind:
    r"""Tell whether files hold contact records or answers to a survey, by what is in the first of them.

    Raises
    ------
    FileError
        When the file is missing, empty or broken.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "answers.csv")
    ...     _ = path.write_text("score,team,queue\n9,a,q\n")
    ...     recognise(path)
    'responses'
    """
    with named_errors(Path(paths[0]).name if paths else ""):
        return "contacts" if "contacts" in kinds_of([Path(path) for path in paths]) else "responses"


def _workshop() -> "tuple[DuckDBPyConnection, Path]":
    """Open an engine that spills into a private folder, which goes when the engine goes."""
    engine, folder = connect(), Path(mkdtemp(prefix="klankbord-"))
    weakref.finalize(engine, shutil.rmtree, folder, ignore_errors=True)
    engine.execute(f"set temp_directory = {literal(str(folder / 'spill'))}")
    engine.execute(f"set memory_limit = '{_MEMORY}'")
    return engine, folder


def _read(paths: Sequence[Path], wishes: _Wishes, staged: Staged, folder: Path) -> ContactRecords:
    opened = list[Opened]()
    for path in paths:
        with named_errors(path.name):
            opened.append(open_file(path, folder, staged))
    files = tuple(file.source.name for file in opened)
    dialect = agreed([(file.source.name, _known(file)) for file in opened])
    with named_errors(", ".join(files[:3])):
        documents = [file for file in opened if isinstance(file, Documents)]
        tables = [file for file in opened if not isinstance(file, Documents)]
        if documents and tables:
            listed = f"{tables[0].source.name} is a table, {documents[0].source.name} is not"
            raise FileError(
                f"one import takes one kind of file: {listed}",
                hint="read them one at a time",
                case="kinds_mixed",
                files=[tables[0].source.name, documents[0].source.name],
            )
        staging = _Staging(dialect, wishes, staged, folder)
        rows = staging.documents(documents) if documents else staging.tables(tables)
        if not rows and not staged.broken:
            hint = "look whether the export's period or filter was right"
            raise FileError(
                f"{', '.join(files[:3])}: there are no contacts in it", hint=hint, file=files[0], case="no_records"
            )
        notices = {notice.code: notice for file in opened for notice in file.source.notices}
        return _records(staging, [*notices.values(), *staging.notices], opened, rows)


def _known(file: Opened) -> ContactDialect:
    dialect = dialect_of(file)
    if dialect is not None:
        return dialect
    if isinstance(file, Documents) and not isinstance(file.first, dict | list):
        raise FileError(f"{file.source.name} holds no contact records", file=file.source.name, case="no_records")
    return CONTACT_DIALECTS[-1]


@dataclass(slots=True)
class _Staging:
    """One import on its way to the relation `typed`, and what was found out on that way."""

    dialect: ContactDialect
    wishes: _Wishes
    staged: Staged
    folder: Path
    layout: ContactLayout = field(init=False)
    notices: list[Notice] = field(default_factory=list)
    typing: Typing = field(init=False)
    seen: tuple[str, ...] = ()

    def documents(self, documents: Sequence[Documents]) -> int:
        """Flatten documents, type their rows, and return how many there are."""
        if self.dialect.flatten is None:
            raise FileError(
                f"{documents[0].source.name}: {self.dialect.title} is read from tables only",
                case="tables_only",
                file=documents[0].source.name,
                tool=self.dialect.title,
            )
        found = (placed for file, document in enumerate(documents) for placed in document.read(self.staged, file))
        rows = rows_of(found, self.dialect.flatten)
        told_in_schema = self.dialect.layout is None and self.dialect.assemble is None
        self.staged.add(self._needed(rows) if told_in_schema else rows)
        if not self.staged.rows:
            return 0
        self._assemble()
        if self.dialect.layout is None:
            self.staged.admit(["started_at"] if "started_at" not in self.staged.physical else [])
        self._settle(self.dialect.laid_out(head_of(self.staged)))
        type_staged(self.staged, self.typing)
        return self.staged.rows

    def _needed(self, rows: Iterable[tuple[int, int, FlatRow]]) -> Iterator[tuple[int, int, FlatRow]]:
        """Leave out what is neither a column of the schema nor to be kept: records of platforms are wide."""
        keep = {name.strip().casefold() for name in self.wishes.keep}
        keep |= {f"raw.{name}" for name in keep}
        wanted: dict[str, bool] = {}
        for file, number, row in rows:
            for name in row.keys() - wanted.keys():
                wanted[name] = name in COLUMNS or name.casefold() in keep
            yield file, number, {name: cell for name, cell in row.items() if wanted[name]}
        self.seen = tuple(wanted)

    def tables(self, tables: Sequence[Table]) -> int:
        """Stage tables, type their rows, and return how many there are."""
        layouts = [self.dialect.laid_out(table.head) for table in tables]
        direct = self.dialect.assemble is None and is_large(tables)
        if direct:
            stage_sample(tables, layouts, self.staged, self.folder)
        else:
            stage_all(tables, layouts, self.staged)
        fields: dict[str, str] = {}
        for layout in layouts:
            fields = {**layout.fields, **fields}
        together = replace(layouts[0], fields=fields)
        if self.dialect.assemble is not None:
            self._assemble()
            together = ContactLayout(columns=tuple(self.staged.physical), fields=self._own())
        self._settle(together)
        if direct:
            return type_directly(tables, layouts, self.staged, self.typing, self.folder)
        type_staged(self.staged, self.typing)
        return self.staged.rows

    def _own(self) -> dict[str, str]:
        return {name: name for name in self.staged.physical if name in COLUMNS}

    def _assemble(self) -> None:
        """Make contacts of the lines of a tool that writes one for every event."""
        if self.dialect.assemble is None or not self.staged.rows:
            return
        engine = self.staged.engine
        there = {name: self.staged.column(name) for name in self.staged.physical}
        keep = [column_named(name, there) for name in self.wishes.keep]
        engine.execute(f"create table assembled as {self.dialect.assemble(there, keep)}")
        engine.execute("drop table staged")
        engine.execute("alter table assembled rename to staged")
        names = [str(row[0]) for row in engine.execute("describe staged").fetchall()]
        filled = engine.execute(
            f"select {', '.join(f'count({quoted(name)})' for name in names)} from staged"
        ).fetchall()[0]
        # A column that no event fills is not one that the tool tells.
        told = {name for name, count in zip(names, filled, strict=True) if count} - {"file", "row"} | {"started_at"}
        self.staged.physical = {name: name for name in names if name in told}

    def _settle(self, layout: ContactLayout) -> None:
        """Settle which column is what, and how moments are written."""
        there = tuple(self.staged.physical)
        named = {name: column_named(heading, there) for name, heading in self.wishes.columns.items()}
        fields = {name: heading for name, heading in layout.fields.items() if heading not in named.values()} | named
        self.layout = replace(layout, fields=fields, zone=layout.zone or self.wishes.zone)
        if fields.get("started_at") not in there:
            raise DataError(
                "no column could be found that tells when contacts began",
                hint='name it: columns={"started_at": ...}; columns: ' + ", ".join(there[:30]),
                columns=list(there),
                case="no_start_column",
            )
        self.typing = Typing(
            layout=self.layout,
            ways=self._ways(),
            keep=[column_named(name, there if name in there else self.seen or there) for name in self.wishes.keep],
            headings=there,
        )
        self.staged.engine.execute(f"set timezone = {literal(self.layout.zone or 'UTC')}")

    def _ways(self) -> dict[str, Way]:
        fields, zone = self.layout.fields, self.layout.zone
        there = {name: self.staged.column(fields[name]) for name in MOMENTS if fields.get(name) in self.staged.physical}
        ways = {name: way for name, column in there.items() if (way := way_of(self.staged, column, zone))}
        if "started_at" not in ways:
            self._refuse_unreadable(there["started_at"])
        # What one column leaves open another may settle: a file is written in one way.
        certain = [way for way in ways.values() if way.name in _DAY_AND_MONTH and not _is_open(way)]
        settled = {name: certain[0] if certain and _is_open(way) else way for name, way in ways.items()}
        doubts = {notice.code: notice for way in settled.values() for notice in way.doubts}
        self.notices += doubts.values()
        return settled

    def _refuse_unreadable(self, column: str) -> None:
        ((example,),) = self.staged.engine.execute(f"select any_value({column}) from staged").fetchall()
        if example is not None:
            heading = self.layout.fields["started_at"]
            raise DataError(
                f"no date in column {heading!r} can be read, for example {str(example)[:40]!r}",
                hint='write dates as 2026-11-22 14:30, or name another column: columns={"started_at": ...}',
                column=heading,
                case="unread_dates",
                example=str(example)[:40],
            )


def _is_open(way: Way) -> bool:
    return any(notice.code == "day_or_month" for notice in way.doubts)


def _records(staging: _Staging, notices: list[Notice], opened: Sequence[Opened], rows: int) -> ContactRecords:
    engine, files = staging.staged.engine, tuple(file.source.name for file in opened)
    engine.execute("set timezone = 'UTC'")
    sifting = ContactSifting(
        staging.staged, staging.layout, staging.dialect.name, staging.typing.identified, notices=notices
    )
    sifting.identify()
    sifting.set_older_apart()
    measures = _measures(staging, sifting)
    columns = sifting.show(measures, staging.typing.keep)
    sifting.notices += sifting.doubts()
    ((kept, first, last),) = engine.execute(
        "select count(*), epoch(min(started_at)), epoch(max(started_at)) from contacts"
    ).fetchall()
    tabular = staging.dialect.layout is not None
    return ContactRecords(
        source=staging.dialect.name,
        title=staging.dialect.title,
        paths=files,
        guessed=staging.dialect is CONTACT_DIALECTS[-1],
        encoding=opened[0].source.encoding if isinstance(opened[0], Delimited | Documents) else None,
        columns=columns,
        fields=dict(staging.layout.fields) if tabular else {},
        measure=measures[""] if "score" in columns else None,
        read=rows + sum(broken.count for broken in staging.staged.broken),
        kept=kept,
        drops=sifting.drops(files),
        notices=tuple(sifting.notices),
        first_at=None if first is None else datetime.fromtimestamp(first, UTC),
        last_at=None if last is None else datetime.fromtimestamp(last, UTC),
        zone=staging.layout.zone or "UTC",
        engine=engine,
    )


def _measures(staging: _Staging, sifting: ContactSifting) -> dict[str, Measure]:
    """Settle the measure of the scores: by the user's word, by the column of metrics, by the tool, or NPS."""
    wishes = staging.wishes
    default = staging.layout.measure or NPS
    if wishes.measure is not None:
        default = measure_named(wishes.measure)
    if wishes.scale is not None and default.on_scale(wishes.scale) is not default:
        sifting.notices.append(other_scale(default, wishes.scale))
        default = default.on_scale(wishes.scale)
    told: list[str] = []
    if "metric" in sifting.columns and "score" in sifting.columns:
        told = [str(name) for (name,) in sifting.run("select distinct lower(trim(metric)) from known limit 50")]
    return measures_of(told, default)
