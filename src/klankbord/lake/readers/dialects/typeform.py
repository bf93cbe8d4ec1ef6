"""Typeform: the webhook, the list of the Responses API and the CSV download (layouts: public samples of each)."""

from collections.abc import Iterator, Mapping

from klankbord.lake.readers.dialect import Dialect, FlatRow, Head, Layout, Rule
from klankbord.lake.readers.dialects.columns import answers, fields, first_of, unique
from klankbord.lake.readers.dialects.questions import asked, find
from klankbord.lake.readers.dialects.records import Record, adopted, first_record, flat, items, mapping, records
from klankbord.score import ENPS, MEASURES, NPS, Measure

_DOWNLOAD = {"#", "Start Date (UTC)", "Submit Date (UTC)", "Network ID"}
_NO_QUESTION = _DOWNLOAD | {"Response Type", "Stage Date (UTC)", "Tags", "Ending"}
_SCALES = ("nps", "opinion_scale", "rating")
_OWN = {"answers", "definition", "hidden", "variables", "ending"}


def _recognises_table(head: Head) -> bool:
    return set(head.header) >= _DOWNLOAD


def _recognises(document: object) -> bool:
    record = first_record(document)
    item = first_record(record.get("items", record))
    return "form_response" in record or (item.keys() >= {"landed_at", "token"} and "submitted_at" in item)


def _flatten(document: object) -> Iterator[FlatRow]:
    responses = records(document, "form_response", "items")
    seen = {str(field.get("ref")): field for response in responses for field in _answered(response)}
    for response in responses:
        yield _row(response, _defined(response) or seen)


def _answered(response: Record) -> list[Record]:
    return [mapping(answer.get("field")) for answer in items(response.get("answers"))]


def _defined(response: Record) -> dict[str, Record]:
    return {str(field.get("ref")): field for field in items(mapping(response.get("definition")).get("fields"))}


def _row(response: Record, form: Mapping[str, Record]) -> FlatRow:
    given = {
        str(field.get("ref")): _value(answer)
        for field, answer in zip(_answered(response), items(response.get("answers")), strict=True)
    }
    # The question is chosen among all of the form: another scale must not stand in where this one was skipped.
    scored = _scored(form)
    measure = _measure(form.get(scored, {}))
    row = flat({name: value for name, value in response.items() if name not in _OWN}) | {
        "survey": mapping(response.get("definition")).get("title"),
        "question": form.get(scored, {}).get("title", scored),
        "metric": measure.name if measure else None,
        "score": given.get(scored),
        "comment": given.get(_commented(form)),
    }
    return adopted(adopted(row, response.get("hidden"), "hidden"), given, "answers")


def _scored(form: Mapping[str, Record]) -> str:
    scales = [ref for kind in _SCALES for ref, field in form.items() if field.get("type") == kind]
    recommending = [ref for ref in scales if _measure(form[ref]) in {NPS, ENPS}]
    return next(iter(recommending + scales), "")


def _commented(form: Mapping[str, Record]) -> str:
    texts = [ref for kind in ("long_text", "short_text") for ref, field in form.items() if field.get("type") == kind]
    return next(iter(texts), "")


def _measure(field: Record) -> Measure | None:
    measure = asked(f"{field.get('ref')} {field.get('title', '')}")
    return NPS if measure is None and field.get("type") == "nps" else measure


def _value(answer: Record) -> object:
    value = answer.get(str(answer.get("type")))
    if not isinstance(value, dict):
        return value
    labels = value.get("labels")
    chosen = [*labels] if isinstance(labels, list) else [value.get("label")]
    return ", ".join(str(label) for label in (*chosen, value.get("other")) if label) or None


def _layout(head: Head) -> Layout:
    return _layout_download(head) if _recognises_table(head) else _layout_document(head)


def _layout_download(head: Head) -> Layout:
    columns = unique(head.header)
    wording = {
        column: heading for column, heading in zip(columns, head.header, strict=True) if column not in _NO_QUESTION
    }
    found = find(wording, answers(head, columns))
    kind = first_of(columns, "Response Type")
    named = fields(columns, score=found.score, comment=found.comment, external_id="#", answered_at="Submit Date (UTC)")
    return Layout(
        columns=columns,
        fields=named,
        measure=found.measure,
        zone="UTC",
        partial=_partial(kind),
        questions=wording,
    )


def _layout_document(head: Head) -> Layout:
    header = head.header
    metrics = set(head.column("metric"))
    named = fields(
        header,
        score="score",
        comment="comment",
        external_id=first_of(header, "token", "response_id"),
        answered_at=first_of(header, "submitted_at"),
        survey=first_of(header, "survey") if any(head.column("survey")) else first_of(header, "form_id"),
    )
    return Layout(
        columns=header,
        fields=named,
        measure=MEASURES.get(metrics.pop()) if len(metrics) == 1 else None,
        partial=_partial(first_of(header, "response_type")),
    )


def _partial(column: str | None) -> Rule | None:
    return Rule(reason="unfinished", column=column, values=frozenset({"partial", "started"})) if column else None


DIALECT = Dialect(
    name="typeform",
    title="Typeform",
    layout=_layout,
    recognises_table=_recognises_table,
    recognises_document=_recognises,
    flatten=_flatten,
)
