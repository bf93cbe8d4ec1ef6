"""What files turn out to be: who wrote them, which column is what, and what becomes of every row."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from klankbord.lake import ContactRecords, ImportReport, Lake, Responses, import_files, read, read_contacts, recognise
from klankbord.lake.engine import connect, scratch
from klankbord.lake.importing.survey_rows import refuse_undated
from klankbord.lake.readers.contact_opening import open_file
from klankbord.lake.readers.documents import Documents
from klankbord.lake.readers.table import Staged
from klankbord.web.contacts.people_files import people_found

_OF_THE_READER = {"score": "score", "comment": "comment", "answered_at": "date", "external_id": "external_id"}
CONTACT_COLUMNS = (
    *("external_id", "conversation", "customer", "started_at", "ended_at", "channel", "direction", "client", "site"),
    *("team", "agent", "queue", "touchpoint", "reason", "language", "segment", "wait_s", "talk_s", "hold_s", "wrap_s"),
    *("answered", "abandoned", "resolved", "transfers", "score", "comment"),
)
ANSWER_COLUMNS = (
    *("external_id", "score", "comment", "answered_at", "customer", "contact", "client", "site", "team", "agent"),
    *("queue", "channel", "touchpoint", "language"),
)


def look(lake: Lake, paths: Sequence[Path], said: Mapping[str, Any]) -> dict[str, Any]:
    """Read files and return what was found, without bringing anything in."""
    wishes = wished(said, lake)
    if said.get("table") not in {None, "", "contacts", "responses"}:
        return of_report(import_files(lake, *paths, **wishes, dry_run=True)) | {"headings": headings(paths)}
    if not said.get("table") and (people := people_found(paths, wishes["zone"])):
        return people | {"headings": headings(paths)}
    kind = said.get("table") or recognise(*paths)
    wishes = {name: wishes[name] for name in ("columns", "keep", "measure", "scale", "zone")}
    if kind == "contacts":
        return _of_contacts(read_contacts(*paths, **wishes)) | {"headings": headings(paths)}
    columns, _ = dict(wishes.pop("columns")), wishes.pop("keep")
    own = {argument: columns.pop(name, None) for name, argument in _OF_THE_READER.items()}
    answers = read(*paths, **own, **wishes)
    refuse_undated(answers)
    return _of_answers(answers, columns) | {"headings": headings(paths)}


def wished(said: Mapping[str, Any], lake: Lake) -> dict[str, Any]:
    """Return what a person said about files, as imports take it."""
    scale = said.get("scale")
    return {
        "table": said.get("table") or None,
        "columns": dict(said.get("columns") or {}),
        "keep": list(said.get("keep") or ()),
        "measure": said.get("measure") or None,
        "scale": (int(scale[0]), int(scale[1])) if scale else None,
        "zone": said.get("zone") or lake.settings.zone,
    }


def headings(paths: Sequence[Path]) -> list[str]:
    """Return the headings of a table; documents have none."""
    with scratch() as folder:
        opened = open_file(paths[0], Path(folder), Staged(connect()))
        return [] if isinstance(opened, Documents) else [name for name in opened.head.header if name.strip()]


def of_report(report: ImportReport) -> dict[str, Any]:
    """Return the account of an import as plain data, without what stood in cells."""
    told = report.to_dict()
    told["dropped"] = [drop.to_dict() | {"examples": []} for drop in report.drops]
    return told | {"kind": report.table}


def _of_contacts(records: ContactRecords) -> dict[str, Any]:
    return _counts(records) | {
        "kind": "contacts",
        "measure": records.measure.title if records.measure else None,
        "fields": dict(records.fields),
        "columns": list(records.columns),
    }


def _of_answers(answers: Responses, columns: Mapping[str, str]) -> dict[str, Any]:
    fields = {name: column for name, column in asdict(answers.layout.fields).items() if column} | dict(columns)
    return _counts(answers) | {
        "kind": "responses",
        "measure": answers.measure.title,
        "fields": fields,
        "columns": list(fields),
    }


def _counts(found: ContactRecords | Responses) -> dict[str, Any]:
    return {
        "title": found.title,
        "source": found.source,
        "guessed": found.guessed,
        "encoding": found.encoding,
        "zone": found.zone,
        "read": found.read,
        "kept": found.kept,
        "dropped": [drop.to_dict() for drop in found.drops],
        "notices": [notice.to_dict() for notice in found.notices],
        "first_at": found.first_at.isoformat() if found.first_at else None,
        "last_at": found.last_at.isoformat() if found.last_at else None,
    }
