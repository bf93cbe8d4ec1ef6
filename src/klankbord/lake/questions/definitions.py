"""What a definition of a measure is: which rows it counts, which of them are good, and how it is said."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from klankbord.errors import OptionError
from klankbord.lake.schema import TABLES, TableSchema
from klankbord.score import Measure

Kind = Literal["score", "share", "duration", "gap"]
Unit = Literal["points", "percent", "seconds", "steps"]
_UNITS: dict[Kind, Unit] = {"score": "points", "share": "percent", "duration": "seconds", "gap": "steps"}
_NAMED = re.compile(r"\s*(?P<name>\w+)\s*(?:\(\s*(?P<value>\w+)\s*\))?\s*")
_MINUS = "−"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """The number in brackets after a measure's name.

    Parameters
    ----------
    means, unit : str
        What it is, and in what it is counted.
    low, high : int
        Its limits.
    default : int or None
        What it is when it is not given; None when each row has its own.
    own : str
        SQL of the row's own number, where there is no default.
    own_words : str
        The same in words.
    """

    means: str
    unit: str
    low: int
    high: int
    default: int | None = None
    own: str = ""
    own_words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A declared measure over a table of the lake.

    Parameters
    ----------
    name, title : str
        As it is asked for, and as it is shown.
    table : str
        Table that it is counted in.
    kind : {"score", "share", "duration", "gap"}
        Which counts it needs and what is made of them.
    about : str
        The definition in one sentence; `{parameter}` is the number in brackets.
    counts : str
        SQL condition on the rows in the denominator.
    good : str
        SQL condition on the rows in the numerator of a share; `{parameter}` as above.
    value : str
        SQL of a score, null where the answer is kept but does not count; of a duration, or of a gap.
    statistic : float or None
        Quantile of a duration; None for the mean.
    scale : Measure or None
        The score's scale and cut-offs; of a share, its words.
    better : {"high", "low", "near zero"}
        Which way is good.
    parameter : Parameter, optional
        The number in brackets, where there may be one.
    number : int or None
        That number, in one question.
    known_after_days : bool
        Whether a row can only be counted when so many days (the parameter) have gone by.
    """

    name: str
    title: str
    table: str
    kind: Kind
    about: str
    counts: str
    good: str = ""
    value: str = ""
    statistic: float | None = None
    scale: Measure | None = None
    better: Literal["high", "low", "near zero"] = "high"
    parameter: Parameter | None = None
    number: int | None = None
    known_after_days: bool = False

    @property
    def text(self) -> str:
        """The name with its number, as a question writes it."""
        return self.name if self.number is None else f"{self.name}({self.number})"

    @property
    def usage(self) -> str:
        """How it is asked for, as a list of measures shows it."""
        if self.parameter is None:
            return self.name
        return f"{self.name}({'N' if self.parameter.default is None else self.parameter.default})"

    @property
    def schema(self) -> TableSchema:
        """The table that it is counted in."""
        return TABLES[self.table]

    @property
    def unit(self) -> Unit:
        """What its values are."""
        if self.kind == "score" and self.scale is not None and not self.scale.bad:
            return "percent"
        return _UNITS[self.kind]

    @property
    def things(self) -> str:
        """What it counts, in the plural."""
        return "answers" if self.kind in {"score", "gap"} else "contacts"

    @property
    def days(self) -> int:
        """How many days must have gone by before a row can be counted."""
        return int(self.filled("{parameter}")) if self.known_after_days else 0

    @property
    def sentence(self) -> str:
        """The definition in one sentence, with its number filled in."""
        if self.parameter is None:
            return self.about
        # A queue's own threshold has no one number to tell.
        given = self.number if self.number is not None else self.parameter.default
        told = self.parameter.own_words if given is None else f"{given} {self.parameter.unit}"
        return self.about.replace("{parameter}", told)

    def filled(self, sql: str) -> str:
        """Return SQL with the number filled in."""
        if self.parameter is None:
            return sql
        given = self.number if self.number is not None else self.parameter.default
        return sql.replace("{parameter}", self.parameter.own if given is None else str(given))

    def with_number(self, number: int | None) -> "Definition":
        """Return the definition with a number; the default is left unsaid.

        Raises
        ------
        OptionError
            When it takes none, or not this one.
        """
        if number is None:
            return self
        if self.parameter is None:
            raise OptionError(
                f"{self.name} takes no number",
                hint=f"write {self.name} alone",
                measure=self.name,
                case="takes_no_number",
            )
        if not self.parameter.low <= number <= self.parameter.high:
            raise OptionError(
                f"{self.name}({number}) cannot be: {self.parameter.means}",
                hint=f"from {self.parameter.low} to {self.parameter.high:,}",
                measure=self.name,
                case="number_out_of_range",
                number=number,
                low=self.parameter.low,
                high=self.parameter.high,
            )
        # Said or unsaid, the default is the same question.
        return replace(self, number=None if number == self.parameter.default else number)

    def written(self, value: float | None, *, digits: int = 1) -> str:
        """Write a value with its unit.

        Examples
        --------
        >>> from klankbord.lake.questions.measures import definition_named
        >>> [definition_named(name).written(81.25) for name in ("nps", "service_level", "handle_time")]
        ['+81.2', '81.2 %', '81.2 s']
        """
        if value is None:
            return "–"
        if self.unit == "percent":
            return f"{value:.{digits}f} %"
        if self.unit == "seconds":
            return f"{value:,.0f} s" if abs(value) >= 1000 else f"{value:.{digits}f} s"
        return f"{value:+.{digits + (self.unit == 'steps')}f}".replace("-", _MINUS)

    def difference(self, value: float | None) -> str:
        """Write a difference of two values, with its sign and unit."""
        if value is None:
            return "–"
        unit = {"percent": " pt", "seconds": " s"}.get(self.unit, "")
        return f"{value:+,.{2 if self.unit == 'steps' else 1}f}{unit}".replace("-", _MINUS)

    def to_dict(self) -> dict[str, object]:
        """Return the definition as plain data, as answers carry it."""
        return {
            "name": self.text,
            "title": self.title,
            "kind": self.kind,
            "unit": self.unit,
            "better": self.better,
            "table": self.table,
            "definition": self.sentence,
            **({"scale": self.scale.definition()} if self.kind == "score" and self.scale else {}),
        }


def name_and_number(text: str) -> tuple[str, int | None]:
    """Split a measure such as `service_level(30)`.

    Raises
    ------
    OptionError
        When it is not a name with at most a whole number in brackets.

    Examples
    --------
    >>> name_and_number("service_level(30)")
    ('service_level', 30)
    """
    found = _NAMED.fullmatch(text)
    value = found["value"] if found else None
    if found is None or (value is not None and not (value.isascii() and value.isdigit())):
        raise OptionError(
            f"{text!r} is not a measure", hint="write nps, or service_level(30)", measure=text, case="not_a_measure"
        )
    return found["name"].casefold(), None if value is None else int(value)
