"""What can be wrong with a questionnaire, each flaw with its place: language, question, choice."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from klankbord.errors import KlankbordError
from klankbord.reports.wording import LANGUAGES
from klankbord.web.surveys.contrast import DAY, NIGHT, is_colour, is_readable, nearest_readable
from klankbord.web.surveys.parts import BRAND_BLANK, EVERYONE, METRICS, MODES, BySegment, Question, Scores, Texts

if TYPE_CHECKING:
    from klankbord.web.surveys.questionnaire import Questionnaire

MOST_QUESTIONS: Final = 5
MOST_CHOICES: Final = 12
# Characters; a question on a telephone has room for about two of these lengths.
LONGEST: Final = {
    "brand": 60,
    "low": 60,
    "high": 60,
    "choice": 100,
    "privacy_url": 300,
    "question": 240,
    "why": 240,
    "text": 240,
    "callback": 240,
    "thanks": 600,
}
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_ADDRESS = re.compile(r"https://[^\s/$.?#][^\s\"'<>]*")
_BLANK = re.compile(r"\{[^{}]*\}|[{}]")
MESSAGES: Final = {
    "unknown_metric": f"the metric is none of {', '.join(METRICS)}",
    "unknown_mode": f"the mode is none of {', '.join(MODES)}",
    "no_brand": "the brand has no name",
    "no_language": "no language is spoken",
    "unknown_language": f"the language is none of {', '.join(LANGUAGES)}",
    "language_twice": "a language is there twice",
    "default_not_spoken": "the language of its own is none of those it speaks",
    "missing": "the text is missing",
    "too_long": "the text is too long",
    "unknown_blank": f"the text has a blank other than {BRAND_BLANK}",
    "unknown_segment": "there is no such group",
    "consent_in_research": "nobody may be called back after research: it is anonymous",
    "too_many_questions": f"there are more than {MOST_QUESTIONS} questions",
    "too_few_choices": "a question needs two choices",
    "too_many_choices": f"a question has at most {MOST_CHOICES} choices",
    "bad_kind": "the kind is neither single nor multiple",
    "bad_id": "an id is made of a-z, 0-9, - and _, at most 40",
    "id_twice": "an id is there twice",
    "bad_scores": "the scores are not on the scale, or the wrong way round",
    "bad_address": "the address does not begin with https://",
    "bad_colour": "a colour is written as # and six digits",
    "unreadable": "text in this colour cannot be read",
    "of_another": "this never changes: what is measured otherwise is another survey",
    "unknown_logo": "there is no such logo",
    "too_big": "the file is too big for a page that opens at once on a telephone",
    "not_a_picture": "this is neither a PNG nor a JPEG",
    "too_large": "the picture has too many pixels",
    "wrong_shape": "this is not what belongs here",
    "unknown_key": "this belongs to no questionnaire",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a questionnaire: a part of it, and of which question, choice, group and language; counted from 1."""

    part: str
    question: int = 0
    choice: int = 0
    segment: str = ""
    language: str = ""

    def __str__(self) -> str:
        named = [f"question {self.question}" if self.question else "", f"choice {self.choice}" if self.choice else ""]
        return ", ".join(word for word in (self.language, *named, self.segment, self.part) if word)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing that is wrong; `near` is what would be right where that is known, such as a colour."""

    code: str
    place: Place
    near: str = ""

    def __str__(self) -> str:
        near = f"; the nearest that can be is {self.near}" if self.near else ""
        return f"{self.place}: {MESSAGES[self.code]}{near}"


class QuestionnaireError(KlankbordError):
    """A questionnaire has flaws, each with its place."""

    code = "bad_questionnaire"

    def __init__(self, *flaws: Flaw) -> None:
        self.flaws = flaws
        more = f" (and {len(flaws) - 1} more)" if len(flaws) > 1 else ""
        super().__init__(
            f"{flaws[0]}{more}",
            hint="correct what is named",
            status=422,
            flaws="\n".join(str(flaw) for flaw in flaws),
        )


def refuse_flaws(questionnaire: "Questionnaire") -> None:
    """Refuse what no draft may be."""
    if questionnaire.metric not in METRICS:  # without a scale nothing else can be said
        raise QuestionnaireError(Flaw(code="unknown_metric", place=Place(part="metric")))
    if flaws := tuple(_flaws(questionnaire)):
        raise QuestionnaireError(*flaws)


def refuse_gaps(questionnaire: "Questionnaire") -> None:
    """Refuse what cannot be published: a text that is missing in a language that is spoken."""
    if gaps := tuple(gaps_in(questionnaire)):
        raise QuestionnaireError(*gaps)


def gaps_in(questionnaire: "Questionnaire") -> Iterator[Flaw]:
    """Return the texts that are missing, by language."""
    for place, texts in texts_in(questionnaire):
        for language in questionnaire.languages:
            if not texts.in_language(language):
                yield Flaw(code="missing", place=replace(place, language=language))


def _flaws(questionnaire: "Questionnaire") -> Iterator[Flaw]:
    yield from _flaws_in_frame(questionnaire)
    yield from _flaws_in_languages(questionnaire)
    yield from _flaws_in_look(questionnaire)
    for part, texts in (("why", questionnaire.why), ("thanks", questionnaire.thanks)):
        yield from _flaws_in_segments(part, texts, questionnaire.segments)
    for place, one in texts_in(questionnaire):
        yield from _flaws_in_texts(place, one)
    yield from _flaws_in_questions(questionnaire)


def _flaws_in_frame(questionnaire: "Questionnaire") -> Iterator[Flaw]:
    if questionnaire.mode not in MODES:
        yield Flaw(code="unknown_mode", place=Place(part="mode"))
    if not questionnaire.brand.strip():
        yield Flaw(code="no_brand", place=Place(part="brand"))
    if len(questionnaire.brand) > LONGEST["brand"]:
        yield Flaw(code="too_long", place=Place(part="brand"))
    if questionnaire.callback is not None:
        if questionnaire.mode == "research":
            yield Flaw(code="consent_in_research", place=Place(part="callback"))
        yield from _flaws_in_scores(Place(part="callback"), questionnaire.callback.scores, questionnaire.scale)


def _flaws_in_languages(questionnaire: "Questionnaire") -> Iterator[Flaw]:
    place, spoken = Place(part="languages"), questionnaire.languages
    if not spoken:
        yield Flaw(code="no_language", place=place)
    if len(set(spoken)) < len(spoken):
        yield Flaw(code="language_twice", place=place)
    yield from (
        Flaw(code="unknown_language", place=replace(place, language=language))
        for language in spoken
        if language not in LANGUAGES
    )
    if spoken and questionnaire.language not in spoken:
        yield Flaw(code="default_not_spoken", place=Place(part="language"))


def _flaws_in_look(questionnaire: "Questionnaire") -> Iterator[Flaw]:
    look, address = questionnaire.branding, questionnaire.privacy_url
    if address and (not _ADDRESS.fullmatch(address) or len(address) > LONGEST["privacy_url"]):
        yield Flaw(code="bad_address", place=Place(part="privacy_url"))
    for part, colour, ground in (("accent", look.accent, DAY), ("accent_dark", look.accent_dark, NIGHT)):
        if colour and not is_colour(colour):
            yield Flaw(code="bad_colour", place=Place(part=part))
        elif colour and not is_readable(colour, ground):
            yield Flaw(code="unreadable", place=Place(part=part), near=nearest_readable(colour, ground))


def _flaws_in_segments(part: str, texts: BySegment, known: tuple[str, ...]) -> Iterator[Flaw]:
    for segment, _ in texts.segments:
        if segment not in known:
            yield Flaw(code="unknown_segment", place=Place(part=part, segment=segment))


def _flaws_in_texts(place: Place, texts: Texts) -> Iterator[Flaw]:
    for language, text in texts.by_language:
        here = replace(place, language=language)
        if language not in LANGUAGES:
            yield Flaw(code="unknown_language", place=here)
        if len(text) > LONGEST[place.part]:
            yield Flaw(code="too_long", place=here)
        if any(blank != BRAND_BLANK for blank in _BLANK.findall(text)):
            yield Flaw(code="unknown_blank", place=here)


def _flaws_in_questions(questionnaire: "Questionnaire") -> Iterator[Flaw]:
    questions = questionnaire.questions
    if len(questions) > MOST_QUESTIONS:
        yield Flaw(code="too_many_questions", place=Place(part="questions"))
    ids = [question.id for question in questions]
    for number, question in enumerate(questions, 1):
        place = Place(part="text", question=number)
        if question.kind not in {"single", "multiple"}:
            yield Flaw(code="bad_kind", place=place)
        yield from _flaws_in_id(place, question.id, ids[: number - 1])
        yield from _flaws_in_scores(place, question.scores, questionnaire.scale)
        yield from _flaws_in_choices(place, question)


def _flaws_in_choices(place: Place, question: Question) -> Iterator[Flaw]:
    if len(question.choices) < 2:
        yield Flaw(code="too_few_choices", place=place)
    if len(question.choices) > MOST_CHOICES:
        yield Flaw(code="too_many_choices", place=place)
    ids = [choice.id for choice in question.choices]
    for number, choice in enumerate(question.choices, 1):
        yield from _flaws_in_id(replace(place, part="choice", choice=number), choice.id, ids[: number - 1])


def _flaws_in_id(place: Place, told: str, before: list[str]) -> Iterator[Flaw]:
    if not _ID.fullmatch(told):
        yield Flaw(code="bad_id", place=place)
    if told in before:
        yield Flaw(code="id_twice", place=place)


def _flaws_in_scores(place: Place, scores: Scores | None, scale: tuple[int, ...]) -> Iterator[Flaw]:
    if scores and not (scale[0] <= scores.low <= scores.high <= scale[-1]):
        yield Flaw(code="bad_scores", place=place)


def texts_in(questionnaire: "Questionnaire") -> Iterator[tuple[Place, Texts]]:
    """Return every text with its place, in the order in which somebody reads them."""
    yield Place(part="question"), questionnaire.question
    yield Place(part="low"), questionnaire.low
    yield Place(part="high"), questionnaire.high
    for part, texts in (("why", questionnaire.why), ("thanks", questionnaire.thanks)):
        for segment, one in texts.parts():
            yield Place(part=part, segment="" if segment == EVERYONE else segment), one
    for number, question in enumerate(questionnaire.questions, 1):
        yield Place(part="text", question=number), question.text
        for place, choice in enumerate(question.choices, 1):
            yield Place(part="choice", question=number, choice=place), choice.text
    if questionnaire.callback is not None:
        yield Place(part="callback"), questionnaire.callback.text
