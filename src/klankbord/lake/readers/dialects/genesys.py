"""Genesys Cloud: surveys inside conversation details (layout: models of the vendor's Python client)."""

from collections.abc import Iterator

from klankbord.lake.readers.dialect import Dialect, Fields, FlatRow, Head, Layout, Rule
from klankbord.lake.readers.dialects.columns import first_of
from klankbord.lake.readers.dialects.records import Record, first_record, flat, items, records
from klankbord.score import NPS

_CONVERSATION = ("conversationId", "conversationStart", "conversationEnd", "originatingDirection", "externalTag")
_UNANSWERED = frozenset({"pending", "sent", "optout", "expired", "error"})


def _recognises(document: object) -> bool:
    record = first_record(document)
    conversation = first_record(record.get("conversations", record))
    return conversation.keys() >= {"conversationId", "participants"}


def _flatten(document: object) -> Iterator[FlatRow]:
    for conversation in records(document, "conversations"):
        about = {name: conversation.get(name) for name in _CONVERSATION}
        for survey in items(conversation.get("surveys")):
            yield about | flat(survey) | _leg(conversation, survey)


def _leg(conversation: Record, survey: Record) -> FlatRow:
    """Return the leg that was rated: the last of the survey's agent, in the survey's queue where that is known."""
    agents = [found for found in items(conversation.get("participants")) if found.get("userId") == survey.get("userId")]
    legs = [(agent, session) for agent in agents for session in items(agent.get("sessions"))]
    rated = [(agent, session) for agent, session in legs if survey.get("queueId") in [None, *_queues(session)]]
    agent, session = rated[-1] if rated and survey.get("userId") else ({}, {})
    codes = [segment["wrapUpCode"] for segment in items(session.get("segments")) if "wrapUpCode" in segment]
    return {
        "teamId": agent.get("teamId"),
        "mediaType": session.get("mediaType"),
        "direction": session.get("direction"),
        "wrapUpCode": next(iter(codes), None),
    }


def _queues(session: Record) -> list[object]:
    return [segment.get("queueId") for segment in items(session.get("segments"))]


def _layout(head: Head) -> Layout:
    header = head.header
    partial = first_of(header, "surveyPartialResponse")
    return Layout(
        columns=header,
        fields=Fields(
            score="surveyPromoterScore",
            external_id="surveyId",
            answered_at=first_of(header, "surveyCompletedDate", "eventTime"),
            updated_at=first_of(header, "eventTime", "surveyCompletedDate"),
            contact="conversationId",
            agent=first_of(header, "userId"),
            channel="mediaType",
            survey=first_of(header, "surveyFormName"),
        ),
        measure=NPS,
        drops=(Rule(reason="not_answered", column="surveyStatus", values=_UNANSWERED),),
        partial=Rule(reason="unfinished", column=partial, values=frozenset({"true"})) if partial else None,
    )


DIALECT = Dialect(
    name="genesys", title="Genesys Cloud", layout=_layout, recognises_document=_recognises, flatten=_flatten
)
