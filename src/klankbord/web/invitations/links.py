"""Links that a customer is sent: signed, without personal data, and made again from the invitation whenever needed."""

from typing import Final

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from klankbord.web.invitations.models import PUBLIC_ID_LENGTH, Invitation
from klankbord.web.kernel.tenancy import everywhere

_SALT: Final = "klankbord.invitations.links"
# 128 bits, in digits that survive mail servers which fold capitals.
_SIGNATURE: Final = 32


def token_of(invitation: Invitation) -> str:
    """Return what an invitation is known by outside.

    The register holds only its first part: who reads the register, or a copy of it, cannot make a link.
    """
    return f"{invitation.public_id}{_signature(invitation.public_id, settings.SECRET_KEY)}"


def public_id_in(token: str) -> str | None:
    """Return the public id in a token; nothing where we did not make it, which costs no query to find out."""
    public_id, signature = token[:PUBLIC_ID_LENGTH], token[PUBLIC_ID_LENGTH:]
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ours = any(constant_time_compare(signature, _signature(public_id, key)) for key in keys)
    return public_id if ours else None


def invitation_by(token: str) -> Invitation | None:
    """Return the invitation of a token, of whichever organisation; nothing for one that we did not make.

    Nothing is set: the caller acts in `invitation.organisation`, and looks at `invitation.is_open`.
    """
    public_id = public_id_in(token)
    if public_id is None:
        return None
    with everywhere():
        found = Invitation.objects.select_related("organisation", "version", "survey").filter(public_id=public_id)
        # One that came with history was never linked to.
        invitation: Invitation | None = found.exclude(version=None).first()
    return invitation


def page_url(invitation: Invitation) -> str:
    """Return the address of the page on which the customer answers."""
    return f"{settings.OPTIONS.url.rstrip('/')}/s/{token_of(invitation)}/"


def score_url(invitation: Invitation, score: int) -> str:
    """Return the address of that page with a score chosen."""
    return f"{page_url(invitation)}{score}/"


def stop_url(invitation: Invitation) -> str:
    """Return the address at which the customer says that they do not want to be asked again."""
    return f"{page_url(invitation)}stop/"


def honeypot_url(invitation: Invitation) -> str:
    """Return an address that stands in the mail and is not to be seen: only machines follow it."""
    return f"{page_url(invitation)}more/"


def _signature(public_id: str, key: str | bytes) -> str:
    return salted_hmac(_SALT, public_id, secret=key, algorithm="sha256").hexdigest()[:_SIGNATURE]
