"""Pages for who comes in: accepting an invitation, and the first minute of an installation."""

from django.contrib.auth import login
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from klankbord.web.kernel.access import PUBLIC, needs
from klankbord.web.people import actions, first_run, mail, queries, sessions
from klankbord.web.people.errors import PeopleError
from klankbord.web.people.forms import FirstRunForm, NewcomerForm
from klankbord.web.people.models import Invitation, Membership, User


@needs(PUBLIC)
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Accept an invitation: signed in, as oneself; else by signing in, or with a name and a password."""
    asked = queries.invitation_with(secret)
    if asked is None:
        return render(request, "people/invitation_gone.html", status=404)
    if request.user.is_authenticated:
        return _accept_signed_in(request, asked, request.user)
    if User.objects.filter(email=asked.email).exists():
        context = {"invitation": asked, "sign_in": redirect_to_login(request.get_full_path()).url}
        return render(request, "people/invitation_sign_in.html", context)
    return _accept_as_newcomer(request, asked, by_mail=mail.was_mailed(secret, request.GET.get("mailed", "")))


def _accept_signed_in(request: HttpRequest, asked: Invitation, user: User) -> HttpResponse:
    if user.email != asked.email:
        return render(request, "people/invitation_of_another.html", status=403)
    if request.method == "POST":
        try:
            return _enter(request, actions.accept_invitation(asked, user=user))
        except PeopleError as error:
            return render(request, "people/invitation_gone.html", {"error": error}, status=400)
    return render(request, "people/invitation_accept.html", {"invitation": asked})


def _accept_as_newcomer(request: HttpRequest, asked: Invitation, *, by_mail: bool) -> HttpResponse:
    form = NewcomerForm(request.POST or None)
    if form.is_valid():
        spoken = get_language() or asked.organisation.language
        try:
            joined = actions.accept_invitation(asked, **form.cleaned_data, language=spoken, by_mail=by_mail)
            return _enter(request, joined)
        except PeopleError as error:
            form.refuse(error)
        except ValidationError as error:
            form.refuse_password(error)
    return render(request, "people/invitation_newcomer.html", {"form": form, "invitation": asked})


@needs(PUBLIC)
def begin(request: HttpRequest, secret: str) -> HttpResponse:
    """Make the first organisation and its owner; once there is anybody, there is nothing here."""
    if not first_run.is_open(secret):
        raise Http404
    form = FirstRunForm(request.POST or None, initial={"language": get_language()})
    if form.is_valid():
        try:
            return _enter(request, first_run.begin(secret, **form.cleaned_data))
        except PeopleError as error:
            form.refuse(error)
        except ValidationError as error:
            form.refuse_password(error)
    return render(request, "people/first_run.html", {"form": form})


def _enter(request: HttpRequest, membership: Membership) -> HttpResponse:
    if request.user != membership.user:
        login(request, membership.user)
    sessions.note_organisation(request.session, membership.organisation.slug)
    return redirect("start")
