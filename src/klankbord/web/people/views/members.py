"""Pages of members: who they are, inviting, changing, letting go."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from klankbord.web.kernel.access import Actor, Permission, needs
from klankbord.web.kernel.wording import say
from klankbord.web.people import actions, queries
from klankbord.web.people.errors import PeopleError
from klankbord.web.people.forms import InvitationForm, MemberForm, RemovalForm
from klankbord.web.people.models import Invitation, Membership
from klankbord.web.people.reach import names_of_codes

_A_PAGE = 50


@needs(Permission.MANAGE_PEOPLE)
def member_list(request: HttpRequest) -> HttpResponse:
    """List members, and who has been invited."""
    actor = _actor(request)
    context = {
        "page": Paginator(queries.members(actor), _A_PAGE).get_page(request.GET.get("page")),
        "invitations": queries.open_invitations(actor)[:_A_PAGE],
        "names": names_of_codes(),
    }
    return render(request, "people/member_list.html", context)


@needs(Permission.MANAGE_PEOPLE)
def member_invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody; the answer shows the link, once."""
    form = InvitationForm(request.POST or None, initial={"role": "analyst"})
    if form.is_valid():
        try:
            invited = actions.invite_member(_actor(request), **form.said())
        except PeopleError as error:
            form.refuse(error)
        else:
            return render(request, "people/member_invited.html", {"invited": invited})
    return render(request, "people/member_invite.html", {"form": form})


@needs(Permission.MANAGE_PEOPLE)
def member_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a member is."""
    member = _member(request, pk)
    now = {"role": member.role, "teams": ", ".join(member.teams), "client": member.client, "agent": member.agent}
    form = MemberForm(request.POST or None, initial=now)
    if form.is_valid():
        try:
            actions.change_member(_actor(request), member, **form.said())
        except PeopleError as error:
            form.refuse(error)
        else:
            return _back(request, "member_changed")
    return render(request, "people/member_edit.html", {"form": form, "member": member})


@needs(Permission.MANAGE_PEOPLE)
def member_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a member go, after asking; on wish, forget them."""
    member = _member(request, pk)
    # A box that is not ticked is not posted: an empty form is an answer here.
    form = RemovalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.remove_member(_actor(request), member)
        except PeopleError as error:
            form.refuse(error)
        else:
            if form.cleaned_data["forget"]:
                actions.forget_user(_actor(request), user_id=member.user_id)
            return _back(request, "member_removed")
    return render(request, "people/member_remove.html", {"form": form, "member": member})


@needs(Permission.MANAGE_PEOPLE)
@require_POST
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    actions.withdraw_invitation(_actor(request), get_object_or_404(Invitation.objects.all(), pk=pk))
    return _back(request, "invitation_withdrawn")


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def _member(request: HttpRequest, pk: int) -> Membership:
    return get_object_or_404(queries.members(_actor(request)), pk=pk)


def _back(request: HttpRequest, done: str) -> HttpResponse:
    messages.success(request, say(f"people.done.{done}"))
    return redirect("member-list", organisation=_actor(request).organisation.slug)
