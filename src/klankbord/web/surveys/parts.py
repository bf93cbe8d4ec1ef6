"""What a questionnaire is made of: texts by language, texts by group, questions with their choices, the look."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from klankbord.reports.wording import LANGUAGES
from klankbord.web.surveys.contrast import NIGHT, is_colour, nearest_readable

METRICS = ("nps", "csat", "ces", "enps")
OF_CONTACTS = ("nps", "csat", "ces")
MODES = ("research", "service")
EVERYONE = "everyone"
BRAND_BLANK = "{brand}"


def about(metric: str) -> str:
    """Return what is asked about, which decides who is asked and how it is spoken of.

    A `contact`, of which customers are asked, or the `work` of employees, whom no contact leads to.
    """
    return "contact" if metric in OF_CONTACTS else "work"


@dataclass(frozen=True, slots=True)
class Texts:
    """One text in the languages that have it, in the order of the house; an empty one is a gap.

    >>> Texts.of({"en": "Why?", "nl": "Waarom?"}).in_language("nl")
    'Waarom?'
    """

    by_language: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, told: Mapping[str, str]) -> "Texts":
        """Return texts by language, without those that say nothing."""
        known = [*LANGUAGES, *sorted(told.keys() - set(LANGUAGES))]
        return cls(tuple((language, told[language].strip()) for language in known if told.get(language, "").strip()))

    def in_language(self, language: str) -> str:
        """Return the text in a language; nothing where it is not written yet."""
        return dict(self.by_language).get(language, "")

    def __bool__(self) -> bool:
        return bool(self.by_language)

    def to_dict(self) -> dict[str, str]:
        """Return it as plain data."""
        return dict(self.by_language)


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores under which something is asked, both ends included."""

    low: int
    high: int

    def __contains__(self, score: int) -> bool:
        return self.low <= score <= self.high


@dataclass(frozen=True, slots=True)
class BySegment:
    """One text for everyone, or another for some of the groups that a measure tells apart."""

    everyone: Texts = field(default_factory=Texts)
    segments: tuple[tuple[str, Texts], ...] = ()

    def for_segment(self, segment: str) -> Texts:
        """Return what a group is told."""
        return dict(self.segments).get(segment, self.everyone)

    def parts(self) -> tuple[tuple[str, Texts], ...]:
        """Return all texts by the name of their group, that for everyone first."""
        return ((EVERYONE, self.everyone), *self.segments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer to a closed question; its id stays whatever it is called, and is what is stored."""

    id: str
    text: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One closed question, which nobody has to answer."""

    id: str
    kind: str  # single or multiple
    text: Texts
    choices: tuple[Choice, ...]
    scores: Scores | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """The question whether somebody may call: only of a survey that is a service to whoever answers."""

    text: Texts
    scores: Scores | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Branding:
    """The colour and the logo of a brand: `accent` on white, `accent_dark` at night; empty means ours, or derived."""

    accent: str = ""
    accent_dark: str = ""
    logo: str = ""

    @property
    def colours(self) -> tuple[str, str]:
        """The accent on white and at night, each of which can be read there."""
        if not is_colour(self.accent):
            return "#1f5591", "#8dbaee"
        return self.accent, self.accent_dark or nearest_readable(self.accent, NIGHT)
