"""Who was asked: the way from a contact to an answer, stage by stage, and why others were not asked or not counted."""

from collections.abc import Iterator
from dataclasses import dataclass

from klankbord.lake.questions import Condition
from klankbord.score import Score
from klankbord.web.insights.addresses import Addresses
from klankbord.web.insights.naming import reason
from klankbord.web.insights.queries import Look
from klankbord.web.insights.values import ranged, written
from klankbord.web.insights.wanted import Wanted
from klankbord.web.kernel.wording import say

# Each stage is what a rate counts as good; its whole is the stage that the rate is taken of.
_RATES = (
    ("invited", "invitation_rate"),
    ("sent", "sending_rate"),
    ("delivered", "delivery_rate"),
    ("opened", "open_rate"),
    ("started", "start_rate"),
    ("answered", "response_rate"),
    ("commented", "comment_rate"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage: how many reached it, and which share of those that could."""

    name: str
    n: int
    rate: str = ""
    range: str = ""
    of: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The stages and the reasons over the days and contacts of one page."""

    stages: tuple[Stage, ...]
    not_asked: tuple[tuple[str, int], ...]
    not_counted: tuple[tuple[str, int], ...]

    @property
    def most(self) -> int:
        """The first stage, which no other exceeds."""
        return max((stage.n for stage in self.stages), default=0)

    @classmethod
    def of(cls, look: Look, wanted: Wanted) -> "Asking":
        """Ask who was asked."""
        return cls(
            stages=tuple(_stages(look, wanted)),
            not_asked=_reasons(look, wanted, "not_asked_reason", "contacts"),
            not_counted=_reasons(look, wanted, "not_counted_reason", "responses"),
        )


def _stages(look: Look, wanted: Wanted) -> Iterator[Stage]:
    addresses = Addresses(organisation=look.actor.organisation)
    for place, (name, measure) in enumerate(_RATES):
        question = wanted.question(measure)
        answer = look.answer(question)
        total = answer.total
        if not isinstance(total, Score) or not total.n:
            continue
        if place == 0:
            yield Stage(name=say("insights.stages.eligible"), n=total.n)
        limits = total.interval
        yield Stage(
            name=say(f"insights.stages.{name}"),
            n=round(total.good),
            rate=written(answer.definition, total.value),
            range=ranged(answer.definition, limits.low, limits.high) if limits else "",
            of=say(f"insights.stages.of.{measure}"),
            url=addresses.question(question),
        )


def _reasons(look: Look, wanted: Wanted, dimension: str, table: str) -> tuple[tuple[str, int], ...]:
    asked = (Condition(column="metric", values=(wanted.metric,)),) if table == "responses" else ()
    found = look.choices(dimension, table=table, where=(*wanted.where, *asked), period=wanted.period)
    return tuple((reason(str(value)), n) for value, n in found)
