"""What a file is, how it was read, and what became of every row."""

import sys
from dataclasses import asdict
from typing import Any

from klankbord.cli.printing import print_csv, print_grid, print_json, print_notices
from klankbord.cli.terminal import Format, as_typed
from klankbord.results import Record


def print_check(found: Any, form: Format) -> None:
    """Print what was recognised, answers or contact records, what was read, and what was dropped and why."""
    from klankbord.lake import ContactRecords

    contacts = isinstance(found, ContactRecords)
    if form is Format.json:
        print_json(_facts_of_contacts(found) if contacts else _facts(found))
    elif form is Format.csv:
        print_csv([drop.to_dict() for drop in found.drops])
    elif contacts:
        _print_contacts(found)
    else:
        _print_table(found)


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


def _facts_of_contacts(records: Any) -> Record:
    return {
        "files": list(records.paths),
        "recognised": {
            "kind": "contacts",
            "source": records.source,
            "title": records.title,
            "guessed": records.guessed,
            "encoding": records.encoding,
            "zone": records.zone,
            "measure": records.measure.definition() if records.measure else None,
            "fields": dict(records.fields),
            "columns": list(records.columns),
        },
        "read": records.read,
        "kept": records.kept,
        "dropped": [drop.to_dict() for drop in records.drops],
        "first_at": _moment(records.first_at),
        "last_at": _moment(records.last_at),
        "notices": [notice.to_dict() for notice in records.notices],
    }


def _print_contacts(records: Any) -> None:
    sure = " (guessed from names and values)" if records.guessed else ""
    sys.stdout.write(f"{', '.join(records.paths)}: {records.title}{sure}\n")
    if records.first_at is not None:
        sys.stdout.write(f"Contacts, {records.first_at:%Y-%m-%d} to {records.last_at:%Y-%m-%d}, zone {records.zone}\n")
    _print_counts(records)
    if records.fields:
        print_grid("How it was read", ["column", "heading"], list(records.fields.items()))
    sys.stdout.write(f"Columns of the lake that it gives: {', '.join(records.columns)}\n\n")
    _print_drops(records)
    sys.stdout.write(f"Bring it into a lake: klankbord import {records.paths[0]} --lake DIR\n")
    print_notices(records.notices)


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
    sys.stdout.write("\n")
    _print_counts(responses)
    print_grid("How it was read", ["field", "column"], list(_fields(responses).items()))
    if responses.columns:
        sys.stdout.write(f"To group by also: {', '.join(responses.columns)}\n\n")
    _print_drops(responses)
    print_notices(responses.notices)


def _print_counts(found: Any) -> None:
    dropped = found.read - found.kept
    sys.stdout.write(f"{found.read:,} rows read, {found.kept:,} kept, {dropped:,} dropped\n")


def _print_drops(found: Any) -> None:
    if found.drops:
        several = len(found.paths) > 1
        rows = [
            [drop.message, f"{drop.count:,}", _rows(drop, named=several), as_typed(drop.fix)] for drop in found.drops
        ]
        print_grid("Dropped", ["why", ">rows", "which", "what to do"], rows)


def _rows(drop: Any, *, named: bool) -> str:
    places = list(zip(drop.files, drop.rows, strict=True))[:8]
    more = " …" if drop.count > len(places) else ""
    return ", ".join(f"{file}:{row}" if named else str(row) for file, row in places) + more
