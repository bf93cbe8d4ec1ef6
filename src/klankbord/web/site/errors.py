"""Pages for when something is wrong: said plainly, with what to do next."""

import logging
import sys
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from klankbord.web.kernel.middleware import problem_page
from klankbord.web.kernel.sent import fields_of, let_finish
from klankbord.web.people.middleware import asked_language
from klankbord.web.responses import middleware as respondents
from klankbord.web.responses.views.closed import away
from klankbord.web.site.problems import problem

RETRY_AFTER_S = 30
_THEMES = frozenset({"light", "dark"})
_log = logging.getLogger("klankbord.register")
_View = Callable[[HttpRequest], HttpResponse]


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request cannot be understood, or is more than is taken at once."""
    if isinstance(exception, RequestDataTooBig):
        let_finish(request)
        return problem_page(request, 413, most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2)
    return problem_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that this may not be seen or done."""
    del exception
    return problem_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing here."""
    del exception
    if _is_of_a_program(request):
        return problem(404, "there is nothing here", code="not_found")
    return problem_page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that we made a mistake, or that the register is away, to everybody in their way, and without asking it."""
    is_away = isinstance(sys.exception(), OperationalError | InterfaceError)
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_away else HTTPStatus.INTERNAL_SERVER_ERROR
    response = _told(request, status)
    if is_away:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
        # One line instead of a trace for everybody who asks meanwhile; addresses of respondents let somebody answer.
        _log.error("the register cannot be reached, or is busy: %s", type(sys.exception()).__name__)
        response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001
    return response


def _told(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    if request.path.startswith(respondents.PLACES):
        return away(request, status=status)
    if _is_of_a_program(request):
        hint = "send it again as it is: nothing of it was kept" if status == HTTPStatus.SERVICE_UNAVAILABLE else None
        return problem(status, "this could not be done now", code=status.name.lower(), hint=hint)
    spoken, theme = asked_language(request), request.COOKIES.get("theme")
    told = {"address": request.get_full_path(), "theme": theme if theme in _THEMES else "", "again": fields_of(request)}
    with translation.override(spoken):
        html = render_to_string(f"{status}.html", told)
    return HttpResponse(html, status=status, headers={"Content-Language": spoken})


def programs(get_response: _View) -> _View:
    """Tell programs of a wrong method as of everything else."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not _is_of_a_program(request):
            return response
        allowed = response.headers.get("Allow", "")
        told = problem(405, f"{request.method} is not answered to here", hint=f"use {allowed}")
        told.headers["Allow"] = allowed
        return told

    return answered


def _is_of_a_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
