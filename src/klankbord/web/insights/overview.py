"""The overview: one score with its doubt, whether it moved, where it differs, who was asked, and what people wrote."""

from dataclasses import dataclass, field
from functools import cached_property

from klankbord.lake.questions import Answer, Question
from klankbord.score import Score
from klankbord.web.insights.addresses import Addresses
from klankbord.web.insights.drawing import Drawn, trend_of
from klankbord.web.insights.guarding import is_kept
from klankbord.web.insights.naming import Names, dimension_name, measure_name
from klankbord.web.insights.phrases import Moved, days, days_of, movement, reach_of, seen, since
from klankbord.web.insights.queries import Look
from klankbord.web.insights.tabling import TableLine, Tabling
from klankbord.web.insights.values import ranged, written
from klankbord.web.insights.wanted import DIMENSIONS, Wanted
from klankbord.web.kernel.wording import say, wording

_ROWS, _PREVIEWED = 8, 3  # units in the table, and in each preview
_FEW_DAYS = 92  # of data, up to which weeks say more than months
_SERVICE = ("service_level", "abandonment", "average_speed_of_answer", "handle_time", "first_contact_resolution")


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The score that the page is about."""

    title: str
    value: str
    range: str
    estimate: Score | None
    n: int
    days: str
    sentences: tuple[str, ...]
    moved: Moved | None
    parts: tuple[float, float, float] | None
    notices: tuple[str, ...]
    url: str
    anonymous: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendFigure:
    """The score over time: drawn, said, and as a table."""

    title: str
    sentences: tuple[str, ...]
    drawn: Drawn | None
    every: str
    rows: tuple[TableLine, ...]
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One way to divide the answers."""

    label: str
    url: str
    current: bool
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTable:
    """Units side by side."""

    heading: str
    caption: str
    rows: tuple[TableLine, ...]
    more: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number of the service, with what it differs from before."""

    name: str
    value: str
    range: str
    n: str
    moved: Moved | None
    url: str


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Everything on one overview, asked when the page first shows it."""

    look: Look
    wanted: Wanted
    names: Names
    addresses: Addresses = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "addresses", Addresses(organisation=self.look.actor.organisation))

    @cached_property
    def metrics(self) -> list[Tab]:
        """The measures that customers were asked for; none to choose from where there is one."""
        found = {str(value): n for value, n in self.look.choices("metric", table="responses")}
        tabs = [
            Tab(
                label=measure_name(name),
                url=self.wanted.query(metric=name),
                current=name == self.wanted.metric,
                count=0 if self.look.keeps_any else n,
            )
            for name, n in found.items()
        ]
        return tabs if len(tabs) > 1 else []

    @cached_property
    def divisions(self) -> dict[str, int]:
        """By what the answers can be divided, and into how many."""
        known = {name: len(self.look.known(name)) for name in DIMENSIONS}
        unit = self.wanted.unit[0] if self.wanted.unit else ""
        return {name: size for name, size in known.items() if size > 1 and name != unit}

    @cached_property
    def dimension(self) -> str:
        """By what they are divided now."""
        if self.wanted.by in self.divisions:
            return self.wanted.by
        return next(iter(self.divisions), "")

    @cached_property
    def tabs(self) -> list[Tab]:
        """The ways to divide them."""
        return [
            Tab(
                label=dimension_name(name, many=True),
                url=self.wanted.query(by=name) + "#units",
                current=name == self.dimension,
                count=size,
            )
            for name, size in self.divisions.items()
        ]

    @cached_property
    def headline(self) -> Headline:
        """Return the score, its doubt, and how it compares with the days before."""
        answer, score = self._asked, self._asked.total
        definition, compared = answer.definition, answer.total_comparison
        sentences = () if not score.n else (since(definition, compared, answer.scope.other), seen(definition, compared))
        few = score.value is None or score.interval is None
        return Headline(
            title=measure_name(definition.name),
            value=written(definition, score.value),
            range="" if few or not score.interval else ranged(definition, score.interval.low, score.interval.high),
            estimate=score if isinstance(score, Score) and not few else None,
            n=score.n,
            days=days_of(answer),
            sentences=tuple(filter(None, sentences)),
            moved=None if few else Moved.of(definition, compared),
            parts=(score.good, score.neutral, score.bad) if isinstance(score, Score) and score.measure.bad else None,
            notices=self._told(answer),
            url=self.addresses.question(self._whole),
            anonymous=is_kept(answer),
        )

    @property
    def reach(self) -> str:
        """What this member sees of the organisation, where that is not everything."""
        return reach_of(self.look.actor, self.names, self.look.attribution)

    @cached_property
    def before(self) -> str:
        """The days that the numbers are held against."""
        other = self._asked.scope.other
        return days(other) if other else ""

    @cached_property
    def trend(self) -> TrendFigure | None:
        """Return the score over time, where it has more than one moment."""
        question = self.wanted.question(period=self.wanted.run_up, grain=self._grain)
        answer = self.look.answer(question)
        if answer.trend is None or not answer.keys:
            return None
        title = say("insights.trend.title", measure=measure_name(answer.definition.name), days=days_of(answer))
        return TrendFigure(
            title=title,
            sentences=(*_rewordings(answer), *movement(answer.trend, answer.definition)),
            drawn=trend_of(answer, title) if len(answer.keys) > 1 else None,
            every=say(f"insights.per.{question.grain}"),
            rows=tuple(self._tabling(answer, question).lines(range(len(answer.keys)))),
            url=self.addresses.question(question),
        )

    @cached_property
    def units(self) -> UnitTable | None:
        """Return the units of the chosen kind, those with the most answers first."""
        if not self.dimension:
            return None
        return self._table(self._asked, self._question, _ROWS)

    @cached_property
    def previews(self) -> list[UnitTable]:
        """Return the first few units of every other kind."""
        tables = []
        for name in self.divisions:
            if name != self.dimension:
                question = self.wanted.question(by=name)
                tables.append(self._table(self.look.answer(question), question, _PREVIEWED))
        return [table for table in tables if len(table.rows) > 1]

    @cached_property
    def service(self) -> list[Figure]:
        """Return the figures of the service that the data know; none where every one of them rests on too few."""
        questions = [self.wanted.question(name, compare=self.wanted.compare) for name in _SERVICE]
        answers = [(question, self.look.answer(question)) for question in questions]
        if all(answer.total.value is None for _, answer in answers):
            return []
        return [self._figure(question, answer) for question, answer in answers if answer.n]

    @cached_property
    def offered(self) -> tuple[int, int | None]:
        """How many contacts were offered, in these days and in those before."""
        answer = self.look.answer(self.wanted.question("abandonment", compare=self.wanted.compare))
        compared = answer.total_comparison
        return answer.n, compared.b.n if compared and compared.b else None

    @cached_property
    def _whole(self) -> Question:
        return self.wanted.question(compare=self.wanted.compare)

    @cached_property
    def _question(self) -> Question:
        by = self.dimension or ()
        return self.wanted.question(by=by, compare=self.wanted.compare)

    @cached_property
    def _asked(self) -> Answer:
        # The units and all of them together come out of one question.
        return self.look.answer(self._question)

    @cached_property
    def _grain(self) -> str:
        lake = self._asked.scope.lake
        return "week" if lake and (lake.last - lake.first).days < _FEW_DAYS else "month"

    def _table(self, answer: Answer, question: Question, limit: int) -> UnitTable:
        most = sorted(range(len(answer.keys)), key=lambda at: (answer.keys[at][0] is None, -answer.rows[at].n))
        (dimension,) = question.by
        return UnitTable(
            heading=dimension_name(dimension, many=True),
            caption=say("insights.captions.other", days=self.before) if answer.comparisons else "",
            rows=tuple(self._tabling(answer, question).lines(most[:limit])),
            more=max(len(most) - limit, 0),
            url=self.addresses.question(question) if limit == _ROWS else self.wanted.query(by=dimension) + "#units",
        )

    def _figure(self, question: Question, answer: Answer) -> Figure:
        total = answer.total
        return Figure(
            name=measure_name(answer.definition.name),
            value=written(answer.definition, total.value),
            range=ranged(answer.definition, total.interval.low, total.interval.high) if total.interval else "",
            n=say("insights.contacts", n=total.n),
            moved=Moved.of(answer.definition, answer.total_comparison),
            url=self.addresses.question(question),
        )

    def _tabling(self, answer: Answer, question: Question) -> Tabling:
        return Tabling(
            answer=answer,
            question=question,
            names=self.names,
            addresses=self.addresses,
            wanted=self.wanted,
            may_see_contacts=self.look.may_see_contacts,
        )

    def _told(self, answer: Answer) -> tuple[str, ...]:
        # What is said of small groups belongs to the table, not to the score above it.
        doubts = [notice for notice in answer.notices if notice.code not in {"small_groups", "no_data"}]
        return tuple(dict.fromkeys(wording().notice(notice) for notice in doubts))


def _rewordings(answer: Answer) -> tuple[str, ...]:
    """Say that a series breaks where the question was worded otherwise, as its drawing shows."""
    told = [wording().notice(notice) for notice in answer.notices if notice.code == "wording_changed"]
    return tuple(dict.fromkeys(told))
