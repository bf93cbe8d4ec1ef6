"""Options that every command takes which reads an export, declared once."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from klankbord.cli.terminal import working
from klankbord.errors import FileError, OptionError

T = TypeVar("T")
_COLUMNS = "Columns, where the file does not speak for itself"
_MEANING = "What was asked"

_OPTIONS: dict[str, tuple[Any, Any]] = {
    "files": (
        list[Path],
        typer.Argument(help="Export of a survey tool, or any CSV, XLSX, JSON or Parquet file.", show_default=False),
    ),
    "score_column": (str, typer.Option("--score", metavar="COLUMN", help="Holds the score.", rich_help_panel=_COLUMNS)),
    "comment_column": (
        str,
        typer.Option("--comment", metavar="COLUMN", help="Holds the reason.", rich_help_panel=_COLUMNS),
    ),
    "date_column": (
        str,
        typer.Option("--date", metavar="COLUMN", help="Holds the moment of the answer.", rich_help_panel=_COLUMNS),
    ),
    "id_column": (
        str,
        typer.Option("--id", metavar="COLUMN", help="Tells one answer from another.", rich_help_panel=_COLUMNS),
    ),
    "measure": (
        str,
        typer.Option(metavar="NAME", help="nps, enps, csat or ces, where a file holds more.", rich_help_panel=_MEANING),
    ),
    "scale": (
        str,
        typer.Option(metavar="LOW-HIGH", help="Scale of the question, such as 1-10.", rich_help_panel=_MEANING),
    ),
    "zone": (
        str,
        typer.Option(metavar="ZONE", help="Zone of the moments, such as Europe/Brussels.", rich_help_panel=_MEANING),
    ),
    "complete_only": (
        bool,
        typer.Option("--complete-only", help="Leave out who did not finish.", rich_help_panel=_MEANING),
    ),
}

_TABLE = Annotated[
    str | None,
    typer.Option(
        metavar="TABLE",
        help="contacts or responses: what the rows of a file are, where they are taken for the other.",
        rich_help_panel=_MEANING,
    ),
]
_LAKE = "Rows of a lake"
_LAKE_OPTIONS: dict[str, tuple[Any, Any]] = {
    "lake": (
        Path,
        typer.Option(
            "--lake", metavar="DIR", envvar="KLANKBORD_LAKE", help="Folder of the lake.", rich_help_panel=_LAKE
        ),
    ),
    "where": (
        list[str],
        typer.Option(metavar="CONDITION", help="As channel=phone|chat; may be repeated.", rich_help_panel=_LAKE),
    ),
    "period": (
        str,
        typer.Option(metavar="PERIOD", help="2026-Q1, 2026-01..2026-06, last 3 months.", rich_help_panel=_LAKE),
    ),
}


def reads_files(command: Callable[..., T]) -> Callable[..., T]:
    """Give a command the options of a file, and its first parameter, `responses`, the answers that were read."""
    return _reading(command, _read_answers)


def reads_records(command: Callable[..., T]) -> Callable[..., T]:
    """Do as `reads_files` does; where files hold contact records, the first parameter is these."""
    return _reading(command, _read_any)


def reads_sources(command: Callable[..., T]) -> Callable[..., T]:
    """Give a command the options of files and those of a lake; its first parameter says which rows of which are meant.

    That is a dictionary of `source`, and of `where` and `period` where a lake was named.
    """

    @wraps(command)
    def reading(*args: object, **options: Any) -> T:
        chosen = {name: options.pop(name) for name in _OPTIONS}
        asked = {name: options.pop(name) for name in _LAKE_OPTIONS}
        return command(_read_source(chosen, asked, options.pop("table")), *args, **options)

    own = signature(command)
    files = Annotated[list[Path] | None, _OPTIONS["files"][1]]
    first = Parameter("files", Parameter.KEYWORD_ONLY, annotation=files, default=None)
    shared = [_parameter(name, kind, option) for name, (kind, option) in _OPTIONS.items() if name != "files"]
    lake = [_parameter(name, kind, option) for name, (kind, option) in _LAKE_OPTIONS.items()]
    table = Parameter("table", Parameter.KEYWORD_ONLY, annotation=_TABLE, default=None)
    merged = [first, *list(own.parameters.values())[1:], *lake, *shared, table]
    reading.__signature__ = own.replace(parameters=merged)  # type: ignore[attr-defined]
    reading.__annotations__ = {parameter.name: parameter.annotation for parameter in merged}
    return reading


def _read_source(chosen: dict[str, Any], asked: dict[str, Any], table: str | None) -> dict[str, Any]:
    from klankbord.lake import Lake

    # The lake of the environment is a default, and files that are named go before it.
    if chosen["files"]:
        if asked["where"] or asked["period"]:
            raise OptionError("a file takes no --where and no --period", hint="import it first: klankbord import FILE")
        return {"source": _read_rows(chosen, table)}
    if table is not None:
        raise OptionError("--table says what the rows of a file are", hint="leave it out: a lake knows")
    if asked["lake"] is None:
        raise OptionError("nothing to read was named", hint="name a file, add --lake DIR, or set KLANKBORD_LAKE")
    where, period = asked["where"] or (), asked["period"]
    return {"source": Lake.open(asked["lake"]), "where": where, "period": period, "measure": chosen["measure"]}


def _reading(command: Callable[..., T], read: Callable[[dict[str, Any]], Any]) -> Callable[..., T]:
    @wraps(command)
    def reading(*args: object, **options: Any) -> T:
        chosen = {name: options.pop(name) for name in _OPTIONS}
        return command(read(chosen), *args, **options)

    own = signature(command)
    shared = [_parameter(name, kind, option) for name, (kind, option) in _OPTIONS.items()]
    merged = [shared[0], *list(own.parameters.values())[1:], *shared[1:]]
    reading.__signature__ = own.replace(parameters=merged)  # type: ignore[attr-defined]
    reading.__annotations__ = {parameter.name: parameter.annotation for parameter in merged}
    return reading


def _parameter(name: str, kind: Any, option: Any) -> Parameter:
    if name == "files":
        return Parameter(name, Parameter.KEYWORD_ONLY, annotation=Annotated[kind, option])
    default, annotation = (False, kind) if kind is bool else (None, kind | None)
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[annotation, option])


def _read_rows(chosen: dict[str, Any], table: str | None) -> Any:
    """Read files as what they were said to be; where nothing was said, as contacts if most of their rows are silent."""
    from klankbord.lake import Responses
    from klankbord.lake.readers.contacts_or_answers import are_contacts

    if table not in {None, "contacts", "responses"}:
        raise OptionError(f"{table!r} is not what rows of a file can be", hint="say --table contacts or responses")
    if table is not None:
        return _read_contacts(chosen) if table == "contacts" else _read_answers(chosen, surely=True)
    found = _read_any(chosen)
    if isinstance(found, Responses) and are_contacts(found, chosen["files"], begins=chosen["date_column"]):
        return _read_contacts(chosen)
    return found


def _read_any(chosen: dict[str, Any]) -> Any:
    from klankbord.lake import recognise

    return _read_answers(chosen) if recognise(*chosen["files"]) == "responses" else _read_contacts(chosen)


def _read_contacts(chosen: dict[str, Any]) -> Any:
    from klankbord.lake import read_contacts

    paths = chosen["files"]
    named = {
        "score": "score_column",
        "comment": "comment_column",
        "started_at": "date_column",
        "external_id": "id_column",
    }
    columns = {column: chosen[option] for column, option in named.items() if chosen[option] is not None}
    with _working_on(paths):
        scale = scale_of(chosen["scale"])
        return read_contacts(*paths, columns=columns, zone=chosen["zone"], scale=scale, measure=chosen["measure"])


def _working_on(paths: list[Path]) -> AbstractContextManager[None]:
    return working(f"Reading {paths[0].name}" + (f" and {len(paths) - 1} more" if len(paths) > 1 else ""))


def _read_answers(chosen: dict[str, Any], *, surely: bool = False) -> Any:
    from klankbord.lake import read
    from klankbord.lake.readers.contact_opening import kinds_of

    paths = chosen["files"]
    if not surely and chosen["score_column"] is None and kinds_of(paths) == {"contacts"}:
        raise FileError(
            f"{paths[0].name}: this is a file of contacts",
            hint=f"import it: klankbord import {paths[0]} --lake DIR; or name the column of scores in it: score=...",
            file=paths[0].name,
        )
    with _working_on(paths):
        return read(
            *paths,
            score=chosen["score_column"],
            comment=chosen["comment_column"],
            date=chosen["date_column"],
            external_id=chosen["id_column"],
            measure=chosen["measure"],
            scale=scale_of(chosen["scale"]),
            zone=chosen["zone"],
            complete_only=chosen["complete_only"],
        )


def scale_of(text: str | None) -> tuple[int, int] | None:
    """Read a scale as it is typed, such as 1-10.

    Raises
    ------
    OptionError
        When it is none.
    """
    if text is None:
        return None
    found = re.fullmatch(r"\s*(-?\d+)\s*(?:-|\.\.|to|,)\s*(-?\d+)\s*", text)
    if not found or int(found[1]) >= int(found[2]):
        raise OptionError(f"{text!r} is not a scale", hint="write it as 0-10", scale=text)
    return int(found[1]), int(found[2])
