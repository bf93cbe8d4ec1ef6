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
    leg: FlatRow = {"teamId": None, "mediaType": None, "direction": None, "wrapUpCode": None}
    for participant in items(conversation.get("participants")):
        if survey.get("userId") is None or participant.get("userId") != survey["userId"]:
            continue
        for session in items(participant.get("sessions")):
            segments = items(session.get("segments"))
            if survey.get("queueId") in {None, *(segment.get("queueId") for segment in segments)}:
                leg = {
                    "teamId": participant.get("teamId"),
                    "mediaType": session.get("mediaType"),
                    "direction": session.get("direction"),
                    "wrapUpCode": next(
                        (segment["wrapUpCode"] for segment in segments if "wrapUpCode" in segment), None
                    ),
                }
    return leg


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
