"""One condition on the rows that a question counts: a column, an operator, values; in text, in words and in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from klankbord.errors import ColumnError, OptionError, nearest
from klankbord.lake.engine import literal
from klankbord.lake.questions.words import Word, cut, written
from klankbord.lake.schema import Column, TableSchema, Type

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "is empty", "is not empty"]
Value = str | int | float | date
_EMPTINESS = ("is empty", "is not empty")
_ORDERS = ("<", "<=", ">", ">=")
_NUMBERS = (Type.SMALL, Type.WHOLE, Type.LONG, Type.REAL)
_LARGEST = 2**53  # whole numbers beyond this are not exact on every engine
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_ATTRIBUTE = "attributes."
_KINDS = {"flag": "true or false", "day": "a day such as 2026-03-15", "number": "a number"}
_SPOKEN = {"=": "is", "!=": "is not", "<": "is less than", "<=": "is at most", ">": "is more than", ">=": "is at least"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a row must fulfil to count.

    Parameters
    ----------
    column : str
        A dimension, a number such as `wait_s`, or `attributes.<name>`.
    operator : {"=", "!=", "<", "<=", ">", ">=", "is empty", "is not empty"}
        `!=` lets rows without a value through: they are not that value either.
    values : tuple
        One value; with `=` and `!=` there may be several, of which any counts.

    Examples
    --------
    >>> Condition.parse("channel=phone|chat")
    Condition(column='channel', operator='=', values=('phone', 'chat'))
    >>> print(Condition(column="team", operator="is empty"))
    team is empty
    """

    column: str
    operator: Operator = "="
    values: tuple[Value, ...] = ()

    def __post_init__(self) -> None:
        if self.operator not in get_args(Operator):
            raise OptionError(
                f"there is no comparison {self.operator!r}",
                hint=f"comparisons: {', '.join(get_args(Operator))}",
                case="unknown_comparison",
                comparison=self.operator,
                known=list(get_args(Operator)),
            )
        needed = 0 if self.operator in _EMPTINESS else 1
        if len(self.values) < needed or (len(self.values) > needed and self.operator not in {"=", "!="}):
            raise OptionError(
                f"{self.column} {self.operator} takes {'a value' if needed else 'no value'}, not {len(self.values)}",
                hint=f"write {self.column}=... for a value and {self.column} is empty for none",
                column=self.column,
                case="number_of_values",
            )

    @classmethod
    def parse(cls, text: str) -> "Condition":
        """Read one condition, such as `channel=phone|chat`, `wait_s>60` or `team is empty`.

        Raises
        ------
        OptionError
            When it is no condition.
        """
        words = cut(text)
        condition, rest = condition_in(words)
        if rest:
            raise OptionError(
                f"{text!r} says more than one condition",
                hint='put a value of several words in quotes: team="Ghent 2"',
                case="two_conditions",
                condition=text,
            )
        return condition

    def __str__(self) -> str:
        if self.operator in _EMPTINESS:
            return f"{written(self.column)} {self.operator}"
        return f"{written(self.column)}{self.operator}{'|'.join(written(_plain(value)) for value in self.values)}"

    @property
    def words(self) -> str:
        """The condition as a reader says it."""
        if self.operator in _EMPTINESS:
            return f"{self.column} {self.operator}"
        return f"{self.column} {_SPOKEN[self.operator]} {' or '.join(_plain(value) for value in self.values)}"

    def on(self, table: TableSchema) -> "Condition":
        """Return the condition with the table's own names and types.

        Raises
        ------
        ColumnError
            When the table has no such column that a question may look at.
        OptionError
            When a value cannot be in that column.
        """
        column = column_of(self.column, table, filterable(table))
        if self.operator in _ORDERS and column.type not in (*_NUMBERS, Type.DATE):
            raise OptionError(
                f"{column.name} has no order, so {self} cannot be told",
                hint=f"use {column.name}=... or {column.name}!=...",
                column=column.name,
                case="no_order",
            )
        # Doubles and order of values say nothing, so they must not make two questions of one.
        values = {_typed(value, column) for value in self.values}
        return Condition(column=column.name, operator=self.operator, values=tuple(sorted(values, key=_rank)))

    def sql(self) -> str:
        """Return the condition in the SQL that every engine understands; it must have been laid on a table (`on`)."""
        name = column_sql(self.column)
        if self.operator in _EMPTINESS:
            return f"{name} is {'not ' if self.operator == 'is not empty' else ''}null"
        values = [_value_sql(value) for value in self.values]
        if self.operator in _ORDERS:
            return f"{name} {self.operator} {values[0]}"
        alone, listed = len(values) == 1, ", ".join(values)
        if self.operator == "=":
            return f"{name} = {listed}" if alone else f"{name} in ({listed})"
        # In SQL a null is unequal to nothing; whoever asks for "not phone" means the unknown ones too.
        return f"({name} is null or {name} {f'<> {listed}' if alone else f'not in ({listed})'})"


