"""How long a session lasts, which organisation it was last in, and how all of somebody's sessions are ended."""

import time

from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import F
from django.http import HttpRequest

from klankbord.web.people.models import User

IDLE_S = 12 * 3600
_NOTED_EVERY_S = 300  # a session is written once in five minutes, not with every page
_SEEN, _ORGANISATION = "seen_at", "organisation"


def keep_alive(session: SessionBase) -> bool:
    """Let a session end twelve hours after its last use, however somebody signed in; True where that was noted."""
    now = int(time.time())
    if now - session.get(_SEEN, 0) < _NOTED_EVERY_S:
        return False
    session[_SEEN] = now
    session.set_expiry(IDLE_S)
    return True


def note_organisation(session: SessionBase, slug: str) -> None:
    """Remember where somebody is, so that pages of their own account lead back there."""
    if session.get(_ORGANISATION) != slug:
        session[_ORGANISATION] = slug


def last_organisation(session: SessionBase) -> str:
    """Return the organisation that somebody was last in, or nothing."""
    return str(session.get(_ORGANISATION, ""))


def end_all(user: User) -> None:
    """End all sessions of a user."""
    User.objects.filter(pk=user.pk).update(session_round=F("session_round") + 1)
    user.refresh_from_db(fields=["session_round"])


def end_others(request: HttpRequest, user: User) -> None:
    """End all sessions of a user but this one."""
    end_all(user)
    update_session_auth_hash(request, user)
