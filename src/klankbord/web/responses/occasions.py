"""What a page is about: a link that somebody was sent, or one that is open to all, with the answer given so far."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from django.db import connection
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from klankbord.web.invitations.models import Invitation
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import everywhere
from klankbord.web.responses.models import Response
from klankbord.web.responses.rules import SITTING, Sitting
from klankbord.web.surveys.asked import Asked
from klankbord.web.surveys.models import Survey, Version
from klankbord.web.surveys.questionnaire import Questionnaire

_CONTACT: Final = ("source", "external_id", "started_at", "customer")
OPEN_CHANNELS: Final = ("web", "qr", "widget")


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """An opportunity to answer, as it was when it was looked up.

    `about` holds the key and moment of the contact and the pseudonym of the customer, as far as they are still there;
    `answer_id` is what a new answer by an open link is to be known by; `embedded_by` the sites that may show the page.
    """

    organisation: Organisation
    survey: Survey
    metric: str
    version_id: int
    invitation: Invitation | None
    response: Response | None
    sitting: Sitting
    channel: str
    about: Mapping[str, Any]
    answer_id: str = ""
    embedded_by: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it can be answered now."""
        return self.invitation is None or self.invitation.is_open


@lru_cache(maxsize=1024)
def asked_of(version_id: int, language: str) -> Asked:
    """Return what a published version asks in a language."""
    return questionnaire_of(version_id).in_language(language)


@lru_cache(maxsize=256)
def questionnaire_of(version_id: int) -> Questionnaire:
    """Return what a published version asks; it never changes, so that each process reads it once."""
    with everywhere():
        return Questionnaire.from_dict(Version.objects.values_list("content", flat=True).get(pk=version_id))


def sent_occasion(
    public_id: str, visitor: str, now: datetime, *, view: str = "", score: int | None = None
) -> Occasion | None:
    """Look up what a sent link is about and what its visitor did in this sitting, in one query; its answer in another.

    It is written out because every answer goes through it: to put it together anew took longer than everything else.
    """
    since = connection.ops.adapt_datetimefield_value(now - SITTING)
    told = {"id": public_id, "visitor": visitor, "since": since, "view": view, "score": str(score)}
    with everywhere():
        invitation = next(iter(Invitation.objects.raw(_LOOKED_UP, told)), None)
        if invitation is None:
            return None
        answered = Response.objects.filter(pk=invitation.answer).first() if invitation.answer else None
    return Occasion(
        # Known by their ids until something else of them is asked for, which most answers never do.
        organisation=Organisation.from_db("default", ["id"], [invitation.organisation_id]),
        survey=Survey.from_db("default", ["id"], [invitation.survey_id]),
        metric=invitation.metric,
        version_id=invitation.version_id,
        invitation=invitation,
        response=answered,
        sitting=_sitting(invitation, now),
        channel=invitation.channel,
        about=_about(invitation),
    )


def open_occasion(survey_id: str, answer: str, visitor: str, now: datetime, *, channel: str = "web") -> Occasion | None:
    """Look up what a link that is open to all is about, and the answer that was begun by it, known by its id."""
    with everywhere():
        answers = Response.objects.select_related("organisation", "version__survey").defer("version__content")
        begun = answers.filter(invitation=None, public_id=answer, version__survey__open_link=True)
        found = begun.filter(version__survey__public_id=survey_id, version__survey__archived_at=None)
        response = found.first() if answer else None
        if response is not None:
            return _begun_occasion(response)
        surveys = Survey.objects.select_related("organisation")
        newest = Version.objects.filter(survey=OuterRef("pk")).exclude(published_at=None).order_by("-number")
        asked = surveys.annotate(asked=Subquery(newest.values("pk")[:1]), begun=_begun(visitor, now))
        survey = asked.filter(public_id=survey_id, archived_at=None, open_link=True).first()
    if survey is None or survey.asked is None:
        return None
    return Occasion(
        organisation=survey.organisation,
        survey=survey,
        metric=survey.metric,
        version_id=survey.asked,
        invitation=None,
        response=None,
        # A screen in a shop is one visitor, whoever stands before it.
        sitting=Sitting(links_opened=1 if channel == "qr" else survey.begun + 1),
        channel=channel if channel in OPEN_CHANNELS else "web",
        about={},
        answer_id=answer,
        embedded_by=tuple(survey.widget_origins),
    )


