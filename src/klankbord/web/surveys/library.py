"""Where a new survey begins: questions as the field words them, in four languages, reviewed by us and kept fixed.

Sources of the wordings and of our changes to them are in `docs/surveys.md`. Changing a word here changes no survey
that is there already, and breaks the trend of none.
"""

from typing import Final

from klankbord.reports.wording import LANGUAGES
from klankbord.score import MEASURES
from klankbord.web.kernel.wording import worded_in
from klankbord.web.surveys.parts import BRAND_BLANK, OF_CONTACTS, BySegment, Callback, Scores, Texts
from klankbord.web.surveys.questionnaire import Questionnaire

# What can be begun with, and which metric that is.
STARTING_POINTS: Final = {"nps": "nps", "nps_contact": "nps", "csat": "csat", "ces": "ces", "enps": "enps"}


def starting_point(
    kind: str, *, brand: str, mode: str = "service", languages: tuple[str, ...] = LANGUAGES, language: str = ""
) -> Questionnaire:
    """Return a whole questionnaire to begin with: its score question, one why for all, thanks, and consent to call.

    Nobody is asked whether they may be called after a good score, nor in research.

    >>> starting_point("ces", brand="Halder", mode="research").in_language("en").question
    'Halder made it easy for me to handle my issue.'
    """
    measure = MEASURES[STARTING_POINTS[kind]]
    callback = Callback(text=texts("callback"), scores=Scores(measure.levels[0], min(measure.good) - 1))
    return Questionnaire(
        metric=measure.name,
        mode=mode,
        brand=brand,
        languages=languages,
        language=language or languages[0],
        question=texts(f"{kind}.question"),
        low=texts(f"{kind}.low"),
        high=texts(f"{kind}.high"),
        why=BySegment(texts("why.everyone")),
        thanks=BySegment(texts("thanks.everyone")),
        callback=callback if mode == "service" and measure.name in OF_CONTACTS else None,
    )


def follow_ups(metric: str) -> BySegment:
    """Return why, asked differently of those who gave a good, a middling and a bad score."""
    words = MEASURES[metric].words
    tones = ("good", "middling", "bad") if len(words) == 3 else ("good", "middling")
    why = "why" if metric in OF_CONTACTS else "why_work"
    parts = ((word, texts(f"{why}.{tone}")) for word, tone in zip(words, tones, strict=True))
    return BySegment(texts(f"{why}.everyone"), tuple(parts))


def texts(key: str) -> Texts:
    """Return a text of the library in all languages, with the blank for the brand left open."""
    return Texts.of(
        {language: worded_in(language)(f"surveys.library.{key}", brand=BRAND_BLANK) for language in LANGUAGES}
    )
