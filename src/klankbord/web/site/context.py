"""What the frame of every page shows: navigation, organisations, languages, theme."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from klankbord.web.kernel.access import Actor
from klankbord.web.kernel.wording import say
from klankbord.web.people.queries import organisations_of, people_to_be
from klankbord.web.site.navigation import navigation_for

_THEMES = frozenset({"light", "dark"})


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame shows to whoever is acting."""
    actor: Actor | None = getattr(request, "actor", None)
    theme = request.COOKIES.get("theme", "")
    spoken = (get_language() or "en")[:2]
    shown = {
        "languages": [{"code": code, "name": name, "current": code == spoken} for code, name in settings.LANGUAGES],
        "theme": theme if theme in _THEMES else "auto",
    }
    return shown | _of(actor, request) if actor else shown


def _of(actor: Actor, request: HttpRequest) -> dict[str, Any]:
    return {
        "actor": actor,
        "organisation": actor.organisation,
        "role_label": say(f"people.roles.{actor.role}") if actor.role else "",
        "navigation": navigation_for(actor, request.path),
        "organisations": [
            {"name": one.name, "url": f"/o/{one.slug}/", "current": one == actor.organisation}
            for one in organisations_of(request.user)
        ],
        "people_to_be": _people_to_be(actor) if settings.OPTIONS.demo else [],
    }


def _people_to_be(actor: Actor) -> list[dict[str, Any]]:
    return [
        {
            "name": str(one.user),
            "role_label": say(f"people.roles.{one.role}"),
            "url": reverse("be", args=[one.pk]),
            "current": one.user_id == actor.id,
        }
        for one in people_to_be(actor.organisation)
    ]
