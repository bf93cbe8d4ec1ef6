"""The outbox of the demonstration: mail that goes nowhere, and can be read as it would have arrived."""

from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed
from pathlib import Path
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

_MOST: Final = 500


class EmailBackend(BaseEmailBackend):
    """Keeps messages in the home instead of sending them."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep messages, the newest few hundred."""
        folder = _folder()
        for message in email_messages:
            name = f"{timezone.now():%Y%m%d-%H%M%S-%f}-{uuid4().hex[:8]}"
            draft = folder / f".{name}"
            draft.write_bytes(message.message().as_bytes())
            draft.rename(folder / f"{name}.eml")
        for old in sorted(folder.glob("*.eml"))[:-_MOST]:
            old.unlink(missing_ok=True)
        return len(email_messages)


def kept() -> list[str]:
    """Return the names of the messages that are there, the newest first."""
    return [path.stem for path in sorted(_folder().glob("*.eml"), reverse=True)]


def message(name: str) -> Parsed | None:
    """Return a message by name, if it is there."""
    if name not in kept():
        return None
    return message_from_bytes((_folder() / f"{name}.eml").read_bytes(), policy=policy.default)


def _folder() -> Path:
    folder: Path = settings.HOME.folder / "outbox"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
