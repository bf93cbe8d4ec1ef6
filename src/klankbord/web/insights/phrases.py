"""What numbers come to in sentences: days that are meant, differences and what they are worth, movement over time."""

from dataclasses import dataclass
from datetime import date

from klankbord.lake.questions import Answer, Condition, Definition, Question
from klankbord.lake.questions.contrasts import Contrast
from klankbord.lake.questions.period import Span
from klankbord.lake.store.settings import Attribution
from klankbord.reports.speech import period as period_in_a_sentence
from klankbord.score import Comparison, Trend
from klankbord.web.insights.naming import Names, dimension_name, measure_name
from klankbord.web.insights.reach import has_own
from klankbord.web.insights.values import differing, distance, written
from klankbord.web.kernel.access import Actor
from klankbord.web.kernel.wording import say, wording

Difference = Comparison | Contrast
_SIGNS = {"=": "is", "!=": "is_not", "<": "below", "<=": "at_most", ">": "above", ">=": "at_least"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A difference as a page shows it: signed, with its verdict by name."""

    size: str
    range: str
    verdict: str

    @classmethod
    def of(cls, definition: Definition, difference: Difference | None) -> "Moved | None":
        """Return a difference in words; None where nothing was compared."""
        if difference is None:
            return None
        if difference.value is None or difference.interval is None:
            return cls(size="", range="", verdict="few")
        limits = (differing(definition, limit) for limit in (difference.interval.low, difference.interval.high))
        low, high = limits
        return cls(
            size=differing(definition, difference.value),
            range=say("kernel.components.range", low=low, high=high),
            verdict=difference.verdict,
        )


def days(span: Span) -> str:
    """Write the days of a period, as briefly as a sentence wants."""
    first, last = span.first, span.last
    formats = wording().formats
    if first == last:
        return formats.day(first)
    if span.whole_months:
        if (first.year, first.month) == (last.year, last.month):
            return formats.month(first)
        start = formats.month(first, year=first.year != last.year)
        return say("insights.days.range", start=start, end=formats.month(last))
    start = formats.day(first, year=first.year != last.year)
    return say("insights.days.range", start=start, end=formats.day(last))


def days_of(answer: Answer) -> str:
    """Write the days that an answer is about: those asked for, or all that the lake holds."""
    span = answer.scope.span or answer.scope.lake
    return days(span) if span else ""


def since(definition: Definition, difference: Difference | None, before: Span | None) -> str:
    """Say in a sentence how a number differs from that of the days before, and what that is worth."""
    if difference is None or before is None:
        return ""
    told = {"days": days(before)}
    if difference.value is None:
        return say("insights.since.few", **told)
    if difference.verdict != "real" and _is_nothing(definition, difference.value):
        return say("insights.since.same", **told)
    way = "up" if difference.value > 0 else "down"
    size = distance(definition, difference.value)
    return say(f"insights.since.{difference.verdict}_{way}", size=size, **told)


def seen(definition: Definition, difference: Difference | None) -> str:
    """Say which difference would have shown, where this one is not real."""
    if difference is None or difference.detectable is None or difference.verdict == "real":
        return ""
    return say("insights.since.seen", size=distance(definition, difference.detectable))


def movement(trend: Trend, definition: Definition) -> list[str]:
    """Say whether level and slope of a series really moved."""
    if len(trend.periods) == 1:
        return [say("insights.trend.single")]
    if trend.slope is None or trend.slope.value is None:
        return [say("insights.trend.short")]
    if trend.shift and trend.shift.comparison.value is not None:
        way = "up" if trend.shift.comparison.value > 0 else "down"
        return [
            say(
                f"insights.trend.broken_{way}",
                at=period_in_a_sentence(trend.shift.at, trend.every, wording()),
                size=distance(definition, trend.shift.comparison.value),
                before=written(definition, trend.shift.before.value),
                after=written(definition, trend.shift.after.value),
            )
        ]
    steady = say("insights.trend.steady")
    if trend.slope.verdict != "real":
        return [steady, say("insights.trend.slope_none")]
    way = "up" if trend.slope.value > 0 else "down"
    every = say(f"trend.every.{trend.every}")
    return [steady, say(f"insights.trend.slope_{way}", size=distance(definition, trend.slope.value), every=every)]


def asked(question: Question, answer: Answer, names: Names) -> str:
    """Write a question as its asker put it, with the days that the answer came to, in the language that is spoken."""
    scope = answer.scope
    by = [_inside(name) for name in question.by]
    per = [say(f"insights.per.{question.grain}")] if question.grain else []
    grouped = say("insights.asked.by", what=wording().several(by)) if by else ""
    conditions = [condition(one, names) for one in question.where]
    where = say("insights.asked.where", what=wording().several(conditions)) if conditions else ""
    span = scope.span or scope.lake
    when = say("insights.asked.in", days=days(span)) if span else ""
    against = _against(question.compare, scope.other)
    parts = [measure_name(answer.definition.name) + number(answer.definition), *per, grouped, where, when, against]
    return " ".join(filter(None, parts))


def reach_of(actor: Actor, names: Names, attribution: Attribution) -> str:
    """Say what a member sees of the organisation, where that is not everything."""
    reach = actor.reach
    if reach.dimension is None:
        return ""
    if not reach.codes:
        return say("insights.reach.nothing")
    if reach.dimension == "agent":
        return say("insights.reach.own" if has_own(actor, attribution) else "insights.reach.own_unknown")
    named = [names(reach.dimension, code) for code in sorted(reach.codes)]
    return say("insights.reach.some", name=_inside(reach.dimension), values=wording().several(named))


def number(definition: Definition) -> str:
    """Write the number of a measure that has one: " (within 30 seconds)"."""
    if definition.number is None or definition.parameter is None:
        return ""
    return f" ({say(f'insights.parameter.{definition.parameter.unit}', n=definition.number)})"


def about(definition: Definition) -> str:
    """Write the definition of a measure in one sentence, its number filled in."""
    key = f"insights.measures.{definition.name}.about"
    if definition.parameter is None:
        return say(key)
    given = definition.number if definition.number is not None else definition.parameter.default
    unit = definition.parameter.unit
    told = say("insights.parameter.own") if given is None else say(f"insights.parameter.{unit}", n=given)
    return say(key, parameter=told)


def condition(one: Condition, names: Names) -> str:
    """Write a condition as a reader says it."""
    name = _inside(one.column)
    if one.operator in {"is empty", "is not empty"}:
        return say(f"insights.condition.{one.operator.replace(' ', '_')}", name=name)
    values = [_value(one.column, value, names) for value in one.values]
    return say(f"insights.condition.{_SIGNS[one.operator]}", name=name, values=_any_of(values))


def _inside(dimension: str) -> str:
    """Name a dimension within a sentence: in small letters, but for German and for a name of one's own."""
    name = dimension_name(dimension)
    if wording().language == "de" or dimension.startswith("attributes."):
        return name
    return name[:1].lower() + name[1:]


def _value(column: str, value: object, names: Names) -> str:
    if isinstance(value, date):
        return wording().formats.short_day(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return wording().formats.number(value)
    return names(column, value)


def _any_of(values: list[str]) -> str:
    if len(values) < 2:
        return "".join(values)
    return say("insights.condition.or", first=", ".join(values[:-1]), last=values[-1])


def _against(compare: object, other: Span | None) -> str:
    if compare == "rest":
        return say("insights.asked.rest")
    if other is None:
        return ""
    key = {"previous": "previous", "last year": "last_year"}.get(str(compare), "period")
    return say(f"insights.asked.{key}", days=days(other))


def _is_nothing(definition: Definition, value: float) -> bool:
    return abs(value) < (0.1 if definition.unit == "steps" else 0.5)
