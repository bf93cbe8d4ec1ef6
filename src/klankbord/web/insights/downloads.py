"""Answers as files and as plain data: the numbers of the page, without what lies beyond somebody's reach."""

import csv
import json
from io import StringIO

from klankbord.lake.questions import Answer
from klankbord.results import Record
from klankbord.web.kernel.access import Actor

# How much the lake holds altogether is nobody's to know who sees a part of it.
_OF_THE_WHOLE = ("rows_read", "months_read", "sql")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain(actor: Actor, answer: Answer) -> Record:
    """Return an answer as data, as `klankbord ask --format json` prints it."""
    told = answer.to_dict()
    question = told["question"]
    if actor.reach.is_everything or not isinstance(question, dict):
        return told
    return told | {"question": {name: value for name, value in question.items() if name not in _OF_THE_WHOLE}}


def as_json(actor: Actor, answer: Answer) -> str:
    """Write an answer as JSON."""
    return json.dumps(plain(actor, answer), indent=2, ensure_ascii=False, allow_nan=False, default=str) + "\n"


def as_csv(answer: Answer) -> str:
    """Write the rows of an answer as CSV."""
    rows = [{name: _cell(value) for name, value in row.items()} for row in answer.records()]
    names = list(dict.fromkeys(name for row in rows for name in row))
    file = StringIO()
    writer = csv.DictWriter(file, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, list):
        return " ".join(str(notice["code"]) for notice in value)
    # A spreadsheet would run a name that begins like a formula.
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
