"""Fields that nobody reads without the key: encrypted when stored, and readable again after the key has changed."""

from functools import cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@cache
def _cipher() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])


def encrypt(content: bytes) -> bytes:
    """Encrypt with the newest key."""
    return _cipher().encrypt(content)


def decrypt(content: bytes) -> bytes:
    """Decrypt with whichever key it was encrypted with."""
    return _cipher().decrypt(content)


class EncryptedTextField(models.BinaryField):  # type: ignore[type-arg]
    """Text that lies encrypted in the register; it cannot be searched, so search by pseudonym."""

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in; no text is stored as null."""
        return None if value in {None, ""} else encrypt(str(value).encode())

    def from_db_value(self, value: Any, *_: object) -> str:
        """Decrypt on the way out."""
        return "" if value is None else decrypt(bytes(value)).decode()
