"""Files of units (CSV, XLSX and the like) read into rows, by the readers that contacts and answers come in with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from klankbord.errors import FileError
from klankbord.lake.engine import connect, quoted, scratch
from klankbord.lake.readers.contact_dialects.headings import plain
from klankbord.lake.readers.dates import read_moments, way_of
from klankbord.lake.readers.delimited import Delimited, open_delimited
from klankbord.lake.readers.dialect import Rule
from klankbord.lake.readers.dialects.columns import unique
from klankbord.lake.readers.reading import named_errors
from klankbord.lake.readers.source import open_source
from klankbord.lake.readers.table import Staged
from klankbord.lake.readers.workbook import Sheet, open_workbook
from klankbord.results import Notice
from klankbord.web.centre.kinds import SPELL, Kind
from klankbord.web.centre.rows import Reading, Row

MOST_ROWS = 20_000
_DAYS = frozenset(SPELL) - {"team"}
# Headings as people write them, in nl, fr, de and en.
_HEADINGS: Mapping[str, str] = {
    "code": "code|id|key|login|number|nummer|nr|numéro|kennung|matricule|personeelsnummer|personalnummer|external id",
    "name": "name|naam|nom|full name|volledige naam|nom complet|vollständiger name|label|bezeichnung|libellé",
    "active": "active|actief|actif|aktiv|in use|in gebruik|en service|in gebrauch",
    "client": "client|client code|principal|opdrachtgever|auftraggeber|donneur d ordre",
    "site": "site|site code|location|locatie|vestiging|standort|lieu|implantation",
    "team": "team|team code|équipe|equipe|ploeg",
    "agent": "agent|agent id|agent code|medewerker|mitarbeiter|mitarbeitende|conseiller|employee|collaborateur",
    "queue": "queue|queue code|wachtrij|warteschlange|file|file d attente|skill",
    "touchpoint": "touchpoint|touch point|contactmoment|kontaktpunkt|point de contact",
    "channel": "channel|kanaal|kanal|canal",
    "threshold_s": "threshold s|threshold|service level threshold|drempel|drempel s|schwelle|schwelle s|seuil|seuil s",
    "starts_on": "starts on|start|start date|from|since|van|vanaf|sinds|startdatum|ab|von|seit|beginn|du|depuis|début",
    "ends_on": "ends on|end|end date|until|to|tot|tot en met|t m|einddatum|bis|bis einschließlich|enddatum|ende|au|fin",
}


class Upload(Protocol):
    """A file that a browser sent."""

    name: str | None

    def chunks(self) -> Iterable[bytes]:
        """Yield its bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    columns: tuple[str, ...]
    header_records: int = 1
    drops: tuple[Rule, ...] = ()


def read_units(upload: Upload, kind: Kind) -> Reading:
    """Read the units of a kind from a file that was sent.

    Raises
    ------
    FileError
        When it is no table, has no column with codes, or is larger than a register of units.
    """
    with scratch() as folder:
        path = Path(folder, Path(upload.name or "file").name)
        with path.open("wb") as file:
            file.writelines(upload.chunks())
        inside = Path(folder, "inside")
        inside.mkdir()
        with named_errors(path.name):
            return _read(path, kind, inside)


def columns_of(headings: Iterable[str], kind: Kind) -> dict[str, str]:
    """Return the heading of every column of a kind that is among the headings.

    Examples
    --------
    >>> from klankbord.web.centre.kinds import KINDS
    >>> columns_of(["Wachtrij", "Opdrachtgever", "Drempel (s)"], KINDS["queue"])
    {'code': 'Wachtrij', 'client': 'Opdrachtgever', 'threshold_s': 'Drempel (s)'}
    """
    by_word = {plain(heading): heading for heading in reversed(list(headings))}
    found = {}
    for column in kind.columns:
        words = [plain(column), *_HEADINGS[column].split("|")]
        # What a kind is called heads its codes, where nothing else does.
        words += _HEADINGS[kind.name].split("|") if column == "code" else []
        if heading := next((by_word.pop(word) for word in words if word in by_word), None):
            found[column] = heading
    return found


def _read(path: Path, kind: Kind, folder: Path) -> Reading:
    table = _opened(path, folder)
    layout = _Layout(columns=unique(table.head.header))
    headings = columns_of(layout.columns, kind)
    if "code" not in headings:
        raise FileError(
            f"{path.name} has no column with codes",
            hint=f"call it code; columns: {', '.join(layout.columns)}",
            file=path.name,
            case="centre.no_code_column",
            columns=layout.columns,
        )
    staged = Staged(connect())
    table.load(staged, 0, layout)
    if staged.rows > MOST_ROWS:
        raise FileError(
            f"{path.name} has more than {MOST_ROWS:,} rows",
            hint="divide it",
            case="centre.too_many_rows",
            file=path.name,
            most=MOST_ROWS,
        )
    notices = [*table.source.notices, *_read_days(staged, headings)]
    return Reading(
        rows=tuple(_rows(staged, headings)),
        broken=tuple(one.row for one in staged.broken),
        unread=tuple(name for name in layout.columns if name not in headings.values()),
        notices=tuple(notices),
    )


def _opened(path: Path, folder: Path) -> Delimited | Sheet:
    source = open_source(path, folder)
    if source.kind == "workbook":
        return open_workbook(source)
    if source.kind == "text":
        return open_delimited(source)
    raise FileError(
        f"{path.name} is no table of units", hint="save it as CSV or XLSX", case="centre.no_table", file=path.name
    )


def _read_days(staged: Staged, headings: Mapping[str, str]) -> list[Notice]:
    """Read the columns with days, each in the way in which most of its cells are written."""
    notices: dict[str, Notice] = {}
    for column in sorted(_DAYS & headings.keys()):
        staged.engine.execute(f"alter table staged add column {quoted(column)} timestamp")
        if way := way_of(staged, staged.column(headings[column]), "UTC"):
            read_moments(staged, way, staged.column(headings[column]), quoted(column), "UTC")
            notices |= {notice.code: notice for notice in way.doubts}
    return list(notices.values())


def _rows(staged: Staged, headings: Mapping[str, str]) -> Iterable[Row]:
    texts = {column: f"trim({staged.column(heading)})" for column, heading in headings.items()}
    # A day that cannot be read stays as it is written, so that its row can be told with it.
    texts |= {column: f"coalesce({quoted(column)}::date::varchar, {texts[column]})" for column in _DAYS & texts.keys()}
    listed = ", ".join(texts.values())
    for number, *cells in staged.engine.execute(f"select row, {listed} from staged order by row").fetchall():  # noqa: S608
        yield Row(number=number, values={name: cell for name, cell in zip(texts, cells, strict=True) if cell})
