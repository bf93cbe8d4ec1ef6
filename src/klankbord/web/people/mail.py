"""What the product writes to its users: short letters in their own language, sent where mail is set up."""

from django.conf import settings
from django.core.signing import Signer
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from klankbord.web.kernel import mail
from klankbord.web.kernel.mail import is_set_up
from klankbord.web.people.models import Invitation, User

__all__ = ["invitation_link", "is_set_up", "send", "send_invitation", "was_mailed"]

_SIGNER = Signer(salt="people.mailed")


def send(key: str, to: str, *, language: str = "", **values: object) -> bool:
    """Send the letter of that name, and say whether it went out."""
    return mail.send(f"people.mail.{key}", to, language=language or _language_of(to), **values)


def send_invitation(invitation: Invitation, secret: str, *, invited_by: str) -> bool:
    """Mail an invitation, in the language of its organisation where the address is nobody's yet."""
    return send(
        "invitation",
        invitation.email,
        language=_language_of(invitation.email, invitation.organisation.language),
        organisation=invitation.organisation.name,
        name=invited_by,
        link=f"{invitation_link(secret)}?mailed={_SIGNER.signature(secret)}",
    )


def invitation_link(secret: str) -> str:
    """Return the address at which an invitation is accepted."""
    return f"{settings.OPTIONS.url.rstrip('/')}{reverse('invitation', kwargs={'secret': secret})}"


def was_mailed(secret: str, proof: str) -> bool:
    """Say whether a link came by mail: the one that is shown to the inviter proves nothing about the address."""
    return constant_time_compare(_SIGNER.signature(secret), proof)


def _language_of(email: str, otherwise: str = "en") -> str:
    return User.objects.filter(email=email).values_list("language", flat=True).first() or otherwise
