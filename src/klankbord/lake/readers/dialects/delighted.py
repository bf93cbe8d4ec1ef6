"""Delighted: survey responses of the API and of webhooks (layout: vendor's API reference and SDK, Airbyte)."""

from collections.abc import Iterator
from dataclasses import replace

from klankbord.errors import DataError
from klankbord.lake.readers.dialect import Dialect, FlatRow, Head, Layout
from klankbord.lake.readers.dialects.columns import fields, first_of
from klankbord.lake.readers.dialects.records import Record, adopted, dated, first_record, flat, items, mapping, records
from klankbord.score import CES, CSAT, CSAT_GOOD_BAD, ENPS, NPS
from klankbord.voice import redact

_RESPONSE = {"id", "person", "score", "survey_type"}
_OTHERS = {
    "people": {"last_sent_at", "next_survey_scheduled_at"},
    "bounces": {"person_id", "bounced_at"},
    "unsubscribes": {"person_id", "unsubscribed_at"},
}
# Of the answer itself; everything else is what was known when it was given: properties, tags, notes.
_OWN = _RESPONSE | {"comment", "permalink", "created_at", "updated_at"}
_OWN |= {"person_name", "person_email", "name", "email", "phone", "phone_number"}
# Delighted's own question: three or five answers where others ask five or seven.
_CSAT3 = replace(CSAT, name="csat_3", levels=(1, 2, 3), good=frozenset({3}))
_CES5 = replace(CES, name="ces_5", levels=(1, 2, 3, 4, 5), good=frozenset({4, 5}))
_METRICS = {
    "nps": NPS,
    "enps": ENPS,
    "csat": CSAT,
    "csat3": _CSAT3,
    "ces": _CES5,
    "ces7": CES,
    "stars_five": CSAT,
    "smileys": CSAT,
    "thumbs": CSAT_GOOD_BAD,
}


def _recognises(document: object) -> bool:
    record = first_record(document)
    event = str(record.get("event_type", ""))
    return (
        record.keys() >= _RESPONSE
        or (event.startswith("survey_response.") and "event_data" in record)
        or _other(record)
    )


def _other(record: Record) -> bool:
    """Return whether a record is of the other kinds that Delighted exports, none of which holds an answer."""
    return any(keys <= record.keys() for keys in _OTHERS.values()) or any(
        (listed := items(record.get(name))) and all(keys & item.keys() for item in listed)
        for name, keys in _OTHERS.items()
    )


def _flatten(document: object) -> Iterator[FlatRow]:
    for response in records(document, "event_data"):
        if _other(response):
            raise DataError(
                "this Delighted file holds people, bounces or unsubscribes: there are no answers in it",
                hint="export the survey responses: /v1/survey_responses.json",
                case="other_export",
                tool="Delighted",
                wanted="/v1/survey_responses.json",
            )
        yield _row(response)


def _row(response: Record) -> FlatRow:
    # What colleagues wrote about an answer is theirs to read and nobody's to find a customer by.
    notes = [redact(str(note["text"])) for note in items(response.get("notes")) if note.get("text")]
    response = {**response, "notes": notes}
    kept = {name: value for name, value in response.items() if name not in {"person_properties", "additional_answers"}}
    if isinstance(kept.get("person"), dict):  # the API expands the person when asked
        person = mapping(kept["person"])
        kept |= {"person": person.get("id"), "person_name": person.get("name"), "person_email": person.get("email")}
    row = dated(flat(kept), ("created_at", "updated_at"))
    row = adopted(row, response.get("person_properties"), "person_properties")
    answers = {
        str(mapping(answer.get("question")).get("text")): _answer(mapping(answer.get("value")))
        for answer in items(response.get("additional_answers"))
    }
    return adopted(row, answers, "additional_answers")


def _answer(value: Record) -> object:
    chosen = [option.get("text") for option in (*items(value.get("select_many")), mapping(value.get("select_one")))]
    texts = [str(text) for text in chosen if text]
    return ", ".join(texts) or next(
        (value[kind] for kind in ("scale", "free_response") if value.get(kind) is not None), None
    )


def _layout(head: Head) -> Layout:
    header = head.header
    named = fields(
        header,
        score="score",
        external_id="id",
        comment=first_of(header, "comment"),
        answered_at=first_of(header, "created_at"),
        updated_at=first_of(header, "updated_at"),
        respondent=first_of(header, "person"),
        channel=first_of(header, "Delighted Source", "channel"),
        metric="survey_type",
    )
    keeps = tuple(name for name in header if name.casefold() not in _OWN)
    return Layout(columns=header, fields=named, metrics=_METRICS, keeps=keeps)


DIALECT = Dialect(
    name="delighted", title="Delighted", layout=_layout, recognises_document=_recognises, flatten=_flatten
)
