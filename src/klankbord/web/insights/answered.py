"""The page of one question: the answer in words, drawn and as a table, and everything that says what it is."""

from dataclasses import dataclass, field
from functools import cached_property

from klankbord.lake.questions import Answer, Definition
from klankbord.score import Score
from klankbord.web.insights.addresses import Addresses
from klankbord.web.insights.asked import ORDERS, Asked
from klankbord.web.insights.drawing import Drawn, answers_of, groups_of, trend_of
from klankbord.web.insights.guarding import is_kept
from klankbord.web.insights.naming import Names, dimension_name, measure_name
from klankbord.web.insights.phrases import about, asked, days, days_of, movement, number, reach_of, seen, since
from klankbord.web.insights.queries import LEVEL, Look
from klankbord.web.insights.tabling import TableLine, Tabling
from klankbord.web.insights.wanted import Wanted
from klankbord.web.kernel.wording import say, wording

_ROWS = 200  # groups that a page shows; all are in the download


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One question with its answer, written for a page."""

    look: Look
    asked: Asked
    names: Names
    answer: Answer
    addresses: Addresses = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "addresses", Addresses(organisation=self.look.actor.organisation))

    @property
    def definition(self) -> Definition:
        """What was measured."""
        return self.answer.definition

    @property
    def title(self) -> str:
        """The measure, with its number."""
        return measure_name(self.definition.name) + number(self.definition)

    @cached_property
    def in_words(self) -> str:
        """The question as a sentence."""
        return asked(self.asked.question, self.answer, self.names)

    @property
    def about(self) -> str:
        """The definition in one sentence."""
        return about(self.definition)

    @cached_property
    def total(self) -> TableLine:
        """Everything together."""
        return self._tabling.total()

    @property
    def things(self) -> str:
        """How many answers or contacts it rests on; that there are none is not known where they may be anonymous."""
        if not self.answer.n and is_kept(self.answer):
            return say("insights.anonymous.none")
        return say(f"insights.{'answers' if self.definition.things == 'answers' else 'of_contacts'}", n=self.answer.n)

    @property
    def sentences(self) -> list[str]:
        """Say how the whole differs from what it is compared with, and what moved."""
        answer, compared = self.answer, self.answer.total_comparison
        said = [since(self.definition, compared, answer.scope.other), seen(self.definition, compared)]
        moved = movement(answer.trend, self.definition) if answer.trend else []
        return [*filter(None, said), *moved]

    @property
    def notices(self) -> list[str]:
        """The doubts."""
        return list(dict.fromkeys(wording().notice(notice) for notice in self.answer.notices))

    @cached_property
    def drawn(self) -> Drawn | None:
        """The answer drawn, where a drawing says more than its rows."""
        answer = self.answer
        if answer.trend is not None:
            return trend_of(answer, self.in_words) if len(answer.keys) > 1 else None
        if not self.asked.question.keys:
            return answers_of(answer.total, self.in_words) if isinstance(answer.total, Score) else None
        return groups_of(answer, self.names, self.in_words)

    @property
    def spread(self) -> list[tuple[int, str, int]]:
        """How often each answer was given, for the table beside the drawing of just that."""
        score = self.answer.total
        if self.asked.question.keys or not self.drawn or not isinstance(score, Score):
            return []
        percent = wording().formats.percent
        given = zip(score.measure.levels, score.counts, strict=True)
        return [(level, percent(count / score.n), round(count)) for level, count in given]

    @cached_property
    def rows(self) -> list[TableLine]:
        """The rows, in the order that was asked for."""
        if not self.asked.question.keys:
            return []
        shown = range(min(len(self.answer.keys), _ROWS))
        return self._tabling.lines(shown)

    @property
    def more(self) -> int:
        """How many rows are in the download only."""
        return max(len(self.answer.keys) - _ROWS, 0)

    @property
    def head(self) -> str:
        """What tells one row from another."""
        question = self.asked.question
        grain = [say(f"insights.grains.{question.grain}")] if question.grain else []
        return " · ".join([*grain, *map(dimension_name, question.by)])

    @property
    def caption(self) -> str:
        """What the rows are held against, where they are."""
        if self.answer.comparisons is None:
            return ""
        other = self.answer.scope.other
        return say("insights.captions.other", days=days(other)) if other else say("insights.captions.rest")

    @property
    def orders(self) -> list[tuple[str, str, bool]]:
        """In which orders the rows can stand; a series stands in the order of time."""
        if self.asked.question.grain or len(self.answer.keys) < 2:
            return []
        return [(order, say(f"insights.orders.{order}"), order == self.asked.order) for order in ORDERS]

    @property
    def behind_url(self) -> str:
        """Where the contacts behind the whole are listed."""
        return self.total.behind_url

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What was counted, how and over what."""
        answer, scope = self.answer, self.answer.scope
        formats = wording().formats
        facts = [("definition", self.about), ("days", days_of(answer))]
        if scope.other:
            facts.append(("compared", days(scope.other)))
        facts.append(("interval", say(f"insights.methods.{answer.total.method.replace(' ', '_')}", level=100 * LEVEL)))
        if answer.comparisons is not None or answer.total_comparison is not None:
            facts.append(("verdict", say("method.verdict_text")))
        if self.look.actor.reach.is_everything:
            table = say(f"insights.facts.tables.{scope.plan.table}")
            facts.append(("rows", say("insights.facts.rows_of", n=answer.question["rows_read"], table=table)))
        elif self.reach:
            facts.append(("reach", self.reach))
        facts.append(("level", formats.percent(LEVEL)))
        return [(say(f"insights.facts.{name}"), text) for name, text in facts if text]

    @property
    def reach(self) -> str:
        """What this member sees of the organisation."""
        return reach_of(self.look.actor, self.names, self.look.attribution)

    @property
    def api_call(self) -> str:
        """The same question for the API."""
        return f"GET /api/numbers?{self.asked.question.to_query()}"

    @cached_property
    def _tabling(self) -> Tabling:
        return Tabling(
            answer=self.answer,
            question=self.asked.question,
            names=self.names,
            addresses=self.addresses,
            wanted=Wanted(),
            may_see_contacts=self.look.may_see_contacts,
        )


def answered(look: Look, question: Asked, names: Names) -> Answered:
    """Answer a question for a page."""
    answer = look.answer(question.question).arranged(question.order)
    return Answered(look=look, asked=question, names=names, answer=answer)
