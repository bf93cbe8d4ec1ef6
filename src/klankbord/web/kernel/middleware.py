"""What holds for every answer: which content a page may load, and errors of ours shown as pages."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from klankbord.errors import KlankbordError
from klankbord.web.kernel.access import ForbiddenError

_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_View = Callable[[HttpRequest], HttpResponse]


def guard(get_response: _View) -> _View:
    """Say to browsers what a page may load: what this installation serves, and nothing inline."""

    def guarded(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return guarded


def methods(get_response: _View) -> _View:
    """Show a page, not nothing, to whoever opens an address that only takes what a button sends."""

    def shown(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        page = problem_page(request, response.status_code)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page

    return shown


def told(request: HttpRequest, error: KlankbordError) -> HttpResponse:
    """Show an error of ours as a page: refused, or wrong input with what to do about it."""
    status = 403 if isinstance(error, ForbiddenError) else 400
    return problem_page(request, status, error=error)


def problem_page(request: HttpRequest, status: int, **told: object) -> HttpResponse:
    """Show a problem, with the menu for whoever is acting: the way on from a page that is not for them."""
    around = "page.html" if getattr(request, "actor", None) else "plain.html"
    return render(request, f"{status}.html", told | {"around": around}, status=status)
