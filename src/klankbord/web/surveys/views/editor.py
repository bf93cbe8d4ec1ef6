"""The editor's page and its preview, which is made by the very templates that whoever answers will see."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language

from klankbord.web.kernel.access import Permission, needs
from klankbord.web.kernel.wording import say
from klankbord.web.surveys import actions
from klankbord.web.surveys.editing import Content, changed, ids_in, read
from klankbord.web.surveys.flaws import Flaw, Place, QuestionnaireError, gaps_in
from klankbord.web.surveys.models import Survey, Version
from klankbord.web.surveys.previewing import Preview, preview_shown
from klankbord.web.surveys.queries import newest
from klankbord.web.surveys.questionnaire import Questionnaire
from klankbord.web.surveys.rendering import respondent_page
from klankbord.web.surveys.shown import editor_shown, gaps_said
from klankbord.web.surveys.views.surveys import actor_of

_P = Permission


@needs(_P.MANAGE_SURVEYS)
def survey_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the draft of a survey in one language, with what whoever answers will see beside it."""
    survey = get_object_or_404(Survey, pk=pk)
    version = newest(survey)
    if request.method != "POST":
        language = _language(request.GET.get("in", ""), version.content)
        return _page(request, survey, version, version.content, language, blank="blank" in request.GET)
    language = _language(request.POST.get("in", ""), version.content)
    what = request.POST.get("do", "save")
    taken = ids_in(Version.objects.filter(survey=survey).values_list("content", flat=True))
    content = changed(read(request.POST, version.content, language, taken), what, request.POST)
    if what == "preview":
        if request.headers.get("HX-Request") == "true":
            return render(
                request, "surveys/pieces/preview.html", preview_shown(content, Preview.of(request.POST, language))
            )
        return _page(request, survey, version, content, language)
    try:
        content["branding"] |= _logo(request)
        actions.change_draft(actor=actor_of(request), survey=survey, content=content)
        actions.rename(actor=actor_of(request), survey=survey, name=request.POST.get("name", "").strip()[:120])
    except QuestionnaireError as error:
        return _page(request, survey, version, content, language, flaws=error.flaws)
    return _onward(request, survey, language, what)


@needs(_P.SEE_SURVEYS)
def survey_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a version as whoever answers sees it, to be tried on one's own telephone; nothing that is sent is kept."""
    survey = get_object_or_404(Survey, pk=pk)
    number = request.GET.get("version", "")
    version = newest(survey)
    if number.isdecimal():
        version = get_object_or_404(Version, survey=survey, number=int(number[:6]))
    preview = Preview.of(request.GET, _language(request.GET.get("language", ""), version.content))
    asked = version.questionnaire.in_language(preview.language)
    return respondent_page(request, asked, step=preview.step, given=preview.given(asked))


def _onward(request: HttpRequest, survey: Survey, language: str, what: str) -> HttpResponse:
    """Lead to the editor again, in the language and at the place that was asked for."""
    told = {"in": request.POST.get("go") or language} | ({"blank": "yes"} if what == "add" else {})
    address = reverse("survey-edit", kwargs={"organisation": actor_of(request).organisation.slug, "pk": survey.pk})
    anchor = "#questions" if what.partition(".")[0] in {"add", "drop", "up"} else ""
    if what == "publish":
        return redirect("survey-publish", organisation=actor_of(request).organisation.slug, pk=survey.pk)
    if what == "save" and "go" not in request.POST:
        messages.success(request, say("surveys.draft.saved"))
    return redirect(f"{address}?{urlencode(told)}{anchor}")


def _page(
    request: HttpRequest,
    survey: Survey,
    version: Version,
    content: Content,
    language: str,
    *,
    flaws: tuple[Flaw, ...] = (),
    blank: bool = False,
) -> HttpResponse:
    preview = Preview.of(request.POST, language)
    shown: dict[str, Any] = {"survey": survey, "version": version} | preview_shown(content, preview)
    flaws = flaws or shown["flaws_found"]
    shown |= editor_shown(content, language, flaws, blank=blank)
    shown["gaps"] = [] if flaws else gaps_said(gaps_in(Questionnaire.from_dict(content)))
    return render(request, "surveys/survey_edit.html", shown)


def _language(wish: str, content: Content) -> str:
    """Return the language to write in: the one that was asked for, else one's own where the survey speaks it."""
    spoken, mine = content["languages"], (get_language() or "en")[:2]
    return next((one for one in (wish, mine) if one in spoken), content["language"])


def _logo(request: HttpRequest) -> dict[str, str]:
    """Keep the logo that was sent along, and return how the look names it."""
    sent = request.FILES.get("logo")
    if sent is None:
        return {}
    try:
        logo = actions.keep_logo(actor=actor_of(request), content=sent.read())
    except actions.LogoError as error:
        raise QuestionnaireError(Flaw(code=error.reason, place=Place(part="logo"))) from error
    return {"logo": logo.public_id}
