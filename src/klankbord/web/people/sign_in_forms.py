"""The forms of signing in, as the library has them, in our words."""

from typing import Any

from allauth.account import forms as account
from allauth.account.internal.flows.password_reset import request_password_reset
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest
from django.utils.translation import get_language

from klankbord.web.people import mail
from klankbord.web.people.proof import prove_and_start_afresh
from klankbord.web.people.worded import Worded


class SignInForm(Worded, account.LoginForm):  # type: ignore[misc]
    """Address and password; how long a session lasts is no question to the user, see `sessions`."""

    words = "people.sign_in"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["remember"]
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"

    def clean(self) -> Any:
        """Check address and password."""
        cleaned = super().clean()
        self.cleaned_data["remember"] = True
        return cleaned


class ConfirmPasswordForm(Worded, account.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    words = "people.sign_in"


class _NewPassword(Worded):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())


class ChangePasswordForm(_NewPassword, account.ChangePasswordForm):  # type: ignore[misc]
    """The password now, and the new one twice."""

    words = "people.password"


class SetPasswordForm(_NewPassword, account.SetPasswordForm):  # type: ignore[misc]
    """A first password, twice."""

    words = "people.password"


class ResetPasswordForm(Worded, account.ResetPasswordForm):  # type: ignore[misc]
    """The address to which a way to a new password is mailed."""

    words = "people.reset"

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Mail the way to a new password, or that nobody has this address: page and duration are the same."""
        email: str = self.cleaned_data["email"]
        if self.users:
            request_password_reset(request, email, self.users, kwargs.get("token_generator"))
        else:
            mail.send("unknown_account", email, language=get_language() or "")
        return email


class NewPasswordForm(_NewPassword, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, twice, after a mailed link proved whose address it is."""

    words = "people.password"

    def save(self) -> None:
        """Keep the new password."""
        prove_and_start_afresh(self.user)
        super().save()


class CodeForm(Worded, mfa.AuthenticateForm):  # type: ignore[misc]
    """The code of an authenticator app, or a recovery code."""

    words = "people.code"


class ConfirmCodeForm(Worded, mfa.ReauthenticateForm):  # type: ignore[misc]
    """The code once more, before something that matters."""

    words = "people.code"


class AddAppForm(Worded, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an authenticator app, to see that it works."""

    words = "people.app"


class AddPasskeyForm(Worded, AddWebAuthnForm):  # type: ignore[misc]
    """A passkey: always one that can be signed in with alone, guarded by the device's own lock."""

    words = "people.passkey"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)

    def clean(self) -> Any:
        """Check the passkey, and that the device asked for its lock."""
        self.cleaned_data["passwordless"] = True
        return super().clean()


class RenamePasskeyForm(Worded, EditWebAuthnForm):  # type: ignore[misc]
    """What a passkey is called."""

    words = "people.passkey"
