"""What somebody is told for whom there is nothing to answer: the same for links that ended and that never were."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from klankbord.reports.wording import LANGUAGES
from klankbord.web.kernel.sent import fields_of

_IN_ANY_FRAME = "default-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors *"


def closed(request: HttpRequest) -> HttpResponse:
    """Say kindly that there is nothing to answer here."""
    return notice(request, "closed", status=404)


def too_often(request: HttpRequest) -> HttpResponse:
    """Say kindly that this was asked too often just now."""
    response = notice(request, "too_often", status=429)
    response.headers["Retry-After"] = "60"
    return response


def away(request: HttpRequest, *, status: int) -> HttpResponse:
    """Say kindly that this cannot be answered right now, and keep what was sent to be sent again."""
    return notice(request, "unsent" if request.method == "POST" else "away", status=status)


def notice(request: HttpRequest, what: str, *, status: int) -> HttpResponse:
    """Say one thing, in the language of the page before or of the browser; what was sent in vain can be sent again."""
    chosen = request.GET.get("language", "")
    spoken = chosen if chosen in LANGUAGES else translation.get_language_from_request(request)[:2]
    spoken = spoken if spoken in LANGUAGES else "en"
    with translation.override(spoken):
        told: dict[str, object] = {
            "language": spoken,
            "title": f"responses.{what}.title",
            "text": f"responses.{what}.text",
        }
        told |= {
            "again": fields_of(request) if status != HTTPStatus.NOT_FOUND else [],
            "address": request.get_full_path(),
            "may_come_back": what == "away",
        }
        html = render_to_string("responses/notice.html", told)
    headers = {"Content-Language": spoken, "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
    response = HttpResponse(html, status=status, headers=headers)
    if request.path.startswith("/q/"):
        # A survey that ended says so in frames that still show it; on this page nobody can be tricked into anything.
        response.xframe_options_exempt = True
        response.headers["Content-Security-Policy"] = _IN_ANY_FRAME
    return response
