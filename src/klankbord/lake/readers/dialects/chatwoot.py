"""Chatwoot CSAT: the CSV and XLSX downloads and the API (layout: views of chatwoot/chatwoot)."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from klankbord.lake.readers.dialect import Dialect, Fields, FlatRow, Head, Layout, Rule
from klankbord.lake.readers.dialects.columns import first_of, unique
from klankbord.lake.readers.dialects.records import Record, dated, first_record, flat, mapping, records
from klankbord.score import CSAT

# Headings come in the language of the account, so the columns are known by what is in them.
_AGENT, _RATING, _COMMENT, _EMAIL, _LINK, _RECORDED = 0, 1, 2, 4, 6, 7
_CONVERSATION = re.compile(r"/app/accounts/\d+/conversations/\d+")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC")


def _recognises_table(head: Head) -> bool:
    return _heading(head) is not None


def _heading(head: Head) -> int | None:
    """Return the position of the headings: first in the CSV, below the period in the sheet; None when not ours."""
    filled = [position for position, record in enumerate(head.records) if any(cell.strip() for cell in record)]
    pairs = ((above, head.records[above], head.records[below]) for above, below in pairwise(filled[:3]))
    return next((place for place, above, below in pairs if len(above) > _RECORDED and _is_answer(below)), None)


def _is_answer(record: Sequence[str]) -> bool:
    return (
        len(record) > _RECORDED
        and record[_RATING] in {"1", "2", "3", "4", "5"}
        and bool(_CONVERSATION.search(record[_LINK]) or _MOMENT.fullmatch(record[_RECORDED]))
    )


def _recognises(document: object) -> bool:
    return first_record(document).keys() >= {"rating", "feedback_message", "conversation_id"}


def _flatten(document: object) -> Iterator[FlatRow]:
    for response in records(document, "payload"):
        yield dated(flat(response), ("created_at", "updated_at")) | {"agent": _agent(response)}


def _agent(response: Record) -> str | None:
    agent = mapping(response.get("assigned_agent"))
    return f"{agent.get('name')} ({agent.get('email')})" if agent else None


def _layout(head: Head) -> Layout:
    heading = _heading(head)
    return _layout_document(head.header) if heading is None else _layout_table(head, heading)


def _layout_table(head: Head, heading: int) -> Layout:
    columns = unique(head.records[heading])
    return Layout(
        columns=columns,
        header_records=heading + 1,
        fields=Fields(
            score=columns[_RATING],
            comment=columns[_COMMENT],
            answered_at=columns[_RECORDED],
            respondent=columns[_EMAIL],
            contact=columns[_LINK],
            agent=columns[_AGENT],
        ),
        measure=CSAT,
        zone="UTC",
        # The last line names the period in its first cell and has no others.
        drops=(Rule(reason="period_line", column=columns[_RATING], empty=True),),
    )


def _layout_document(header: tuple[str, ...]) -> Layout:
    fields = Fields(
        score="rating",
        external_id=first_of(header, "id"),
        comment="feedback_message",
        answered_at=first_of(header, "created_at"),
        updated_at=first_of(header, "updated_at"),
        respondent=first_of(header, "contact.id", "contact_id"),
        contact="conversation_id",
        agent="agent",
    )
    return Layout(columns=header, fields=fields, measure=CSAT)


DIALECT = Dialect(
    name="chatwoot",
    title="Chatwoot CSAT",
    layout=_layout,
    recognises_table=_recognises_table,
    recognises_document=_recognises,
    flatten=_flatten,
)
