"""Answers and what became of each contact, as rows of the lake."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from klankbord.lake.importing import ASKED_HERE
from klankbord.web.contacts.beside import Level
from klankbord.web.contacts.lake_rows import rows_of
from klankbord.web.invitations.models import Invitation, Passed
from klankbord.web.invitations.reasons import REASONS
from klankbord.web.responses.models import Response

if TYPE_CHECKING:
    from pyarrow import Table

_FROZEN: Final = (
    *("segment", "age_band", "client", "site", "team", "agent", "queue", "channel", "direction", "touchpoint"),
    *("reason", "handled_by"),
)
ANSWER: Final = (
    *("source", "external_id", "contact_source", "contact", "customer", *_FROZEN, "language", "started_at"),
    *("answered_at", "survey", "survey_version", "survey_channel", "metric", "score", "status", "counted"),
    *("not_counted_reason", "comment", "attributes"),
)
STAGES: Final = (
    *("source", "external_id", "started_at", "eligible", "invited", "sent", "delivered", "opened", "started"),
    *("not_asked_reason", "invited_at", "survey", "survey_version", "survey_channel"),
)


def answers_as_rows(responses: Iterable[Response], level: Level | None = None) -> "Table":
    """Return answers as the lake takes them; with a level, as it may know them afterwards."""
    return rows_of("responses", ANSWER, [_answer(response, level) for response in responses])


def stages_as_rows(asked: Iterable[Invitation | Passed]) -> "Table":
    """Return how far the asking about each contact came."""
    return rows_of("contacts", STAGES, [_stages(one) for one in asked])


def months_of_answer(response: Response, zone: ZoneInfo) -> Iterator[str]:
    """Give the months of the lake in which an answer may lie, or its contact."""
    moment, last = response.started_at.astimezone(zone), response.changed_at.astimezone(zone)
    year, month = moment.year, moment.month
    while (year, month) <= (last.year, last.month):
        yield f"{year}-{month:02}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    if begun := response.circumstances.get("started_at"):
        yield f"{datetime.fromisoformat(begun).astimezone(zone):%Y-%m}"


def _answer(response: Response, level: Level | None) -> tuple[Any, ...]:
    then = response.circumstances
    frozen = {name: then.get(name, "") for name in _FROZEN}
    if level:
        frozen |= {"agent": level.agent(frozen["agent"]), "team": level.team(frozen["team"])}
    survey = response.version.survey
    return (
        *(ASKED_HERE, str(response.external_id), then.get("source"), then.get("external_id"), response.customer),
        *frozen.values(),
        *(response.language, datetime.fromisoformat(then["started_at"]) if "started_at" in then else None),
        *(response.answered_at, survey.code, str(response.version.wording), response.channel),
        *(response.metric, response.score, response.status, response.counted, response.not_counted_reason),
        *(response.comment, _attributes(response)),
    )


def _attributes(response: Response) -> dict[str, str]:
    told = {question: ",".join(choices) for question, choices in response.choices.items()}
    return told | ({"wants_call": "yes"} if response.wants_call else {})


def _stages(one: Invitation | Passed) -> tuple[Any, ...]:
    contact: Any = one.contact
    key = (contact.source, contact.external_id, contact.started_at)
    if isinstance(one, Passed):
        return (*key, one.eligible, *[False] * 5, one.reason, None, None, None, None)
    sent = one.sent_at is not None
    started = bool(one.started_at or one.answered_at)
    opened = bool(one.opened_at) or started
    # Nobody confirms most mail: what did not come back has arrived.
    delivered = opened or bool(one.delivered_at) or (sent and one.bounced_at is None)
    held_back = one.reason if not sent and one.state in {Invitation.State.WITHHELD, Invitation.State.FAILED} else ""
    eligible = not held_back or (held_back in REASONS and REASONS[held_back].is_eligible)
    asked = (one.survey.code if one.survey else None, str(one.version.wording) if one.version else None, one.channel)
    return (*key, eligible, True, sent, delivered, opened, started, held_back, one.planned_at, *asked)
