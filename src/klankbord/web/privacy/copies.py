"""Copies of what is held of a customer, waiting to be collected: encrypted files that are removed in time."""

from pathlib import Path

from django.conf import settings

from klankbord.web.kernel.encryption import decrypt, encrypt
from klankbord.web.privacy.models import Export


def write(export: Export, content: bytes) -> None:
    """Keep a copy until it is collected; one that was begun before is replaced."""
    path = _path(export)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.touch(mode=0o600)
    draft.write_bytes(encrypt(content))
    draft.replace(path)


def read(export: Export) -> bytes:
    """Return a copy."""
    return decrypt(_path(export).read_bytes())


def remove(export: Export) -> None:
    """Remove a copy, if it is still there."""
    path = _path(export)
    path.unlink(missing_ok=True)
    path.with_suffix(".part").unlink(missing_ok=True)


def _path(export: Export) -> Path:
    folder: Path = settings.HOME.files / str(export.organisation_id) / "copies"
    return folder / f"{export.reference}.zip"
