"""The draw: a number for each contact that nobody can foresee or steer, the same in whatever order contacts come."""

from functools import cache
from hashlib import blake2b
from typing import Final

from django.conf import settings
from django.utils.crypto import salted_hmac

_BYTES: Final = 8
_RANGE: Final = 1 << 8 * _BYTES


def draw(rule: int, source: str, external_id: str) -> float:
    """Return a number from 0 up to 1 for a contact and a rule; it is chosen when this is below its chance."""
    said = f"{rule}\0{source}\0{external_id}".encode()
    return int.from_bytes(blake2b(said, key=_key(settings.SECRET_KEY), digest_size=_BYTES).digest()) / _RANGE


@cache
def _key(secret: str) -> bytes:
    return salted_hmac("klankbord.invitations.draw", "key", secret=secret, algorithm="sha256").digest()
