"""A copy of everything held of a customer: a page to read in their language, and all of it for machines."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.template.loader import render_to_string
from django.utils import timezone, translation

from klankbord.lake.looking import customer_rows
from klankbord.web.contacts.actions import export_customer
from klankbord.web.kernel.holdings import HOLDINGS
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import AuditEntry, Organisation
from klankbord.web.kernel.wording import say, wording
from klankbord.web.privacy.log import sentence
from klankbord.web.privacy.models import Export, Objection

# What a lake works out for itself says nothing of a person that its sources do not.
_OURS = frozenset({"month", "day", "hour", "import_id", "customer"})


def made(export: Export) -> bytes:
    """Return the copy as a ZIP file."""
    with translation.override(export.language):
        held = gathered(export.organisation, export.persons)
        page = render_to_string("privacy/copy.html", _page(export, held))
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        archive.writestr(f"{say('privacy.copy.file')}.html", page)
        archive.writestr("data.json", json.dumps(held, indent=1, ensure_ascii=False, default=_plain))
    return content.getvalue()


def gathered(organisation: Organisation, pseudonyms: Iterable[str]) -> dict[str, Any]:
    """Return everything held of a person, as it is stored."""
    lake, together = lake_of(organisation).snapshot(), frozenset(pseudonyms)
    told: dict[str, Any] = {"organisation": organisation.name, "made_at": timezone.now(), "records": []}
    for pseudonym in sorted(together):
        entries = AuditEntry.objects.filter(about=pseudonym).order_by("at", "id")
        told["records"].append(
            {
                "pseudonym": pseudonym,
                "register": export_customer(pseudonym, together),
                **customer_rows(lake, pseudonym),
                "elsewhere": {name: holding.tell([pseudonym]) for name, holding in HOLDINGS.items()},
                "objects_to_contact": Objection.objects.filter(pseudonym=pseudonym).exists(),
                "looked_at": [
                    {"at": entry.at, "by": entry.actor_name, "what": sentence(entry.action)} for entry in entries
                ],
            }
        )
    return told


def _page(export: Export, held: Mapping[str, Any]) -> dict[str, Any]:
    records = [
        {
            "short": record["pseudonym"][:6],
            "objects": record["objects_to_contact"],
            "looked_at": record["looked_at"],
            "sections": [
                {"title": say(title), "rows": shown}
                for title, rows in _sections(record).items()
                if (shown := [facts for row in rows if (facts := list(_facts(row)))])
            ],
        }
        for record in held["records"]
    ]
    return {
        "organisation": export.organisation,
        "made_at": held["made_at"],
        "records": records,
        "language": export.language,
    }


def _sections(record: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """Return what the page shows: contacts as the lake knows them, or as the register does where it is ahead."""
    own = {name: value for name, value in record["register"].items() if not isinstance(value, list)}
    known = {(row["source"], row["external_id"]) for row in record["contacts"]}
    ahead = [row for row in record["register"]["contacts"] if (row["source"], row["external_id"]) not in known]
    sections = {
        "register": [own],
        "contacts": [*record["contacts"], *ahead],
        "responses": list(record["responses"]),
        "outcomes": list(record["outcomes"]),
        "messages": record["register"]["messages"],
    }
    elsewhere = {HOLDINGS[name].wording: rows for name, rows in record["elsewhere"].items()}
    return {f"privacy.copy.{name}": rows for name, rows in sections.items()} | elsewhere


def _facts(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give what a row tells, in words where there are any; what is empty is left out."""
    speaking = wording()
    for name, value in row.items():
        if value in (None, "", [], {}) or name in _OURS:
            continue
        key = f"privacy.columns.{name}"
        yield speaking(key) if speaking.knows(key) else name.replace("_", " "), _written(value)


def _written(value: Any) -> str:
    match value:
        case bool():
            return say("privacy.copy.yes" if value else "privacy.copy.no")
        case datetime():
            local = timezone.localtime(value)
            return f"{wording().formats.day(local.date())}, {local:%H:%M}"
        case date():
            return wording().formats.day(value)
        case Mapping():
            return "; ".join(f"{name}: {_written(inner)}" for name, inner in value.items())
        case list():
            return "; ".join(map(_written, value))
        case _:
            return str(value)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
