"""The overview of the organisation, and of each of its units."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from klankbord.web.insights.asking import Asking
from klankbord.web.insights.beginning import beginning
from klankbord.web.insights.forms import FilterForm
from klankbord.web.insights.naming import Names, dimension_name
from klankbord.web.insights.overview import Overview
from klankbord.web.insights.periods import period_tabs
from klankbord.web.insights.queries import Look
from klankbord.web.insights.remarks import remarks_on
from klankbord.web.insights.requests import Request
from klankbord.web.insights.wanted import DIMENSIONS, Wanted
from klankbord.web.kernel.access import Permission, needs


@needs(Permission.SEE_NUMBERS)
@require_GET
def overview(request: Request) -> HttpResponse:
    """Show how the whole organisation stands, as far as this member sees."""
    look = Look.of(request.actor)
    if look.has_nothing:
        return render(request, "insights/nothing_yet.html", beginning(look))
    return _overview(request, look, Wanted.read(request.GET))


@needs(Permission.SEE_NUMBERS)
@require_GET
def unit_overview(request: Request, dimension: str, code: str) -> HttpResponse:
    """Show how one client, site, team, queue, channel or touchpoint stands."""
    if dimension not in DIMENSIONS:
        raise Http404
    return _overview(request, Look.of(request.actor), Wanted.read(request.GET, unit=(dimension, code)))


def _overview(request: Request, look: Look, wanted: Wanted) -> HttpResponse:
    # An open page asks every few seconds whether an answer came in; where none did, that costs no question.
    stamp = look.stamp(wanted.question())
    if request.headers.get("X-Seen") == stamp:
        return HttpResponse(status=204)
    names = Names()
    page = Overview(look=look, wanted=wanted, names=names)
    told = {
        "page": page,
        "stamp": stamp,
        "moved": "X-Seen" in request.headers,
        "anonymous": look.keeps_any,
        "asking": Asking.of(look, wanted),
        "remarks": remarks_on(look, wanted, names, page.addresses),
        "periods": period_tabs(wanted),
        "form": FilterForm(look, wanted, names),
        "unit": wanted.unit and (dimension_name(wanted.unit[0]), names(*wanted.unit)),
        "start": page.addresses.of("overview"),
    }
    return render(request, "insights/overview.html", told)
