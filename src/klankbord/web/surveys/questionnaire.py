"""What is asked, as one frozen value: the score question, why, further questions, consent and thanks, by language.

Nothing here knows of pages or tables. A draft may have gaps; what is wrong in any other way is refused when the value
is made, and a version is published only when it is whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from klankbord.score import MEASURES
from klankbord.web.surveys.asked import Asked, AskedQuestion
from klankbord.web.surveys.flaws import refuse_flaws, refuse_gaps
from klankbord.web.surveys.parts import BRAND_BLANK, Branding, BySegment, Callback, Question, Scores, Texts
from klankbord.web.surveys.reading import fields_in, written


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """Everything that one version of a survey asks, in all its languages.

    Examples
    --------
    >>> from klankbord.web.surveys.library import starting_point
    >>> asked = starting_point("nps", brand="Halder").in_language("nl")
    >>> asked.question
    'Hoe waarschijnlijk is het dat u Halder aanbeveelt aan een vriend of collega?'
    """

    metric: str
    mode: str
    brand: str
    languages: tuple[str, ...]
    language: str
    question: Texts
    low: Texts
    high: Texts
    why: BySegment
    thanks: BySegment
    questions: tuple[Question, ...] = ()
    callback: Callback | None = None
    privacy_url: str = ""
    branding: Branding = field(default_factory=Branding)

    def __post_init__(self) -> None:
        refuse_flaws(self)

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "Questionnaire":
        """Return the questionnaire that plain data describe.

        Raises
        ------
        QuestionnaireError
            Which names every place at which something is wrong.
        """
        return cls(**fields_in(told))

    def refuse_gaps(self) -> None:
        """Refuse what cannot be published: a text that is missing in a language that is spoken.

        Raises
        ------
        QuestionnaireError
            Which names every text that is missing, and in which language.
        """
        refuse_gaps(self)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, as a version keeps it and the API shows it."""
        return written(self)

    @property
    def scale(self) -> tuple[int, ...]:
        """The scores that can be given, from the lowest."""
        return MEASURES[self.metric].levels

    @property
    def segments(self) -> tuple[str, ...]:
        """The groups that the measure tells apart, the best first."""
        return MEASURES[self.metric].words

    def segment_of(self, score: int) -> str:
        """Return the group that a score belongs to; no page ever shows it to whoever answers."""
        measure = MEASURES[self.metric]
        if score in measure.good:
            return measure.words[0]
        return measure.words[-1 if score in measure.bad or not measure.bad else 1]

    def in_language(self, language: str) -> Asked:
        """Return what is asked in one language, the brand filled in.

        A language that it does not speak becomes its own, and so does a text of a draft that is not written yet.
        """
        spoken = language if language in self.languages else self.language

        def said(texts: Texts) -> str:
            text = texts.in_language(spoken) or texts.in_language(self.language)
            return text.replace(BRAND_BLANK, self.brand)

        segments = {score: self.segment_of(score) for score in self.scale}
        return Asked(
            language=spoken,
            languages=self.languages,
            metric=self.metric,
            mode=self.mode,
            brand=self.brand,
            scale=self.scale,
            question=said(self.question),
            low=said(self.low),
            high=said(self.high),
            why=tuple((score, said(self.why.for_segment(segment))) for score, segment in segments.items()),
            thanks=tuple((score, said(self.thanks.for_segment(segment))) for score, segment in segments.items()),
            questions=tuple(
                AskedQuestion(
                    id=one.id,
                    kind=one.kind,
                    text=said(one.text),
                    choices=tuple((choice.id, said(choice.text)) for choice in one.choices),
                    scores=self._under(one.scores),
                )
                for one in self.questions
            ),
            callback=said(self.callback.text) if self.callback else "",
            callback_scores=self._under(self.callback.scores) if self.callback else (),
            privacy_url=self.privacy_url,
            accent=self.branding.colours[0],
            accent_dark=self.branding.colours[1],
            logo=self.branding.logo,
        )

    def reworded_since(self, earlier: "Questionnaire") -> tuple[str, ...]:
        """Return the languages in which the score question is not what it was; all of them where the scale is not.

        A language that only one of the two speaks is no other wording: nobody was asked otherwise in it.
        """
        both = [language for language in self.languages if language in earlier.languages]
        if self.scale != earlier.scale:
            return tuple(both)
        return tuple(language for language in both if self.score_question(language) != earlier.score_question(language))

    def score_question(self, language: str) -> tuple[str, str, str]:
        """Return the score question and its two ends as they are read."""
        asked = self.in_language(language)
        return asked.question, asked.low, asked.high

    def _under(self, scores: Scores | None) -> tuple[int, ...]:
        return self.scale if scores is None else tuple(score for score in self.scale if score in scores)
