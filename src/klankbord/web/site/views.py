"""Pages outside any organisation: where one begins, what programs can ask for, and the components of every page."""

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from klankbord.web.kernel.access import PUBLIC, Role, needs
from klankbord.web.kernel.tenancy import everywhere
from klankbord.web.people.models import Membership
from klankbord.web.site.api import api
from klankbord.web.site.contents import COMPONENTS, components_on_page, operations_on_page
from klankbord.web.site.manual import operations

_HOME = {Role.PRIVACY_OFFICER: "rights"}


@needs(PUBLIC)
def start(request: HttpRequest) -> HttpResponse:
    """Send a member to their organisation, and anybody else to the sign-in."""
    if settings.OPTIONS.demo and not request.user.is_authenticated:
        _enter_demo(request)
    if not request.user.is_authenticated:
        return redirect("account_login")
    with everywhere():
        member = Membership.objects.select_related("organisation").filter(user=request.user).order_by("pk").first()
    if member is None:
        return render(request, "site/nowhere.html")
    return redirect(_HOME.get(Role(member.role), "overview"), organisation=member.organisation.slug)


def _enter_demo(request: HttpRequest) -> None:
    with everywhere():
        owner = Membership.objects.select_related("user").filter(role=Role.OWNER).order_by("pk").first()
    if owner is not None:
        login(request, owner.user)


@needs(PUBLIC)
def components(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    shown = {"groups": COMPONENTS.items(), "navigation": components_on_page()}
    return render(request, "site/components.html", shown)


@needs(PUBLIC)
def manual(request: HttpRequest) -> HttpResponse:
    """List what the API offers, from its own description."""
    groups = operations(api.get_openapi_schema())
    shown = {
        "groups": groups,
        "navigation": operations_on_page(groups),
        "description": reverse("api:openapi-json"),
        "address": settings.OPTIONS.url,
    }
    return render(request, "site/manual.html", shown)