def condition_in(words: Sequence[Word]) -> tuple[Condition, list[Word]]:
    """Take one condition from the front of some words, and return it with the words that follow."""
    column, rest = (words[0] if words else ""), list(words[1:])
    if rest and rest[0].means("is"):
        denied = len(rest) > 1 and rest[1].means("not")
        if len(rest) > 1 + denied and rest[1 + denied].means("empty"):
            operator: Operator = "is not empty" if denied else "is empty"
            return Condition(column=column, operator=operator), rest[2 + denied :]
    sign = next((sign for sign in ("=", "!=", *_ORDERS) if rest and rest[0].means(sign)), None)
    if not column or sign is None:
        told = " ".join(words[:3])
        raise OptionError(
            f"{told!r} is not a condition",
            hint="write channel=phone, wait_s>60 or team is empty",
            case="not_a_condition",
            condition=told,
        )
    values, rest = _values_in(rest[1:])
    if not values and sign in {"=", "!="}:
        return Condition(column=column, operator="is empty" if sign == "=" else "is not empty"), rest
    return Condition(column=column, operator=sign, values=values), rest  # type: ignore[arg-type]


def _values_in(words: list[Word]) -> tuple[tuple[str, ...], list[Word]]:
    if not words or any(words[0].means(keyword) for keyword in ("and", "by", "in", "per", "compare", ",", "|")):
        return (), words
    values = [str(words[0])]
    rest = words[1:]
    while len(rest) > 1 and rest[0].means("|"):
        values.append(str(rest[1]))
        rest = rest[2:]
    return tuple(values), rest


def filterable(table: TableSchema) -> tuple[str, ...]:
    """List the columns that a condition may look at: dimensions and numbers, but no ids and no words of customers."""
    return tuple(column.name for column in table.columns if column.dimension or column.type in _NUMBERS)


def column_of(name: str, table: TableSchema, allowed: Sequence[str]) -> Column:
    """Return the column that was meant, or one for an attribute.

    Raises
    ------
    ColumnError
        When it is not among those allowed.
    """
    if name.casefold().startswith(_ATTRIBUTE) and "attributes" in allowed and len(name) > len(_ATTRIBUTE):
        return Column(name=_ATTRIBUTE + name[len(_ATTRIBUTE) :], type=Type.TEXT, about="", dimension=True)
    folded = name.strip().casefold()
    if folded not in allowed or folded == "attributes":
        shown = ["attributes.<name>" if one == "attributes" else one for one in allowed]
        raise ColumnError(name, shown, table=table.name)
    return table.column(folded)


def column_sql(name: str) -> str:
    """Return a column, or an attribute, as SQL.

    Examples
    --------
    >>> column_sql("team"), column_sql("attributes.plan")
    ('team', "attributes['plan']")
    """
    return f"attributes[{literal(name[len(_ATTRIBUTE) :])}]" if name.startswith(_ATTRIBUTE) else name


def _typed(value: Value, column: Column) -> Value:
    try:
        if column.type is Type.FLAG:
            return _FLAGS[_plain(value).strip().casefold()]
        if column.type is Type.DATE:
            return value if isinstance(value, date) else date.fromisoformat(_plain(value))
        if column.type in _NUMBERS:
            return _number(value)
    except (KeyError, ValueError):
        by = {Type.FLAG: "flag", Type.DATE: "day"}.get(column.type, "number")
        raise OptionError(
            f"{_plain(value)!r} cannot be in {column.name}",
            hint=f"it holds {_KINDS[by]}",
            column=column.name,
            value=value,
            case="wrong_kind_of_value",
            by=by,
        ) from None
    return _listed(_plain(value), column)


def _number(value: Value) -> int | float:
    number = float(_plain(value))
    if not abs(number) <= _LARGEST:
        raise ValueError(value)
    return int(number) if number.is_integer() else number


def _listed(value: str, column: Column) -> str:
    by_fold = {one.casefold(): one for one in column.values}
    if not by_fold:
        return value
    if value.casefold() not in by_fold:
        near = nearest(value, column.values)
        guess = f"did you mean {near!r}? " if near else ""
        raise OptionError(
            f"there is no {column.name} {value!r}",
            hint=f"{guess}values: {', '.join(column.values)}",
            column=column.name,
            value=value,
            case="unknown_value",
            near=near,
            known=list(column.values),
        )
    return by_fold[value.casefold()]


def _rank(value: Value) -> tuple[float, str]:
    return (float(value), "") if isinstance(value, int | float) else (0.0, _plain(value))


def _plain(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _value_sql(value: Value) -> str:
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    return _plain(value) if isinstance(value, int | float) else literal(value)
