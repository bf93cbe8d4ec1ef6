"""Zendesk: legacy satisfaction ratings, good or bad, and CSAT survey responses (layouts: API reference)."""

from collections.abc import Iterator

from klankbord.lake.readers.dialect import Dialect, Fields, FlatRow, Head, Layout, Rule
from klankbord.lake.readers.dialects.columns import first_of
from klankbord.lake.readers.dialects.records import Record, first_record, flat, items, mapping, records
from klankbord.score import CSAT, CSAT_GOOD_BAD

_GOOD = {"good": 1, "bad": 0}
_RATING = {"assignee_id", "requester_id", "ticket_id", "score"}
_ANSWERED = {"survey_id", "survey_version", "answers"}


def _recognises_ratings(document: object) -> bool:
    record = first_record(document)
    return record.keys() >= _RATING or bool(record.keys() & {"satisfaction_ratings", "satisfaction_rating"})


def _flatten_ratings(document: object) -> Iterator[FlatRow]:
    for rating in records(document, "satisfaction_ratings", "satisfaction_rating"):
        yield flat(rating) | {"good": _GOOD.get(str(rating.get("score")))}


def _layout_ratings(head: Head) -> Layout:
    header = head.header
    return Layout(
        columns=header,
        fields=Fields(
            score="good",
            external_id="id",
            comment=first_of(header, "comment"),
            answered_at=first_of(header, "updated_at"),
            updated_at=first_of(header, "updated_at"),
            respondent=first_of(header, "requester_id"),
            contact=first_of(header, "ticket_id"),
            agent=first_of(header, "assignee_id"),
        ),
        measure=CSAT_GOOD_BAD,
        drops=(Rule(reason="not_answered", column="score", values=frozenset({"offered", "unoffered"})),),
    )


def _recognises_responses(document: object) -> bool:
    record = first_record(document)
    wrapped = record.get("survey_response", record.get("survey_responses"))
    return record.keys() >= _ANSWERED or first_record(wrapped).keys() >= _ANSWERED


def _flatten_responses(document: object) -> Iterator[FlatRow]:
    for response in records(document, "survey_responses", "survey_response"):
        yield _response(response)


def _response(response: Record) -> FlatRow:
    answers = items(response.get("answers"))
    rated = next((answer for answer in answers if answer.get("type") == "rating_scale"), {})
    texts = [str(answer["value"]) for answer in answers if answer.get("type") == "open_ended" and answer.get("value")]
    skipped = [
        str(mapping(answer.get("question")).get("type")) for answer in answers if answer.get("type") == "skipped"
    ]
    chosen = [flat(answer).get("selections") for answer in answers if answer.get("type") == "closed_ended"]
    return flat({name: value for name, value in response.items() if name != "answers"}) | {
        "rating": rated.get("rating"),
        "rating_category": rated.get("rating_category"),
        "comment": "\n".join(texts) or None,
        "selections": "; ".join(str(selection) for selection in chosen if selection) or None,
        "skipped": ", ".join(skipped) or None,
        "answered_at": min((str(answer["created_at"]) for answer in answers if "created_at" in answer), default=None),
        "updated_at": max((str(answer["updated_at"]) for answer in answers if "updated_at" in answer), default=None),
    }


def _layout_responses(head: Head) -> Layout:
    header = head.header
    return Layout(
        columns=header,
        fields=Fields(
            score="rating",
            external_id="id",
            comment="comment",
            answered_at="answered_at",
            updated_at="updated_at",
            respondent=first_of(header, "responder_id"),
            contact=first_of(header, "subject_zrns"),
            survey=first_of(header, "survey_id"),
        ),
        measure=CSAT,
    )


RATINGS = Dialect(
    name="zendesk_ratings",
    title="Zendesk satisfaction ratings",
    layout=_layout_ratings,
    recognises_document=_recognises_ratings,
    flatten=_flatten_ratings,
)
RESPONSES = Dialect(
    name="zendesk_csat",
    title="Zendesk CSAT survey responses",
    layout=_layout_responses,
    recognises_document=_recognises_responses,
    flatten=_flatten_responses,
)
