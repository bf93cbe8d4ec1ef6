"""Columns as codes: which unit a row belongs to, and under which circumstances it came about."""

from collections.abc import Sequence

import numpy as np

from klankbord.errors import OptionError
from klankbord.frames import Column, Ints

_MOST_NUMBERS = 40  # distinct numbers up to which each is a circumstance of its own
_BANDS = 10
_MOST_LEVELS = 1_000  # beyond this a column names cases, not circumstances


def codes_of(column: Column) -> tuple[Ints, list[object]]:
    """Return a code for every row (n,) and what each code stands for; what is empty stands for None.

    Examples
    --------
    >>> codes_of(["b", "a", "", "b"])
    (array([0, 1, 2, 0]), ['b', 'a', None])
    >>> codes_of(np.array([9.0, np.nan, 8.0]))
    (array([1, 2, 0]), [8.0, 9.0, None])
    """
    if isinstance(column, np.ndarray) and column.dtype.kind in "iufbM":
        empty = np.isnat(column) if column.dtype.kind == "M" else np.isnan(column.astype(np.float64))
        values, codes = np.unique(column[~empty], return_inverse=True)
        found = np.full(len(column), len(values), dtype=np.int64)
        found[~empty] = codes
        return found, [*values.tolist(), *([None] if empty.any() else [])]
    seen: dict[object, int] = {}
    cells = column.tolist() if isinstance(column, np.ndarray) else column
    codes = np.fromiter((seen.setdefault(_plain(cell), len(seen)) for cell in cells), np.int64, count=len(cells))
    return codes, list(seen)


def circumstances_of(column: Column, name: str) -> tuple[Ints, int]:
    """Return the circumstance of every row (n,) as a code, and how many there are; many numbers fall into ten bands.

    Raises
    ------
    OptionError
        When the column has as many values as a column of ids.
    """
    codes, values = codes_of(column)
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(values) > _MOST_NUMBERS and len(numbers) == len(values) - (None in values):
        return _banded(codes, values)
    if len(values) > _MOST_LEVELS:
        raise OptionError(
            f"column {name!r} has {len(values):,} different values: it tells cases apart, not circumstances",
            hint="take a column such as queue, channel or hour",
            column=name,
        )
    return codes, len(values)


def _banded(codes: Ints, values: Sequence[object]) -> tuple[Ints, int]:
    numbers = np.array([np.nan if value is None else float(str(value)) for value in values])[codes]
    edges = np.unique(np.nanquantile(numbers, np.arange(1, _BANDS) / _BANDS))
    bands = np.searchsorted(edges, numbers, side="right")
    return np.where(np.isnan(numbers), len(edges) + 1, bands), len(edges) + 2


def _plain(cell: object) -> object:
    return None if cell is None or cell == "" or cell != cell else cell  # noqa: PLR0124
