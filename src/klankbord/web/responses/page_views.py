"""Page views: what a page carries so that only somebody who was shown it can answer, and when that was.

It stands in for a session and a CSRF cookie: nothing is stored, neither here nor with the customer.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.core.signing import BadSignature, Signer

_GOOD_FOR: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """One view of a page: its id, and how long ago it was."""

    id: str
    age: timedelta

    @property
    def waited_ms(self) -> int:
        """How long ago it was, in milliseconds."""
        return max(0, int(self.age / timedelta(milliseconds=1)))


def new_view(page: str, now: datetime) -> str:
    """Return what a page of this name carries: its moment and an id, signed."""
    return _signer(page).sign(f"{int(now.timestamp() * 1000):x}.{secrets.token_hex(8)}")


def view_of(page: str, carried: str, now: datetime) -> PageView | None:
    """Return the view that something was sent from; nothing where that was not ours, of another page, or too old."""
    try:
        moment, _, identifier = _signer(page).unsign(carried).partition(".")
    except BadSignature:
        return None
    age = now - datetime.fromtimestamp(int(moment, 16) / 1000, UTC)
    return PageView(id=identifier, age=age) if age < _GOOD_FOR else None


def _signer(page: str) -> Signer:
    return Signer(salt=f"klankbord.responses.{page}", sep="~")
