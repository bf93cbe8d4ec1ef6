"""The folder of files that came in by upload and wait to be looked at and brought in."""

import hashlib
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import get_valid_filename

from klankbord.errors import FileError
from klankbord.web.contacts.models import Upload

MOST_BYTES: Final = 2 * 1024**3


def own_folder(organisation: int | None) -> Path:
    """Return the folder of an organisation's files, and make it where it is not there."""
    folder: Path = settings.HOME.files / str(organisation)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def folder_of(upload: Upload) -> Path:
    """Return the folder of an upload's files."""
    return own_folder(upload.organisation_id) / f"incoming-{upload.pk}"


def files_of(upload: Upload) -> list[Path]:
    """Return the files of an upload."""
    return [folder_of(upload) / name for name in upload.names]


def names_of(files: "Sequence[UploadedFile[bytes]]") -> list[str]:
    """Return a name for each file that no other has, and that leads nowhere else."""
    names: list[str] = []
    for file in files:
        name = get_valid_filename((file.name or "").replace("\\", "/").rpartition("/")[2].lstrip(".") or "file")[-100:]
        names.append(name if name not in names else f"{len(names) + 1}-{name}")
    return names


def store(upload: Upload, files: "Iterable[UploadedFile[bytes]]") -> str:
    """Write the files to their folder, and return the digest of all that is in them."""
    folder, digest = folder_of(upload), hashlib.sha256()
    folder.mkdir(mode=0o700)
    for name, file in zip(upload.names, files, strict=True):
        (folder / name).touch(mode=0o600)
        with (folder / name).open("wb") as stored:
            for chunk in file.chunks():
                stored.write(chunk)
                digest.update(chunk)
    return digest.hexdigest()


def drop_files(upload: Upload) -> None:
    """Remove the files of an upload."""
    shutil.rmtree(folder_of(upload), ignore_errors=True)


def refuse_too_large(files: "Sequence[UploadedFile[bytes]]") -> int:
    """Return how many bytes files have together, and refuse those that are too many."""
    size = sum(file.size or 0 for file in files)
    if size > MOST_BYTES:
        raise FileError(
            "these files are larger than 2 GB together",
            hint="bring them in one by one, or split them",
            case="contacts.too_large",
        )
    return size
