"""What somebody sent after their session had ended: kept, encrypted, until they have signed in and send it again."""

import json

from allauth.core import ratelimit
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from klankbord.web.kernel.encryption import decrypt, encrypt
from klankbord.web.kernel.sent import fields_of

_NAME = "kept"
_HOURS_KEPT = 1
_AT_MOST = 300_000  # bytes; nobody writes more by hand


def keep(request: HttpRequest) -> bool:
    """Keep what a form sent, and say whether that could be done: no files, and no more than a few an hour.

    Whoever is not signed in could fill the register otherwise.
    """
    fields = [field for field in fields_of(request) if field[0] != "csrfmiddlewaretoken"]
    told = json.dumps([request.get_full_path(), fields])
    if not fields or len(told) > _AT_MOST or not ratelimit.consume(request, action="kept"):
        return False
    request.session[_NAME] = encrypt(told.encode()).decode()
    request.session.set_expiry(_HOURS_KEPT * 3600)
    return True


def kept_in(session: SessionBase) -> tuple[str, list[list[str]]] | None:
    """Return where it was sent to and its fields, if anything was kept."""
    if _NAME not in session:
        return None
    path, fields = json.loads(decrypt(session[_NAME].encode()))
    return path, fields


def forget(session: SessionBase) -> None:
    """Forget what was kept."""
    session.pop(_NAME, None)
