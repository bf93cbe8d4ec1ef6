"""Formbricks: responses of webhooks and the API, and feedback records of its hub (layouts: docs in formbricks/*)."""

from collections.abc import Iterator, Sequence

from klankbord.lake.readers.dialect import Dialect, FlatRow, Head, Layout, Rule
from klankbord.lake.readers.dialects.columns import fields, first_of
from klankbord.lake.readers.dialects.questions import find
from klankbord.lake.readers.dialects.records import Record, adopted, first_record, flat, mapping, records
from klankbord.score import CES, CSAT, NPS

_RESPONSE = {"id", "surveyId", "finished", "data"}
_OWN = {
    *("id", "surveyId", "event", "finished", "createdAt", "updatedAt", "contact", "contactId", "contactAttributes"),
    *("displayId", "endingId", "language", "singleUseId", "tags", "variables", "personAttributes", "person", "notes"),
}
_SCALES = {"nps": NPS, "csat": CSAT, "ces": CES}
_VALUES = ("value_number", "value_text", "value_boolean", "value_date")


def _recognises_responses(document: object) -> bool:
    record = first_record(document)
    inner = first_record(record.get("data"))
    return record.keys() >= _RESPONSE or inner.keys() >= _RESPONSE


def _flatten_responses(document: object) -> Iterator[FlatRow]:
    if isinstance(document, list):
        for item in document:
            yield from _flatten_responses(item)
    elif "surveyId" in mapping(document):
        yield _response(mapping(document))
    else:
        call = mapping(document)
        for response in records(call.get("data")):
            yield _response(response) | ({"event": call["event"]} if "event" in call else {})


def _response(response: Record) -> FlatRow:
    own = flat({name: value for name, value in response.items() if name != "data"})
    return adopted(own, response.get("data"), "data")


def _layout_responses(head: Head) -> Layout:
    header = head.header
    answers = [name for name in header if name not in _OWN and "." not in name]
    found = find({name: name for name in answers}, {name: head.column(name) for name in answers})
    named = fields(
        header,
        score=found.score,
        comment=found.comment,
        external_id="id",
        answered_at=first_of(header, "createdAt"),
        updated_at=first_of(header, "updatedAt"),
        respondent=first_of(header, "contact.id", "contactId", "contact.userId"),
        survey=first_of(header, "survey.title", "surveyId"),
    )
    unfinished = Rule(reason="unfinished", column="finished", values=frozenset({"false"}))
    return Layout(columns=header, fields=named, measure=found.measure, partial=unfinished)


def _recognises_feedback(document: object) -> bool:
    record = first_record(document)
    keys = {"source_type", "field_id", "field_type"}
    return record.keys() >= keys or first_record(record.get("data")).keys() >= keys


def _flatten_feedback(document: object) -> Iterator[FlatRow]:
    feedback = records(document, "data")
    texts: dict[str, list[Record]] = {}
    for record in feedback:
        if str(record.get("field_type")) not in _SCALES:
            texts.setdefault(_submission(record), []).append(record)
    for record in feedback:
        if str(record.get("field_type")) in _SCALES:
            yield _feedback(record, texts.get(_submission(record), []))


def _join_feedback(documents: Sequence[object]) -> list[object]:
    # A submission is spread over records, and so over the pages of the API and the lines of a file.
    return [[record for document in documents for record in records(document, "data")], *([] for _ in documents[1:])]


def _submission(record: Record) -> str:
    return str(record.get("submission_id") or record.get("response_id") or record.get("id"))


def _feedback(record: Record, others: list[Record]) -> FlatRow:
    own = {name: value for name, value in record.items() if name != "metadata" and name not in _VALUES[1:]}
    said = [
        str(other["value_text"]) for other in others if other.get("field_type") == "text" and other.get("value_text")
    ]
    row = adopted(flat(own) | {"comment": "\n".join(said) or None}, record.get("metadata"), "metadata")
    answers = {
        str(other.get("field_label") or other.get("field_id")): next(
            (other[name] for name in _VALUES if other.get(name) is not None), None
        )
        for other in others
    }
    return adopted(row, answers, "answers")


def _layout_feedback(head: Head) -> Layout:
    header = head.header
    named = fields(
        header,
        score="value_number",
        comment="comment",
        external_id=first_of(header, "id", "submission_id", "response_id"),
        answered_at=first_of(header, "collected_at"),
        updated_at=first_of(header, "updated_at"),
        respondent=first_of(header, "user_id"),
        survey=first_of(header, "source_name", "source_id"),
        metric="field_type",
    )
    return Layout(columns=header, fields=named, metrics=_SCALES)


RESPONSES = Dialect(
    name="formbricks",
    title="Formbricks",
    layout=_layout_responses,
    recognises_document=_recognises_responses,
    flatten=_flatten_responses,
)
FEEDBACK = Dialect(
    name="formbricks_hub",
    title="Formbricks Hub feedback records",
    layout=_layout_feedback,
    recognises_document=_recognises_feedback,
    flatten=_flatten_feedback,
    join=_join_feedback,
)
