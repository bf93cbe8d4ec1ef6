"""The pages of whoever answers: looking at them stores no answer, sending from one that was looked at does."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_http_methods

from klankbord.web.invitations.actions import opt_out
from klankbord.web.invitations.links import public_id_in
from klankbord.web.kernel.access import PUBLIC, needs
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.responses import limits
from klankbord.web.responses.actions import Sending, Words, note_visit, take_answer
from klankbord.web.responses.models import Response, Visit
from klankbord.web.responses.occasions import Occasion, asked_of, open_occasion, questionnaire_of, sent_occasion
from klankbord.web.responses.page_views import PageView, new_view, view_of
from klankbord.web.responses.rules import distrust
from klankbord.web.responses.views.closed import closed, too_often
from klankbord.web.responses.visitors import visitor_of
from klankbord.web.surveys.asked import Asked
from klankbord.web.surveys.rendering import Around, Given, respondent_page, spoken_language

_GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
_Kind = Visit.Kind
_P = ParamSpec("_P")
_DIGITS = 4
# Sooner after the page nobody presses a button; and who looks like a machine is to take their time.
_HASTE_MS, _PATIENCE_MS = 500, 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a request is for: a link that was sent, or an open one, and who asks."""

    request: HttpRequest
    name: str
    page: str
    visitor: str
    now: datetime
    is_sent: bool
    answer: str = ""

    def look(self, *, view: str = "", score: int | None = None) -> Occasion | None:
        """Look up what it is about."""
        if self.is_sent:
            return sent_occasion(self.name, self.visitor, self.now, view=view, score=score)
        channel = self.request.GET.get("via", "web")
        answer = self.answer or (_answer_of(view) if view else "")
        return open_occasion(self.name, answer, self.visitor, self.now, channel=channel)

    def address(self, language: str = "", **more: str) -> str:
        """Return the address of its page."""
        via = self.request.GET.get("via", "")
        told = {"language": language, "via": via if not self.is_sent else ""} | more
        query = urlencode({name: value for name, value in told.items() if value})
        return f"{self.page}?{query}" if query else self.page

    def view(self) -> PageView | None:
        """Return the view of the page from which something is being sent."""
        return view_of(self.name, self.request.GET.get("view", ""), self.now)


_View = Callable[Concatenate[Link, _P], HttpResponse]


def _linked(view: "_View[_P]") -> Callable[..., HttpResponse]:
    """Give a view the link it is asked for, unless it is none of ours or asked for too often."""

    @wraps(view)
    def answered(
        request: HttpRequest, *, token: str = "", survey: str = "", answer: str = "", **more: Any
    ) -> HttpResponse:
        now = timezone.now()
        name = public_id_in(token) if token else survey
        if name is None:
            return closed(request)
        visitor = visitor_of(request, now)
        if not limits.admits(token or f"{survey} {answer or visitor}", visitor):
            return too_often(request)
        page = _page_of(token, survey, answer)
        link = Link(request=request, name=name, page=page, visitor=visitor, now=now, is_sent=bool(token), answer=answer)
        return view(link, **more)  # type: ignore[call-arg]

    return answered


def _page_of(token: str, survey: str, answer: str) -> str:
    if token:
        return reverse("respond", args=[token])
    return reverse("respond-again", args=[survey, answer]) if answer else reverse("respond-open", args=[survey])


@needs(PUBLIC)
@_GET_OR_POST
@_linked
def answer(link: Link, score: int | None = None) -> HttpResponse:
    """Show what is asked, with the score of the link chosen; by POST, take what was sent."""
    if link.request.method == "POST":
        return _taken(link)
    occasion = link.look()
    if occasion is None or not occasion.is_open or (link.answer and occasion.response is None):
        return closed(link.request)
    asked = _asked(link, occasion)
    chosen = score if score in asked.scale else None
    if link.request.method == "GET":
        note_visit(occasion, _Kind.PAGE if chosen is None else _Kind.SCORE, link.visitor, link.now, score=chosen)
    return _page(link, occasion, asked, chosen=chosen)


@needs(PUBLIC)
@require_http_methods(["GET", "HEAD"])
@_linked
def done(link: Link) -> HttpResponse:
    """Thank for an answer, and say until when it can be changed."""
    occasion = link.look()
    if occasion is None or not occasion.is_open:
        return closed(link.request)
    response, asked = occasion.response, _asked(link, occasion)
    if response is None:
        return HttpResponseRedirect(link.address(asked.language))
    around = _around(link, occasion, change_url=link.address(asked.language))
    given = Given(score=response.score)
    return respondent_page(
        link.request, asked, step="thanks", given=given, around=around, embedded_by=occasion.embedded_by
    )


@needs(PUBLIC)
@require_http_methods(["GET", "HEAD"])
@_linked
def honeypot(link: Link) -> HttpResponse:
    """Note that somebody follows what people cannot see, and send them on."""
    occasion = link.look()
    if occasion is None:
        return closed(link.request)
    note_visit(occasion, _Kind.HONEYPOT, link.visitor, link.now)
    return HttpResponseRedirect(link.page)


