"""AskNicely: the REST list of responses and the webhook, all values as text (layout: vendor's docs, transcribed)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from klankbord.lake.readers.dialect import Dialect, FlatRow, Head, Layout
from klankbord.lake.readers.dialects.columns import fields, first_of
from klankbord.lake.readers.dialects.records import (
    Record,
    adopted,
    dated,
    first_record,
    flat,
    items,
    mapping,
    moment,
    records,
)
from klankbord.score import CES, CSAT, ENPS, NPS

_MOMENTS = ("sent", "opened", "responded", "lastemailed", "created", "person.created")
_METRICS = {"nps": NPS, "enps": ENPS, "csat": CSAT, "5star": CSAT, "ces": CES}


def _recognises(document: object) -> bool:
    record = first_record(document)
    listed = items(record.get("data"))
    page = record.keys() >= {"success", "data"} and ("totalpages" in record or _is_response(listed))
    return bool(page) or _is_response([record]) or mapping(record.get("question")).keys() >= {"score", "responded"}


def _is_response(listed: list[Record]) -> bool:
    return bool(listed) and listed[0].keys() >= {"response_id", "person_id", "answer", "responded"}


def _flatten(document: object) -> Iterator[FlatRow]:
    for record in _listed(document):
        yield _called_back(record) if "question" in record else _timed(dated(flat(record), _MOMENTS), 1)


def _listed(document: object) -> list[Record]:
    # A response has a field "data" of its own, so only a page may be unwrapped.
    page = mapping(document)
    return records(page["data"]) if page.keys() >= {"success", "data"} else records(document)


def _called_back(call: Record) -> FlatRow:
    """Return a webhook's answer under the names of the list, so that both count it once."""
    question = dict(mapping(call["question"]))
    person = mapping(call.get("person"))
    row = flat({"response_id": question.pop("id", None), "answer": question.pop("score", None)} | question)
    row |= {"person_id": person.get("id"), "name": person.get("name"), "email": person.get("email")}
    rest = {name: value for name, value in person.items() if name not in {"id", "name", "email"}}
    count = int(str(call.get("count") or 1))
    return _timed(dated(adopted(row, rest, "person"), _MOMENTS), count) | {"count": count}


def _timed(row: FlatRow, count: int) -> FlatRow:
    # A call with a comment repeats the moment of the first: its count is all that says which of them is newer.
    responded = moment(row.get("responded"))
    if not isinstance(responded, str):
        return row | {"updated": None}
    return row | {"updated": (datetime.fromisoformat(responded) + timedelta(microseconds=count)).isoformat()}


def _layout(head: Head) -> Layout:
    header = head.header
    named = fields(
        header,
        score="answer",
        external_id="response_id",
        comment=first_of(header, "comment"),
        answered_at="responded",
        updated_at="updated",
        respondent=first_of(header, "person_id"),
        channel=first_of(header, "deliverymethod"),
        survey=first_of(header, "survey_template"),
        contact=first_of(header, "sfcaseid", "ticket_id_c", "case_id_c"),
        metric=first_of(header, "question_type"),
    )
    return Layout(columns=header, fields=named, metrics=_METRICS)


DIALECT = Dialect(
    name="asknicely", title="AskNicely", layout=_layout, recognises_document=_recognises, flatten=_flatten
)
