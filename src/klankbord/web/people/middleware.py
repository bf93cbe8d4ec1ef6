"""Every request: in which language it is answered, and who is acting in which organisation."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from klankbord.errors import KlankbordError
from klankbord.reports.wording import LANGUAGES
from klankbord.web.kernel.lakes import has_moved_on
from klankbord.web.kernel.middleware import told
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people import kept, sessions
from klankbord.web.people.queries import actor_in

LANGUAGE_COOKIE = "language"
_View = Callable[[HttpRequest], HttpResponse]


def language(get_response: _View) -> _View:
    """Answer in the language that was chosen here, that the user prefers, or that the browser asks for."""

    def answered(request: HttpRequest) -> HttpResponse:
        spoken = _language(request)
        with translation.override(spoken):
            response = get_response(request)
        response.headers.setdefault("Content-Language", spoken)
        return response

    return answered


def _language(request: HttpRequest) -> str:
    preferred = request.user.language if request.user.is_authenticated else ""
    return asked_language(request, preferred)


def asked_language(request: HttpRequest, preferred: str = "") -> str:
    """Return the language that was chosen here, that the user prefers, or that the browser asks for."""
    asked = translation.get_language_from_request(request)[:2]
    return next((one for one in (request.COOKIES.get(LANGUAGE_COOKIE), preferred, asked) if one in LANGUAGES), "en")


class Acting:
    """Under an organisation's address, act as its member: strangers find nothing there, not even that it exists."""

    def __init__(self, get_response: _View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, and leave whatever organisation was entered on the way."""
        with ExitStack() as until_answered:
            request.until_answered = until_answered  # type: ignore[attr-defined]
            response = self.get_response(request)
        if request.user.is_authenticated and sessions.keep_alive(request.session):
            kept.note_whose(response, request.user)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Answer under an organisation's address as its member; other addresses go on as they are."""
        slug = kwargs.pop("organisation", None)
        if slug is None:
            return None
        if not request.user.is_authenticated:
            return _by_signing_in(request)
        actor = actor_in(request.user, slug)
        if actor is None:
            raise Http404
        if request.method == "POST":
            kept.forget(request.session)
        request.actor = actor  # type: ignore[attr-defined]
        sessions.note_organisation(request.session, slug)
        with acting_in(actor.organisation), timezone.override(ZoneInfo(actor.organisation.zone)):
            try:
                return _answered(request, view, args, kwargs)
            except KlankbordError as error:
                return told(request, error)


def _answered(
    request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> HttpResponse:
    """Answer, and answer once more from the lake as it is now if it was rewritten meanwhile."""
    try:
        response = view(request, *args, **kwargs)
    except Exception as error:
        if request.method != "GET" or not has_moved_on(error):
            raise
        response = view(request, *args, **kwargs)
    # A page that is rendered late would be rendered outside the organisation.
    if hasattr(response, "render") and not getattr(response, "is_rendered", True):
        response = response.render()
    return response


def _by_signing_in(request: HttpRequest) -> HttpResponse:
    """Lead to the sign-in, and from there back to the page that somebody was on, with what they had written."""
    if "HX-Request" in request.headers:  # a part of a page: what is led on is all of it
        onward = redirect_to_login(_path_of(request.headers.get("HX-Current-URL", "")))
        return HttpResponse(headers={"HX-Redirect": onward.url})
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    return redirect_to_login(reverse("kept") if kept.keep(request) else _path_of(request.headers.get("Referer", "")))


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))
