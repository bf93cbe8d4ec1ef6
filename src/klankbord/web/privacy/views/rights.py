"""What customers may ask: the pages of whoever answers them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from klankbord.reports.wording import LANGUAGES
from klankbord.web.kernel.access import Actor, Permission, needs
from klankbord.web.kernel.wording import say
from klankbord.web.privacy import actions, persons, queries
from klankbord.web.privacy.forms import Chosen, Identifiers


@needs(Permission.MANAGE_PRIVACY)
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """Find a customer, and show what was asked before."""
    actor = request.actor  # type: ignore[attr-defined]
    form = Identifiers(request.POST if request.method == "POST" else None)
    shown = {"form": form, "copies": queries.copies_for(actor), "erasures": queries.erasures(actor)}
    if form.is_valid():
        shown |= _found(actor, actions.look_up(actor, identifiers=form.cleaned_data["identifiers"]))
    return render(request, "privacy/rights.html", shown | {"now": timezone.now()})


@needs(Permission.MANAGE_PRIVACY)
@require_POST
def ask_copy(request: HttpRequest) -> HttpResponse:
    """Let a copy be made of what is held of a person."""
    actor = request.actor  # type: ignore[attr-defined]
    form = Chosen(request.POST)
    chosen = form.persons(actor)
    if not chosen:
        return _none_chosen(request)
    language = form.cleaned_data.get("language") or actor.organisation.language
    actions.ask_export(actor, pseudonyms=chosen, language=language)
    messages.success(request, say("privacy.rights.copy_asked"))
    return redirect(_address(actor))


@needs(Permission.MANAGE_PRIVACY)
@require_POST
def collect_copy(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand out a copy, once."""
    content = actions.collect_export(request.actor, reference=reference)  # type: ignore[attr-defined]
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{say("privacy.copy.file")}.zip"'
    return response


@needs(Permission.MANAGE_PRIVACY)
@require_POST
def ask_erasure(request: HttpRequest) -> HttpResponse:
    """Show what would be erased, and erase it once that is confirmed."""
    actor = request.actor  # type: ignore[attr-defined]
    form = Chosen(request.POST)
    chosen = form.persons(actor)
    if not chosen:
        return _none_chosen(request)
    if not form.cleaned_data["confirmed"]:
        return _to_be_confirmed(request, chosen)
    erasure = actions.ask_erasure(actor, pseudonyms=chosen)
    return redirect(_address(actor, "rights-certificate", reference=erasure.reference))


@needs(Permission.MANAGE_PRIVACY)
@require_POST
def object_to_contact(request: HttpRequest) -> HttpResponse:
    """Note that a person does not want to be contacted, or may be again."""
    actor = request.actor  # type: ignore[attr-defined]
    form = Chosen(request.POST)
    chosen = form.persons(actor)
    if not chosen:
        return _none_chosen(request)
    withdraw = form.cleaned_data["withdraw"]
    for pseudonym in chosen:
        (actions.withdraw_objection if withdraw else actions.object_to_contact)(actor, pseudonym=pseudonym)
    messages.success(request, say(f"privacy.rights.{'objection_withdrawn' if withdraw else 'objected'}"))
    return redirect(_address(actor))


@needs(Permission.MANAGE_PRIVACY)
@require_safe
def certificate(request: HttpRequest, reference: str) -> HttpResponse:
    """Certify an erasure, or show that it is being done."""
    erasure = queries.erasure(request.actor, reference)  # type: ignore[attr-defined]
    if erasure is None:
        raise Http404
    shown = {"erasure": erasure, "rows": _rows(erasure.found, erasure.left)}
    part = request.headers.get("HX-Request") == "true"
    return render(request, f"privacy/{'certified' if part else 'certificate'}.html", shown)


def _found(actor: Actor, records: list[persons.Record]) -> dict[str, object]:
    spoken = next((record.language for record in records if record.language in LANGUAGES), actor.organisation.language)
    rows = [
        {"record": one, "token": persons.seal(actor, one.pseudonym), "held": [row for row in _rows(one.held) if row[1]]}
        for one in records
    ]
    objecting = {one.objects for one in records}
    return {
        "found": rows,
        "looked": True,
        "spoken": spoken,
        "spoken_languages": LANGUAGES,
        "may_object": False in objecting,
        "may_withdraw": True in objecting,
    }


def _rows(found: dict[str, int], left: dict[str, int] | None = None) -> list[tuple[str, int, int | None]]:
    return [(word, found.get(place, 0), (left or {}).get(place)) for place, word in persons.places().items()]


def _to_be_confirmed(request: HttpRequest, chosen: list[str]) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    shown = {
        "rows": _rows(persons.together(persons.held(actor.organisation, pseudonym) for pseudonym in chosen)),
        "tokens": [persons.seal(actor, pseudonym) for pseudonym in chosen],
        "unconfirmed": "confirming" in request.POST,
        "unread": persons.unread(),
    }
    return render(request, "privacy/erase.html", shown)


def _none_chosen(request: HttpRequest) -> HttpResponse:
    messages.error(request, say("privacy.rights.none_chosen"))
    return redirect(_address(request.actor))  # type: ignore[attr-defined]


def _address(actor: Actor, name: str = "rights", **parts: object) -> str:
    return reverse(name, kwargs={"organisation": actor.organisation.slug, **parts})
