"""Pages of webhooks: which there are, making and changing one, and what was delivered."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from klankbord.web.integrations.webhooks import actions, queries
from klankbord.web.integrations.webhooks.errors import WebhookError
from klankbord.web.integrations.webhooks.forms import ChangedEndpointForm, EndpointForm
from klankbord.web.integrations.webhooks.models import Endpoint
from klankbord.web.integrations.webhooks.registry import EVENT_TYPES
from klankbord.web.kernel.access import Actor, Permission, needs
from klankbord.web.kernel.wording import say

_A_PAGE = 50


@needs(Permission.MANAGE_WEBHOOKS)
@require_safe
def webhook_list(request: HttpRequest) -> HttpResponse:
    """List the endpoints."""
    page = Paginator(queries.endpoints(_actor(request)), _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "webhooks/list.html", {"page": page})


@needs(Permission.MANAGE_WEBHOOKS)
def webhook_new(request: HttpRequest) -> HttpResponse:
    """Make an endpoint; the answer shows its secret, once."""
    form = EndpointForm(request.POST or None)
    if form.is_valid():
        try:
            endpoint, secret = actions.create_endpoint(_actor(request), **form.cleaned_data)
        except WebhookError as error:
            form.refuse(error)
        else:
            return render(request, "webhooks/secret.html", {"endpoint": endpoint, "secret": secret})
    return render(request, "webhooks/new.html", {"form": form, "event_types": EVENT_TYPES.values()})


@needs(Permission.MANAGE_WEBHOOKS)
def webhook_edit(request: HttpRequest, endpoint: int) -> HttpResponse:
    """Change an endpoint."""
    found = _endpoint(request, endpoint)
    form = ChangedEndpointForm(request.POST or None, initial=_as_it_is(found))
    if form.is_valid():
        try:
            actions.change_endpoint(_actor(request), found, **form.cleaned_data)
        except WebhookError as error:
            form.refuse(error)
        else:
            messages.success(request, say("webhooks.done.changed"))
            return _back_to(request, found)
    return render(request, "webhooks/edit.html", {"form": form, "endpoint": found})


@needs(Permission.MANAGE_WEBHOOKS)
@require_safe
def webhook_detail(request: HttpRequest, endpoint: int) -> HttpResponse:
    """Show an endpoint and what was delivered to it; htmx asks for the deliveries alone."""
    found = _endpoint(request, endpoint)
    rows = queries.deliveries(_actor(request), found)
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    template = "webhooks/deliveries.html" if request.headers.get("HX-Request") else "webhooks/detail.html"
    return render(request, template, {"endpoint": found, "page": page})


@needs(Permission.MANAGE_WEBHOOKS)
@require_POST
def webhook_rotate(request: HttpRequest, endpoint: int) -> HttpResponse:
    """Replace the secret; the answer shows the new one, once."""
    found = _endpoint(request, endpoint)
    secret = actions.rotate_secret(_actor(request), found)
    return render(request, "webhooks/secret.html", {"endpoint": found, "secret": secret, "rotated": True})


@needs(Permission.MANAGE_WEBHOOKS)
@require_POST
def webhook_remove(request: HttpRequest, endpoint: int) -> HttpResponse:
    """Remove an endpoint."""
    actions.remove_endpoint(_actor(request), _endpoint(request, endpoint))
    messages.success(request, say("webhooks.done.removed"))
    return redirect("webhook-list", organisation=_actor(request).organisation.slug)


@needs(Permission.MANAGE_WEBHOOKS)
@require_POST
def webhook_test(request: HttpRequest, endpoint: int) -> HttpResponse:
    """Send a test event."""
    found = _endpoint(request, endpoint)
    return _done(request, found, "tested", lambda actor: actions.send_test(actor, found))


@needs(Permission.MANAGE_WEBHOOKS)
@require_POST
def webhook_resend(request: HttpRequest, endpoint: int, delivery: int) -> HttpResponse:
    """Deliver something once more."""
    found = _endpoint(request, endpoint)
    again = get_object_or_404(queries.deliveries(_actor(request), found), pk=delivery)
    return _done(request, found, "resent", lambda actor: actions.resend(actor, again))


def _done(request: HttpRequest, endpoint: Endpoint, what: str, act: Callable[[Actor], None]) -> HttpResponse:
    try:
        act(_actor(request))
    except WebhookError as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        messages.success(request, say(f"webhooks.done.{what}"))
    return _back_to(request, endpoint)


def _as_it_is(endpoint: Endpoint) -> dict[str, object]:
    fields = ("url", "description", "events")
    return {name: getattr(endpoint, name) for name in fields} | {"active": not endpoint.stopped}


def _back_to(request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
    return redirect("webhook-detail", organisation=_actor(request).organisation.slug, endpoint=endpoint.pk)


def _endpoint(request: HttpRequest, endpoint: int) -> Endpoint:
    return get_object_or_404(queries.endpoints(_actor(request)), pk=endpoint)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
