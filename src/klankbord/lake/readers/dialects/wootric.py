"""Wootric (InMoment): responses of the API, of webhooks and as a table (layout: vendor's API docs, Singer tap)."""

from collections.abc import Iterator

from klankbord.errors import DataError
from klankbord.lake.readers.dialect import Dialect, FlatRow, Head, Layout, Rule
from klankbord.lake.readers.dialects.columns import fields, first_of, unique
from klankbord.lake.readers.dialects.records import adopted, dated, first_record, flat, mapping, records

_RESPONSE = {"score", "text", "end_user_id", "origin_url"}
_MOMENTS = ("created_at", "updated_at")


def _recognises_table(head: Head) -> bool:
    return set(head.header) >= _RESPONSE


def _recognises(document: object) -> bool:
    record = first_record(document)
    called = record.get("response", record.get("decline"))
    return record.keys() >= _RESPONSE or ("event_name" in record and "end_user_id" in mapping(called))


def _flatten(document: object) -> Iterator[FlatRow]:
    for response in records(document, "response"):
        if "decline" in response:
            raise DataError(
                "this Wootric file holds declined surveys: there are no answers in it",
                hint="export the responses: /v1/responses",
                case="other_export",
                tool="Wootric",
                wanted="/v1/responses",
            )
        own = {name: value for name, value in response.items() if name not in {"end_user_properties", "end_user"}}
        row = adopted(dated(flat(own), _MOMENTS), response.get("end_user_properties"), "end_user_properties")
        end_user = mapping(response.get("end_user"))
        yield row | flat({name: value for name, value in end_user.items() if name != "properties"}, under="end_user.")


def _layout(head: Head) -> Layout:
    columns = unique(head.header)
    completed, excluded = first_of(columns, "completed"), first_of(columns, "excluded_from_calculations")
    named = fields(
        columns,
        score="score",
        external_id=first_of(columns, "id"),
        comment=first_of(columns, "text"),
        answered_at=first_of(columns, "created_at"),
        updated_at=first_of(columns, "updated_at"),
        respondent=first_of(columns, "end_user_id"),
        survey=first_of(columns, "survey_id"),
    )
    return Layout(
        columns=columns,
        fields=named,
        drops=(Rule(reason="excluded", column=excluded, values=frozenset({"true"})),) if excluded else (),
        partial=Rule(reason="unfinished", column=completed, values=frozenset({"false"})) if completed else None,
    )


DIALECT = Dialect(
    name="wootric",
    title="Wootric",
    layout=_layout,
    recognises_table=_recognises_table,
    recognises_document=_recognises,
    flatten=_flatten,
)
