"""Google Forms: the linked sheet or download in nl, fr, de or en, and the API (layouts: Forms API, samples)."""

from collections.abc import Iterator

from klankbord.lake.readers.dialect import Dialect, Fields, FlatRow, Head, Layout
from klankbord.lake.readers.dialects.columns import answers, fields, first_of, unique
from klankbord.lake.readers.dialects.questions import asked, find
from klankbord.lake.readers.dialects.records import Record, first_record, flat, items, mapping, records

_TIMESTAMP = {"tijdstempel", "horodateur", "zeitstempel", "timestamp"}
_EMAIL = ("e-mailadres", "adresse e-mail", "e-mail-adresse", "email address", "username", "gebruikersnaam")
_NO_QUESTION = {"responseId", "formId", "createTime", "lastSubmittedTime", "respondentEmail", "totalScore"}


def _recognises_table(head: Head) -> bool:
    # Other tools also call their first column Timestamp: a form is known by its questions.
    first, rest = head.header[:1], head.header[1:]
    return bool(first) and first[0].strip().casefold() in _TIMESTAMP and any(_is_question(name) for name in rest)


def _is_question(heading: str) -> bool:
    return "?" in heading or asked(heading) is not None or len(heading.split()) > 3


def _recognises(document: object) -> bool:
    record = first_record(document)
    response = first_record(record.get("responses", record))
    return "responseId" in response and ("lastSubmittedTime" in response or "createTime" in response)


def _flatten(document: object) -> Iterator[FlatRow]:
    for response in records(document, "responses"):
        given = mapping(response.get("answers"))
        own = flat({name: value for name, value in response.items() if name != "answers"})
        yield own | {question: _answer(mapping(answer)) for question, answer in given.items()}


def _answer(answer: Record) -> str | None:
    texts = items(mapping(answer.get("textAnswers")).get("answers"))
    return ", ".join(str(text.get("value")) for text in texts) or None


def _layout(head: Head) -> Layout:
    return _layout_sheet(head) if _recognises_table(head) else _layout_document(head)


def _layout_sheet(head: Head) -> Layout:
    columns = unique(head.header)
    email = first_of(columns, *_EMAIL)
    wording = {
        name: heading for name, heading in zip(columns, head.header, strict=True) if name not in {columns[0], email}
    }
    found = find(wording, answers(head, columns))
    named = fields(columns, score=found.score, comment=found.comment, answered_at=columns[0], respondent=email)
    return Layout(columns=columns, fields=named, measure=found.measure, questions=wording)


def _layout_document(head: Head) -> Layout:
    header = head.header
    asked_for = [name for name in header if name not in _NO_QUESTION]
    found = find({name: name for name in asked_for}, {name: head.column(name) for name in asked_for})
    named = Fields(
        score=found.score,
        comment=found.comment,
        external_id="responseId",
        answered_at=first_of(header, "createTime", "lastSubmittedTime"),
        updated_at=first_of(header, "lastSubmittedTime"),
        respondent=first_of(header, "respondentEmail"),
        survey=first_of(header, "formId"),
    )
    return Layout(columns=header, fields=named, measure=found.measure)


DIALECT = Dialect(
    name="google_forms",
    title="Google Forms",
    layout=_layout,
    recognises_table=_recognises_table,
    recognises_document=_recognises,
    flatten=_flatten,
)
