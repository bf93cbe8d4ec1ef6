"""SurveyMonkey: the CSV with two header records and the API with its choice ids (layouts: public exports, API docs)."""

import re
from collections.abc import Iterator, Sequence

from klankbord.lake.readers.dialect import Dialect, Head, Layout, Rule
from klankbord.lake.readers.dialects.columns import answers, fields, unique
from klankbord.lake.readers.dialects.questions import find
from klankbord.lake.readers.dialects.surveymonkey_api import flatten, join, recognises
from klankbord.score import MEASURES

_OWN = (
    "respondentid",
    "collectorid",
    "startdate",
    "enddate",
    "datecreated",
    "datemodified",
    "ipaddress",
    "emailaddress",
)
_NAMES = (*_OWN, "firstname", "lastname", "customdata", "customdata1", "custom1")
_PLAIN = {"", "response", "open-ended response"}
_TAG = re.compile(r"<[^>]+>")
_NO_ANSWER = (
    Rule(reason="preview", column="collection_mode", values=frozenset({"preview", "survey_preview"})),
    Rule(reason="disqualified", column="response_status", values=frozenset({"disqualified"})),
    Rule(reason="over_quota", column="response_status", values=frozenset({"overquota"})),
)


def _code(heading: str) -> str:
    return re.sub(r"[^a-z0-9]", "", heading.casefold())


def _recognises_table(head: Head) -> bool:
    return {"respondentid", "collectorid"} <= {_code(heading) for heading in head.header}


def _layout(head: Head) -> Layout:
    return _layout_table(head) if _recognises_table(head) else _layout_document(head)


def _layout_table(head: Head) -> Layout:
    codes = [_code(heading) for heading in head.header]
    ids = answers(head, codes)["respondentid"]
    skip = 2 if ids and not ids[0].strip() else 1
    columns = unique(_headings(head.header, head.records[1] if skip == 2 else ()))
    own = {code: name for code, name in zip(codes, columns, strict=True) if code in _NAMES}
    wording = {name: name for name in columns if name not in own.values()}
    found = find(wording, answers(head, columns, skip=skip))
    named = fields(
        columns,
        score=found.score,
        comment=found.comment,
        external_id=own["respondentid"],
        answered_at=own.get("enddate", own.get("datemodified")),
        updated_at=own.get("enddate", own.get("datemodified")),
        respondent=own.get("emailaddress"),
        contact=own.get("customdata1", own.get("customdata", own.get("custom1"))),
    )
    return Layout(columns=columns, header_records=skip, fields=named, measure=found.measure, questions=wording)


def _headings(header: Sequence[str], choices: Sequence[str]) -> Iterator[str]:
    """Yield a heading for every column: a question's heading stands above its first choice only."""
    question = ""
    for position, heading in enumerate(header):
        question = _TAG.sub("", heading).strip() or question
        choice = _TAG.sub("", choices[position]).strip() if position < len(choices) else ""
        yield question if choice.casefold() in _PLAIN else f"{question}: {choice}"


def _layout_document(head: Head) -> Layout:
    header = head.header
    metrics = set(head.column("metric"))
    named = fields(
        header,
        score="score",
        comment="comment",
        external_id="id",
        answered_at="date_modified" if "date_modified" in header else None,
        updated_at="date_modified" if "date_modified" in header else None,
        respondent="email_address" if "email_address" in header else None,
        contact="custom_value" if "custom_value" in header else None,
        survey="survey_id" if "survey_id" in header else None,
    )
    return Layout(
        columns=header,
        fields=named,
        measure=MEASURES.get(metrics.pop()) if len(metrics) == 1 else None,
        drops=tuple(rule for rule in _NO_ANSWER if rule.column in header),
        partial=Rule(reason="unfinished", column="response_status", values=frozenset({"partial"}))
        if "response_status" in header
        else None,
    )


DIALECT = Dialect(
    name="surveymonkey",
    title="SurveyMonkey",
    layout=_layout,
    recognises_table=_recognises_table,
    recognises_document=recognises,
    flatten=flatten,
    join=join,
)
