"""Which rows a look is about: the conditions and days of a question, or of a list, as SQL over some months."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

from klankbord.errors import OptionError
from klankbord.lake.engine import literal
from klankbord.lake.engines.local import LocalEngine
from klankbord.lake.looking.opened import Opened
from klankbord.lake.questions import Condition, Definition, Period, Question
from klankbord.lake.questions.answering import scope_of
from klankbord.lake.questions.counting import WEEKDAYS
from klankbord.lake.questions.period import Span, Unit, unit_of
from klankbord.lake.questions.planning import WEEKDAY
from klankbord.score import MEASURES

Kind = Literal["good", "middle", "bad"]
Part = Literal["good", "middle", "bad", "hit", "miss"]
Where = str | Condition | Iterable[str | Condition]
Group = Mapping[str, object]
# Any measure of a table lays conditions and days on it; what the measure counts is left out of lists.
_CARRIERS = {"contacts": "abandonment", "responses": "nps"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Rows of a table.

    Parameters
    ----------
    table : str
        The table.
    months : tuple of str
        Partitions that can hold them, newest first.
    conditions : tuple of str
        What a row must fulfil, as SQL.
    """

    table: str
    months: tuple[str, ...]
    conditions: tuple[str, ...]

    def and_also(self, *conditions: str) -> "Selection":
        """Return the selection with more conditions."""
        return replace(self, conditions=(*self.conditions, *conditions))

    @property
    def sql(self) -> str:
        """The conditions together."""
        return " and ".join(f"({one})" for one in self.conditions) or "true"


def rows_behind(question: Question, opened: Opened, group: Group, part: Part | None) -> Selection:
    """Select the rows that a question counts, all of them or those of one group.

    Raises
    ------
    ColumnError, OptionError
        When there is no such group or part.
    """
    definition = question.definition
    if definition.table not in _CARRIERS:
        raise OptionError(
            f"{definition.title} is counted in {definition.table}, where no row is about a contact",
            hint=f"ask about a measure of {' or '.join(_CARRIERS)}",
            measure=question.measure,
            case="no_contacts_behind",
        )
    dated = {name: value for name, value in group.items() if name in get_args(Unit) and value is not None}
    others = tuple(_condition(name, value) for name, value in group.items() if name not in {*dated, "weekday"})
    asked = replace(question, by=(), grain=None, compare=None, where=(*question.where, *others))
    scope = scope_of(asked, opened.snapshot, LocalEngine())
    spans = [_span(name, value) for name, value in dated.items()]
    months = opened.months(definition.table) if scope.months is None else scope.months[::-1]
    weekday = [f"{WEEKDAY} = {_weekday(group['weekday'])}"] if "weekday" in group else []
    return Selection(
        table=definition.table,
        months=tuple(month for month in months if all(span.touches(month) for span in spans)),
        conditions=(*scope.conditions, *_counted(definition, part), *map(scope.within, spans), *weekday),
    )


def rows_where(opened: Opened, table: str, where: Where, period: str | Period | None) -> Selection:
    """Select rows of a table by conditions and days.

    Raises
    ------
    ColumnError, OptionError
        When a condition or the period cannot be told.
    """
    if table not in _CARRIERS:
        raise OptionError(
            f"{table} cannot be looked at so",
            hint=f"tables: {', '.join(_CARRIERS)}",
            table=table,
            case="unknown_table",
            known=list(_CARRIERS),
        )
    question = Question.of(_CARRIERS[table], where=where, period=period)
    scope = scope_of(question, opened.snapshot, LocalEngine())
    months = opened.months(table) if scope.months is None else scope.months[::-1]
    return Selection(table=table, months=months, conditions=tuple(scope.selection))


def kinds_sql(kinds: Iterable[Kind]) -> str:
    """Return SQL that a score is of one of these kinds by the cut-offs of its own metric.

    Raises
    ------
    OptionError
        When there is no such kind.
    """
    wanted = tuple(kinds)
    arms = " or ".join(
        f"(metric = {literal(name)} and score in ({', '.join(map(str, sorted(levels))) or 'null'}))"
        for name, measure in MEASURES.items()
        if (levels := {level for level in measure.levels if kind_of(name, level) in wanted})
    )
    for kind in wanted:
        if kind not in get_args(Kind):
            raise OptionError(
                f"there is no kind of score {kind!r}",
                hint=f"kinds: {', '.join(get_args(Kind))}",
                case="unknown_value",
                column="kind",
                value=kind,
                known=list(get_args(Kind)),
            )
    return arms or "false"


def kind_of(metric: str | None, score: int | None) -> Kind | None:
    """Return of which kind a score is.

    Examples
    --------
    >>> kind_of("nps", 9), kind_of("nps", 8), kind_of("nps", 2), kind_of("mood", 2)
    ('good', 'middle', 'bad', None)
    """
    measure = MEASURES.get(metric or "")
    if measure is None or score is None:
        return None
    if score in measure.good:
        return "good"
    # A share has good answers and others, and who is not satisfied is what one looks for.
    return "bad" if score in measure.bad or not measure.bad else "middle"


def _counted(definition: Definition, part: Part | None) -> Iterator[str]:
    """Yield what tells the rows that are in a number from those beside it."""
    if definition.kind == "score":
        yield f"({definition.value}) is not null"
    if part is None:
        return
    if part in get_args(Kind) and definition.kind == "score":
        yield kinds_sql([part])  # type: ignore[list-item]
    elif part in {"hit", "miss"} and definition.kind == "share":
        yield f"coalesce({definition.filled(definition.good)}, false) = {'true' if part == 'hit' else 'false'}"
    else:
        parts = {"score": ", ".join(get_args(Kind)), "share": "hit, miss"}.get(definition.kind, "none")
        raise OptionError(
            f"{definition.title} has no part {part!r}",
            hint=f"parts: {parts}",
            part=part,
            case="no_such_part",
            measure=definition.name,
        )


def _condition(name: str, value: object) -> Condition:
    if value is None:
        return Condition(column=name, operator="is empty")
    told = value if isinstance(value, str | int | float | date) else str(value)
    return Condition(column=name, values=(told,))


def _span(unit: str, value: object) -> Span:
    """Return the days of a period as answers name it: by its first day, itself or written out, or as text."""
    day = value if isinstance(value, date) else _first_day(str(value))
    if day is not None:
        return unit_of(day, unit)  # type: ignore[arg-type]
    period = Period.parse(str(value))
    if period.first is None or period.last is None:
        raise OptionError(
            f"{value!r} is not a {unit}", hint="write it as 2026-03", **{unit: value}, case="not_a_period", period=value
        )
    return Span(first=period.first, last=period.last)


def _first_day(told: str) -> date | None:
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None


def _weekday(value: object) -> int:
    if value not in WEEKDAYS:
        raise OptionError(
            f"{value!r} is not a day of the week",
            hint=f"days: {', '.join(WEEKDAYS)}",
            case="unknown_value",
            column="weekday",
            value=value,
            known=list(WEEKDAYS),
        )
    return WEEKDAYS.index(str(value))
