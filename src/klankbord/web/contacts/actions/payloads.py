"""What came in, kept as it came in: packed, encrypted, and found again by whose data it holds."""

import json
import zlib
from collections.abc import Collection
from datetime import datetime

from klankbord.web.contacts.models import Payload
from klankbord.web.kernel.encryption import decrypt, encrypt
from klankbord.web.kernel.models import Organisation


def packed(content: bytes) -> bytes:
    """Return content as it is stored."""
    return encrypt(zlib.compress(content, level=1))


def unpacked(payload: Payload) -> bytes:
    """Return what came in, byte for byte."""
    return zlib.decompress(decrypt(bytes(payload.content)))


def keep_raw(
    organisation: Organisation, source: str, raw: bytes | list[object], whose: Collection[str], now: datetime
) -> None:
    """Keep what came in by one request."""
    content = raw if isinstance(raw, bytes) else json.dumps(raw, default=str).encode()
    Payload.objects.create(
        organisation=organisation,
        source=source,
        content=packed(content),
        pseudonyms=" ".join(sorted(whose)),
        received_at=now,
    )
