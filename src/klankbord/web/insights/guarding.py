"""Numbers for those to whom answers are anonymous: of five or more of them, by whole weeks, and none by subtraction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from klankbord.fairness import minimum
from klankbord.fairness.hiding import LEAST
from klankbord.lake.questions import Answer, Period, Question
from klankbord.lake.questions.period import Span, unit_of
from klankbord.results import Estimate, Notice
from klankbord.score import Score
from klankbord.web.insights.promise import RATES_OF_ANSWERING, Promise, is_coarse

_Key = tuple[object, ...]
_NONE: frozenset[_Key] = frozenset()
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many anonymous answers a number rests on: of everything, and of each group."""

    total: int
    groups: Mapping[_Key, int]

    def leaves_few(self, wider: "Counts") -> bool:
        """Say whether a wider question has so few more that they could be worked out; none give nobody away."""
        return 0 < wider.total - self.total < LEAST

    def hidden(self, by: tuple[str, ...], wider: Iterable["Counts"]) -> frozenset[_Key]:
        """Return the groups that have too few, would give others away, or leave too few out of a wider question."""
        found = {key for key, n in self.groups.items() if n < LEAST}
        found |= {key for key, n in self.groups.items() for one in wider if 0 < one.groups.get(key, 0) - n < LEAST}
        cells = {key: n for key, n in self.groups.items() if n}
        places = tuple(range(len(by)))
        # Either way round, so that neither of two dimensions alone gives a cell of both away.
        for order in dict.fromkeys((places, places[::-1])) if by else ():
            turned = {tuple(key[at] for at in order): key for key in cells}
            shown = minimum({one: cells[key] for one, key in turned.items()}, by=[by[at] for at in order])
            found |= {turned[key] for names, key in shown.hidden if len(names) == len(by)}
        return frozenset(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Answers questions of one actor to whom some answers are anonymous.

    Parameters
    ----------
    promise : Promise
        Which answers.
    ask : callable
        What answers a question within the actor's reach, leaving out some groups.
    today : date
        The day on which it is asked, where the organisation is.
    """

    promise: Promise
    ask: Callable[[Question, frozenset[_Key]], Answer]
    today: date

    def answer(self, question: Question) -> Answer:
        """Answer a question as the promise allows: with anonymous answers where they are enough, or without.

        Whether there are none or too few is never told: of one contact alone that would say whether it was answered.
        """
        if not is_coarse(question):
            return _saying(self._openly(question), _NARROW)
        weeks = in_whole_weeks(question, self._kept(question), self.today)
        if weeks is None:
            return _saying(self._openly(question), _RUNNING)
        wider = [self._kept(one) for one in _wider(weeks)]
        now = _now(self._kept(weeks))
        if now.total < LEAST or any(now.leaves_few(_now(one)) for one in wider):
            return _saying(self._openly(question), _FEW)
        return self._grouped(question, weeks, wider, now.hidden(weeks.keys, [_now(one) for one in wider]))

    def _grouped(self, question: Question, weeks: Question, wider: Sequence[Answer], hidden: frozenset[_Key]) -> Answer:
        said = [] if weeks.period == question.period else [_WEEKS]
        if self._compares_few(weeks, wider, hidden):
            weeks, said = replace(weeks, compare=None), [*said, _BEFORE]
        everything, openly = self.ask(weeks, hidden), self._openly(weeks)
        if not weeks.keys:
            return _saying(everything, *said)
        order = self.ask(weeks, _NONE).keys
        if weeks.is_series and not weeks.by and openly.n and len(everything) < len(order):
            # A series with and without some answers by turns would move where nothing moved.
            return _saying(self._openly(question), _FEW)
        return _saying(_put_together(everything, openly, order), *said, _GROUPS)

    def _compares_few(self, weeks: Question, wider: Sequence[Answer], hidden: frozenset[_Key]) -> bool:
        kept = self._kept(weeks)
        if not kept.scope.other:
            return False
        then, others = _before(kept), [_before(one) for one in wider]
        few = 0 < then.total < LEAST or any(then.leaves_few(one) for one in others)
        return few or not {key for key in then.hidden(weeks.keys, others) if then.groups[key]} <= hidden

    def _kept(self, question: Question) -> Answer:
        return self.ask(replace(question, where=(*question.where, *self.promise.kept)), _NONE)

    def _openly(self, question: Question) -> Answer:
        return self.ask(replace(question, where=(*question.where, *self.promise.shown)), _NONE)


def in_whole_weeks(question: Question, laid: Answer, today: date) -> Question | None:
    """Return a question about whole weeks or months that are over, or nothing where none is yet.

    Two periods that differ by a day would tell what was answered on that day.
    """
    span, other = laid.scope.span or laid.scope.lake, laid.scope.other
    whole = span and _whole(span, today)
    if not whole:
        return None
    compare = question.compare
    if other and compare != "previous":
        against = _whole(other, today)
        compare = _period(against) if against and not against.overlaps(whole) else None
    return replace(question, period=question.period if whole == laid.scope.span else _period(whole), compare=compare)


def _whole(span: Span, today: date) -> Span | None:
    last_sunday = unit_of(today, "week").first - _DAY
    if span.whole_months and span.last <= last_sunday:
        return span
    first, last = unit_of(span.first, "week").first, min(unit_of(span.last, "week").last, last_sunday)
    return Span(first=first, last=last) if first <= last else None


def _period(span: Span) -> Period:
    return Period(first=span.first, last=span.last)


def _wider(question: Question) -> list[Question]:
    """Return the questions of which this one is a part: without one of its conditions, and without any."""
    conditions = question.where
    parts = [tuple(one for one in conditions if one is not left) for left in conditions]
    return [replace(question, where=where) for where in dict.fromkeys([*parts, ()] if conditions else [])]


def _now(answer: Answer) -> Counts:
    groups = {key: _people(answer, row) for key, row in zip(answer.keys, answer.rows, strict=True)}
    return Counts(total=_people(answer, answer.total), groups=groups)


def _before(answer: Answer) -> Counts:
    whole, parts = answer.total_comparison, answer.comparisons or ()
    groups = {key: _people(answer, one.b) for key, one in zip(answer.keys, parts, strict=False)}
    return Counts(total=_people(answer, whole.b if whole else None), groups=groups)


def _people(answer: Answer, row: Estimate | None) -> int:
    """Return on how many people a number rests; of a share of those who answered, neither side may be few."""
    if row is None or answer.definition.name not in RATES_OF_ANSWERING or not isinstance(row, Score):
        return row.n if row else 0
    return round(row.good) if row.n - row.good >= LEAST else 0


def _put_together(everything: Answer, openly: Answer, order: Sequence[_Key]) -> Answer:
    """Return groups with their anonymous answers where those are enough, and the others without."""
    found = {key: (one, at) for one in (openly, everything) for at, key in enumerate(one.keys)}
    keys = tuple(key for key in order if key in found)
    rows = tuple(found[key][0].rows[found[key][1]] for key in keys)
    compared: Any = None
    if everything.comparisons is not None:
        compared = tuple((found[key][0].comparisons or ())[found[key][1]] for key in keys)
    return replace(everything, keys=keys, rows=rows, comparisons=compared, groups=len(keys))


def _saying(answer: Answer, *notices: Notice) -> Answer:
    return replace(answer, notices=(*notices, *answer.notices))


def is_kept(answer: Answer) -> bool:
    """Say whether an answer is without what is anonymous to whoever asked."""
    without = {_FEW.code, _NARROW.code, _RUNNING.code}
    return any(notice.code in without for notice in answer.notices)


_GROUPS = Notice(
    code="anonymous_groups",
    message=f"groups count without their anonymous answers where those are fewer than {LEAST}, or would give few away",
    data={"least": LEAST},
)
_FEW = Notice(
    code="anonymous_few",
    message=f"anonymous answers do not count here: of fewer than {LEAST}, or a difference of so few, nothing is told",
    data={"least": LEAST},
)
_NARROW = Notice(
    code="anonymous_narrow",
    message="anonymous answers do not count here: they are not told apart by what was answered, by day, hour or detail",
)
_RUNNING = Notice(
    code="anonymous_running",
    message="anonymous answers do not count here yet: they do when their week is over",
)
_WEEKS = Notice(code="anonymous_weeks", message="counted by whole weeks that are over, because answers are anonymous")
_BEFORE = Notice(
    code="anonymous_before",
    message=f"not compared: of fewer than {LEAST} anonymous answers, and of what differs by so few, nothing is told",
    data={"least": LEAST},
)
