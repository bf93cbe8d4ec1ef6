"""Contacts one by one: the list of them, and the story of each."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from klankbord.web.insights.actions import look_at_address
from klankbord.web.insights.addresses import Addresses
from klankbord.web.insights.beginning import beginning
from klankbord.web.insights.list_forms import ListForm
from klankbord.web.insights.listing import MORE, conditions_of, shown
from klankbord.web.insights.naming import Names
from klankbord.web.insights.periods import period_tabs
from klankbord.web.insights.queries import Look
from klankbord.web.insights.references import UnknownReferenceError, contact_in, place_in
from klankbord.web.insights.requests import Request
from klankbord.web.insights.story_page import StoryPage
from klankbord.web.insights.wanted import Wanted
from klankbord.web.kernel.access import Permission, needs
from klankbord.web.kernel.wording import say
from klankbord.web.responses.queries import answers


@needs(Permission.SEE_CONTACTS)
@require_GET
def contact_list(request: Request) -> HttpResponse:
    """Show contacts, newest first."""
    look, names, wanted = Look.of(request.actor), Names(), Wanted.read(request.GET, more=MORE)
    if look.has_nothing:
        told = beginning(look) | {"heading": say("insights.list.title")}
        return render(request, "insights/nothing_yet.html", told)
    found = look.contacts(conditions_of(wanted), wanted.period, after=place_in(request.actor, request.GET))
    told = {"periods": period_tabs(wanted), "form": ListForm(look, wanted, names), "clear": wanted.cleared}
    told |= {"anonymous": look.keeps_any}
    return render(request, "insights/contact_list.html", told | shown(request.actor, found, names))


@needs(Permission.SEE_SURVEYS)
@require_GET
def contact_of_answer(request: Request, answer: int) -> HttpResponse:
    """Go to the contact that an answer is about."""
    found = get_object_or_404(answers(request.actor), pk=answer).circumstances
    if "external_id" not in found:
        raise Http404
    return redirect(Addresses(organisation=request.actor.organisation).story(found["source"], found["external_id"]))


@needs(Permission.SEE_CONTACTS)
@require_http_methods(["GET", "POST"])
def contact_story(request: Request, token: str) -> HttpResponse:
    """Show what happened in one contact; by POST, with the customer's address."""
    look = Look.of(request.actor)
    try:
        told = look.story(*contact_in(request.actor, token))
    except UnknownReferenceError:
        told = None
    if told is None:
        raise Http404
    page = StoryPage(look=look, told=told, names=Names())
    seen = look_at_address(actor=request.actor, contact=page.contact) if request.method == "POST" else None
    return render(request, "insights/story.html", {"page": page, "shown": seen})
