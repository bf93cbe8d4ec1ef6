"""From files to people: which tool wrote them, which column is what, and which rows name nobody."""

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from klankbord.errors import FileError, OptionError
from klankbord.lake.engine import connect, quoted, scratch
from klankbord.lake.readers.contact_opening import Opened, open_file
from klankbord.lake.readers.dates import known_zone, read_moments, way_of
from klankbord.lake.readers.dialect import Dialect, Head, Layout
from klankbord.lake.readers.dialects import DIALECTS
from klankbord.lake.readers.dialects.columns import fields, unique
from klankbord.lake.readers.documents import Documents, rows_of
from klankbord.lake.readers.drops import Dropped, dropped
from klankbord.lake.readers.people.documents import flatten, is_of_people
from klankbord.lake.readers.people.headings import columns_in, is_state, says_no, stop_of_state
from klankbord.lake.readers.people.records import People, Person, Stop
from klankbord.lake.readers.reading import named_errors, survey_dialect_of
from klankbord.lake.readers.table import Staged
from klankbord.results import Notice

_NAMING: Final = ("id", "email", "phone")
_STOPS: Final[dict[str, Stop]] = {"stopped": "opted_out", "bounced": "bounced", "complained": "complained"}
_MOMENTS: Final = (*_STOPS, "asked")


def holds_people(*paths: str | os.PathLike[str]) -> bool:
    r"""Say whether files hold people and no answers: an export of contacts, bounces or unsubscribes.

    Raises
    ------
    FileError
        When the first file is missing, empty or broken.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "people.csv")
    ...     _ = path.write_text("email,unsubscribed\na@b.example,yes\n")
    ...     holds_people(path)
    True
    """
    first = Path(paths[0])
    with named_errors(first.name), scratch() as folder:
        file = open_file(first, Path(folder), Staged(connect()))
        if isinstance(file, Documents):
            return is_of_people(file.first)
        return _tells_of_people(file.head) and not _is_a_survey(survey_dialect_of(file), file.head)


def read_people(*paths: str | os.PathLike[str], zone: str | None = None) -> People:
    r"""Read whom a tool asked, and who must not be asked again; also from files that hold answers beside.

    Parameters
    ----------
    *paths : path
        Files of one tool: Delighted's people, bounces and unsubscribes, lists of contacts of any tool, or answers
        with a column such as `dontcontact`.
    zone : str, optional
        IANA time zone of moments that name none.

    Returns
    -------
    People
        Nobody, where the files tell nothing of the kind.

    Raises
    ------
    FileError
        When a file is missing, empty or broken.
    OptionError
        When there is no such time zone.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "people.csv")
    ...     _ = path.write_text("email,unsubscribed at\na@b.example,2026-11-01\nc@d.example,\n")
    ...     people = read_people(path)
    >>> people.counts["opted_out"], people.rows[0].stopped_at.isoformat()
    (1, '2026-11-01T00:00:00+00:00')
    """
    if not paths:
        raise OptionError("there is nothing to read", hint="name a file", case="nothing_to_read")
    files, staged, opened = [Path(path) for path in paths], Staged(connect()), list[Opened]()
    zone = known_zone(zone) if zone else None
    with scratch() as folder:
        for path in files:
            with named_errors(path.name):
                opened.append(open_file(path, Path(folder), staged))
        tool = survey_dialect_of(opened[0])
        if not any(map(_may_tell, opened)):  # most files of answers do not, and may be large
            return People(source=tool.name, title=tool.title, rows=(), read=0)
        for number, file in enumerate(opened):
            with named_errors(file.source.name):
                _stage(file, number, staged)
        with named_errors(files[0].name):
            return _people(staged, People(source=tool.name, title=tool.title, rows=(), read=staged.rows), files, zone)


def _may_tell(file: Opened) -> bool:
    if isinstance(file, Documents):
        first = next(flatten(file.first), None)
        return first is not None and _suffice(columns_in(first))
    return _suffice(columns_in(file.head.header))


def _suffice(columns: Collection[str]) -> bool:
    return any(name in columns for name in _NAMING) and any(name in columns for name in (*_MOMENTS, "state"))


def _stage(file: Opened, number: int, staged: Staged) -> None:
    if isinstance(file, Documents):
        staged.add(rows_of(file.read(staged, number), flatten))
        return
    columns = unique(file.head.header)
    if not columns:
        raise FileError(
            f"{file.source.name} has no columns",
            hint="export it with a first row of headings",
            case="no_headings",
            file=file.source.name,
        )
    file.load(staged, number, Layout(columns=columns, fields=fields(columns, score="")))


