"""How signing in behaves here: nobody signs up by themselves, and whatever is said or written is said our way."""

import io
from pathlib import PurePosixPath
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from qrcode.image.svg import SvgPathFillImage

from klankbord.web.kernel.encryption import decrypt, encrypt
from klankbord.web.kernel.wording import say, wording
from klankbord.web.people import kept, mail
from klankbord.web.people.models import User
from klankbord.web.people.preferences import AUTO, remember_theme
from klankbord.web.people.proof import prove_and_start_afresh

_said = lazy(say, str)


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Members are invited; there is no door for others."""

    error_messages = DefaultAccountAdapter.error_messages | {
        code: _said(f"people.wrong.{code}")
        for code in (
            "email_password_mismatch",
            "enter_current_password",
            "incorrect_code",
            "incorrect_password",
            "rate_limited",
            "too_many_login_attempts",
        )
    }

    def is_open_for_signup(self, request: Any) -> bool:  # noqa: ARG002
        """Return that nobody signs up by themselves."""
        return False

    def post_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse:
        """Bring the theme along that somebody chose on another device; what was kept of another is not theirs."""
        kept.kept_of(user, request.session)
        response: HttpResponse = super().post_login(request, user, **hooks)
        if "theme" not in request.COOKIES and user.theme != AUTO:
            remember_theme(response, user.theme)
        return response

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        """Return to one's own account after a password was changed."""
        return reverse("profile")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,  # noqa: ARG002
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say what happened, where the catalogue has a text for it; the rest goes without saying.

        Whoever is not signed in is told by the page itself.
        """
        key = f"people.done.{PurePosixPath(message_template or '').stem}"
        text = message or (say(key) if wording().knows(key) else "")
        if text and request.user.is_authenticated:
            messages.add_message(request, level, text, extra_tags=extra_tags)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write a letter that asks for something."""
        mail.send(PurePosixPath(template_prefix).name, email, link=context.get("password_reset_url", ""))

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Write to a user that something about their sign-in has changed."""
        del context
        key = PurePosixPath(template_prefix).name
        if wording().knows(f"people.mail.{key}"):
            mail.send(key, email or user.email, moment=f"{timezone.now():%Y-%m-%d %H:%M} UTC")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return the ways in which somebody can confirm that it is them."""
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": say(f"people.confirm.{_last(method['url'])}")} for method in methods]


def _last(url: str) -> str:
    parts = PurePosixPath(url).parts
    return {"account": "password", "2fa": "code", "webauthn": "passkey"}[parts[-2]]


class SocialAccounts(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Whoever the organisation's own sign-in vouches for must have been invited."""

    def is_open_for_signup(self, request: Any, sociallogin: Any) -> bool:  # noqa: ARG002
        """Return that nobody signs up by themselves."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Take somebody for the user of their address where the provider has verified that it is theirs.

        An address that is merely claimed is not enough: at some providers anybody can enter any.
        """
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        verified = [address.email.lower() for address in sociallogin.email_addresses if address.verified is True]
        user = User.objects.filter(email__in=verified, is_active=True).first()
        if user is not None:
            prove_and_start_afresh(user)
            sociallogin.connect(request, user)

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:  # noqa: ARG002
        """Return to one's own account after it was connected."""
        return reverse("profile")


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps and recovery codes lie encrypted in the register."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": _said("people.wrong.incorrect_code")}

    def encrypt(self, text: str) -> str:
        """Encrypt a secret before it is stored."""
        return encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a secret that was stored."""
        return decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """Draw the code that an app scans, on white: on a dark page a camera would find nothing."""
        drawn = io.BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(drawn)
        return drawn.getvalue().decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002, ARG002
        """Name a passkey by the day on which it was added."""
        return say("people.passkey.named", day=timezone.localdate())

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return under which name a device keeps its passkey."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": settings.MFA_TOTP_ISSUER}
