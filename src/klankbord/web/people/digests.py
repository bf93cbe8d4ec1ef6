"""Secrets that are shown once: made here, kept as SHA-256 digests only, and compared in constant time."""

import hashlib
import secrets
import string

from django.utils.crypto import constant_time_compare

TOKEN_PREFIX = "kb_"  # noqa: S105  the part that everybody may know
_TOKEN_LENGTH = 40
_SIGNS = string.ascii_letters + string.digits


def fresh_link_secret() -> str:
    """Return a new secret for a link."""
    return secrets.token_urlsafe(32)


def fresh_token() -> str:
    """Return a new API token."""
    return TOKEN_PREFIX + "".join(secrets.choice(_SIGNS) for _ in range(_TOKEN_LENGTH))


def digest_of(secret: str) -> str:
    """Return what is kept of a secret; it is long and random, so that one round of hashing is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_secret_of(secret: str, digest: str) -> bool:
    """Say whether a digest was made of this secret."""
    return constant_time_compare(digest_of(secret), digest)
