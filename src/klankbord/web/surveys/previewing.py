"""What the editor's preview shows: a step of answering, made by the templates of the real pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, cast

from klankbord.web.surveys.asked import Asked
from klankbord.web.surveys.editing import Content
from klankbord.web.surveys.flaws import QuestionnaireError
from klankbord.web.surveys.questionnaire import Questionnaire
from klankbord.web.surveys.rendering import Around, Given, Step, respondent_html
from klankbord.web.surveys.shown import flaw_said

STEPS = ("answer", "thanks", "stop", "stopped", "expired")
WIDTHS = ("phone", "desktop")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Which step is shown, after which score, in which language, and how wide."""

    step: Step = "answer"
    score: int | None = None
    language: str = ""
    width: str = "phone"

    @classmethod
    def of(cls, told: Mapping[str, Any], language: str) -> Self:
        """Return what a form or an address asks for; what it does not know is as usual."""
        step, score = told.get("show.step", "answer"), told.get("show.score", "")
        return cls(
            step=cast(Step, step if step in STEPS else "answer"),
            score=int(score) if score.isdecimal() and len(score) < 3 else None,
            language=language,
            width="desktop" if told.get("show.width") == "desktop" else "phone",
        )

    def given(self, asked: Asked) -> Given:
        """Return what was answered before this step."""
        return Given(score=self.score if self.score in asked.scale else None)


def preview_shown(content: Content, preview: Preview) -> dict[str, Any]:
    """Return what the preview shows, or what keeps it from showing anything."""
    shown = {"preview": preview, "steps": STEPS, "widths": WIDTHS, "flaws_found": (), "preview_html": ""}
    try:
        asked = Questionnaire.from_dict(content).in_language(preview.language)
    except QuestionnaireError as error:
        return shown | {"flaws_found": error.flaws, "preview_flaws": [flaw_said(flaw) for flaw in error.flaws]}
    around = Around(stop_url="#", change_url="#", only_looked_at=True)
    urls = dict.fromkeys(asked.languages, "#")
    html = respondent_html(asked, step=preview.step, given=preview.given(asked), around=around, language_urls=urls)
    return shown | {"preview_html": html}
