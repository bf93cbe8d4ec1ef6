"""The library's views of signing in, with our forms, our ways back, and only where they can work."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.account.models import EmailAddress
from allauth.mfa.base import views as mfa
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as openid
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.http import require_POST

from klankbord.web.people import kept, mail, passkeys
from klankbord.web.people import sign_in_forms as forms
from klankbord.web.people.models import User

_Answer = Callable[..., HttpResponseBase]
OWN_ACCOUNT = reverse_lazy("profile")


class SignIn(account.LoginView):  # type: ignore[misc]
    """Signing in with a password, a passkey or the organisation's own sign-in."""

    form_class = forms.SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add which ways there are."""
        ways = {"can_reset": mail.is_set_up(), "elsewhere": elsewhere(), "passkeys": passkeys.work_at(self.request)}
        ways |= {"is_kept": kept.is_there(self.request.session), "nobody_yet": not User.objects.exists()}
        return super().get_context_data(**kwargs) | ways  # type: ignore[no-any-return]


class Authenticate(mfa.AuthenticateView):  # type: ignore[misc]
    """The second step of signing in: a code or a passkey."""

    form_class = forms.CodeForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whether a passkey would do."""
        would = passkeys.work_at(self.request) and passkeys.has_any(self.stage.login.user)
        return super().get_context_data(**kwargs) | {"has_passkey": would}  # type: ignore[no-any-return]


class _Adding:
    # The library notes an address as unverified when its user asks for a new password, and then refuses them second
    # steps. Whether an address is proven is our own question, see `proof`.
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            EmailAddress.objects.filter(user=request.user, verified=False).delete()
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return answer


class AddApp(_Adding, totp.ActivateTOTPView):  # type: ignore[misc]
    """Adding an authenticator app."""

    form_class = forms.AddAppForm


class AddPasskey(_Adding, webauthn.AddWebAuthnView):  # type: ignore[misc]
    """Adding a passkey."""

    form_class = forms.AddPasskeyForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the device needs to make one."""
        context: dict[str, Any] = super(webauthn.AddWebAuthnView, self).get_context_data(**kwargs)
        options = auth.begin_registration(self.request.user, passwordless=True)
        return context | {"js_data": {"creation_options": options}}


class RenamePasskey(webauthn.EditWebAuthnView):  # type: ignore[misc]
    """Renaming a passkey."""

    form_class = forms.RenamePasskeyForm
    success_url = OWN_ACCOUNT


class Connections(social.ConnectionsView):  # type: ignore[misc]
    """Ending the connection with the organisation's own sign-in; it is shown on one's own account."""

    success_url = OWN_ACCOUNT

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Lead to one's own account."""
        return redirect("profile")

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say why it cannot be ended."""
        return render(self.request, "socialaccount/connections.html", {"form": form}, status=400)


def elsewhere() -> str:
    """Return what the organisation's own sign-in is called, or nothing where there is none."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return str(apps[0]["name"]) if apps else ""


@require_POST
def go_elsewhere(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the organisation's own sign-in, by a page of ours.

    A form may lead nowhere but here (form-action in the content policy, which browsers apply to redirects as well).
    """
    if not elsewhere():
        raise Http404
    response: HttpResponse = openid.login(request, provider_id)
    if isinstance(response, HttpResponseRedirect):
        context = {"address": response.url, "name": elsewhere()}
        return render(request, "socialaccount/onward.html", context)
    return response


def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take in who comes back from the organisation's own sign-in."""
    if not elsewhere():
        raise Http404
    response: HttpResponse = openid.callback(request, provider_id)
    return response


def where_mail_is_set_up(view: _Answer) -> _Answer:
    """Show a page only where the installation can send mail."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not mail.is_set_up():
            raise Http404
        return view(request, *args, **kwargs)

    return shown
