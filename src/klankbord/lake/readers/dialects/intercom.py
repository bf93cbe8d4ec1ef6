"""Intercom: ratings inside conversations, one, a list or a webhook (layout: types of the vendor's Python client)."""

from collections.abc import Iterator

from klankbord.lake.readers.dialect import Dialect, Fields, FlatRow, Head, Layout
from klankbord.lake.readers.dialects.columns import first_of
from klankbord.lake.readers.dialects.records import Record, dated, first_record, flat, items, mapping, records
from klankbord.score import CSAT

_MOMENTS = (
    "created_at",
    "updated_at",
    "conversation_rating.created_at",
    "conversation_rating.updated_at",
    "answered_at",
)


def _recognises(document: object) -> bool:
    record = first_record(document)
    item = mapping(mapping(record.get("data")).get("item"))
    listed = first_record(record.get("conversations"))
    return any("conversation_rating" in conversation for conversation in (record, item, listed))


def _flatten(document: object) -> Iterator[FlatRow]:
    for call in records(document, "conversations"):
        conversation = mapping(mapping(call.get("data")).get("item")) or call
        if conversation.get("conversation_rating"):
            yield _row(conversation)


def _row(conversation: Record) -> FlatRow:
    rating = mapping(conversation["conversation_rating"])
    tags = [str(tag.get("name")) for tag in items(mapping(conversation.get("tags")).get("tags"))]
    own = {name: value for name, value in conversation.items() if name not in {"tags", "conversation_parts"}}
    # `created_at` of a rating is when it was asked for; the answer came when it was last updated.
    answered = rating.get("replied_at") or rating.get("updated_at") or rating.get("created_at")
    return dated(flat(own) | {"tags": ", ".join(tags) or None, "answered_at": answered}, _MOMENTS)


def _layout(head: Head) -> Layout:
    header = head.header
    fields = Fields(
        score="conversation_rating.rating",
        external_id="id",
        comment=first_of(header, "conversation_rating.remark"),
        answered_at="answered_at",
        updated_at=first_of(header, "conversation_rating.updated_at", "answered_at"),
        respondent=first_of(header, "conversation_rating.contact.id"),
        contact="id",
        agent=first_of(header, "conversation_rating.teammate.id"),
        channel=first_of(header, "source.type"),
    )
    return Layout(columns=header, fields=fields, measure=CSAT)


DIALECT = Dialect(name="intercom", title="Intercom", layout=_layout, recognises_document=_recognises, flatten=_flatten)
