"""What is asked in one language: flat and frozen, with everything filled in, as templates and capture read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from klankbord.web.surveys.parts import about


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """One closed question: its choices as (id, text), and the scores under which it is asked."""

    id: str
    kind: str
    text: str
    choices: tuple[tuple[str, str], ...]
    scores: tuple[int, ...]

    @property
    def field(self) -> str:
        """Its name in the form."""
        return f"q.{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A questionnaire in one language."""

    language: str
    languages: tuple[str, ...]
    metric: str
    mode: str
    brand: str
    scale: tuple[int, ...]
    question: str
    low: str
    high: str
    why: tuple[tuple[int, str], ...]
    thanks: tuple[tuple[int, str], ...]
    questions: tuple[AskedQuestion, ...]
    callback: str
    callback_scores: tuple[int, ...]
    privacy_url: str
    accent: str
    accent_dark: str
    logo: str

    @property
    def about(self) -> str:
        """What is asked about, which decides how it is spoken of: a `contact`, or the `work` of an employee."""
        return about(self.metric)

    @property
    def is_service(self) -> bool:
        """Whether somebody may come back to whoever answers."""
        return self.mode == "service"

    def why_after(self, score: int) -> str:
        """Return the open question that follows a score."""
        return dict(self.why)[score]

    def thanks_after(self, score: int | None) -> str:
        """Return the thanks for a score; without one, those for the middle of the scale."""
        return dict(self.thanks)[self.scale[len(self.scale) // 2] if score is None else score]

    def questions_after(self, score: int) -> tuple[AskedQuestion, ...]:
        """Return the closed questions that follow a score."""
        return tuple(one for one in self.questions if score in one.scores)

    def callback_after(self, score: int) -> str:
        """Return the question whether somebody may call; nothing where it is not asked."""
        return self.callback if score in self.callback_scores else ""

    def asks_alike(self, one: int, other: int) -> bool:
        """Say whether the same follows two scores, so that nobody is asked again who changes one into the other."""
        return self._after(one) == self._after(other)

    def choices_in(self, told: Mapping[str, Sequence[str]], score: int) -> dict[str, list[str]]:
        """Return the choices in a form, by the id of their question: only what is asked after the score, once each.

        What is not asked is left out in silence: a form that was open while somebody changed their score may hold it.
        """
        found = {}
        for question in self.questions_after(score):
            said = set(told.get(question.field, ()))
            chosen = [choice for choice, _ in question.choices if choice in said]
            if chosen:
                found[question.id] = chosen if question.kind == "multiple" else chosen[:1]
        return found

    def _after(self, score: int) -> tuple[object, ...]:
        return self.why_after(score), self.questions_after(score), self.callback_after(score)
