"""JSON documents as flat records: dialects of APIs and webhooks unwrap, flatten and date their records alike."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import cast

from klankbord.lake.readers.dialect import FlatRow

Record = Mapping[str, object]
_EPOCH = re.compile(r"\d{9,10}(\.\d+)?")


def records(document: object, *wrappers: str) -> list[Record]:
    """Return the records of a document: one, a list of them, or either under one of the `wrappers`.

    Examples
    --------
    >>> records({"results": [{"id": 1}, {"id": 2}], "total": 2}, "results")
    [{'id': 1}, {'id': 2}]
    """
    if isinstance(document, list):
        return [record for item in document for record in records(item, *wrappers)]
    if not isinstance(document, dict):
        return []
    wrapped = next((document[wrapper] for wrapper in wrappers if wrapper in document), None)
    return [document] if wrapped is None else records(wrapped, *wrappers)


def first_record(document: object) -> Record:
    """Return a document's first record, which tells whose document it is; an empty one when there is none."""
    head = document[0] if isinstance(document, list) and document else document
    return head if isinstance(head, dict) else {}


def mapping(value: object) -> Record:
    """Return a nested object, or an empty one where the tool left it out."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Record]:
    """Return a nested list of objects, or an empty one where the tool left it out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def flat(record: Record, *, under: str = "") -> FlatRow:
    """Return a record with nested objects under dotted names and lists as text.

    Examples
    --------
    >>> flat({"id": 7, "meta": {"country": "NL"}, "tags": ["refund", "late"]})
    {'id': 7, 'meta.country': 'NL', 'tags': 'refund, late'}
    """
    row: FlatRow = {}
    for key, value in record.items():
        if isinstance(value, dict):
            row |= flat(value, under=f"{under}{key}.")
        else:
            row[f"{under}{key}"] = _listed(value) if isinstance(value, list) else value
    return row


def adopted(row: FlatRow, properties: object, under: str) -> FlatRow:
    """Return the row with what users attached themselves, under their own names.

    A name that the tool uses itself, in any case, gets `under` in front: a property "Score" is not the score.

    Examples
    --------
    >>> adopted({"score": 9}, {"agent": "mila", "Score": "high"}, "person_properties")
    {'score': 9, 'agent': 'mila', 'person_properties.Score': 'high'}
    """
    taken = {name.casefold() for name in row}
    own = flat(mapping(properties))
    return row | {f"{under}.{name}" if name.casefold() in taken else name: value for name, value in own.items()}


def moment(value: object) -> object:
    """Return an epoch moment (seconds, as a number or as text) as ISO 8601 in UTC, and other moments as they are.

    Examples
    --------
    >>> moment("1795339864"), moment("2026-11-20T09:31:04Z"), moment("0")
    ('2026-11-22T09:31:04+00:00', '2026-11-20T09:31:04Z', None)
    """
    if value in (None, "", "0", 0):
        return None
    if _EPOCH.fullmatch(str(value)):
        return datetime.fromtimestamp(float(cast("str | float", value)), UTC).isoformat()
    return value


def dated(row: FlatRow, names: Iterable[str]) -> FlatRow:
    """Return the row with the epoch moments among its columns written out."""
    return row | {name: moment(row[name]) for name in names if name in row}


def _listed(values: list[object]) -> str | None:
    if not any(isinstance(value, dict | list) for value in values):
        return ", ".join(str(value) for value in values) or None
    return json.dumps(values, ensure_ascii=False)
