"""What was promised to whoever answered: which answers of the lake are anonymous to somebody, and what that hides."""

from dataclasses import dataclass, fields

from klankbord.lake.looking import Line
from klankbord.lake.questions import Condition, Question
from klankbord.web.insights.reach import nothing
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.surveys.models import Survey

# Columns of a contact that tell whether or what its customer answered. Of history the survey itself does: nothing else
# says that it was asked.
_OF_THE_ANSWER = (
    *("opened", "started", "scored", "commented", "metric", "score", "answered_at", "counted", "not_counted_reason"),
    *("comment", "response", "survey", "survey_version", "survey_channel"),
)
_SAYS_SO = frozenset({*_OF_THE_ANSWER, "status"})
_FUNNEL = frozenset(
    {
        *("invitation_rate", "sending_rate", "delivery_rate", "open_rate", "start_rate", "response_rate"),
        "comment_rate",
    }
)
# Shares of those who answered, or came near it.
RATES_OF_ANSWERING = frozenset({"open_rate", "start_rate", "response_rate", "comment_rate"})
# What may not tell apart answers that are anonymous: what was answered, days and hours, and what can hold anything.
_TOO_FINE = frozenset({"day", "hour", "opened", "started", "scored", "commented", "status", "counted"}) | {
    "not_counted_reason",
    "attributes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Line):
    """A contact whose answer, if there is one, is kept from who looks at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Which answers are anonymous to somebody, by the survey that they answer.

    Parameters
    ----------
    codes : tuple of str
        Surveys.
    opens : bool
        Whether these are the ones that are not anonymous, and every other is; or the other way about.
    """

    codes: tuple[str, ...] = ()
    opens: bool = False

    @classmethod
    def to(cls, actor: Actor) -> "Promise":
        """Return what was promised of this actor.

        History of another tool goes by what the organisation says of it, and until it does by the stricter promise;
        where it goes on under the code of a survey here, by that survey's.
        """
        if actor.may(Permission.SEE_RESEARCH):
            return cls()
        mode = actor.organisation.history_mode
        wanted = Survey.Mode.RESEARCH if mode == Survey.Mode.SERVICE else Survey.Mode.SERVICE
        codes = Survey.objects.filter(mode=wanted).order_by("code").values_list("code", flat=True)
        return cls(codes=tuple(codes), opens=wanted == Survey.Mode.SERVICE)

    @property
    def holds(self) -> bool:
        """Whether there is anything that this actor must not see."""
        return self.opens or bool(self.codes)

    def keeps(self, survey: str | None) -> bool:
        """Say whether answers to a survey are anonymous."""
        return (survey in self.codes) is not self.opens

    @property
    def kept(self) -> tuple[Condition, ...]:
        """What a row fulfils whose answer is anonymous."""
        return self._other if self.opens else self._listed

    @property
    def shown(self) -> tuple[Condition, ...]:
        """What a row fulfils whose answer may be seen."""
        return self._listed if self.opens else self._other

    def masked(self, line: Line) -> Line:
        """Return a line as this actor may see it."""
        if not self.keeps(line.survey):
            return line
        told = {one.name: getattr(line, one.name) for one in fields(Line) if one.name not in _OF_THE_ANSWER}
        return Kept(**told)

    @property
    def _listed(self) -> tuple[Condition, ...]:
        return (Condition(column="survey", values=self.codes),) if self.codes else nothing("survey")

    @property
    def _other(self) -> tuple[Condition, ...]:
        return (Condition(column="survey", operator="!=", values=self.codes),) if self.codes else ()


def looks_at_answers(question: Question) -> bool:
    """Say whether a number depends on who answered what."""
    definition = question.definition
    if definition.table == "responses" or definition.name in _FUNNEL:
        return True
    return definition.table == "contacts" and touches_answers(*question.by, *(one.column for one in question.where))


def touches_answers(*columns: str) -> bool:
    """Say whether any of some columns tells of contacts who answered."""
    return not _SAYS_SO.isdisjoint(columns)


def is_coarse(question: Question) -> bool:
    """Say whether a question tells anonymous answers apart by nothing that could single one out."""
    used = (*question.by, *(one.column for one in question.where))
    known = question.definition.schema.dimensions
    return all(name in known and name not in _TOO_FINE for name in used)
