"""Qualtrics: the table export with its three header records (layout: vendor's support pages and public exports)."""

import json
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from klankbord.lake.readers.dialect import Dialect, Fields, Head, Layout, Rule
from klankbord.lake.readers.dialects.columns import answers, fields, unique
from klankbord.lake.readers.dialects.questions import Found, asked, find
from klankbord.lake.readers.dialects.records import Record, mapping
from klankbord.score import ENPS, NPS

# Qualtrics' own columns by import id; the names are English in every export.
_OWN = {
    "startDate": "StartDate",
    "endDate": "EndDate",
    "status": "Status",
    "ipAddress": "IPAddress",
    "progress": "Progress",
    "duration": "Duration (in seconds)",
    "finished": "Finished",
    "recordedDate": "RecordedDate",
    "_recordId": "ResponseId",
    "recipientLastName": "RecipientLastName",
    "recipientFirstName": "RecipientFirstName",
    "recipientEmail": "RecipientEmail",
    "externalDataReference": "ExternalReference",
    "locationLatitude": "LocationLatitude",
    "locationLongitude": "LocationLongitude",
    "distributionChannel": "DistributionChannel",
    "userLanguage": "UserLanguage",
}
_TELLING = {"ResponseId", "Finished", "RecordedDate"}
_GROUP = "_NPS_GROUP"
# The status comes as a label or as a code, whichever the export was asked for.
_DROPS = {
    "preview": frozenset({"survey preview", "1", "offline survey preview", "17"}),
    "test": frozenset({"survey test", "2"}),
    "spam": frozenset({"spam", "8", "survey preview spam", "9", "imported spam", "12", "ex spam", "40"}),
}


def _recognises(head: Head) -> bool:
    return _header_records(head) == 3 or set(head.header) >= _TELLING


def _header_records(head: Head) -> int:
    """Return 3 for a whole export, 2 for a sheet without import ids, 1 where the user removed the texts."""
    if len(head.records) > 2 and any(_import(cell) for cell in head.records[2]):
        return 3
    ids = head.column("ResponseId") if "ResponseId" in head.header else ()
    return 1 if ids and ids[0].startswith("R_") else 2


def _import(cell: str) -> Record:
    try:
        imported = mapping(json.loads(cell))
    except ValueError:
        return {}
    return imported if "ImportId" in imported else {}


def _layout(head: Head) -> Layout:
    columns = unique(head.header)
    skip = _header_records(head)
    imports = [_import(cell) for cell in head.records[2]] if skip == 3 else []
    own = {code: name for code, name in _OWN.items() if name in columns}
    own |= {str(found["ImportId"]): name for name, found in zip(columns, imports, strict=False) if found}
    wording = _wording(columns, head, own, skip)
    found = _found(wording, answers(head, columns, skip=skip))
    return Layout(
        columns=columns,
        header_records=skip,
        fields=_fields(columns, own, found),
        measure=found.measure,
        zone=_zone(imports),
        drops=tuple(Rule(reason=reason, column=own["status"], values=values) for reason, values in _DROPS.items())
        if "status" in own
        else (),
        partial=Rule(reason="unfinished", column=own["finished"], values=frozenset({"false", "0"}))
        if "finished" in own
        else None,
        questions=wording,
    )


def _wording(columns: tuple[str, ...], head: Head, own: Mapping[str, str], skip: int) -> dict[str, str]:
    texts = head.records[1] if skip > 1 else columns
    asked_for = {name for code, name in own.items() if code.startswith("QID")} or {*columns} - {*own.values()}
    return {
        name: " ".join(text.split())
        for name, text in zip(columns, texts, strict=False)
        if name in asked_for and not name.endswith(_GROUP)
    }


def _found(wording: Mapping[str, str], given: Mapping[str, tuple[str, ...]]) -> Found:
    """Return what asked for the score: the question that Qualtrics made promoter groups of, else what it reads like."""
    grouped = next((name.removesuffix(_GROUP) for name in given if name.endswith(_GROUP)), None)
    found = find(wording, given)
    if grouped is None or grouped not in wording:
        return found
    measure = ENPS if asked(wording[grouped]) is ENPS else NPS
    return Found(score=grouped, comment=found.comment if found.comment != grouped else None, measure=measure)


def _fields(columns: tuple[str, ...], own: Mapping[str, str], found: Found) -> Fields:
    return fields(
        columns,
        score=found.score,
        comment=found.comment,
        external_id=own.get("_recordId"),
        answered_at=own.get("endDate"),  # unfinished answers are recorded a week after they were given
        updated_at=own.get("recordedDate"),
        respondent=own.get("recipientEmail"),
        contact=own.get("externalDataReference"),
        channel=own.get("distributionChannel"),
        language=own.get("userLanguage"),
    )


def _zone(imports: Iterable[Record]) -> str | None:
    zone = next((str(found["timeZone"]) for found in imports if found.get("timeZone")), None)
    try:
        return ZoneInfo("UTC" if zone == "Z" else zone).key if zone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


DIALECT = Dialect(name="qualtrics", title="Qualtrics", layout=_layout, recognises_table=_recognises)
