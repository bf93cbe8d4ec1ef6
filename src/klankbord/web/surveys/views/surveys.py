"""Pages about surveys as a whole: the list, a new one, one with its versions, publishing, and how it is handed out."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from klankbord.web.kernel.access import Actor, Permission, needs
from klankbord.web.kernel.wording import say
from klankbord.web.surveys import actions
from klankbord.web.surveys.codes import code_svg
from klankbord.web.surveys.flaws import QuestionnaireError
from klankbord.web.surveys.forms import DistributionForm, NewSurveyForm
from klankbord.web.surveys.models import Survey
from klankbord.web.surveys.queries import surveys
from klankbord.web.surveys.story import publication_shown, versions_shown

_P = Permission


@needs(_P.SEE_SURVEYS)
def survey_list(request: HttpRequest) -> HttpResponse:
    """List the surveys, and which of their versions is asked."""
    return render(request, "surveys/survey_list.html", {"surveys": surveys(), "may_manage": _may_manage(request)})


@needs(_P.MANAGE_SURVEYS)
def survey_new(request: HttpRequest) -> HttpResponse:
    """Make a survey from wording of the library."""
    actor = actor_of(request)
    spoken = (get_language() or "en")[:2]
    form = NewSurveyForm(request.POST or None, brand=actor.organisation.name, language=spoken)
    if form.is_valid():
        survey = actions.create_survey(actor=actor, name=form.cleaned_data["name"], questionnaire=form.questionnaire())
        return redirect("survey-edit", organisation=actor.organisation.slug, pk=survey.pk)
    return render(request, "surveys/survey_new.html", {"form": form})


@needs(_P.SEE_SURVEYS)
def survey_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a survey: what is asked now, and its versions with what each changed."""
    survey = get_object_or_404(surveys(), pk=pk)
    shown = {"survey": survey, "may_manage": _may_manage(request), "versions": versions_shown(survey)}
    return render(request, "surveys/survey_detail.html", shown)


@needs(_P.MANAGE_SURVEYS)
def survey_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what publishing changes and whether it breaks the trend, and do it."""
    survey = get_object_or_404(surveys(), pk=pk)
    if request.method == "POST":
        try:
            version = actions.publish(actor=actor_of(request), survey=survey)
        except QuestionnaireError:  # the page says what is missing
            return render(request, "surveys/survey_publish.html", publication_shown(survey))
        messages.success(request, say("surveys.publish.done", number=version.number))
        return to_survey(request, survey)
    return render(request, "surveys/survey_publish.html", publication_shown(survey))


@require_POST
@needs(_P.MANAGE_SURVEYS)
def survey_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a survey out of use, or take it into use again."""
    survey = get_object_or_404(Survey, pk=pk)
    act = actions.archive_survey if survey.archived_at is None else actions.restore_survey
    act(actor=actor_of(request), survey=survey)
    return to_survey(request, survey)


@require_POST
@needs(_P.MANAGE_SURVEYS)
def survey_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the draft away."""
    survey = get_object_or_404(Survey, pk=pk)
    if actions.discard_draft(actor=actor_of(request), survey=survey):
        messages.success(request, say("surveys.draft.discarded"))
    return to_survey(request, survey)


@needs(_P.SEE_SURVEYS)
def survey_distribution(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the address, the code and the widget of a survey, and say who may use them."""
    survey = get_object_or_404(surveys(), pk=pk)
    now = {"open_link": survey.open_link, "origins": "\n".join(survey.widget_origins)}
    form = DistributionForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        actions.distribute(
            actor=actor_of(request), survey=survey, open_link=told["open_link"], widget_origins=told["origins"]
        )
        messages.success(request, say("surveys.distribution.saved"))
        return redirect("survey-distribution", organisation=actor_of(request).organisation.slug, pk=pk)
    asked = survey.current
    shown = {
        "survey": survey,
        "form": form,
        "address": open_address(survey),
        "origin": settings.OPTIONS.url.rstrip("/"),
        # What customers read: the survey's own name is for colleagues.
        "brand": asked.content["brand"] if asked else actor_of(request).organisation.name,
        "may_manage": _may_manage(request),
    }
    return render(request, "surveys/survey_distribution.html", shown)


@needs(_P.SEE_SURVEYS)
def survey_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the QR code of a survey, as a drawing that prints at any size."""
    survey = get_object_or_404(Survey, pk=pk)
    response = HttpResponse(code_svg(f"{open_address(survey)}?via=qr"), content_type="image/svg+xml")
    if "download" in request.GET:
        response.headers["Content-Disposition"] = f'attachment; filename="{survey.code}.svg"'
    return response


def open_address(survey: Survey) -> str:
    """Return the address at which anybody may answer who has it."""
    return f"{settings.OPTIONS.url.rstrip('/')}/q/{survey.public_id}/"


def actor_of(request: HttpRequest) -> Actor:
    """Return who is acting."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


def to_survey(request: HttpRequest, survey: Survey) -> HttpResponse:
    """Lead to the page of a survey."""
    return redirect("survey-detail", organisation=actor_of(request).organisation.slug, pk=survey.pk)


def _may_manage(request: HttpRequest) -> bool:
    return actor_of(request).may(_P.MANAGE_SURVEYS)
