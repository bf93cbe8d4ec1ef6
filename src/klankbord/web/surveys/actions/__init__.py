"""Everything that this room writes; page, API, command and demonstration call the same."""

from klankbord.web.surveys.actions.draft import change_draft, create_survey, discard_draft
from klankbord.web.surveys.actions.logos import LogoError, keep_logo
from klankbord.web.surveys.actions.publish import archive_survey, distribute, publish, rename, restore_survey

__all__ = [
    "LogoError",
    "archive_survey",
    "change_draft",
    "create_survey",
    "discard_draft",
    "distribute",
    "keep_logo",
    "publish",
    "rename",
    "restore_survey",
]
