"""The pages that whoever answers sees: the same templates for the real ones and for the editor's preview.

They know no session, cookie or organisation: all they show is what is asked, what was given, and the addresses they are
handed. A page with its style sheet and script stays below 15 kB.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from klankbord.web.surveys.asked import Asked, AskedQuestion
from klankbord.web.surveys.questionnaire import Questionnaire

Step = Literal["answer", "thanks", "stop", "stopped", "expired"]
LONGEST_WHY = 2000
_NAMES = {"nl": "Nederlands", "fr": "Français", "de": "Deutsch", "en": "English"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody has answered so far, or has chosen by the link that they took."""

    score: int | None = None
    comment: str = ""
    choices: dict[str, list[str]] = field(default_factory=dict)
    wants_call: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around the questions: addresses, and what is so of this one link.

    `provisional` is where the score that was tapped in a mail is sent once the page has really been seen; empty where
    there is nothing to send. `linked` says whether the answer is known to belong to a contact: it decides what the
    notice says, and nobody can be called back who is not known. What is only looked at
    runs no script.
    """

    action: str = ""
    provisional: str = ""
    change_url: str = ""
    stop_url: str = ""
    changeable_until: date | None = None
    answered: bool = False
    wanting: bool = False
    linked: bool = True
    only_looked_at: bool = False


def respondent_page(
    request: HttpRequest,
    asked: Asked,
    *,
    step: Step,
    given: Given | None = None,
    around: Around | None = None,
    embedded_by: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """Return one step of answering as an answer to a request, whose address gives those of the other languages.

    `embedded_by` are the origins whose pages may show it in a frame; without any, no page may.
    """
    told = request.GET.copy()
    urls = {}
    for language in asked.languages:
        told["language"] = language
        urls[language] = f"{request.path}?{told.urlencode()}"
    html = respondent_html(asked, step=step, given=given, around=around, language_urls=urls)
    response = HttpResponse(html, status=status)
    response.headers["Content-Language"] = asked.language
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    if embedded_by:
        response.xframe_options_exempt = True
        response.headers["Content-Security-Policy"] = (
            "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
            f"frame-ancestors {' '.join(embedded_by)}"
        )
    return response


def respondent_html(
    asked: Asked,
    *,
    step: Step,
    given: Given | None = None,
    around: Around | None = None,
    language_urls: dict[str, str] | None = None,
) -> str:
    """Return one step of answering as a whole document."""
    given, around = given or Given(), around or Around()
    shown = {
        "asked": asked,
        "given": given,
        "around": around,
        "notice": f"surveys.respondent.notice.{asked.about}.{asked.mode if around.linked else 'open'}",
        "look": reverse("survey-look", args=[asked.accent[1:], asked.accent_dark[1:]]),
        "logo": reverse("survey-logo", args=[asked.logo]) if asked.logo else "",
        "languages": [
            {"code": code, "name": _NAMES[code], "url": (language_urls or {}).get(code, "")} for code in asked.languages
        ],
        "scores": [{"value": score, "chosen": score == given.score} for score in asked.scale],
        "thanks": asked.thanks_after(given.score),
        "longest_why": LONGEST_WHY,
    }
    with translation.override(asked.language):
        return render_to_string(f"surveys/respondent/{step}.html", shown | _after(asked, given, around))


def spoken_language(request: HttpRequest, questionnaire: Questionnaire, preferred: str = "") -> str:
    """Return the language to ask in: chosen on the page, else that of the invitation, else the browser's."""
    wished = (request.POST.get("language"), request.GET.get("language"), preferred)
    for language in wished:
        if language in questionnaire.languages:
            return language
    browser = translation.get_language_from_request(request)[:2]
    return browser if browser in questionnaire.languages else questionnaire.language


def _after(asked: Asked, given: Given, around: Around) -> dict[str, Any]:
    if given.score is None:
        return {}
    return {
        "why": asked.why_after(given.score),
        "questions": [_shown(question, given) for question in asked.questions_after(given.score)],
        "callback": asked.callback_after(given.score) if around.linked else "",
    }


def _shown(question: AskedQuestion, given: Given) -> dict[str, Any]:
    chosen = given.choices.get(question.id, ())
    return {
        "field": question.field,
        "text": question.text,
        "type": "radio" if question.kind == "single" else "checkbox",
        "help": f"surveys.respondent.{'one' if question.kind == 'single' else 'several'}",
        "choices": [{"id": id_, "text": text, "chosen": id_ in chosen} for id_, text in question.choices],
    }
