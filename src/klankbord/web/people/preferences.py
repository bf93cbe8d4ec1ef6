"""How somebody wants to be shown things: language and theme, in a cookie here and with the user everywhere."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse

from klankbord.reports.wording import LANGUAGES
from klankbord.web.people.models import User

AUTO = "auto"  # as the device is set
THEMES = (AUTO, "light", "dark")
_YEAR_S = 365 * 24 * 3600


def choose_language(user: User | AnonymousUser, response: HttpResponse, language: str) -> None:
    """Answer in this language from now on; one that there is not changes nothing."""
    if language in LANGUAGES:
        _remember(response, "language", language)
        if user.is_authenticated:
            User.objects.filter(pk=user.pk).update(language=language)


def choose_theme(user: User | AnonymousUser, response: HttpResponse, theme: str) -> None:
    """Show pages in this theme from now on; one that there is not changes nothing."""
    if theme in THEMES:
        remember_theme(response, theme)
        if user.is_authenticated:
            User.objects.filter(pk=user.pk).update(theme=theme)


def remember_theme(response: HttpResponse, theme: str) -> None:
    """Keep a theme on this device."""
    _remember(response, "theme", theme)


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=_YEAR_S, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True
    )
