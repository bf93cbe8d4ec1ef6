"""Answers as tables: one line a group, written in the language that is spoken, each with its doubt and its way on."""

from collections.abc import Iterable
from dataclasses import dataclass

from klankbord.lake.questions import Answer, Question
from klankbord.results import Estimate
from klankbord.web.insights.addresses import Addresses
from klankbord.web.insights.naming import Names
from klankbord.web.insights.phrases import Difference, Moved
from klankbord.web.insights.strips import Scale, Strip
from klankbord.web.insights.values import ranged, written
from klankbord.web.insights.wanted import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLine:
    """One row of an answer, as a page shows it."""

    names: tuple[str, ...]
    n: int
    value: str
    range: str
    strip: Strip | None
    other: str = ""
    moved: Moved | None = None
    unit_url: str = ""
    behind_url: str = ""

    @property
    def name(self) -> str:
        """What stands at the head of the row."""
        return " · ".join(self.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tabling:
    """Writes the rows of one answer."""

    answer: Answer
    question: Question
    names: Names
    addresses: Addresses
    wanted: Wanted
    may_see_contacts: bool

    def lines(self, places: Iterable[int]) -> list[TableLine]:
        """Return some rows of the answer, by their places."""
        shown = list(places)
        scale = Scale.of(self.answer.definition, [self.answer.rows[at] for at in shown])
        return [self._line(at, scale) for at in shown]

    def total(self) -> TableLine:
        """Return all rows together."""
        answer = self.answer
        scale = Scale.of(answer.definition, [answer.total])
        return self._written(answer.total, answer.total_comparison, scale, names=(), group={})

    def _line(self, at: int, scale: Scale) -> TableLine:
        answer, key = self.answer, self.answer.keys[at]
        compared = answer.comparisons[at] if answer.comparisons else None
        group = dict(zip(self.question.keys, key, strict=True))
        return self._written(answer.rows[at], compared, scale, names=tuple(self.names.key(answer, key)), group=group)

    def _written(
        self,
        row: Estimate,
        compared: Difference | None,
        scale: Scale,
        *,
        names: tuple[str, ...],
        group: dict[str, object],
    ) -> TableLine:
        definition = self.answer.definition
        interval = row.interval
        only = next(iter(group.items())) if len(group) == 1 else None
        return TableLine(
            names=names,
            n=row.n,
            value=written(definition, row.value),
            range=ranged(definition, interval.low, interval.high) if interval else "",
            strip=Strip.of(row, scale),
            other=written(definition, compared.b.value) if compared and compared.b else "",
            moved=Moved.of(definition, compared),
            unit_url=self.addresses.unit(*only, self.wanted) if only else "",
            behind_url=self._behind(group, row.n),
        )

    def _behind(self, group: dict[str, object], n: int) -> str:
        if not n or not self.may_see_contacts or self.answer.definition.table not in {"contacts", "responses"}:
            return ""
        return self.addresses.behind(self.question, group)
