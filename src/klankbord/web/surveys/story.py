"""A survey's versions with what each changed, and what publishing its draft would change."""

from itertools import pairwise
from typing import Any

from klankbord.web.kernel.wording import say
from klankbord.web.surveys.differences import Difference, differences
from klankbord.web.surveys.flaws import gaps_in
from klankbord.web.surveys.models import Survey, Version
from klankbord.web.surveys.queries import reworded
from klankbord.web.surveys.shown import flaw_said, language_said, place_said

Shown = dict[str, Any]


def versions_shown(survey: Survey) -> list[Shown]:
    """Return the versions, the newest first, each with what is different from the one before."""
    versions = list(Version.objects.filter(survey=survey).select_related("published_by"))
    asked = next((one for one in versions if one.published_at), None)
    pairs = [*pairwise(versions), (versions[-1], None)] if versions else []
    return [
        {
            "version": version,
            "asked": version is asked and survey.archived_at is None,
            "breaks": before is not None and version.published_at is not None and version.wording > before.wording,
            "differences": differences_shown(before, version) if before else [],
        }
        for version, before in pairs
    ]


def publication_shown(survey: Survey) -> Shown:
    """Return what publishing changes: texts, and whether the trend breaks; or what keeps it from being published."""
    versions = list(Version.objects.filter(survey=survey))
    draft = next((one for one in versions if one.published_at is None), None)
    current = next((one for one in versions if one.published_at), None)
    shown: Shown = {"survey": survey, "draft": draft, "current": current}
    if draft is None:
        return shown
    questionnaire = draft.questionnaire
    return shown | {
        "gaps": [flaw_said(gap) for gap in gaps_in(questionnaire)],
        "differences": differences_shown(current, draft) if current else [],
        "reworded": [language_said(code) for code in reworded(survey, questionnaire)] if current else [],
        "asked": [questionnaire.in_language(language) for language in questionnaire.languages],
    }


def differences_shown(earlier: Version, later: Version) -> list[Shown]:
    """Return what is different between two versions, in words."""
    return [_shown(one) for one in differences(earlier.questionnaire, later.questionnaire)]


def _shown(difference: Difference) -> Shown:
    place = difference.place
    before, after = (_said(place.part, text) for text in (difference.before, difference.after))
    return {"place": place_said(place), "before": before, "after": after, "language": place.language}


def _said(part: str, text: str) -> str:
    return say(f"surveys.edit.{text}") if part == "kind" and text else text
