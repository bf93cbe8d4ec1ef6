"""How what comes in is kept: packed and encrypted."""

import zlib

from klankbord.web.contacts.models import Payload
from klankbord.web.kernel.encryption import decrypt, encrypt


def packed(content: bytes) -> bytes:
    """Return content as it is stored."""
    return encrypt(zlib.compress(content, level=1))


def unpacked(payload: Payload) -> bytes:
    """Return what came in, byte for byte."""
    return zlib.decompress(decrypt(bytes(payload.content)))
