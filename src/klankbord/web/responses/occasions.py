"""What a page is about: a link that somebody was sent, or one that is open to all, with the answer given so far."""

import json
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
from klankbord.web.kernel.statements import ask
from klankbord.web.kernel.tenancy import everywhere
from klankbord.web.responses.models import Change, Response
from klankbord.web.responses.rules import SITTING, Sitting
from klankbord.web.surveys.asked import Asked
from klankbord.web.surveys.models import Survey, Version
from klankbord.web.surveys.questionnaire import Questionnaire

OPEN_CHANNELS: Final = ("web", "qr", "widget")


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """An opportunity to answer, as it was when it was looked up.

    `about` holds the key and moment of the contact and the pseudonym of the customer, as far as they are still there;
    `answer_id` is what a new answer by an open link is to be known by; `embedded_by` the sites that may show the page.
    """

    organisation: Organisation
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
    found = ask(_LOOKED_UP, {"id": public_id, "visitor": visitor, "since": since})
    if found is None:
        return None
    invitation = Invitation.from_db("default", _INVITATION, [_kept(name, found[name]) for name in _INVITATION])
    response, scores_sent = None, 1
    if found["answer"] is not None:
        with everywhere():
            response = Response.objects.filter(pk=found["answer"]).first()
            scores_sent += _others_sent(found["answer"], visitor, view, score)
    arrived = invitation.delivered_at or invitation.sent_at
    return Occasion(
        # Known by its id until something else of it is asked for, which most answers never do.
        organisation=Organisation.from_db("default", ["id"], [invitation.organisation_id]),
        metric=invitation.metric,
        version_id=found["version_id"],
        invitation=invitation,
        response=response,
        sitting=Sitting(
            trapped=found["trapped"] > 0,
            scores_opened=found["scores_opened"],
            links_opened=found["links_opened"] + (not found["been_here"]),
            scores_sent=scores_sent,
            since_delivery_s=(now - arrived).total_seconds() if arrived else None,
        ),
        channel=invitation.channel,
        about={name: value for name in _ABOUT if (value := _kept(name, found[f"about_{name}"])) is not None},
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
        metric=survey.metric,
        version_id=response.version_id,
        invitation=None,
        response=response,
        sitting=Sitting(links_opened=1),
        channel=response.channel,
        about={},
        embedded_by=tuple(survey.widget_origins),
    )


# In the order of the model, whose rows are made of them.
_INVITATION: Final = (
    *("id", "organisation_id", "public_id", "survey_id", "version_id", "metric", "channel", "language", "contact_id"),
    *("customer_id", "person", "recipient", "circumstances", "state", "sent_at", "delivered_at", "opened_at"),
    *("started_at", "answered_at", "opted_out_at", "expires_at"),
)
_ABOUT: Final = ("source", "external_id", "started_at", "customer")
_LOOKED_UP: Final = f"""
    select {", ".join(f"i.{name}" for name in _INVITATION)}, a.id as answer, c.source as about_source,
        c.external_id as about_external_id, c.started_at as about_started_at, u.pseudonym as about_customer,
        count(case when v.invitation_id = i.id then 1 end) as been_here,
        count(case when v.invitation_id = i.id and v.kind = 'honeypot' then 1 end) as trapped,
        count(distinct case when v.invitation_id = i.id and v.kind = 'score' then v.score end) as scores_opened,
        count(distinct v.invitation_id) as links_opened
    from invitations_invitation i
    left join contacts_contact c on c.id = i.contact_id left join contacts_customer u on u.id = i.customer_id
    left join responses_response a on a.invitation_id = i.id
    left join responses_visit v on v.visitor = %(visitor)s and v.at >= %(since)s
    where i.public_id = %(id)s and i.version_id is not null
    group by i.id, a.id, c.id, u.id"""  # noqa: S608


def _kept(name: str, value: Any) -> Any:
    """Return a value as models have it: SQLite knows no zone of a moment, and circumstances are kept as JSON."""
    if name == "circumstances":
        return json.loads(value)
    if not isinstance(value, datetime) or value.tzinfo is not None:
        return value
    return value.replace(tzinfo=UTC)


def _others_sent(answer: int, visitor: str, view: str, score: int | None) -> int:
    """Count the other scores that a visitor sent from one view of the page: after the answer was read, not before."""
    sent = Change.objects.filter(response=answer, kind=Change.Kind.SCORE, visitor=visitor, view=view)
    return sent.exclude(after=str(score)).values("after").distinct().count() if view else 0


def _counted(rows: "QuerySet[Any]", by: str, what: str) -> Coalesce:
    counts = rows.values(by).annotate(count=Count(what, distinct=True)).values("count")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


def _begun(visitor: str, now: datetime) -> Coalesce:
    """Count the answers that a visitor has begun by open links of a survey in this sitting."""
    mine = Response.objects.filter(
        visitor=visitor, started_at__gte=now - SITTING, invitation=None, version__survey=OuterRef("pk")
    )
    return _counted(mine.order_by(), "visitor", "pk")


def with_sending(occasion: Occasion, *, waited_ms: int, confirmed: bool) -> Sitting:
    """Return the sitting with what is known of something that is being sent."""
    return replace(occasion.sitting, waited_ms=waited_ms, confirmed=confirmed)