def _people(staged: Staged, nobody: People, files: Sequence[Path], zone: str | None) -> People:
    columns = _columns(staged)
    if not _suffice(columns):
        return nobody
    notices = _read_moments(staged, columns, zone)
    people, nameless = list[Person](), list[tuple[int, int]]()
    for file, row, told in _told(staged, columns):
        person = _person(told)
        if person.id or person.email or person.phone:
            people.append(person)
        else:
            nameless.append((file, row))
    drops = _drops(staged, nameless, [path.name for path in files])
    read = staged.rows + sum(broken.count for broken in staged.broken)
    return replace(nobody, rows=tuple(people), read=read, drops=drops, notices=notices)


def _columns(staged: Staged) -> dict[str, str]:
    """Return which column tells what; a status of something else than people is left out of account."""
    columns = columns_in(staged.physical)
    if "state" in columns:
        column = staged.column(columns["state"])
        cells = staged.engine.execute(f"select distinct {column} from staged where trim({column}) <> ''").fetchall()
        if not cells or not all(is_state(cell) for (cell,) in cells):
            del columns["state"]
    return columns


def _tells_of_people(head: Head) -> bool:
    columns = columns_in(head.header)
    if not columns.keys() & {"email", "phone"}:
        return False
    if columns.keys() & {"stopped", "bounced", "complained"}:
        return True
    states = [cell for cell in head.column(columns["state"]) if cell.strip()] if "state" in columns else []
    return bool(states) and all(map(is_state, states))


def _is_a_survey(dialect: Dialect, head: Head) -> bool:
    """Say whether a table also holds answers: of a known tool, or with a column of scores."""
    return dialect is not DIALECTS[-1] or bool(dialect.layout(head).fields.score)


def _read_moments(staged: Staged, columns: dict[str, str], zone: str | None) -> tuple[Notice, ...]:
    """Add a column of moments for each that may hold some; flags stay what they are."""
    doubts: dict[str, Notice] = {}
    for what in _MOMENTS:
        staged.engine.execute(f"alter table staged add column {what}_at timestamp")
        if what in columns:
            column = staged.column(columns[what])
            if way := way_of(staged, column, zone):
                read_moments(staged, way, column, f"{what}_at", zone)
                doubts |= {doubt.code: doubt for doubt in way.doubts}
    return tuple(doubts.values())


def _told(staged: Staged, columns: dict[str, str]) -> Iterator[tuple[int, int, dict[str, object]]]:
    """Give every row: its cells by what they tell, and its moments."""
    moments = [f"{what}_at" for what in _MOMENTS]
    cells = [f"coalesce(trim({staged.column(heading)}), '')" for heading in columns.values()]
    listed = ", ".join(["file", "row", *cells, *map(quoted, moments)])
    names = (*columns, *moments)
    for file, row, *told in staged.engine.execute(f"select {listed} from staged order by rowid").fetchall():
        yield file, row, dict(zip(names, told, strict=True))


def _person(told: dict[str, object]) -> Person:
    stop, since = _stop(told)
    return Person(
        id=str(told.get("id", "")),
        email=email if "@" in (email := str(told.get("email", ""))) else "",
        phone=str(told.get("phone", "")),
        stop=stop,
        stopped_at=since,
        asked_at=_utc(told["asked_at"]),
    )


def _stop(told: dict[str, object]) -> tuple[Stop | None, datetime | None]:
    """Return why somebody must not be asked, what they said themselves before what happened to their mail."""
    for what, stop in _STOPS.items():
        if not says_no(str(told.get(what, ""))):
            return stop, _utc(told[f"{what}_at"])
    return stop_of_state(str(told.get("state", ""))), None


def _utc(moment: object) -> datetime | None:
    return moment.replace(tzinfo=UTC) if isinstance(moment, datetime) else None


def _drops(staged: Staged, nameless: Sequence[tuple[int, int]], files: Sequence[str]) -> tuple[Dropped, ...]:
    drops = []
    if nameless:
        drops.append(dropped("nobody_named", len(nameless), [(files[file], row, None) for file, row in nameless]))
    if staged.broken:
        places = [(files[broken.file], broken.row, broken.what) for broken in staged.broken]
        drops.append(dropped("broken_row", sum(broken.count for broken in staged.broken), places))
    return tuple(drops)
