"""`klankbord import`: files into a lake, with an account of every row."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from klankbord.cli.files import scale_of
from klankbord.cli.lakes import At
from klankbord.cli.terminal import Format, as_typed, working
from klankbord.errors import OptionError


def import_(
    *,
    files: Annotated[
        list[Path], typer.Argument(help="Contact records, survey answers or tables, of one tool.", show_default=False)
    ],
    lake: At,
    table: Annotated[
        str | None,
        typer.Option(metavar="TABLE", help="Table that the rows belong to, where headings are those of the schema."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=HEADING", help="Where a column of the schema has another heading; may be repeated."),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(metavar="HEADING", help="Keep another column as an attribute; may be repeated. Nothing personal."),
    ] = None,
    measure: Annotated[str | None, typer.Option(metavar="NAME", help="nps, enps, csat or ces.")] = None,
    scale: Annotated[str | None, typer.Option(metavar="LOW-HIGH", help="Scale of the question, such as 1-10.")] = None,
    zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Zone of moments that name none; otherwise the lake's.")
    ] = None,
    source: Annotated[str, typer.Option(help="What rows of a table of your own are said to come from.")] = "file",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything, and keep nothing.")] = False,
    form: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.table,
) -> None:
    """Bring files into a lake: once, whole, and with pseudonyms for people.

    Importing the same again changes nothing. A lake that is not there yet is made. Example:
    klankbord import calls.csv --lake centre
    """
    from klankbord.cli.printing import print_json
    from klankbord.lake import import_files

    if form is Format.csv:
        raise OptionError("an import is told as a table or as JSON", hint="take --format json")
    said: dict[str, Any] = {
        "table": table,
        "keep": keep or (),
        "measure": measure,
        "scale": scale_of(scale),
        "zone": zone,
    }
    columns = dict(_pair(text) for text in column or ())
    with _opened(lake, dry_run=dry_run) as (there, made):
        with working(f"Importing {files[0].name}" + (f" and {len(files) - 1} more" if len(files) > 1 else "")):
            report = import_files(there, *files, columns=columns, source=source, dry_run=dry_run, **said)
        if form is Format.json:
            print_json(report.to_dict())
            return
        if made and not dry_run:
            _tell_made(there)
        print_import(report)


@contextmanager
def _opened(folder: Path, *, dry_run: bool) -> Iterator[tuple[Any, bool]]:
    """Open a lake, or make one where there is none; for a dry run, and when nothing comes of it, no trace stays."""
    from klankbord.lake import Lake

    if Lake.is_at(folder):
        yield Lake.open(folder), False
        return
    with TemporaryDirectory(prefix="klankbord-") as place:
        if dry_run:
            yield Lake.create(Path(place, "lake")), True
            return
    from klankbord.lake.store.keys import key_path

    key = key_path(folder.absolute())
    had_key, had_folder = key.exists(), folder.exists()
    made = Lake.create(folder)
    try:
        yield made, True
    except BaseException:
        rmtree(folder)
        if had_folder:
            folder.mkdir()
        if not had_key:
            key.unlink(missing_ok=True)
        raise


def print_import(report: Any) -> None:
    """Print what was read, what became of it, and what was dropped."""
    from klankbord.cli.printing import print_grid, print_notices

    sys.stdout.write(f"{', '.join(report.files)} · {report.title}\n")
    became = f"{report.read:,} rows read, {report.kept:,} usable"
    if report.erased:
        became += f", {report.erased:,} of customers who were erased stay out"
    sys.stdout.write(f"{became}\n")
    rows = [[name, f"{met.new:,}", f"{met.changed:,}", f"{met.unchanged:,}"] for name, met in report.tables.items()]
    print_grid("Would be written" if report.dry_run else "Written", ["table", ">new", ">changed", ">as it was"], rows)
    if report.attached:
        sys.stdout.write(f"{report.attached:,} answers found their contact\n")
    if report.unattached:
        sys.stdout.write(f"{report.unattached:,} answers name a contact that is not in the lake, or not one alone\n")
    if report.drops:
        listed = [
            [f"{drop.count:,}", drop.message, ", ".join(map(str, drop.rows[:5])), as_typed(drop.fix)]
            for drop in report.drops
        ]
        print_grid("Dropped", [">rows", "because", "first rows", "what to do"], listed)
    print_notices(report.notices)
    if report.dry_run:
        sys.stdout.write("Nothing was kept: this was a dry run\n")


def _tell_made(lake: Any) -> None:
    sys.stdout.write(
        f"A new lake was made in {lake.folder}; its key is {lake.folder.name}.key beside it, and not for copies.\n"
        f"Days are those of {lake.settings.zone}, and agents are not told apart; to choose, begin with: "
        "klankbord lake create\n\n"
    )


def _pair(text: str) -> tuple[str, str]:
    name, equals, heading = text.partition("=")
    if not (name and equals and heading):
        raise OptionError(
            f"--column {text}: a name and a heading are wanted", hint='write it as --column queue="Skill group"'
        )
    return name.strip(), heading.strip()
