"""Rows about units as people and programs write them, made clean cell by cell; what is wrong is told with its place."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from klankbord.errors import DataError, nearest
from klankbord.lake.readers.vocabulary import judge_words
from klankbord.results import Notice
from klankbord.web.centre.kinds import KINDS, Kind
from klankbord.web.centre.models import CHANNELS, CODE_LENGTH
from klankbord.web.kernel.wording import say

_LONGEST_THRESHOLD = 7 * 86_400  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a row says: a column that is not there stays as it is, one that is empty is emptied."""

    number: int
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a file holds: its rows, the numbers of those that are none, columns that say nothing here, assumptions."""

    rows: tuple[Row, ...]
    broken: tuple[int, ...] = ()
    unread: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()

    def to_json(self) -> str:
        """Write it down."""
        return json.dumps(asdict(self), ensure_ascii=False, default=dict)

    @classmethod
    def from_json(cls, text: str) -> "Reading":
        """Read what was written down."""
        told = json.loads(text)
        return cls(
            rows=tuple(Row(**row) for row in told["rows"]),
            broken=tuple(told["broken"]),
            unread=tuple(told["unread"]),
            notices=tuple(Notice(**notice) for notice in told["notices"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a row is left out."""

    row: int
    column: str
    code: str
    data: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """What is wrong, in the language that is being spoken."""
        return say(f"centre.problems.{self.code}.message", **self.data)

    @property
    def hint(self) -> str:
        """What can be done about it."""
        near = self.data.get("near")
        return say("centre.problems.near", near=near) if near else say(f"centre.problems.{self.code}.hint", **self.data)


class UnitError(DataError):
    """A unit cannot be kept as it was given."""

    code = "bad_unit"

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message, hint=problem.hint, field=problem.column)
        self.problem = problem


class WrongCellError(Exception):
    """A cell cannot be read; caught where its row is known."""

    def __init__(self, code: str, **data: object) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


class Cleaner:
    """Makes the rows of one kind clean; units that they refer to are read once."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.ids = {
            name: dict[str, int](KINDS[name].model.objects.values_list("code", "pk")) for name in kind.references
        }

    def clean(self, row: Row) -> dict[str, Any]:
        """Return the values of a row, references as codes.

        Raises
        ------
        UnitError
            When a cell cannot be read, with the first that cannot.
        """
        cleaned: dict[str, Any] = {}
        for column in self.kind.columns:
            if column not in row.values and column != "code":
                continue
            try:
                cleaned[column] = self._cell(column, row.values.get(column))
            except WrongCellError as wrong:
                raise UnitError(Problem(row=row.number, column=column, code=wrong.code, data=wrong.data)) from None
        _check_spell(row.number, cleaned)
        return cleaned

    def _cell(self, column: str, value: object) -> object:
        if column in self.ids:
            return self._reference(column, value)
        return _CELLS[column](value)

    def _reference(self, column: str, value: object) -> str | None:
        code = _text(value)
        if code and code not in self.ids[column]:
            raise WrongCellError("unknown_unit", value=code, near=nearest(code, self.ids[column]))
        return code or None


def _check_spell(number: int, values: Mapping[str, Any]) -> None:
    starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
    if (starts_on or ends_on) and not values.get("team"):
        raise UnitError(Problem(row=number, column="team", code="no_team"))
    if ends_on and not starts_on:
        raise UnitError(Problem(row=number, column="starts_on", code="no_start"))
    if starts_on and ends_on and ends_on < starts_on:
        raise UnitError(Problem(row=number, column="ends_on", code="ends_before_start"))


def _text(value: object) -> str:
    text = str(value).strip() if value is not None else ""
    if len(text) > CODE_LENGTH:
        raise WrongCellError("too_long", n=CODE_LENGTH)
    if not text.isprintable():
        raise WrongCellError("not_text")
    return text


def _code(value: object) -> str:
    if code := _text(value):
        return code
    raise WrongCellError("no_code")


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    said = judge_words("resolved", [_text(value)], {})
    if not said:
        raise WrongCellError("not_yes_or_no", value=_text(value))
    return said[_text(value)] == "true"


def _channel(value: object) -> str:
    word = _text(value)
    # Any other word would count as "other"; here somebody ought to say so.
    found = judge_words("channel", [word], {}).get(word, "") if word else ""
    if word and (found == "other" != word or found not in CHANNELS):
        raise WrongCellError("unknown_channel", value=word)
    return found


def _seconds(value: object) -> int | None:
    text = _text(value)
    if not text:
        return None
    if not text.isdecimal() or int(text) > _LONGEST_THRESHOLD:
        raise WrongCellError("not_seconds", value=text)
    return int(text)


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(_text(value)) if _text(value) else None
    except ValueError:
        raise WrongCellError("not_a_day", value=_text(value)) from None


_CELLS: Mapping[str, Callable[[object], object]] = {
    "code": _code,
    "name": _text,
    "active": _flag,
    "channel": _channel,
    "threshold_s": _seconds,
    "starts_on": _day,
    "ends_on": _day,
}
