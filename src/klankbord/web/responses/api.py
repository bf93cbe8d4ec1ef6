"""Answers by API: what came or changed since, one of them, and whether it counts."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from klankbord.errors import OptionError
from klankbord.web.kernel.access import Actor
from klankbord.web.people.tokens import TokenAuth
from klankbord.web.responses import queries
from klankbord.web.responses.actions import decide
from klankbord.web.responses.models import Response

_NO_CURSOR = OptionError("this is no cursor of ours", hint="give what `next` said", status=422)
router = Router(tags=["responses"], auth=TokenAuth())


class Told(Schema):
    """An answer: the customer by pseudonym, the comment without personal data."""

    id: UUID
    survey: str = Field(description="Code of the survey.", examples=["after-contact"])
    survey_version: str = Field(description="Edition of the score question; a change breaks trends.", examples=["1"])
    channel: str = Field(description="email, web, qr or widget.", examples=["email"])
    metric: str = Field(examples=["nps"])
    score: int | None = Field(examples=[9])
    comment: str | None = Field(description="The reason, personal data taken out.", examples=["Helped at once"])
    choices: dict[str, list[str]] = Field(description="Choices by question, both by id.")
    wants_call: bool
    language: str = Field(examples=["nl"])
    status: str = Field(description="partial or complete; the score counts either way.", examples=["complete"])
    confirmed: bool = Field(description="False for a score that a page sent by itself and nobody came back to.")
    counted: bool
    not_counted_reason: str = Field(description="Why it does not count; see docs/answers.md.", examples=["all_links"])
    decided_by_hand: bool = Field(description="Somebody decided, over the rules.")
    contact_source: str | None = Field(description="Source of the contact that it is about.", examples=["genesys"])
    contact: str | None = Field(description="Its id there.", examples=["call-17"])
    customer: str | None = Field(description="Pseudonym of the customer.")
    answered_at: datetime
    changed_at: datetime


class Answers(Schema):
    """A part of the answers, the longest unchanged first."""

    items: list[Told]
    next: str | None = Field(None, description="Cursor of the next part.")


class Which(Schema):
    """Which answers are asked for."""

    since: datetime | None = Field(None, description="Only those that came or changed at this moment or later.")
    survey: str = Field("", max_length=60, description="Only of this survey, by its code.")
    show: Literal["all", "counted", "not_counted", "by_hand", "call"] = "all"
    after: str = Field("", max_length=80, description="The cursor that the part before gave as `next`.")
    limit: int = Field(100, ge=1, le=500)


@router.get("", response=Answers, summary="List answers", operation_id="list_responses")
def list_answers(request: HttpRequest, which: Query[Which]) -> dict[str, Any]:
    """List answers by their last change, so that asking on from the last cursor misses none.

    One that changes while you read comes again, under the same id.
    """
    wanted = queries.Wanted(show=which.show, survey=which.survey)
    rows = queries.answers_since(_actor(request), which.since, _place(which.after), wanted)
    found = list(rows[: which.limit + 1])
    shown = found[: which.limit]
    last = shown[-1] if len(found) > len(shown) else None
    return {
        "items": list(map(queries.told, shown)),
        "next": f"{last.changed_at.isoformat()}~{last.pk}" if last else None,
    }


@router.get("/{answer}", response=Told, summary="Get an answer", operation_id="get_response")
def get_answer(request: HttpRequest, answer: UUID) -> dict[str, Any]:
    """Return one answer."""
    return queries.told(_answer(request, answer))


@router.post("/{answer}/count", response=Told, summary="Count an answer", operation_id="count_response")
def count(request: HttpRequest, answer: UUID) -> dict[str, Any]:
    """Let an answer count, whatever the rules say."""
    return queries.told(decide(_actor(request), response=_answer(request, answer), decision="count"))


@router.post("/{answer}/uncount", response=Told, summary="Leave an answer out", operation_id="uncount_response")
def uncount(request: HttpRequest, answer: UUID) -> dict[str, Any]:
    """Let an answer count no more; it is kept."""
    return queries.told(decide(_actor(request), response=_answer(request, answer), decision="leave_out"))


@router.post("/{answer}/by-rule", response=Told, summary="Let the rules decide", operation_id="rule_response")
def by_rule(request: HttpRequest, answer: UUID) -> dict[str, Any]:
    """Take a decision by hand back."""
    return queries.told(decide(_actor(request), response=_answer(request, answer), decision="by_rule"))


def _answer(request: HttpRequest, answer: UUID) -> Response:
    return get_object_or_404(queries.answers(_actor(request)), external_id=answer)


def _place(cursor: str) -> tuple[datetime, int] | None:
    if not cursor:
        return None
    moment, _, number = cursor.replace(" ", "+").rpartition("~")
    try:
        at, place = datetime.fromisoformat(moment), int(number)
    except ValueError:
        raise _NO_CURSOR from None
    if at.tzinfo is None or not 0 <= place < 2**63:
        raise _NO_CURSOR
    return at, place


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
