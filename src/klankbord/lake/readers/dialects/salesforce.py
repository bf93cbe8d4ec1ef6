"""Salesforce: survey question responses, with subject, case and response (layout: vendor's object reference)."""

from collections.abc import Iterator, Mapping

from klankbord.lake.readers.dialect import Dialect, Fields, FlatRow, Head, Layout, Rule
from klankbord.lake.readers.dialects.columns import first_of
from klankbord.lake.readers.dialects.records import Record, first_record, flat, mapping, records

_ANSWER = "SurveyQuestionResponse"
_TEXTS = ("ResponseShortText", "ResponseValue", "ChoiceValue")


def _recognises(document: object) -> bool:
    record = first_record(document)
    queried = first_record(record.get("records", record))
    return _ANSWER in record or mapping(queried.get("attributes")).get("type") == _ANSWER


def _flatten(document: object) -> Iterator[FlatRow]:
    answers: dict[str, list[Record]] = {}
    for answer in records(document, _ANSWER, "records"):
        answers.setdefault(str(answer.get("ResponseId")), []).append(answer)
    about = mapping(document)
    for response, given in answers.items():
        yield _answers(given) | _related(about, response)


def _answers(given: list[Record]) -> FlatRow:
    scored = next((answer for answer in given if answer.get("NumberValue") is not None), {})
    texts = [str(answer["ResponseShortText"]) for answer in given if answer.get("ResponseShortText")]
    others = {
        str(answer.get("QuestionId")): next(
            (answer[name] for name in ("NumberValue", *_TEXTS) if answer.get(name)), None
        )
        for answer in given
        if answer is not scored
    }
    return {
        "ResponseId": given[0].get("ResponseId"),
        "InvitationId": given[0].get("InvitationId"),
        "QuestionId": scored.get("QuestionId"),
        "NumberValue": scored.get("NumberValue"),
        "comment": "\n".join(texts) or None,
        "CreatedDate": given[0].get("CreatedDate"),
        **others,
    }


def _related(about: Record, response: object) -> FlatRow:
    subject = _one(about, "SurveySubject", "ParentId", response)
    case = _one(about, "Case", "Id", subject.get("SubjectId"))
    return {
        **_own(subject, "SurveySubject"),
        **_own(case, "Case"),
        **_own(_one(about, "SurveyResponse", "Id", response), "SurveyResponse"),
    }


def _one(about: Record, kind: str, key: str, value: object) -> Record:
    found = (record for record in records(about.get(kind)) if value is not None and record.get(key) == value)
    return next(found, {})


def _own(record: Record, kind: str) -> FlatRow:
    plain: Mapping[str, object] = {name: value for name, value in record.items() if name != "attributes"}
    return flat(plain, under=f"{kind}.")


def _layout(head: Head) -> Layout:
    header = head.header
    status = first_of(header, "SurveyResponse.Status")
    return Layout(
        columns=header,
        fields=Fields(
            score="NumberValue",
            external_id="ResponseId",
            comment="comment",
            answered_at=first_of(header, "SurveyResponse.CompletionDateTime", "CreatedDate"),
            respondent=first_of(header, "Case.ContactId", "SurveyResponse.SubmitterId"),
            contact=first_of(header, "SurveySubject.SubjectId"),
            agent=first_of(header, "Case.OwnerId"),
            channel=first_of(header, "Case.Origin"),
        ),
        partial=Rule(reason="unfinished", column=status, values=frozenset({"started", "paused"})) if status else None,
    )


DIALECT = Dialect(
    name="salesforce", title="Salesforce surveys", layout=_layout, recognises_document=_recognises, flatten=_flatten
)