def _begun_occasion(response: Response) -> Occasion:
    survey = response.version.survey
    return Occasion(
        organisation=response.organisation,
        survey=survey,
        metric=survey.metric,
        version_id=response.version_id,
        invitation=None,
        response=response,
        sitting=Sitting(links_opened=1),
        channel=response.channel,
        about={},
        embedded_by=tuple(survey.widget_origins),
    )


_LOOKED_UP: Final = """
    select i.id, i.organisation_id, i.public_id, i.survey_id, i.version_id, i.contact_id, i.customer_id, i.person,
        i.recipient, i.metric, i.channel, i.language, i.circumstances, i.state, i.sent_at, i.delivered_at, i.opened_at,
        i.started_at, i.answered_at, i.expires_at,
        (select id from responses_response where invitation_id = i.id) as answer,
        c.source as about_source, c.external_id as about_external_id, c.started_at as about_started_at,
        u.pseudonym as about_customer,
        exists (select 1 from responses_visit where invitation_id = i.id and visitor = %(visitor)s
            and at >= %(since)s) as been_here,
        exists (select 1 from responses_visit where invitation_id = i.id and visitor = %(visitor)s
            and at >= %(since)s and kind = 'honeypot') as trapped,
        (select count(distinct score) from responses_visit where invitation_id = i.id and visitor = %(visitor)s
            and at >= %(since)s and kind = 'score') as scores_opened,
        (select count(distinct invitation_id) from responses_visit where visitor = %(visitor)s
            and at >= %(since)s) as links_opened,
        (select count(distinct h.after) from responses_change h join responses_response a on a.id = h.response_id
            where a.invitation_id = i.id and h.kind = 'score' and h.view = %(view)s and h.view <> ''
            and h.visitor = %(visitor)s and h.after <> %(score)s) as scores_sent
    from invitations_invitation i
    left join contacts_contact c on c.id = i.contact_id left join contacts_customer u on u.id = i.customer_id
    where i.public_id = %(id)s and i.version_id is not null"""


def _about(invitation: Any) -> dict[str, Any]:
    """Return the key and moment of the contact and the customer, as far as they are still there."""
    told = {name: getattr(invitation, f"about_{name}") for name in _CONTACT}
    if isinstance(told["started_at"], str):  # as SQLite keeps it
        told["started_at"] = datetime.fromisoformat(told["started_at"]).replace(tzinfo=UTC)
    return {name: value for name, value in told.items() if value is not None}


def _counted(rows: "QuerySet[Any]", by: str, what: str) -> Coalesce:
    counts = rows.values(by).annotate(count=Count(what, distinct=True)).values("count")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


def _begun(visitor: str, now: datetime) -> Coalesce:
    """Count the answers that a visitor has begun by open links of a survey in this sitting."""
    mine = Response.objects.filter(
        visitor=visitor, started_at__gte=now - SITTING, invitation=None, version__survey=OuterRef("pk")
    )
    return _counted(mine.order_by(), "visitor", "pk")


def _sitting(invitation: Any, now: datetime) -> Sitting:
    arrived = invitation.delivered_at or invitation.sent_at
    return Sitting(
        trapped=bool(invitation.trapped),
        scores_opened=invitation.scores_opened,
        links_opened=invitation.links_opened + (not invitation.been_here),
        scores_sent=invitation.scores_sent + 1,
        since_delivery_s=(now - arrived).total_seconds() if arrived else None,
    )


def with_sending(occasion: Occasion, *, waited_ms: int, confirmed: bool) -> Sitting:
    """Return the sitting with what is known of something that is being sent."""
    return replace(occasion.sitting, waited_ms=waited_ms, confirmed=confirmed)
