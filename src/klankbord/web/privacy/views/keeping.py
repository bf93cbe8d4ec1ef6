"""How long data stay, how far contacts are attributed to people, and whose answers are anonymous."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from klankbord.web.kernel.access import Permission, needs
from klankbord.web.kernel.wording import say
from klankbord.web.privacy import actions, queries
from klankbord.web.privacy.forms import Attribution, Days, History
from klankbord.web.privacy.keeping import KINDS


@needs(Permission.MANAGE_PRIVACY)
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """Decide how long data stay, and see what the last night removed."""
    actor = request.actor  # type: ignore[attr-defined]
    form = Days(request.POST if request.method == "POST" else None, organisation=actor.organisation)
    if form.is_valid():
        actions.change_retention(actor, days=form.cleaned_data)
        return _saved(request)
    return _shown(request, days=form)


@needs(Permission.MANAGE_PRIVACY)
@require_POST
def attribution(request: HttpRequest) -> HttpResponse:
    """Decide how far contacts are attributed to people."""
    actor = request.actor  # type: ignore[attr-defined]
    form = Attribution(request.POST, organisation=actor.organisation)
    if form.is_valid():
        actions.change_attribution(actor, **form.cleaned_data)
        return _saved(request)
    return _shown(request, level=form)


@needs(Permission.MANAGE_PRIVACY)
@require_POST
def history(request: HttpRequest) -> HttpResponse:
    """Say what customers were told who answered another tool."""
    actor = request.actor  # type: ignore[attr-defined]
    form = History(request.POST, organisation=actor.organisation)
    if form.is_valid():
        actions.change_history(actor, **form.cleaned_data)
        return _saved(request)
    return _shown(request, history=form)


def _shown(request: HttpRequest, **filled: Form) -> HttpResponse:
    """Show the page, with the form that was filled in as it was."""
    actor = request.actor  # type: ignore[attr-defined]
    run = queries.last_run(actor)
    forms = {"days": Days, "level": Attribution, "history": History}
    shown = {name: filled.get(name) or form(organisation=actor.organisation) for name, form in forms.items()}
    removed = [(f"privacy.retention.{kind.name}.name", run.removed.get(kind.name, 0)) for kind in KINDS] if run else []
    return render(request, "privacy/retention.html", shown | {"run": run, "removed": removed})


def _saved(request: HttpRequest) -> HttpResponse:
    messages.success(request, say("privacy.retention.saved"))
    return redirect(reverse("retention", kwargs={"organisation": request.actor.organisation.slug}))  # type: ignore[attr-defined]
