"""What the product writes to its users: short letters in their own language, sent where mail is set up."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import Signer
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare

from klankbord.web.kernel.wording import say
from klankbord.web.people.models import Invitation, User

_log = logging.getLogger("klankbord.people.mail")
_SIGNER = Signer(salt="people.mailed")


def is_set_up() -> bool:
    """Say whether this installation can send mail."""
    return bool(settings.OPTIONS.mail_url)


def send(key: str, to: str, *, language: str = "", **values: object) -> bool:
    """Send the letter of that name, and say whether it went out.

    Mail that cannot be sent stops nobody: what it would have told is shown on the page as well.
    """
    if not is_set_up():
        return False
    with translation.override(language or _language_of(to)):
        subject = say(f"people.mail.{key}.subject", **values)
        text = say(f"people.mail.{key}.text", **values)
        letter = EmailMessage(subject, f"{text.strip()}\n\n{say('people.mail.end')}\n", to=[to])
    try:
        return bool(letter.send())
    except (SMTPException, OSError):
        _log.exception("a letter (%s) could not be sent", key)
        return False


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
