"""Pages for systems that send by webhook: the list, a new one, its address and secret, and what could not be read."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from klankbord.errors import KlankbordError
from klankbord.web.contacts import actions
from klankbord.web.contacts.forms import IntakeForm
from klankbord.web.contacts.models import Intake, Payload
from klankbord.web.contacts.queries import intakes
from klankbord.web.kernel.access import Actor, Permission, needs
from klankbord.web.kernel.wording import in_words, say

_P = Permission
_SHOWN = 50


@needs(_P.MANAGE_ORGANISATION)
def intake_list(request: HttpRequest) -> HttpResponse:
    """List the systems that send, with how they do."""
    return render(request, "contacts/intake_list.html", {"intakes": intakes()})


@needs(_P.MANAGE_ORGANISATION)
def intake_new(request: HttpRequest) -> HttpResponse:
    """Make an address for a system, and show its secret this once."""
    form = IntakeForm(request.POST or None)
    if form.is_valid():
        try:
            intake, secret = actions.make_intake(actor=_actor(request), **form.cleaned_data)
        except KlankbordError as error:
            form.add_error("secret", str(in_words(error)))
        else:
            return _page(request, intake.pk, secret=secret)
    return render(request, "contacts/intake_new.html", {"form": form})


@needs(_P.MANAGE_ORGANISATION)
def intake_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how a system sends, and which of its messages could not be read."""
    return _page(request, pk)


@require_POST
@needs(_P.MANAGE_ORGANISATION)
def intake_rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """Give another secret, and show it this once."""
    secret = actions.rotate_intake(actor=_actor(request), intake=get_object_or_404(Intake, pk=pk))
    return _page(request, pk, secret=secret)


@require_POST
@needs(_P.MANAGE_ORGANISATION)
def intake_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Take messages, or refuse them."""
    on = request.POST.get("on") == "yes"
    actions.switch_intake(actor=_actor(request), intake=get_object_or_404(Intake, pk=pk), on=on)
    return _to(request, pk)


@require_POST
@needs(_P.MANAGE_ORGANISATION)
def intake_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Read again what could not be read."""
    count = actions.retry_payloads(actor=_actor(request), intake=get_object_or_404(Intake, pk=pk))
    messages.success(request, say("contacts.intake.retried", n=count))
    return _to(request, pk)


def _page(request: HttpRequest, pk: int, *, secret: str = "") -> HttpResponse:
    unreadable = Payload.objects.filter(intake=pk, state=Payload.State.UNREADABLE).defer("content", "pseudonyms")
    context = {
        "intake": get_object_or_404(intakes(), pk=pk),
        "secret": secret,
        "unreadable": [(payload, in_words(KlankbordError.of_dict(payload.problem))) for payload in unreadable[:_SHOWN]],
        "base": f"{settings.OPTIONS.url.rstrip('/')}/api/intake/",
    }
    return render(request, "contacts/intake_detail.html", context)


def _actor(request: HttpRequest) -> Actor:
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


def _to(request: HttpRequest, pk: int) -> HttpResponse:
    return redirect("intake-detail", organisation=_actor(request).organisation.slug, pk=pk)
