"""Surveys made, and their drafts changed: nothing here reaches anybody who answers."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.surveys.flaws import Flaw, Place, QuestionnaireError
from klankbord.web.surveys.models import Logo, Survey, Version
from klankbord.web.surveys.queries import newest
from klankbord.web.surveys.questionnaire import Questionnaire

CREATED = audit.entry_type("surveys.created", shred=audit.keep_all)
DRAFT_CHANGED = audit.entry_type("surveys.draft_changed", shred=audit.keep_all)
DRAFT_DISCARDED = audit.entry_type("surveys.draft_discarded", shred=audit.keep_all)


def create_survey(*, actor: Actor, name: str, questionnaire: Questionnaire, code: str = "") -> Survey:
    """Make a survey with a first draft; what the lake will call it is said now, or made from its name, and stays."""
    actor.require(Permission.MANAGE_SURVEYS)
    with transaction.atomic():
        _refuse_unknown_logo(questionnaire)
        survey: Survey = Survey.objects.create(
            name=name, code=_free_code(code or name), metric=questionnaire.metric, mode=questionnaire.mode
        )
        Version.objects.create(survey=survey, number=1, content=questionnaire.to_dict())
        audit.record(actor, CREATED, f"survey {survey.code}", metric=survey.metric, mode=survey.mode)
    return survey


def change_draft(*, actor: Actor, survey: Survey, content: Mapping[str, Any]) -> Version:
    """Put the draft of a survey, and begin one where all its versions are published.

    It may have gaps; anything else that is wrong is refused, and so is another metric or mode: that is another survey.
    """
    actor.require(Permission.MANAGE_SURVEYS)
    questionnaire = Questionnaire.from_dict(content)
    told = questionnaire.to_dict()
    with transaction.atomic():
        survey = Survey.objects.select_for_update().get(pk=survey.pk)
        _refuse_another(survey, questionnaire)
        _refuse_unknown_logo(questionnaire)
        draft = newest(survey)
        if draft.content == told:
            return draft
        if draft.published_at is None:
            draft.content = told
            draft.save(update_fields=["content", "changed_at"])
        else:
            draft = Version.objects.create(survey=survey, number=draft.number + 1, content=told)
        audit.record(actor, DRAFT_CHANGED, f"survey {survey.code}", version=draft.number)
    return draft


def discard_draft(*, actor: Actor, survey: Survey) -> bool:
    """Take a draft away, as long as a version before it was published, and say whether there was one."""
    actor.require(Permission.MANAGE_SURVEYS)
    with transaction.atomic():
        draft = Version.objects.filter(survey=survey, published_at=None, number__gt=1).first()
        if draft is None:
            return False
        draft.delete()
        audit.record(actor, DRAFT_DISCARDED, f"survey {survey.code}", version=draft.number)
    return True


def _free_code(wish: str) -> str:
    stem = slugify(wish)[:50].strip("-_") or "survey"
    taken = set(Survey.objects.filter(code__startswith=stem).values_list("code", flat=True))
    number = 2
    code = stem
    while code in taken:
        code, number = f"{stem}-{number}", number + 1
    return code


def _refuse_another(survey: Survey, questionnaire: Questionnaire) -> None:
    for part in ("metric", "mode"):
        if getattr(survey, part) != getattr(questionnaire, part):
            raise QuestionnaireError(Flaw(code="of_another", place=Place(part=part)))


def _refuse_unknown_logo(questionnaire: Questionnaire) -> None:
    logo = questionnaire.branding.logo
    if logo and not Logo.objects.filter(public_id=logo).exists():
        raise QuestionnaireError(Flaw(code="unknown_logo", place=Place(part="logo")))
