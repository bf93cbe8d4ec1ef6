"""The question: a frozen value that says what is asked, as text, as a URL query, and checked against the schema."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import parse_qsl, quote, urlencode

from klankbord.errors import OptionError, nearest
from klankbord.lake.questions.conditions import Condition, column_of
from klankbord.lake.questions.definitions import Definition
from klankbord.lake.questions.measures import definition_named
from klankbord.lake.questions.parsing import parts_of
from klankbord.lake.questions.period import Period
from klankbord.lake.questions.words import written

Grain = Literal["hour", "weekday", "day", "week", "month", "quarter", "year"]
Comparing = Literal["previous", "last year", "rest"]
_CYCLES = ("hour", "weekday")
_OF_MONTHS = ("month", "quarter", "year")  # what a table that knows no days can be cut into


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a lake; two that mean the same are equal.

    Parameters
    ----------
    measure : str
        A measure of `DEFINITIONS`, such as `nps` or `service_level(30)`.
    by : tuple of str
        Dimensions to group by, in the order of the answer.
    where : tuple of Condition
        What every row must fulfil.
    period : Period, optional
        When; all that the lake holds without.
    grain : {"hour", "weekday", "day", "week", "month", "quarter", "year"}, optional
        What to cut time into: hour of the day and day of the week go round, the others make a series.
    compare : {"previous", "last year", "rest"} or Period, optional
        What every number is held against: the period of equal length before, the same days a year earlier, all other
        groups together, or another period.

    Raises
    ------
    ColumnError, OptionError
        When it cannot be asked: the message says why, the hint what can.

    Examples
    --------
    >>> question = Question.parse("nps by team, channel where wait_s>60 in 2026-01..2026-06 per month compare previous")
    >>> question.by, question.grain, question.period == Period.parse("2026-01..2026-06")
    (('team', 'channel'), 'month', True)
    >>> Question.from_query(question.to_query()) == Question.parse(str(question)) == question
    True
    """

    measure: str
    by: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    period: Period | None = None
    grain: Grain | None = None
    compare: Comparing | Period | None = None

    def __post_init__(self) -> None:
        definition = definition_named(self.measure)
        table = definition.schema
        by = tuple(column_of(name, table, table.dimensions).name for name in self.by)
        where = {str(condition): condition for condition in (one.on(table) for one in self.where)}
        # One form for one meaning makes equal questions equal values: order and doubles of conditions say nothing.
        object.__setattr__(self, "measure", definition.text)
        object.__setattr__(self, "by", by)
        object.__setattr__(self, "where", tuple(where[text] for text in sorted(where)))
        self._check_by()
        self._check_grain(definition)
        self._check_period(definition)
        self._check_compare()

    @classmethod
    def of(
        cls,
        measure: str,
        *,
        by: str | Iterable[str] = (),
        where: str | Condition | Iterable[str | Condition] = (),
        period: str | Period | None = None,
        grain: str | None = None,
        compare: str | Period | None = None,
    ) -> "Question":
        """Return a question from its parts, each as text or as a value.

        Examples
        --------
        >>> print(Question.of("nps", by="team", where="channel=phone", period="2026-Q1", compare="previous"))
        nps by team where channel=phone in 2026-Q1 compare previous
        """
        conditions = (where,) if isinstance(where, str | Condition) else tuple(where)
        return cls(
            measure=measure,
            by=(by,) if isinstance(by, str) else tuple(by),
            where=tuple(one if isinstance(one, Condition) else Condition.parse(one) for one in conditions),
            period=Period.parse(period) if isinstance(period, str) else period,
            grain=grain_named(grain) if grain else None,
            compare=comparing(compare) if isinstance(compare, str) else compare,
        )

    @classmethod
    def parse(cls, text: str) -> "Question":
        """Read a question: `nps by team where channel=phone in 2026-01..2026-06 per month compare previous`.

        Raises
        ------
        ColumnError, OptionError
            When it cannot be read or cannot be asked.
        """
        return cls.of(**parts_of(text))

    @classmethod
    def from_query(cls, query: str) -> "Question":
        """Read a question from a URL query, as `to_query` writes it.

        Raises
        ------
        ColumnError, OptionError
            When a part is unknown, comes twice, or cannot be asked.
        """
        parts = dict[str, list[str]]()
        for name, value in parse_qsl(query.removeprefix("?"), keep_blank_values=True):
            parts.setdefault(name, []).append(value)
        for name in parts:
            if name not in cls.__dataclass_fields__:
                near = nearest(name, cls.__dataclass_fields__)
                guess = f"did you mean {near}? " if near else ""
                hint = f"{guess}parts: {', '.join(cls.__dataclass_fields__)}"
                raise OptionError(
                    f"a question has no part {name!r}",
                    hint=hint,
                    part=name,
                    case="unknown_part",
                    near=near,
                    known=list(cls.__dataclass_fields__),
                )
            if name not in {"by", "where"} and len(parts[name]) > 1:
                raise OptionError(
                    f"{name} is said {len(parts[name])} times", hint="say it once", part=name, case="said_twice"
                )
        if "measure" not in parts:
            raise OptionError("the question says no measure", hint="begin with measure=nps", case="no_measure")
        single = {name: values[0] for name, values in parts.items() if name not in {"by", "where"}}
        return cls.of(by=parts.get("by", []), where=parts.get("where", []), **single)

    def to_query(self) -> str:
        """Return the question as a URL query, in one fixed order.

        Examples
        --------
        >>> Question.of("nps", by="team", where="wait_s>60", period="2026").to_query()
        'measure=nps&by=team&where=wait_s%3E60&period=2026'
        """
        pairs = [
            ("measure", self.measure),
            *(("by", name) for name in self.by),
            *(("where", str(condition)) for condition in self.where),
            *((name, str(value)) for name in ("period", "grain", "compare") if (value := getattr(self, name))),
        ]
        return urlencode(pairs, quote_via=quote)

    def __str__(self) -> str:
        by = f" by {', '.join(map(written, self.by))}" if self.by else ""
        where = f" where {' and '.join(map(str, self.where))}" if self.where else ""
        period = f" in {self.period}" if self.period else ""
        grain = f" per {self.grain}" if self.grain else ""
        return self.measure + by + where + period + grain + (f" compare {self.compare}" if self.compare else "")

    @property
    def definition(self) -> Definition:
        """The definition of the measure, with its number."""
        return definition_named(self.measure)

    @property
    def keys(self) -> tuple[str, ...]:
        """What tells one row of the answer from another: the grain, then the dimensions."""
        return (*((self.grain,) if self.grain else ()), *self.by)

    @property
    def is_series(self) -> bool:
        """Whether the answer runs over calendar time."""
        return self.grain is not None and self.grain not in _CYCLES

    def _check_by(self) -> None:
        for name in self.by:
            if self.by.count(name) > 1 or name == self.grain:
                raise OptionError(
                    f"{name} is asked for twice",
                    hint=f"say {name} once, under by or per",
                    column=name,
                    case="said_twice",
                    part=name,
                )

    def _check_grain(self, definition: Definition) -> None:
        if self.grain is None:
            return
        grain_named(self.grain)
        needed = "hour" if self.grain == "hour" else "day"
        if self.grain not in _OF_MONTHS and needed not in definition.schema.names:
            raise OptionError(
                f"{definition.title} is known by month only, not by {self.grain}",
                hint=f"per {', '.join(_OF_MONTHS)}",
                grain=self.grain,
                case="months_only",
                measure=definition.name,
            )

    def _check_period(self, definition: Definition) -> None:
        if "day" in definition.schema.names:
            return
        for period in (self.period, self.compare):
            if not isinstance(period, Period):
                continue
            starts = period.first is None or period.first.day == 1
            ends = period.last is None or Period(last=period.last) == Period.parse(f"..{period.last:%Y-%m}")
            if not (starts and ends) or period.unit in {"day", "week"}:
                raise OptionError(
                    f"{definition.title} is known by month only, so {period} cannot be told",
                    hint="ask for whole months, such as 2026-03 or 2026-Q1",
                    case="months_only",
                    measure=definition.name,
                )

    def _check_compare(self) -> None:
        if self.compare in {"previous", "last year"} and (self.period is None or self._is_open):
            raise OptionError(
                f"compare {self.compare} needs a period that begins and ends",
                hint="add one, such as in 2026-03 or in last 3 months",
                case="compare_without_period",
                compare=str(self.compare),
            )
        if self.compare == "rest" and (not self.keys or self.is_series):
            raise OptionError(
                "compare rest needs groups to tell apart" if not self.keys else f"per {self.grain} has no rest",
                hint="add by ..., or compare previous",
                case="no_rest",
            )
        if isinstance(self.compare, Period):
            self._check_period_compared(self.compare)

    def _check_period_compared(self, other: Period) -> None:
        if other.first is None or other.last is None or self.period is None:
            raise OptionError(
                f"compare {other} needs two periods that are known",
                hint="write in 2026-03 compare 2025-03",
                case="compare_unknown",
                compare=str(other),
            )

    @property
    def _is_open(self) -> bool:
        # An open end is the lake's last day, so only an open beginning leaves nothing to lie before it.
        return self.period is not None and self.period.unit is None and self.period.first is None


def grain_named(text: str) -> Grain:
    """Return the grain that was meant.

    Raises
    ------
    OptionError
        When there is none.
    """
    folded = text.casefold()
    if folded not in get_args(Grain):
        near = nearest(folded, get_args(Grain))
        guess = f"did you mean {near}? " if near else ""
        raise OptionError(
            f"time cannot be cut per {text!r}",
            hint=f"{guess}per {', '.join(get_args(Grain))}",
            grain=text,
            case="unknown_grain",
            near=near,
            known=list(get_args(Grain)),
        )
    return folded  # type: ignore[return-value]


def comparing(text: str) -> Comparing | Period:
    """Return what to compare with, from text.

    Raises
    ------
    OptionError
        When it is neither a word for it nor a period.
    """
    folded = " ".join(text.casefold().split())
    if folded in get_args(Comparing):
        return folded  # type: ignore[return-value]
    try:
        return Period.parse(text)
    except OptionError:
        near = nearest(folded, get_args(Comparing))
        guess = f"did you mean {near}? " if near else ""
        raise OptionError(
            f"there is no comparing with {text!r}",
            hint=f"{guess}compare previous, last year, rest, or a period such as 2025-03",
            compare=text,
            case="unknown_compare",
            near=near,
        ) from None
