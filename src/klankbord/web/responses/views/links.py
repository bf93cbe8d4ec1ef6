"""Links that are open to all: a page to link to, a code to print, a widget for sites that may show it."""

from io import BytesIO

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from klankbord.errors import OptionError
from klankbord.web.kernel.access import Actor, Permission, needs
from klankbord.web.kernel.wording import say
from klankbord.web.responses import queries
from klankbord.web.responses.actions import allow_widget
from klankbord.web.surveys.models import Survey


@needs(Permission.SEE_SURVEYS)
@require_GET
def link_list(request: HttpRequest) -> HttpResponse:
    """List surveys with their open links."""
    surveys = [(survey, _address(survey)) for survey in queries.surveys(_actor(request)) if survey.archived_at is None]
    return render(request, "responses/link_list.html", {"surveys": surveys})


@needs(Permission.SEE_SURVEYS)
@require_http_methods(["GET", "POST"])
def link_detail(request: HttpRequest, survey: int) -> HttpResponse:
    """Show the open links of a survey; by POST, say which sites may show it."""
    actor, error = _actor(request), None
    found = get_object_or_404(Survey.objects.select_related("widget"), pk=survey)
    widget = getattr(found, "widget", None)
    origins = "\n".join(widget.origins) if widget else ""
    if request.method == "POST":
        origins = request.POST.get("origins", "")
        try:
            allow_widget(actor, survey=found, origins=origins.split())
        except OptionError as wrong:
            error = wrong
        else:
            messages.success(request, say("responses.widget.done"))
            return redirect("answer-link", organisation=actor.organisation.slug, survey=survey)
    address = _address(found)
    told = {
        "survey": found,
        "web": address,
        "qr": f"{address}?via=qr",
        "code": f'<script src="{address}widget.js" async></script>',
        "origins": origins,
        "error": error,
        "may_manage": actor.may(Permission.MANAGE_SURVEYS),
    }
    return render(request, "responses/link_detail.html", told, status=400 if error else 200)


@needs(Permission.SEE_SURVEYS)
@require_GET
def link_code(request: HttpRequest, survey: int) -> HttpResponse:
    """Return the code to print, as a drawing."""
    from qrcode import make  # noqa: PLC0415  loads where a code is drawn
    from qrcode.image.svg import SvgPathFillImage  # noqa: PLC0415

    del request
    drawn = BytesIO()
    make(f"{_address(get_object_or_404(Survey, pk=survey))}?via=qr", image_factory=SvgPathFillImage).save(drawn)
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


def _address(survey: Survey) -> str:
    return f"{settings.OPTIONS.url.rstrip('/')}{reverse('respond-open', args=[survey.public_id])}"


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
