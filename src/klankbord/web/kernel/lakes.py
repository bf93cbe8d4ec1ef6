"""The lake of an organisation: made when first needed, with the settings that the organisation decided on."""

import re
from pathlib import Path
from typing import cast

from django.conf import settings
from filelock import FileLock

from klankbord.lake import Lake, Settings
from klankbord.lake.store.settings import Attribution
from klankbord.web.kernel.models import Organisation

_PSEUDONYM = re.compile(r"[0-9a-f]{20}")


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


def agent_in_lake(organisation: Organisation, code: str) -> str | None:
    """Return what the lake calls an agent, or None where it does not tell agents apart.

    Agents who were learnt from a lake are known by their pseudonym only, which is then their code.
    """
    lake = lake_of(organisation)
    match lake.settings.attribution:
        case "named":
            return code
        case "pseudonym":
            return code if _PSEUDONYM.fullmatch(code) else lake.key.pseudonym(code)
        case _:
            return None
