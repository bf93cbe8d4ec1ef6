"""What came in is kept as it came in, and found again by whose data it holds."""

import json
from collections.abc import Collection
from datetime import datetime

from klankbord.web.contacts.models import Payload
from klankbord.web.contacts.raw import packed
from klankbord.web.kernel.models import Organisation


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
