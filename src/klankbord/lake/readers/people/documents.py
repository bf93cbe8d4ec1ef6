"""People in JSON: Delighted's lists, and lists of any tool, as rows with the columns that headings know."""

from collections.abc import Iterator, Mapping

from klankbord.lake.readers.dialect import FlatRow
from klankbord.lake.readers.dialects.records import Record, flat, items, mapping, moment, records
from klankbord.lake.readers.people.headings import columns_in

# Delighted's API: one list a resource, or all of them in one document.
_DELIGHTED: Mapping[str, frozenset[str]] = {
    "people": frozenset({"last_sent_at", "next_survey_scheduled_at"}),
    "bounces": frozenset({"person_id", "bounced_at"}),
    "unsubscribes": frozenset({"person_id", "unsubscribed_at"}),
}
_WRAPPERS = ("data", "results", "contacts", "people", "items", "records")
_ANSWERS = ("score", "answer", "rating", "survey_type", "answers", "SurveyAnswers", "question")


def is_of_people(document: object) -> bool:
    """Say whether a document lists people, and no answers of theirs."""
    listed = list(_listed(document))
    if not listed or any(name in listed[0] for name in _ANSWERS):
        return False
    columns = columns_in(flat(listed[0]))
    named = bool(columns.keys() & {"id", "email", "phone"})
    return named and bool(columns.keys() & {"stopped", "bounced", "complained", "asked"})


def flatten(document: object) -> Iterator[FlatRow]:
    """Give every person of a document as a row; of an answer, what stands in it of who gave it."""
    for record in _listed(document):
        row = flat({name: value for name, value in record.items() if name not in {"id", "person"}})
        person = record.get("person")
        if isinstance(person, Mapping):
            row |= {f"person {name}": value for name, value in person.items() if name in {"id", "email"}}
        elif "person" in record or "person_id" not in record:
            # An id beside a person is that of the bounce, the unsubscribe or the answer.
            row["person_id"] = person if "person" in record else record.get("id")
        yield {name: moment(value) if _is_a_moment(name) else value for name, value in row.items()}


def _listed(document: object) -> Iterator[Record]:
    whole = mapping(document)
    lists = [items(whole[name]) for name, keys in _DELIGHTED.items() if _lists(whole.get(name), keys)]
    if lists:
        yield from (record for listed in lists for record in listed)
    else:
        # An answer of AskNicely has a field "data" of its own: only what holds a list is opened.
        opened = [name for name in _WRAPPERS if isinstance(whole.get(name), list)]
        yield from records(document, *opened)


def _lists(value: object, keys: frozenset[str]) -> bool:
    listed = items(value)
    return bool(listed) and keys <= listed[0].keys()


def _is_a_moment(name: str) -> bool:
    return columns_in((name,)).keys() <= {"stopped", "bounced", "complained", "asked"}