@needs(PUBLIC)
@_GET_OR_POST
@_linked
def stop(link: Link) -> HttpResponse:
    """Ask whether somebody wants to be asked no more; by POST, see to it, for good and for all channels.

    Mail programs send it without having seen a page (RFC 8058), and are believed. From a page it takes a view of it, so
    that whoever opens every link and presses every button stops nobody.
    """
    request = link.request
    occasion = link.look()
    invitation = occasion.invitation if occasion else None
    if occasion is None or invitation is None:
        return closed(request)
    asked, view = _asked(link, occasion), link.view()
    if request.method == "POST":
        one_click = view is None and request.POST.get("List-Unsubscribe") == "One-Click"
        if one_click or (view is not None and _is_a_person(link, occasion, view)):
            with acting_in(occasion.organisation):
                opt_out(invitation, source="one_click" if one_click else "link")
            return respondent_page(request, asked, step="stopped")
    elif request.method == "GET":
        note_visit(occasion, _Kind.STOP, link.visitor, link.now)
    if invitation.opted_out_at is not None:
        return respondent_page(request, asked, step="stopped")
    again = "yes" if request.method == "POST" else ""
    return respondent_page(
        request, asked, step="stop", around=Around(action=_sending_to(link, request.path, again=again))
    )


def _is_a_person(link: Link, occasion: Occasion, view: PageView) -> bool:
    """Say whether an opt-out is a person's: whoever looks like a machine is asked once more, and takes their time."""
    if link.request.GET.get("again"):
        return view.waited_ms >= _PATIENCE_MS
    return not distrust(occasion.sitting) and view.waited_ms >= _HASTE_MS


def _taken(link: Link) -> HttpResponse:
    request, view = link.request, link.view()
    told = request.POST.get("score", "")
    sent = int(told) if told.isdecimal() and len(told) < _DIGITS else None
    by_itself = "provisional" in request.POST

    def compose(occasion: Occasion) -> Sending | None:
        asked = _asked(link, occasion)
        if view is None or sent not in asked.scale:
            return None
        words = _words(request, asked, sent) if "shown" in request.POST and not by_itself else None
        return Sending(
            visitor=link.visitor,
            view=view,
            language=asked.language,
            at=link.now,
            score=sent,
            words=words,
            confirmed=not by_itself,
        )

    occasion, response = take_answer(lambda: link.look(view=view.id if view else "", score=sent), compose)
    if occasion is None or not occasion.is_open:
        return closed(request)
    asked = _asked(link, occasion)
    if response is None:
        return _page(link, occasion, asked, chosen=sent if sent in asked.scale else None, wanting=sent is None)
    return HttpResponse(status=204) if by_itself else _onward(link, asked, response)


def _onward(link: Link, asked: Asked, response: Response) -> HttpResponse:
    """Send somebody on to what follows: questions that they have not seen, or the thanks."""
    page, shown = link.page, link.request.POST.get("shown", "")
    if not link.is_sent:
        page = reverse("respond-again", args=[link.name, response.public_id])
    chosen = int(link.request.POST["score"])
    seen = shown.isdecimal() and int(shown) in asked.scale and asked.asks_alike(int(shown), chosen)
    target = replace(link, page=f"{page}done/" if seen else page)
    return HttpResponse(status=303, headers={"Location": target.address(asked.language)})


def _words(request: HttpRequest, asked: Asked, score: int) -> Words:
    told = {name: request.POST.getlist(name) for name in request.POST}
    return Words(
        comment=request.POST.get("why", ""),
        choices=asked.choices_in(told, score),
        wants_call=request.POST.get("call") == "yes" and bool(asked.callback_after(score)),
    )


def _page(link: Link, occasion: Occasion, asked: Asked, *, chosen: int | None, wanting: bool = False) -> HttpResponse:
    response = occasion.response
    given = Given(score=chosen)
    if response is not None:
        given = Given(
            score=response.score if chosen is None else chosen,
            comment=response.comment or "",
            choices=response.choices,
            wants_call=response.wants_call,
        )
    settled = response is not None and response.confirmed and (response.counted or response.decided_by_hand)
    tapped = link.request.method == "GET" and chosen is not None and not settled
    action = _sending_to(link, link.page)
    around = _around(
        link,
        occasion,
        action=action,
        provisional=action if tapped else "",
        answered=response is not None and response.status == Response.Status.COMPLETE,
        wanting=wanting,
    )
    status = 422 if wanting else 200
    return respondent_page(
        link.request,
        asked,
        step="answer",
        given=given,
        around=around,
        embedded_by=occasion.embedded_by,
        status=status,
    )


def _around(link: Link, occasion: Occasion, **told: Any) -> Around:
    invitation = occasion.invitation
    until = None
    if invitation is not None and invitation.expires_at is not None:
        until = invitation.expires_at.astimezone(ZoneInfo(occasion.organisation.zone)).date()
    stop_url = f"{link.page}stop/" if invitation is not None and invitation.opted_out_at is None else ""
    return Around(stop_url=stop_url, changeable_until=until, linked=invitation is not None, **told)


def _sending_to(link: Link, path: str, again: str = "") -> str:
    told = {"view": new_view(link.name, link.now), "again": again}
    told |= {"via": "" if link.is_sent else link.request.GET.get("via", "")}
    return f"{path}?{urlencode({name: value for name, value in told.items() if value})}"


def _asked(link: Link, occasion: Occasion) -> Asked:
    response, invitation = occasion.response, occasion.invitation
    preferred = response.language if response else invitation.language if invitation else ""
    spoken = spoken_language(link.request, questionnaire_of(occasion.version_id), preferred)
    return asked_of(occasion.version_id, spoken)


def _answer_of(view: str) -> str:
    """Return what a new answer by an open link is known by: of one page view it is one answer, however often sent."""
    return salted_hmac("klankbord.responses.answers", view, algorithm="sha256").hexdigest()[:16]
