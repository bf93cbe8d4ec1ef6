"""The lake of an organisation: made when first needed, with the settings that the organisation decided on."""

from pathlib import Path
from typing import cast

from django.conf import settings
from filelock import FileLock

from klankbord.lake import Lake, Settings
from klankbord.lake.store.settings import Attribution
from klankbord.web.kernel.models import Organisation


def lake_folder(organisation: Organisation) -> Path:
    """Return where the lake of an organisation lies, or will lie."""
    return settings.HOME.lakes / str(organisation.pk)


def lake_of(organisation: Organisation) -> Lake:
    """Return the lake of an organisation, and make it where there is none."""
    folder = lake_folder(organisation)
    if not Lake.is_at(folder):
        with FileLock(f"{folder}.making"):
            if not Lake.is_at(folder):
                Lake.create(folder, lake_settings(organisation))
    return Lake(folder)


def lake_settings(organisation: Organisation) -> Settings:
    """Return what the organisation decided about its lake."""
    return Settings(
        zone=organisation.zone,
        attribution=cast(Attribution, organisation.attribution),
        reason=organisation.attribution_reason,
    )


def has_moved_on(error: Exception) -> bool:
    """Say whether files of a lake went while they were read: whoever erases leaves no file of the state before."""
    from duckdb import IOException  # noqa: PLC0415  not every process counts

    return isinstance(error, IOException)
