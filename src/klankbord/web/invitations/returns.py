"""By what returned mail is told apart: a tag that survives servers which fold capitals and rewrite headers."""

import re
from typing import Final

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from klankbord.web.invitations.models import Invitation
from klankbord.web.kernel.tenancy import everywhere

_SALT: Final = "klankbord.invitations.returns"
TAG: Final = re.compile(r"(\d{1,18})-([0-9a-f]{16})")
STOP: Final = "stop-"


def tag_of(invitation: Invitation) -> str:
    """Return the tag of an invitation; nobody else can make one, and it opens no link."""
    return f"{invitation.pk}-{_signature(str(invitation.pk), settings.SECRET_KEY)}"


def invitation_tagged(tag: str) -> Invitation | None:
    """Return the invitation of a tag, of whichever organisation."""
    found = TAG.fullmatch(tag.strip().lower())
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not found or not any(constant_time_compare(found[2], _signature(found[1], key)) for key in keys):
        return None
    with everywhere():
        invitation: Invitation | None = (
            Invitation.objects.select_related("organisation", "customer").filter(pk=int(found[1])).first()
        )
    return invitation


def bounce_address(invitation: Invitation) -> str:
    """Return the address that mail about an invitation comes back to; empty where the installation has none."""
    return _tagged(tag_of(invitation))


def stop_address(invitation: Invitation) -> str:
    """Return the address to which an empty letter is an opt-out (RFC 2369)."""
    return _tagged(f"{STOP}{tag_of(invitation)}")


def message_id_of(invitation: Invitation, *, is_reminder: bool, host: str) -> str:
    """Return the Message-ID: the same when it has to be sent again, so that mailboxes can show it once."""
    return f"<{tag_of(invitation)}{'.2' if is_reminder else ''}@{host}>"


def _tagged(tag: str) -> str:
    name, _, host = settings.OPTIONS.mail_bounces.partition("@")
    return f"{name}+{tag}@{host}" if host else ""


def _signature(text: str, key: str | bytes) -> str:
    return salted_hmac(_SALT, text, secret=key, algorithm="sha256").hexdigest()[:16]
