"""What a file is, how it was read, and what became of every row."""

import sys
from dataclasses import asdict
from typing import Any

from klankbord.cli.printing import print_csv, print_grid, print_json, print_notices
from klankbord.cli.terminal import Format, as_typed
from klankbord.results import Record


def print_check(responses: Any, form: Format) -> None:
    """Print what was recognised, what was read, and what was dropped and why."""
    if form is Format.json:
        print_json(_facts(responses))
    elif form is Format.csv:
        print_csv([drop.to_dict() for drop in responses.drops])
    else:
        _print_table(responses)


def _facts(responses: Any) -> Record:
    return {
        "files": list(responses.paths),
        "recognised": {
            "source": responses.source,
            "title": responses.title,
            "guessed": responses.guessed,
            "encoding": responses.encoding,
            "delimiter": responses.delimiter,
            "zone": responses.zone,
            "measure": responses.measure.definition(),
            "fields": _fields(responses),
            "columns": list(responses.columns),
        },
        "read": responses.read,
        "kept": responses.kept,
        "partial": responses.partial,
        "dropped": [drop.to_dict() for drop in responses.drops],
        "first_at": _moment(responses.first_at),
        "last_at": _moment(responses.last_at),
        "notices": [notice.to_dict() for notice in responses.notices],
    }


def _fields(responses: Any) -> dict[str, str]:
    return {name: column for name, column in asdict(responses.layout.fields).items() if column}


def _moment(moment: Any) -> str | None:
    return None if moment is None else f"{moment.isoformat(timespec='seconds')}Z".replace("+00:00Z", "Z")


def _print_table(responses: Any) -> None:
    form = ", ".join(part for part in (responses.encoding, responses.delimiter) if part)
    sure = "guessed from names and values; name the columns to be sure" if responses.guessed else form
    sys.stdout.write(f"{', '.join(responses.paths)}: {responses.title}" + (f" ({sure})\n" if sure else "\n"))
    measure = responses.measure
    sys.stdout.write(f"{measure.title} on {measure.levels[0]} to {measure.levels[-1]}")
    if responses.first_at is not None:
        zone = responses.zone or "UTC"
        sys.stdout.write(f", answered {responses.first_at:%Y-%m-%d} to {responses.last_at:%Y-%m-%d}, zone {zone}")
    dropped = responses.read - responses.kept
    sys.stdout.write(f"\n{responses.read:,} rows read, {responses.kept:,} kept, {dropped:,} dropped\n")
    print_grid("How it was read", ["field", "column"], list(_fields(responses).items()))
    if responses.columns:
        sys.stdout.write(f"To group by also: {', '.join(responses.columns)}\n\n")
    if responses.drops:
        several = len(responses.paths) > 1
        rows = [
            [drop.message, f"{drop.count:,}", _rows(drop, named=several), as_typed(drop.fix)]
            for drop in responses.drops
        ]
        print_grid("Dropped", ["why", ">rows", "which", "what to do"], rows)
    print_notices(responses.notices)


def _rows(drop: Any, *, named: bool) -> str:
    places = list(zip(drop.files, drop.rows, strict=True))[:8]
    more = " …" if drop.count > len(places) else ""
    return ", ".join(f"{file}:{row}" if named else str(row) for file, row in places) + more
