"""Genesys Cloud conversation details: a row for each leg that an agent had, scores on the leg that was rated.

Fields: models of the vendor's Python client (purecloudplatformclientv2). That metrics are milliseconds is confirmed by
public code that divides them by 1000 (stored code 33177083386, 46303756771), not by a page of the vendor.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from klankbord.lake.readers.contact_dialect import ContactDialect, contact
from klankbord.lake.readers.contact_dialects.moments import between, moment_of
from klankbord.lake.readers.dialect import FlatRow
from klankbord.lake.readers.dialects.records import Record, first_record, flat, items, records

_ABOUT = ("conversationStart", "conversationEnd", "originatingDirection", "externalTag", "divisionIds")
_MACHINES = {"ivr", "workflow", "botflow", "bot", "voicesurveyflow"}
_ANSWERED = {"interact", "hold", "wrapup"}
_LEFT = {"peer", "client", "endpoint", "timeout"}


@dataclass(frozen=True, slots=True)
class _Leg:
    """One session of one participant."""

    participant: Record
    session: Record

    @property
    def segments(self) -> list[Record]:
        return sorted(items(self.session.get("segments")), key=lambda segment: str(segment.get("segmentStart")))

    def of(self, *kinds: str) -> list[Record]:
        return [segment for segment in self.segments if segment.get("segmentType") in kinds]

    @property
    def queue(self) -> object:
        return next((segment["queueId"] for segment in self.segments if segment.get("queueId")), None)

    @property
    def begun(self) -> datetime | None:
        return moment_of(next((segment.get("segmentStart") for segment in self.of("interact") or self.segments), None))

    @property
    def left(self) -> datetime | None:
        ends = [moment_of(segment.get("segmentEnd")) for segment in self.of("interact", "hold") or self.segments]
        return max((end for end in ends if end is not None), default=None)

    def metric(self, *names: str) -> float | None:
        """Return seconds of the first of these metrics that was measured; a metric may be emitted several times."""
        for name in names:
            values = [item.get("value") for item in items(self.session.get("metrics")) if item.get("name") == name]
            numbers = [value for value in values if isinstance(value, int | float)]
            if numbers:
                return sum(numbers) / 1000
        return None

    @property
    def transfers(self) -> int:
        kinds = [str(segment.get("disconnectType")) for segment in self.segments]
        return int(any("transfer" in kind for kind in kinds) or bool(self.metric("nTransferred")))


def _recognises(document: object) -> bool:
    record = first_record(document)
    conversation = first_record(record.get("conversations", record))
    return conversation.keys() >= {"conversationId", "participants"}


def _flatten(document: object) -> Iterator[FlatRow]:
    for conversation in records(document, "conversations"):
        yield from _legs(conversation)


def _legs(conversation: Record) -> Iterator[FlatRow]:
    sessions = [
        _Leg(participant, session)
        for participant in items(conversation.get("participants"))
        for session in items(participant.get("sessions"))
    ]
    taken = [leg for leg in sessions if leg.participant.get("purpose") == "agent" and leg.of(*_ANSWERED)]
    agents = sorted(taken, key=lambda leg: str(leg.begun))
    waits = [leg for leg in sessions if leg.participant.get("purpose") == "acd"]
    shared = _shared(conversation, sessions)
    rated = _rated(conversation, agents)
    original = flat({name: conversation.get(name) for name in _ABOUT})
    if not agents:
        yield contact(shared | _unanswered(conversation, waits, sessions) | rated.get(0, {}), original)
    for place, leg in enumerate(agents):
        before, after = agents[place - 1] if place else None, agents[place + 1] if place + 1 < len(agents) else None
        own = shared | _leg(conversation, leg, waits) | {"leg": place + 1}
        if before is not None and before.transfers:
            own["transferred_from"] = before.participant.get("teamId")
        if after is not None and leg.transfers:
            own["transferred_to"] = after.participant.get("teamId")
        yield contact(own | rated.get(place, {}), original)


def _shared(conversation: Record, sessions: Sequence[_Leg]) -> FlatRow:
    purposes = ("customer", "external")
    customers = [leg for leg in sessions if leg.participant.get("purpose") in purposes]
    outbound = conversation.get("originatingDirection") == "outbound"
    numbers = [leg.session.get("dnis" if outbound else "ani") for leg in customers]
    known = [leg.participant.get("externalContactId") for leg in customers]
    number = next((str(number).removeprefix("tel:") for number in numbers if number), None)
    updates = [survey.get("eventTime") for survey in items(conversation.get("surveys"))]
    latest = [str(moment) for moment in (*updates, conversation.get("conversationEnd")) if moment]
    return {
        "conversation": conversation.get("conversationId"),
        "customer": next((contact_id for contact_id in known if contact_id), number),
        "channel": next((leg.session.get("mediaType") for leg in sessions), None),
        "direction": conversation.get("originatingDirection"),
        "updated_at": max(latest, default=None),
    }


def _leg(conversation: Record, leg: _Leg, waits: Sequence[_Leg]) -> FlatRow:
    offered = _offered(leg, waits)
    codes = [segment.get("wrapUpCode") for segment in leg.segments if segment.get("wrapUpCode")]
    talk = leg.metric("tTalkComplete", "tTalk")
    wait = between(offered.begun, leg.begun) if offered else leg.metric("tAnswered")
    return {
        "external_id": f"{conversation.get('conversationId')}/{leg.session.get('sessionId')}",
        "started_at": _text((offered or leg).begun),
        "ended_at": _text(leg.left),
        "agent": leg.participant.get("userId"),
        "team": leg.participant.get("teamId"),
        "queue": leg.queue or (offered.queue if offered else None),
        "channel": leg.session.get("mediaType"),
        "direction": leg.session.get("direction") or conversation.get("originatingDirection"),
        "reason": codes[-1] if codes else None,
        "wait_s": wait,
        "talk_s": talk,
        "hold_s": leg.metric("tHeldComplete", "tHeld") or (0 if talk is not None else None),
        "wrap_s": leg.metric("tAcw") or (0 if talk is not None else None),
        "handle_s": leg.metric("tHandle") if talk is None else None,
        "holds": len(leg.of("hold")) if talk is not None else None,
        "transfers": leg.transfers,
        "offered": True,
        "answered": True,
        "abandoned": False,
        "handled_by": "human",
    }


def _offered(leg: _Leg, waits: Sequence[_Leg]) -> _Leg | None:
    """Return the wait in the queue that came before a leg: the last one that had begun by then, in the same queue."""
    begun = leg.begun
    before = [wait for wait in waits if begun and wait.begun and wait.begun <= begun]
    same = [wait for wait in before if leg.queue in (None, wait.queue)]
    return max(same or before, key=lambda wait: str(wait.begun), default=None)


def _unanswered(conversation: Record, waits: Sequence[_Leg], sessions: Sequence[_Leg]) -> FlatRow:
    """Return the one row of a conversation that no agent had."""
    last = max(waits, key=lambda wait: str(wait.begun), default=None)
    ends = [str(segment.get("disconnectType")) for segment in last.segments] if last else []
    abandoned = last is not None and (last.metric("tAbandon") is not None or bool(_LEFT & set(ends)))
    machine = bool(_MACHINES & {str(leg.participant.get("purpose")) for leg in sessions})
    return {
        "external_id": conversation.get("conversationId"),
        "leg": 1,
        "started_at": _text(last.begun) if last else conversation.get("conversationStart"),
        "ended_at": _text(last.left) if last else conversation.get("conversationEnd"),
        "queue": last.queue if last else None,
        "wait_s": (last.metric("tAbandon") or between(last.begun, last.left)) if last else None,
        "transfers": 0,
        "offered": last is not None,
        "answered": False,
        "abandoned": abandoned,
        "handled_by": "automated" if machine and last is None else None,
    }


def _rated(conversation: Record, agents: Sequence[_Leg]) -> dict[int, FlatRow]:
    """Return the answers by the place of the leg that they are about: its agent's last one in the survey's queue."""
    found: dict[int, FlatRow] = {}
    for survey in items(conversation.get("surveys")):
        score = survey.get("surveyPromoterScore")
        if score is not None and survey.get("surveyStatus", "Finished") == "Finished":
            by_agent = [n for n, leg in enumerate(agents) if leg.participant.get("userId") == survey.get("userId")]
            by_queue = [n for n in by_agent if agents[n].queue == survey.get("queueId")]
            place = (by_queue or by_agent or [max(len(agents) - 1, 0)])[-1]
            found[place] = {
                "score": score,
                "metric": "nps",
                "survey": survey.get("surveyFormName"),
                "survey_channel": survey.get("surveyType"),
                "answered_at": survey.get("surveyCompletedDate"),
                "response_id": survey.get("surveyId"),
                "comment": survey.get("npsTextAnswer"),
            }
    return found


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


DIALECT = ContactDialect(
    name="genesys", title="Genesys Cloud conversations", recognises_document=_recognises, flatten=_flatten
)
