"""What members and programs read of answers, as far as they see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.responses.models import Change, Response
from klankbord.web.surveys.models import Survey

_REACH = {"team": "circumstances__team", "client": "circumstances__client", "agent": "circumstances__agent"}
_SHOWN: Mapping[str, Q] = {
    "all": Q(),
    "counted": Q(counted=True),
    "not_counted": Q(counted=False),
    "by_hand": Q(decided_by_hand=True),
    "call": Q(wants_call=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked of a list of answers; nothing of it is personal, because it stands in the address."""

    show: str = "all"
    survey: str = ""
    channel: str = ""
    score: int | None = None

    @classmethod
    def of(cls, told: Mapping[str, str]) -> "Wanted":
        """Read it from an address; what makes no sense is passed over."""
        show, score = told.get("show", "all"), told.get("score", "")
        return cls(
            show=show if show in _SHOWN else "all",
            survey=told.get("survey", ""),
            channel=told.get("channel", ""),
            score=int(score) if score.isdecimal() and len(score) < 3 else None,
        )

    @property
    def narrow(self) -> bool:
        """Whether anything was asked."""
        return self != Wanted()


def answers(actor: Actor, wanted: Wanted | None = None) -> "QuerySet[Response]":
    """Return answers within reach, newest first.

    Of research the line sees no single answer: so it was promised.
    """
    actor.require(Permission.SEE_SURVEYS)
    found = Response.objects.filter(actor.reach.filter(**_REACH)).select_related("version__survey")
    found = found.defer("version__content")
    if not actor.may(Permission.SEE_RESEARCH):
        found = found.exclude(version__survey__mode=Survey.Mode.RESEARCH)
    if wanted is None:
        return found
    found = found.filter(_SHOWN[wanted.show])
    for name, value in (("version__survey__code", wanted.survey), ("channel", wanted.channel)):
        found = found.filter(**{name: value}) if value else found
    return found.filter(score=wanted.score) if wanted.score is not None else found


def answers_since(
    actor: Actor, since: datetime | None, after: tuple[datetime, int] | None, wanted: Wanted
) -> "QuerySet[Response]":
    """Return answers by the moment of their last change, the longest unchanged first, so that none is missed."""
    found = answers(actor, wanted).order_by("changed_at", "pk")
    if since is not None:
        found = found.filter(changed_at__gte=since)
    if after is not None:
        moment, number = after
        found = found.filter(Q(changed_at__gt=moment) | Q(changed_at=moment, pk__gt=number))
    return found


def history(response: Response) -> list[Change]:
    """Return what became of an answer, step by step."""
    return list(Change.objects.filter(response=response))


def shown() -> tuple[str, ...]:
    """Return the ways to look at the list."""
    return tuple(_SHOWN)


def answer_about(actor: Actor, source: str, external_id: str) -> Response | None:
    """Return the answer about a contact, if there is one in reach."""
    if not actor.may(Permission.SEE_SURVEYS):
        return None
    about = {"circumstances__source": source, "circumstances__external_id": external_id}
    found: Response | None = answers(actor).filter(**about).first()
    return found


def surveys(actor: Actor) -> list[Survey]:
    """Return the surveys whose answers can be looked at."""
    actor.require(Permission.SEE_SURVEYS)
    return list(Survey.objects.all())


def told(response: Response) -> dict[str, Any]:
    """Return an answer as plain data for a program: the customer by pseudonym, the comment without personal data."""
    names = ("metric", "score", "language", "channel", "status", "counted", "not_counted_reason", "decided_by_hand")
    from klankbord.voice import redact  # noqa: PLC0415  loads where words are told

    return {name: getattr(response, name) for name in names} | {
        "id": response.external_id,
        "survey": response.version.survey.code,
        "survey_version": str(response.version.wording),
        "comment": redact(response.comment) if response.comment else None,
        "choices": response.choices,
        "wants_call": response.wants_call,
        "confirmed": response.confirmed,
        "contact_source": response.circumstances.get("source"),
        "contact": response.circumstances.get("external_id"),
        "customer": response.customer or None,
        "answered_at": response.answered_at,
        "changed_at": response.changed_at,
    }
