"""Respondents' pages stand apart: no session, sign-in or cookie of the product reaches them, and none is set."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve

from klankbord.web.responses.views.closed import closed

_View = Callable[[HttpRequest], HttpResponse]
PLACES = ("/s/", "/q/", "/look/")


def apart(get_response: _View) -> _View:
    """Answer respondents before anything asks who they are."""

    def answered(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PLACES):
            return get_response(request)
        try:
            found = resolve(request.path_info)
            request.resolver_match = found
            response: HttpResponse = found.func(request, *found.args, **found.kwargs)
        except Http404:
            response = closed(request)
        return response

    return answered
