"""SurveyMonkey's API: choice ids become answers once the survey's details are joined (layout: vendor's API docs)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from klankbord.errors import DataError
from klankbord.lake.readers.dialect import FlatRow
from klankbord.lake.readers.dialects.questions import Found, asked, find
from klankbord.lake.readers.dialects.records import Record, adopted, flat, items, mapping
from klankbord.lake.readers.scores import whole_number

_TAG = re.compile(r"<[^>]+>")
_SAMPLE = 200  # responses that tell which question asks for the score


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The responses of one document, with the wording that the survey's details give to questions and choices."""

    responses: tuple[Record, ...]
    headings: Mapping[str, str]
    choices: Mapping[str, str]


def recognises(document: object) -> bool:
    """Return whether a document holds responses or the details of a survey."""
    return next(_parts(document, width=2), None) is not None


def _parts(document: object, *, depth: int = 3, width: int | None = None) -> Iterator[Record]:
    """Yield the responses and the survey details in a document: alone, in a page of the API, or put together."""
    if isinstance(document, dict):
        if _is_response(document) or _is_details(document):
            yield document
        elif depth:
            for value in document.values():
                yield from _parts(value, depth=depth - 1, width=width)
    elif isinstance(document, list) and depth:
        for item in document[:width]:
            yield from _parts(item, depth=depth - 1, width=width)


def _is_response(record: Record) -> bool:
    return "pages" in record and bool(record.keys() & {"response_status", "collector_id"})


def _is_details(record: Record) -> bool:
    return "title" in record and any("family" in question for question in _questions(record))


def _questions(record: Record) -> Iterator[Record]:
    for page in items(record.get("pages")):
        yield from items(page.get("questions"))


def join(documents: Sequence[object]) -> list[Joined]:
    """Complete the responses of every document with the wording that the survey details of any of them hold.

    Raises
    ------
    DataError
        When there are details only.
    """
    parts = [list(_parts(document)) for document in documents]
    details = [record for found in parts for record in found if not _is_response(record)]
    if len(details) == sum(map(len, parts)):
        raise DataError(
            "this SurveyMonkey file holds the details of a survey: there are no answers in it",
            hint="add the responses: /v3/surveys/ID/responses/bulk, saved as JSON",
            case="other_export",
            tool="SurveyMonkey",
            wanted="/v3/surveys/ID/responses/bulk",
        )
    asked_for = [question for survey in details for question in _questions(survey)]
    headings = {str(question.get("id")): _heading(question) for question in asked_for}
    choices = {
        str(choice.get("id")): str(choice.get("text"))
        for question in asked_for
        for kind in ("choices", "rows", "other")
        for choice in _choices(question, kind)
    }
    return [Joined(responses=tuple(filter(_is_response, found)), headings=headings, choices=choices) for found in parts]


def _heading(question: Record) -> str:
    own = question.get("heading") or next((found.get("heading") for found in items(question.get("headings"))), "")
    return _TAG.sub("", str(own or "")).strip()


def _choices(question: Record, kind: str) -> list[Record]:
    found = mapping(question.get("answers")).get(kind)
    return [found] if isinstance(found, dict) else items(found)


def flatten(document: object) -> Iterator[FlatRow]:
    """Yield a row for every response of a joined document; a single document joins itself.

    Raises
    ------
    DataError
        When a response names a choice whose wording is nowhere.
    """
    joined = document if isinstance(document, Joined) else join([document])[0]
    given = [(response, _given(response, joined.choices)) for response in joined.responses]
    headings = dict(joined.headings)
    for response in joined.responses:
        headings |= {str(question["id"]): text for question in _questions(response) if (text := _heading(question))}
    found = _found([answer for _, answer in given[:_SAMPLE]], headings)
    for response, answer in given:
        yield _row(response, answer, headings, found)


def _given(response: Record, choices: Mapping[str, str]) -> dict[str, str]:
    return {
        str(question.get("id")): "; ".join(
            _text(answer, choices, response) for answer in items(question.get("answers"))
        )
        for question in _questions(response)
    }


def _text(answer: Record, choices: Mapping[str, str], response: Record) -> str:
    choice = answer.get("choice_id")
    text = answer.get("simple_text") or answer.get("text") or choices.get(str(choice))
    if text is None and choice is not None:
        raise DataError(
            f"response {response.get('id')} names its answers by id only: the score is not in this file",
            hint=f"add the details of the survey as a second file (/v3/surveys/{response.get('survey_id')}/details, "
            "saved as JSON), or export the responses with simple=true",
            response=response.get("id"),
            survey=response.get("survey_id"),
            case="answers_by_id",
        )
    return str(text or "")


def _found(given: Sequence[dict[str, str]], headings: Mapping[str, str]) -> Found | None:
    ids = dict.fromkeys(question for answer in given for question in answer)
    answers = {question: [answer.get(question, "") for answer in given] for question in ids}
    return find({question: headings.get(question, question) for question in ids}, answers) if ids else None


def _row(response: Record, given: dict[str, str], headings: Mapping[str, str], found: Found | None) -> FlatRow:
    own = {name: value for name, value in response.items() if name not in {"pages", "custom_variables"}}
    answer = given.get(found.score, "") if found else ""
    number = whole_number(answer)
    measure = asked(headings.get(found.score, "")) if found else None
    row = flat(own) | {
        "score": answer if number is None else number,
        "comment": given.get(found.comment or "") if found else None,
        "metric": measure.name if measure else None,
    }
    row = adopted(row, response.get("custom_variables"), "custom_variables")
    return adopted(row, {headings.get(question, question): text for question, text in given.items()}, "answers")
