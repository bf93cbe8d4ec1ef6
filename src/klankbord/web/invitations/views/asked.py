"""Pages of who is asked: the invitations, what keeps people from being asked, and from whom they get mail."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from klankbord.web.invitations import actions, checking, queries, shown
from klankbord.web.invitations.forms import BlockForm, ClocksForm, LetterForm, SenderForm, WhoForm
from klankbord.web.invitations.letters import sender_of
from klankbord.web.invitations.models import Block, Clock, Invitation, Sender
from klankbord.web.invitations.steps import next_step
from klankbord.web.kernel.access import Actor, Permission, needs
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.mail import MailError, is_set_up
from klankbord.web.kernel.wording import in_words, say

_A_PAGE = 50
_P = Permission


@needs(_P.SEE_SURVEYS)
@require_safe
def asked_list(request: HttpRequest) -> HttpResponse:
    """List who was asked, and who is still silent."""
    actor, show = _actor(request), request.GET.get("show", "all")
    show = show if show in queries.STATES else "all"
    rule = request.GET.get("rule", "")
    rows = queries.invitations(actor, show, int(rule) if rule.isdecimal() else None)
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [shown.invitation(one, actor) for one in page],
        "step": None if page else next_step(actor),
        "tabs": [
            {"show": one, "label": say(f"invitations.states.{one}"), "current": one == show} for one in queries.STATES
        ],
        "rules": queries.rules(actor),
        "rule": rule,
        "show": show,
        "may_keep": actor.may(_P.MANAGE_SURVEYS),
        "anonymous": not actor.may(_P.SEE_RESEARCH),
        "mail_is_set_up": is_set_up(),
    }
    return render(request, "invitations/asked_list.html", context)


@needs(_P.MANAGE_SURVEYS)
@require_POST
def asked_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    done = actions.withdraw(_actor(request), invitation=_invitation(request, pk))
    return _told(request, "withdrawn" if done else "too_late", done=done)


@needs(_P.MANAGE_SURVEYS)
@require_POST
def asked_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an invitation again, or a reminder of it."""
    done = actions.ask_again(_actor(request), invitation=_invitation(request, pk))
    return _told(request, "again" if done else "too_late", done=done)


@needs(_P.MANAGE_SURVEYS)
def clock_list(request: HttpRequest) -> HttpResponse:
    """Show and set for how long nobody is asked again."""
    form = ClocksForm(request.POST or None, clocks=Clock.objects.all())
    if form.is_valid():
        actions.set_clocks(_actor(request), clocks=form.values())
        messages.success(request, say("invitations.done.clocks"))
        return redirect("clock-list", organisation=_actor(request).organisation.slug)
    return render(request, "invitations/clock_list.html", {"form": form})


@needs(_P.SEE_PERSONAL)
def block_list(request: HttpRequest) -> HttpResponse:
    """List who is not to be asked, by reason; of somebody who is named, say whether they are among them."""
    actor = _actor(request)
    form = WhoForm(request.POST or None)
    found = queries.blocks_of(actor, form.cleaned_data["who"]) if form.is_valid() else None
    page = Paginator(queries.blocks(actor), _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "found": None if found is None else [shown.block(one) for one in found],
        "page": page,
        "rows": [shown.block(one) for one in page],
        "may_keep": actor.may(_P.MANAGE_PRIVACY),
    }
    return render(request, "invitations/block_list.html", context)


@needs(_P.MANAGE_PRIVACY)
def block_new(request: HttpRequest) -> HttpResponse:
    """Keep somebody from being asked."""
    actor, form = _actor(request), BlockForm(request.POST or None)
    if form.is_valid():
        digest = lake_of(actor.organisation).key.pseudonym(form.cleaned_data["who"])
        actions.block(actor, digests=[digest], reason=form.cleaned_data["reason"], source="by hand", about=digest)
        messages.success(request, say("invitations.done.blocked"))
        return redirect("block-list", organisation=actor.organisation.slug)
    return render(request, "invitations/block_new.html", {"form": form})


@needs(_P.MANAGE_PRIVACY)
@require_POST
def block_lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Lift a block."""
    actions.lift_block(_actor(request), block=get_object_or_404(Block.objects.all(), pk=pk))
    messages.success(request, say("invitations.done.lifted"))
    return redirect("block-list", organisation=_actor(request).organisation.slug)


@needs(_P.MANAGE_SURVEYS)
def mail_check(request: HttpRequest) -> HttpResponse:
    """Show and set from whom customers get mail, and say what receivers look for."""
    actor = _actor(request)
    kept = Sender.objects.first()
    initial = {name: getattr(kept, name, "") for name in ("name", "address", "reply_to")}
    form = SenderForm(request.POST or None, initial=initial)
    if form.is_valid():
        actions.set_sender(actor, **form.cleaned_data)
        messages.success(request, say("invitations.done.sender"))
        return redirect("mail-check", organisation=actor.organisation.slug)
    context = {
        "form": form,
        "letter_form": LetterForm(),
        "findings": [shown.finding(one) for one in checking.findings(sender_of(actor.organisation))],
        "sender": sender_of(actor.organisation),
    }
    return render(request, "invitations/mail_check.html", context)


@needs(_P.MANAGE_SURVEYS)
@require_POST
def mail_test(request: HttpRequest) -> HttpResponse:
    """Send the letter of a survey to whoever is signed in."""
    actor, form = _actor(request), LetterForm(request.POST)
    if form.is_valid():
        try:
            checking.send_specimen(actor, to=request.user.email, **form.cleaned_data)  # type: ignore[union-attr]
        except MailError as error:
            messages.error(request, say("invitations.mail.not_sent", why=in_words(error).message))
        else:
            messages.success(request, say("invitations.mail.sent"))
    else:
        messages.error(request, say("invitations.mail.nothing"))
    return redirect("mail-check", organisation=actor.organisation.slug)


def _told(request: HttpRequest, key: str, *, done: bool) -> HttpResponse:
    (messages.success if done else messages.error)(request, say(f"invitations.done.{key}"))
    return redirect("asked-list", organisation=_actor(request).organisation.slug)


def _invitation(request: HttpRequest, pk: int) -> Invitation:
    found: Invitation = get_object_or_404(queries.invitations(_actor(request)), pk=pk)
    return found


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
