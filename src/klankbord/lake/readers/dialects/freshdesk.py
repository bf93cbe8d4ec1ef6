"""Freshdesk: satisfaction ratings from -103 to 103 (layout: Airbyte schema; values: vendor's SDK pages)."""

from collections.abc import Iterator

from klankbord.lake.readers.dialect import Dialect, Fields, FlatRow, Head, Layout
from klankbord.lake.readers.dialects.columns import first_of
from klankbord.lake.readers.dialects.records import first_record, flat, mapping, records
from klankbord.score import CSAT_FRESHDESK


def _recognises(document: object) -> bool:
    record = first_record(document)
    return record.keys() >= {"survey_id", "ticket_id"} and "default_question" in mapping(record.get("ratings"))


def _flatten(document: object) -> Iterator[FlatRow]:
    return map(flat, records(document))


def _layout(head: Head) -> Layout:
    header = head.header
    fields = Fields(
        score="ratings.default_question",
        external_id="id",
        comment=first_of(header, "feedback"),
        answered_at=first_of(header, "created_at"),
        updated_at=first_of(header, "updated_at"),
        respondent=first_of(header, "user_id"),
        contact="ticket_id",
        agent=first_of(header, "agent_id"),
        survey="survey_id",
    )
    return Layout(columns=header, fields=fields, measure=CSAT_FRESHDESK)


DIALECT = Dialect(
    name="freshdesk", title="Freshdesk", layout=_layout, recognises_document=_recognises, flatten=_flatten
)
