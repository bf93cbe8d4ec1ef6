"""Pages of one's own account: name, language, theme, ways to sign in, sessions; and being somebody in a demo."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from klankbord.web.kernel.access import PUBLIC, SIGNED_IN, needs
from klankbord.web.kernel.tenancy import everywhere
from klankbord.web.kernel.wording import say
from klankbord.web.people import kept, passkeys, preferences, queries, sessions
from klankbord.web.people.forms import ProfileForm
from klankbord.web.people.models import Membership, User
from klankbord.web.people.sign_in_views import elsewhere


@needs(SIGNED_IN)
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show one's own account, and change name, language and theme."""
    user = _user(request)
    now = {"name": user.name, "language": user.language or translation.get_language(), "theme": user.theme}
    form = ProfileForm(request.POST or None, initial=now)
    if form.is_valid():
        response = redirect("profile")
        User.objects.filter(pk=user.pk).update(name=form.cleaned_data["name"])
        preferences.choose_language(user, response, form.cleaned_data["language"])
        preferences.choose_theme(user, response, form.cleaned_data["theme"])
        with translation.override(form.cleaned_data["language"]):
            messages.success(request, say("people.done.profile_changed"))
        return response
    # The frame shows the organisation that one came from, or the first.
    slug = sessions.last_organisation(request.session) or next((one.slug for one in queries.organisations_of(user)), "")
    request.actor = queries.actor_in(user, slug)  # type: ignore[attr-defined]
    shown = {"form": form, "can_add_passkey": passkeys.work_at(request)}
    return render(request, "people/profile.html", shown | _ways_in(user))


def _ways_in(user: User) -> dict[str, Any]:
    authenticators = list(Authenticator.objects.filter(user_id=user.pk).order_by("pk"))
    by_kind = {kind: [one for one in authenticators if one.type == kind] for kind in Authenticator.Type}
    codes = by_kind[Authenticator.Type.RECOVERY_CODES]
    return {
        "passkeys": by_kind[Authenticator.Type.WEBAUTHN],
        "app": by_kind[Authenticator.Type.TOTP],
        "codes_left": len(codes[0].wrap().get_unused_codes()) if codes else None,
        "elsewhere": elsewhere(),
        "connected": SocialAccount.objects.filter(user_id=user.pk).first() if elsewhere() else None,
    }


@needs(SIGNED_IN)
@login_required
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    sessions.end_others(request, _user(request))
    messages.success(request, say("people.done.sessions_ended"))
    return redirect("profile")


@needs(SIGNED_IN)
@login_required
def kept_page(request: HttpRequest) -> HttpResponse:
    """Show that what was sent after a session had ended is still there, to be sent again or thrown away."""
    if request.method == "POST":
        kept.forget(request.session)
        return redirect("start")
    if (found := kept.kept_of(_user(request), request.session)) is None:
        return redirect("start")
    address, fields = found
    return render(request, "people/kept.html", {"address": address, "fields": fields})


@needs(PUBLIC)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Answer in another language from now on."""
    response = redirect(_next(request))
    preferences.choose_language(request.user, response, request.POST.get("language", ""))
    return response


@needs(PUBLIC)
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Show pages light, dark, or as the device does."""
    response = redirect(_next(request))
    preferences.choose_theme(request.user, response, request.POST.get("theme", ""))
    return response


@needs(PUBLIC)
@require_POST
def be(request: HttpRequest, pk: int) -> HttpResponse:
    """Become a person of the demonstration; where there is none, there is nothing here."""
    if not settings.OPTIONS.demo:
        raise Http404
    with everywhere():
        person: Membership | None = Membership.objects.select_related("user", "organisation").filter(pk=pk).first()
    if person is None:
        raise Http404
    login(request, person.user)
    sessions.note_organisation(request.session, person.organisation.slug)
    return redirect("start")


def _user(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    hosts = {request.get_host()}
    return wanted if url_has_allowed_host_and_scheme(wanted, hosts, require_https=request.is_secure()) else "/"
