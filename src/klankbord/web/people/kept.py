"""What somebody sent after their session had ended: kept, encrypted, until they have signed in and send it again.

The session does not tell any more whose it was, so that a signed note in the browser does: a text is offered to whom it
is of, and nothing is kept of whoever left no note.
"""

import json

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse

from klankbord.web.kernel.encryption import decrypt, encrypt
from klankbord.web.kernel.sent import fields_of
from klankbord.web.people.models import User

_NAME = "kept"
_HOURS_KEPT = 1
_NOTE = "last_user"
_NOTE_S = 7 * 24 * 3600  # a page may have been left open over a weekend
_AT_MOST = 300_000  # bytes; nobody writes more by hand


def note_whose(response: HttpResponse, user: User) -> None:
    """Leave a note in the browser of who is signed in, which outlives the session."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_signed_cookie(_NOTE, str(user.pk), max_age=_NOTE_S, secure=secure, httponly=True, samesite="Lax")


def keep(request: HttpRequest) -> bool:
    """Keep what a form sent, and say whether that could be done: no files, whose it is known, a few an hour.

    Whoever is not signed in could fill the register otherwise.
    """
    fields = [field for field in fields_of(request) if field[0] != "csrfmiddlewaretoken"]
    whose = request.get_signed_cookie(_NOTE, default="", max_age=_NOTE_S)
    told = json.dumps([whose, request.get_full_path(), fields])
    if not fields or not whose or len(told) > _AT_MOST or not ratelimit.consume(request, action="kept"):
        return False
    request.session[_NAME] = encrypt(told.encode()).decode()
    request.session.set_expiry(_HOURS_KEPT * 3600)
    return True


def is_there(session: SessionBase) -> bool:
    """Return whether anything is kept, of whomever."""
    return _NAME in session


def kept_of(user: User, session: SessionBase) -> tuple[str, list[list[str]]] | None:
    """Return where it was sent to and its fields, if anything of this user was kept; of others it is forgotten."""
    if not is_there(session):
        return None
    whose, *sent = json.loads(decrypt(session[_NAME].encode()))
    if whose != str(user.pk):
        forget(session)
        return None
    path, fields = sent
    return path, fields


def forget(session: SessionBase) -> None:
    """Forget what was kept."""
    session.pop(_NAME, None)
