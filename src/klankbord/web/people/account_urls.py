"""Addresses of signing in and of one's own account: of the library's, only those that are used."""

from collections.abc import Callable
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from django.urls import URLPattern, path, re_path
from django.views.generic.base import RedirectView

from klankbord.web.kernel.access import PUBLIC, SIGNED_IN, needs
from klankbord.web.people import sign_in_forms as forms
from klankbord.web.people import sign_in_views as ours
from klankbord.web.people.views import account as own
from klankbord.web.people.views import joining

_View = Callable[..., Any]
_public: Callable[[_View], _View] = needs(PUBLIC)
_own: Callable[[_View], _View] = needs(SIGNED_IN)
_to_profile = _own(RedirectView.as_view(pattern_name="profile"))


def _by_mail(view: _View) -> _View:
    return _public(ours.where_mail_is_set_up(view))


_OWN: list[URLPattern] = [
    path("", own.profile, name="profile"),
    path("", own.profile, name="account"),
    path("sessions/end", own.end_other_sessions, name="end-other-sessions"),
    path("kept", own.kept_page, name="kept"),
    path("language", own.language, name="language"),
    path("theme", own.theme, name="theme"),
    path("be/<int:pk>", own.be, name="be"),
    path("invitation/<str:secret>", joining.invitation, name="invitation"),
    path("first-run/<str:secret>", joining.begin, name="first-run"),
]
_SIGNING_IN: list[URLPattern] = [
    path("login/", _public(ours.SignIn.as_view()), name="account_login"),
    path("logout/", _public(account.logout), name="account_logout"),
    path("inactive/", _public(account.account_inactive), name="account_inactive"),
    path(
        "reauthenticate/",
        _own(account.ReauthenticateView.as_view(form_class=forms.ConfirmPasswordForm)),
        name="account_reauthenticate",
    ),
]
_PASSWORD: list[URLPattern] = [
    path(
        "password/change/",
        _own(account.PasswordChangeView.as_view(form_class=forms.ChangePasswordForm)),
        name="account_change_password",
    ),
    path(
        "password/set/",
        _own(account.PasswordSetView.as_view(form_class=forms.SetPasswordForm)),
        name="account_set_password",
    ),
    path(
        "password/reset/",
        _by_mail(account.PasswordResetView.as_view(form_class=forms.ResetPasswordForm)),
        name="account_reset_password",
    ),
    path("password/reset/done/", _by_mail(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        _by_mail(account.PasswordResetFromKeyView.as_view(form_class=forms.NewPasswordForm)),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        _by_mail(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]
_SECOND_STEP: list[URLPattern] = [
    path("2fa/", _to_profile, name="mfa_index"),
    path("2fa/authenticate/", _public(ours.Authenticate.as_view()), name="mfa_authenticate"),
    path(
        "2fa/reauthenticate/",
        _own(mfa.ReauthenticateView.as_view(form_class=forms.ConfirmCodeForm)),
        name="mfa_reauthenticate",
    ),
    path("2fa/totp/activate/", _own(ours.AddApp.as_view()), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", _own(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", _own(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", _own(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", _own(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
]
_PASSKEYS: list[URLPattern] = [
    path("2fa/webauthn/", _to_profile, name="mfa_list_webauthn"),
    path("2fa/webauthn/login/", _public(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("2fa/webauthn/add/", _own(ours.AddPasskey.as_view()), name="mfa_add_webauthn"),
    path("2fa/webauthn/reauthenticate/", _own(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", _own(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/edit/", _own(ours.RenamePasskey.as_view()), name="mfa_edit_webauthn"),
]
_ELSEWHERE: list[URLPattern] = [
    path("elsewhere/", _own(ours.Connections.as_view()), name="socialaccount_connections"),
    path("elsewhere/cancelled/", _public(social.login_cancelled), name="socialaccount_login_cancelled"),
    path("elsewhere/failed/", _public(social.login_error), name="socialaccount_login_error"),
    path("oidc/<str:provider_id>/login/", _public(ours.go_elsewhere), name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", _public(ours.come_back), name="openid_connect_callback"),
]
urlpatterns = [*_OWN, *_SIGNING_IN, *_PASSWORD, *_SECOND_STEP, *_PASSKEYS, *_ELSEWHERE]
