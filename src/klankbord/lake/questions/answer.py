"""The answer: estimates by group with the question as it was understood, in every view that a result has."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

from klankbord.errors import OptionError
from klankbord.lake.questions.amounts import Amount
from klankbord.lake.questions.contrasts import Contrast
from klankbord.lake.questions.counting import Key
from klankbord.lake.questions.definitions import Definition
from klankbord.lake.questions.period import Span, span_text, unit_of
from klankbord.lake.questions.planning import Scope
from klankbord.lake.wordings import reworded_in
from klankbord.results import Estimate, Notice, Record, Result
from klankbord.score import Comparison, Score, Trend

Order = Literal["name", "best", "worst", "most"]
_SHOWN = 10  # groups in a summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Result):
    """What a lake says to a question.

    Parameters
    ----------
    scope : Scope
        The question, and the days and the query that it came to.
    keys : tuple of tuple
        One key a group: the period when time was cut, then the dimensions; None is an empty value.
    rows : tuple of Score or Amount
        One estimate a group.
    comparisons : tuple of Comparison or Contrast, optional
        What each group differs from what it is held against.
    total : Score or Amount
        All groups together.
    total_comparison : Comparison or Contrast, optional
        All of this period less all of the other.
    trend : Trend or None
        What really moved, where a score or share runs over time without groups.
    groups : int
        How many groups there are, shown here or not.
    """

    scope: Scope
    keys: tuple[Key, ...]
    rows: tuple[Score | Amount, ...]
    comparisons: tuple[Comparison | Contrast, ...] | None
    total: Score | Amount
    total_comparison: Comparison | Contrast | None
    trend: Trend | None
    groups: int

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, key: object) -> Score | Amount:
        """Return the estimate of one group; a single dimension needs no tuple.

        Raises
        ------
        KeyError
            When there is no such group.
        """
        wanted = key if isinstance(key, tuple) else (key,)
        if wanted not in self.keys:
            raise KeyError(key)
        return self.rows[self.keys.index(wanted)]

    @property
    def definition(self) -> Definition:
        """The definition of the measure."""
        return self.scope.question.definition

    @property
    def n(self) -> int:
        """How many rows the total rests on."""
        return self.total.n

    @property
    def is_running(self) -> bool:
        """Whether the last period of a series goes on after the last day that was counted."""
        scope, grain = self.scope, self.scope.question.grain
        ends = [span.last for span in (scope.span, scope.lake) if span]
        last = self.keys[-1][0] if self.keys and scope.question.is_series else None
        return isinstance(last, date) and unit_of(last, grain).last > min(ends)  # type: ignore[arg-type]

    @property
    def reworded(self) -> tuple[date, ...]:
        """First days of the months from which a questionnaire was worded otherwise: a series breaks there."""
        return reworded_in(self.notices)

    def records(self) -> list[Record]:
        """Return one row a group, with its key in front."""
        by = self.scope.question.keys
        return [{**dict(zip(by, map(_told, key), strict=True)), **row} for key, row in self._told_rows()]

    def to_dict(self) -> Record:
        """Return question, total, rows, trend and notices as plain data; each row holds its key under `by`."""
        by = self.scope.question.keys
        rows = [{"by": dict(zip(by, map(_told, key), strict=True)), **row} for key, row in self._told_rows()]
        trend = self.trend.to_dict() if self.trend else {}
        return {
            "question": dict(self.question),
            "total": _record(self.total, self.total_comparison),
            "rows": rows,
            "groups": self.groups,
            **({"trend": {name: trend[name] for name in ("latest", "slope", "break")}} if trend else {}),
            "notices": [notice.to_dict() for notice in self.notices],
        }

    def summary(self) -> str:
        """Return the answer in words: what was asked, the total, and one line a group for the first ten."""
        head = f"{self.definition.title}{self.described}: {self._said(self.total, self.total_comparison)}"
        if not self.scope.question.keys:
            return head
        rows = list(zip(self.keys, self.rows, self._compared(), strict=True))[:_SHOWN]
        lines = [f"{self.label(key)}: {self._said(row, compared)}" for key, row, compared in rows]
        more = [f"and {self.groups - len(rows):,} more"] if self.groups > len(rows) else []
        return "\n".join([head, *lines, *more])

    def arranged(self, order: Order = "name", limit: int | None = None) -> "Answer":
        """Return the answer with its groups in another order, and only the first so many.

        Parameters
        ----------
        order : {"name", "best", "worst", "most"}
            By key; by value, the good ones or the bad ones first; or by number of answers. Groups without an estimate
            come last.
        limit : int, optional
            How many groups to keep.

        Raises
        ------
        OptionError
            When there is no such order, or the limit is below one.
        """
        if order not in get_args(Order):
            raise OptionError(
                f"there is no order {order!r}",
                hint=f"orders: {', '.join(get_args(Order))}",
                order=order,
                case="unknown_order",
                known=list(get_args(Order)),
            )
        if limit is not None and limit < 1:
            raise OptionError(
                f"{limit} groups cannot be shown", hint="leave the limit out to see all", case="bad_limit", limit=limit
            )
        places = sorted(range(len(self.keys)), key=lambda place: self._rank(place, order))[:limit]
        by_chance = order in {"best", "worst"} and "agent" in self.scope.question.by
        return replace(
            self,
            keys=tuple(self.keys[place] for place in places),
            rows=tuple(self.rows[place] for place in places),
            comparisons=self.comparisons and tuple(self.comparisons[place] for place in places),
            notices=(*self.notices, *([_ORDER_OF_CHANCE] if by_chance else [])),
        )

    def label(self, key: Key) -> str:
        """Name a group."""
        return " · ".join(self.labels(key))

    def labels(self, key: Key) -> list[str]:
        """Name each part of a key: periods as briefly as can be, empty values in brackets."""
        grain = self.scope.question.grain
        first = [span_text(unit_of(part, grain)) for part in key[:1] if isinstance(part, date)] if grain else []  # type: ignore[arg-type]
        return first + [_word(part) for part in key[len(first) :]]

    @property
    def described(self) -> str:
        """Filters, days and comparison, in words, to stand behind the measure's name."""
        question, span, other = self.scope.question, self.scope.span, self.scope.other
        where = f", {', '.join(condition.words for condition in question.where)}" if question.where else ""
        days = f", {_days(span)}" if span else ""
        against = f", against {_days(other)}" if other else ", each against the rest" if question.compare else ""
        return where + days + against

    def _told_rows(self) -> list[tuple[Key, Record]]:
        rows = zip(self.keys, self.rows, self._compared(), strict=True)
        return [(key, _record(row, compared)) for key, row, compared in rows]

    def _compared(self) -> Sequence[Comparison | Contrast | None]:
        return self.comparisons if self.comparisons is not None else [None] * len(self.rows)

    def _said(self, row: Estimate, compared: Comparison | Contrast | None) -> str:
        written = self.definition.written
        if row.value is None or row.interval is None:
            return f"too few {self.definition.things} for an estimate (n = {row.n:,})"
        level = f"{100 * row.interval.level:g} % interval"
        interval = f"{level} {written(row.interval.low)} to {written(row.interval.high)}"
        differs = ""
        if compared is not None:
            gap = self.definition.difference(compared.value)
            differs = f"; difference {gap}: {compared.verdict if compared.value is not None else 'too few'}"
        return f"{written(row.value)} ({interval}, n = {row.n:,}){differs}"

    def _rank(self, place: int, order: Order) -> tuple[bool, float]:
        row = self.rows[place]
        if order == "name":
            return False, 0.0
        if order == "most":
            return False, -float(row.n)
        if row.value is None:
            return True, 0.0
        goodness = {"high": row.value, "low": -row.value, "near zero": -abs(row.value)}[self.definition.better]
        return False, goodness if order == "worst" else -goodness


_ORDER_OF_CHANCE = Notice(
    code="order_of_chance",
    message="agents in order of their own few answers stand mostly in order of chance: do not rank people by this",
)


def _record(row: Estimate, compared: Comparison | Contrast | None) -> Record:
    (told,) = row.records()
    if compared is None:
        return told
    (gap,) = compared.records()
    notices = told.pop("notices")
    return {
        **told,
        "other": gap["b"] if gap["b"] is not None else None,
        "other_n": compared.b.n if compared.b else None,
        "difference": gap["value"],
        "difference_low": gap["low"],
        "difference_high": gap["high"],
        **{name: gap[name] for name in ("p_value", "p_adjusted", "verdict", "detectable")},
        "notices": notices,
    }


def _told(part: object) -> object:
    return part.isoformat() if isinstance(part, date) else part


def _word(part: object) -> str:
    if part is None:
        return "(empty)"
    return str(part).lower() if isinstance(part, bool) else str(part)


def _days(span: Span) -> str:
    return f"{span.first} to {span.last}" if span.first != span.last else str(span.first)
