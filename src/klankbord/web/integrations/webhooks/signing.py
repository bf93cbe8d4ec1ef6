"""Signatures as Standard Webhooks 1.0 says: HMAC-SHA256 over id, timestamp and body."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

_PREFIX = "whsec_"
_BYTES = 32  # the standard asks for 24 to 64


def new_secret() -> str:
    """Make a secret, in the form in which receivers expect it."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def new_message() -> str:
    """Make the id of a message, by which a receiver knows one that it has seen."""
    return f"msg_{secrets.token_urlsafe(20)}"


def signed_headers(signed_by: Iterable[str], message: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three headers of the standard, with a signature by each secret that is valid."""
    content = f"{message}.{timestamp}.".encode() + body
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_signature(secret, content) for secret in signed_by),
    }


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
