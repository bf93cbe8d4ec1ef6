"""`klankbord lake`: make a lake, look at it, keep it small and whole, forget a customer, take a table out."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from klankbord.cli.terminal import Format, working
from klankbord.errors import OptionError

app = typer.Typer(help="Make, inspect and keep a lake.", no_args_is_help=True)
At = Annotated[
    Path, typer.Option("--lake", metavar="DIR", envvar="KLANKBORD_LAKE", help="Folder of the lake.", show_default=False)
]
Folder = Annotated[Path, typer.Argument(metavar="DIR", envvar="KLANKBORD_LAKE", help="Folder of the lake.")]
As = Annotated[Format, typer.Option("--format", help="How to print it.")]


@app.command()
def create(
    folder: Folder,
    *,
    zone: Annotated[
        str, typer.Option(metavar="ZONE", help="Zone of days and hours, such as Europe/Amsterdam.")
    ] = "UTC",
    attribution: Annotated[
        str,
        typer.Option(
            metavar="LEVEL", help="How far contacts are told apart by who handled them: off, team, pseudonym, named."
        ),
    ] = "team",
    reason: Annotated[str, typer.Option(help="Why agents are told apart, where they are; it is kept.")] = "",
    keep_originals: Annotated[
        bool, typer.Option("--keep-originals", help="Keep comments as written, beside their redacted form.")
    ] = False,
) -> None:
    """Make an empty lake. Its key is written beside it, unless KLANKBORD_LAKE_KEY or KLANKBORD_LAKE_KEY_FILE give one.

    Example: klankbord lake create centre --zone Europe/Brussels
    """
    from klankbord.lake import Lake, Settings

    settings = Settings(zone=zone, attribution=attribution, reason=reason, keep_originals=keep_originals)  # type: ignore[arg-type]
    made = Lake.create(folder, settings)
    sys.stdout.write(f"{made.folder}\n")


@app.command()
def status(folder: Folder, *, form: As = Format.table) -> None:
    """Say what a lake holds: rows, months, files, bytes and settings."""
    from klankbord.cli.printing import print_csv, print_grid, print_json
    from klankbord.lake import Lake
    from klankbord.lake.schema import TABLES

    snapshot = Lake.open(folder).snapshot()
    tables = [_described(snapshot, table) for table in TABLES]
    if form is Format.json:
        settings = snapshot.settings
        said = {"zone": settings.zone, "attribution": settings.attribution, "reason": settings.reason}
        print_json({"folder": str(snapshot.folder), "settings": said, "tables": tables})
    elif form is Format.csv:
        print_csv(tables)
    else:
        columns = ["table", ">rows", ">from", ">until", ">files", ">size"]
        rows = [
            [
                str(row["table"]),
                f"{row['rows']:,}",
                row["from"] or "–",
                row["until"] or "–",
                f"{row['files']:,}",
                _bytes(row["bytes"]),
            ]
            for row in tables
        ]
        print_grid(str(snapshot.folder), columns, rows)
        settings = snapshot.settings
        sys.stdout.write(f"zone {settings.zone} · attribution {settings.attribution}")
        sys.stdout.write(f" ({settings.reason})\n" if settings.reason else "\n")


@app.command()
def compact(folder: Folder) -> None:
    """Roll small files into few, and remove those that went out of use more than an hour ago."""
    from klankbord.lake import Lake
    from klankbord.lake.upkeep import compact as roll

    with working("Compacting"):
        done = roll(Lake.open(folder))
    sys.stdout.write(f"{done.merged:,} small files became {done.written:,}; {done.removed:,} old files were removed\n")


@app.command()
def verify(folder: Folder, *, form: As = Format.table) -> None:
    """Look at every file and row; leave with exit code 1 when something is not as it should be."""
    from klankbord.cli.printing import print_csv, print_json
    from klankbord.lake import Lake
    from klankbord.lake.upkeep import verify as look

    with working("Looking at every row"):
        findings = look(Lake.open(folder))
    odd = [finding for finding in findings if not finding.well]
    wrong = [finding for finding in odd if not finding.harmless]
    told = [
        {"table": one.table, "check": one.check, "found": one.found, "advice": one.advice if one.found else ""}
        for one in findings
    ]
    if form is Format.json:
        print_json({"well": not wrong, "checks": told})
    elif form is Format.csv:
        print_csv(told)
    else:
        for finding in odd:
            place = f"{finding.table}: " if finding.table else ""
            sys.stdout.write(f"{place}{finding.check}: not so {finding.found:,} times\n  {finding.advice}\n")
        sys.stdout.write(f"{len(findings) - len(odd)} of {len(findings)} checks are well\n")
    if wrong:
        raise typer.Exit(code=1)


@app.command()
def erase(
    folder: Folder,
    *,
    customer: Annotated[
        list[str],
        typer.Option(
            metavar="KEY", help="As a source names them, or their pseudonym; - reads one a line; may be repeated."
        ),
    ],
    form: As = Format.table,
) -> None:
    """Forget a customer: remove them from every table and from old files, and keep them out of later imports.

    A customer whom one source knows by e-mail address and another by telephone number has two pseudonyms: give both.
    """
    from klankbord.cli.printing import print_grid, print_json
    from klankbord.lake import Lake
    from klankbord.lake.upkeep import erase as forget

    lake = Lake.open(folder)
    names = [
        line for name in customer for line in (sys.stdin.read().split("\n") if name == "-" else [name]) if line.strip()
    ]
    if not names:
        raise OptionError("nobody was named", hint="--customer KEY")
    with working("Erasing"):
        done = [forget(lake, name) for name in names]
    rows = {table: sum(one.rows[table] for one in done) for table in done[0].rows}
    removed = sum(one.removed for one in done)
    if form is Format.json:
        print_json({"rows": rows, "old_files_removed": removed})
        return
    print_grid("Removed", ["table", ">rows"], [[table, f"{count:,}"] for table, count in rows.items()])
    sys.stdout.write(f"{removed:,} old files were removed from the disk\n")
    if not sum(rows.values()):
        sys.stdout.write("Nobody of that name was there; should they come in later, they stay out\n")


@app.command()
def export(
    folder: Folder,
    *,
    table: Annotated[str, typer.Option(metavar="TABLE", help="Table to take out.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help=".csv, .parquet, .json or .jsonl.")],
    month: Annotated[list[str] | None, typer.Option(metavar="2026-11", help="Month to take; may be repeated.")] = None,
) -> None:
    """Write a table to one file. Example: klankbord lake export centre --table responses -o responses.csv."""
    from klankbord.lake import Lake
    from klankbord.lake.upkeep import export as take

    with working(f"Writing {output.name}"):
        count = take(Lake.open(folder), table, output, month)
    sys.stdout.write(f"{output} · {count:,} rows\n")


@app.command()
def schema() -> None:
    """Print the tables and columns of a lake as Markdown."""
    from klankbord.lake.schema import TABLES, VERSION
    from klankbord.lake.schema.reference import schema_page

    sys.stdout.write(schema_page(tuple(TABLES.values()), VERSION))


def _described(snapshot: Any, table: str) -> dict[str, Any]:
    months = snapshot.months(table)
    return {
        "table": table,
        "rows": snapshot.rows(table),
        "from": months[0] if months else None,
        "until": months[-1] if months else None,
        "files": len(snapshot.data_files(table)),
        "bytes": snapshot.size(table),
    }


def _bytes(count: float) -> str:
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:,.1f} GB"
