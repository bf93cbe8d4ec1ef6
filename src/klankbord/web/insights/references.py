"""Opaque references: a contact, or a place in a list, named in an address without telling anything to who reads it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import QueryDict

from klankbord.errors import OptionError
from klankbord.web.kernel.access import Actor
from klankbord.web.kernel.models import Organisation

_BETWEEN = "\x1f"  # no source and no id holds a unit separator


class UnknownReferenceError(OptionError):
    """What stands in the address refers to nothing here."""

    code = "unknown_reference"


def seal(organisation: Organisation, kind: str, *parts: str) -> str:
    """Return a reference: the same for the same parts, so that links to one contact are equal, and of no use elsewhere.

    Ids of other systems can be telephone numbers or names, which must not lie in the logs of browsers and proxies.
    """
    sealed = _cipher(settings.SECRET_KEY).encrypt(_BETWEEN.join(parts).encode(), _bound(organisation, kind))
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(organisation: Organisation, kind: str, reference: str) -> list[str]:
    """Return the parts of a reference that was made for this organisation.

    Raises
    ------
    UnknownReferenceError
        When it was not.
    """
    try:
        sealed = urlsafe_b64decode(reference + "=" * (-len(reference) % 4))
        plain = _cipher(settings.SECRET_KEY).decrypt(sealed, _bound(organisation, kind))
    except (ValueError, InvalidTag):
        raise UnknownReferenceError(
            "the address refers to nothing here", hint="open it again from the list", case="insights.nothing_there"
        ) from None
    return plain.decode().split(_BETWEEN)


def contact_in(actor: Actor, reference: str) -> tuple[str, str]:
    """Return source and id of the contact that an address names."""
    source, external_id = unseal(actor.organisation, "contact", reference)
    return source, external_id


def place_in(actor: Actor, query: QueryDict) -> str | None:
    """Return where the page before ended, if the address says so."""
    after = query.get("after")
    return unseal(actor.organisation, "place", after)[0] if after else None


@lru_cache(maxsize=2)
def _cipher(secret: str) -> AESSIV:
    # SIV needs no nonce: the same contact has the same reference, and a changed one is refused (RFC 5297).
    derived = HKDF(algorithm=hashes.SHA256(), length=64, salt=None, info=b"klankbord references").derive(
        secret.encode()
    )
    return AESSIV(derived)


def _bound(organisation: Organisation, kind: str) -> list[bytes]:
    return [str(organisation.pk).encode(), kind.encode()]
