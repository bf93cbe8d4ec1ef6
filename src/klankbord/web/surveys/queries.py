"""What is read of surveys: the list, one with its versions, and what a draft would change."""

from functools import lru_cache
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.tenancy import everywhere
from klankbord.web.surveys.models import Logo, Survey, Version
from klankbord.web.surveys.parts import OF_CONTACTS
from klankbord.web.surveys.questionnaire import Questionnaire


def surveys() -> QuerySet[Any]:
    """Return all surveys, those in use first, each with the version that is asked and whether a draft waits."""
    mine = Version.objects.filter(survey=OuterRef("pk"))
    published = mine.exclude(published_at=None)
    found = Survey.objects.annotate(
        asked_number=Subquery(published.values("number")[:1]),
        asked_since=Subquery(published.values("published_at")[:1]),
        has_draft=Exists(mine.filter(published_at=None)),
    )
    return found.order_by(F("archived_at").desc(nulls_first=True), "name", "id")


def for_customers() -> QuerySet[Survey]:
    """Return the surveys that customers can be asked: those in use that are about a contact."""
    found: QuerySet[Survey] = Survey.objects.filter(archived_at=None, metric__in=OF_CONTACTS)
    return found


@lru_cache(maxsize=256)
def logo_named(public_id: str) -> Logo | None:
    """Return a logo by its name, which never changes, so that each process reads it once."""
    with everywhere():
        found: Logo | None = Logo.objects.filter(public_id=public_id).first()
    return found


def is_anonymous_to(actor: Actor, survey: Survey | None) -> bool:
    """Say whether single answers to a survey are kept from somebody, as those who answer were told."""
    return survey is not None and survey.mode == Survey.Mode.RESEARCH and not actor.may(Permission.SEE_RESEARCH)


def newest(survey: Survey) -> Version:
    """Return the draft of a survey, or the version that is asked where there is none."""
    found: Version = Version.objects.filter(survey=survey)[:1].get()
    return found


def reworded(survey: Survey, questionnaire: Questionnaire) -> tuple[str, ...]:
    """Return the languages in which the score question would read otherwise than in the wording that is asked.

    All published versions of that wording are held against it: a language may have been away in the last of them.
    """
    published = list(Version.objects.filter(survey=survey).exclude(published_at=None))
    if not published:
        return ()
    same = [one for one in published if one.wording == published[0].wording]
    found = {language for one in same for language in questionnaire.reworded_since(one.questionnaire)}
    return tuple(language for language in questionnaire.languages if language in found)


audit.called("surveys.survey", Survey, permission=Permission.SEE_SURVEYS, key="code")
