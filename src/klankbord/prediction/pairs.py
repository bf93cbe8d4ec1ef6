"""Columns in: predictions and answers become places on the scale of their measure, names become codes."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from klankbord.errors import DataError, ScaleError, ScoreError
from klankbord.frames import Floats, Ints
from klankbord.score import Measure

Column = Sequence[Any] | NDArray[Any] | Any
EMPTY = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Codes:
    """A column of names as numbers.

    Parameters
    ----------
    codes : ndarray of int, shape (n,)
        Place of each value in `keys`.
    keys : tuple
        The distinct values, numbers and names in their order, the empty value (None) last.
    """

    codes: Ints
    keys: tuple[object, ...]


def values_of(column: Column) -> Sequence[Any] | NDArray[Any]:
    """Return a list or an array of the values in a list, array or series of any data frame library."""
    if isinstance(column, np.ndarray):
        return column
    native: Any = nw.from_native(column, pass_through=True, series_only=True)
    if isinstance(native, nw.Series):
        return native.to_numpy() if native.dtype.is_numeric() and not native.null_count() else native.to_list()
    return list(column)


def places(column: Column, measure: Measure, name: str) -> Ints:
    """Return the place of each score on the scale of a measure, from 0; -1 where the cell is empty.

    Raises
    ------
    ScoreError, ScaleError
        When a value is no whole number, or not on the scale; the message names its row (the first is row 1).

    Examples
    --------
    >>> from klankbord.score import CSAT, NPS
    >>> places([10, None, 0], NPS, "actual"), places([1, 5], CSAT, "actual")
    (array([10, -1,  0]), array([0, 4]))
    """
    numbers = floats_of(column, name)
    known = ~np.isnan(numbers)
    broken = np.flatnonzero(known & (numbers != np.floor(numbers)))
    if broken.size:
        row = int(broken[0])
        raise ScoreError(
            f"row {row + 1}: {numbers[row]:g} in {name!r} is not a whole number",
            hint="agents predict a score on the question's own scale; for probabilities use ranked_probability_score",
            row=row + 1,
            column=name,
        )
    levels = np.asarray(measure.levels, dtype=np.float64)
    found = np.clip(np.searchsorted(levels, np.where(known, numbers, levels[0])), 0, levels.size - 1)
    outside = np.flatnonzero(known & (levels[found] != numbers))
    if outside.size:
        row = int(outside[0])
        raise ScaleError(
            f"row {row + 1}: {numbers[row]:g} in {name!r} is not on the scale of {measure.title}, "
            f"{measure.levels[0]} to {measure.levels[-1]}",
            hint="name the measure that was asked: measure=...",
            row=row + 1,
            column=name,
        )
    return np.where(known, found, EMPTY).astype(np.int64)


def floats_of(column: Column, name: str) -> Floats:
    """Return a column as numbers; empty cells are nan.

    Raises
    ------
    ScoreError
        When a value is no number; the message names its row.
    """
    values = values_of(column)
    if isinstance(values, np.ndarray) and values.dtype.kind in "iufb":
        return values.astype(np.float64)
    return np.array([_number(value, row, name) for row, value in enumerate(values, 1)], dtype=np.float64)


def _number(value: Any, row: int, name: str) -> float:
    if value is None or value == "" or value != value:  # noqa: PLR0124  only nan differs from itself
        return float("nan")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ScoreError(
            f"row {row}: {value!r} in {name!r} is not a number",
            hint="leave the cell empty where there is none",
            row=row,
            column=name,
        ) from None


def coded(column: Column) -> Codes:
    """Return the codes of a column of names, numbers or days; empty cells are a value of their own.

    Examples
    --------
    >>> found = coded(["b", None, "a", "b"])
    >>> found.codes, found.keys
    (array([1, 2, 0, 1]), ('a', 'b', None))
    """
    values = values_of(column)
    plain = values.tolist() if isinstance(values, np.ndarray) else values
    met: defaultdict[Hashable, int] = defaultdict(count().__next__)
    codes = np.fromiter(map(met.__getitem__, plain), np.int64, count=len(plain))
    names = [_plain(value) for value in met]
    keys = sorted(dict.fromkeys(names), key=_order)
    place = {key: at for at, key in enumerate(keys)}
    return Codes(codes=np.array([place[name] for name in names], dtype=np.int64)[codes], keys=tuple(keys))


def _plain(value: Any) -> Hashable:
    empty = value is None or value == "" or value != value  # noqa: PLR0124
    return None if empty else value


def _order(value: Hashable) -> tuple[int, float, str]:
    if value is None:
        return 2, 0.0, ""
    return (0, float(value), "") if isinstance(value, int | float) else (1, 0.0, str(value))


def same_length(**columns: object) -> int:
    """Return how long columns are.

    Raises
    ------
    DataError
        When they are not equally long.
    """
    lengths = {name: len(column) for name, column in columns.items() if column is not None}  # type: ignore[arg-type]
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {length:,}" for name, length in lengths.items())
        raise DataError(
            f"columns are not equally long: {said}", hint="pass one value a contact in each", lengths=lengths
        )
    return next(iter(lengths.values()))
