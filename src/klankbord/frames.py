"""Data in: any data frame that narwhals knows, arrays or plain lists become histograms of scores by group."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol, runtime_checkable

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from klankbord.errors import ColumnError, DataError, OptionError, ScoreError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Column = Sequence[object] | NDArray[Any]
PERIODS = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tally:
    """How often each value of each group was seen: all that a score needs to know of the data.

    Parameters
    ----------
    by : tuple of str
        Names of the dimensions; with a period, the period comes first.
    keys : tuple of tuple
        One key a group, sorted, empty values (None) last.
    values : ndarray of int, shape (levels,)
        The distinct values that were seen, ascending.
    counts : ndarray of float, shape (groups, levels)
        Sum of weights (1 without weights) a group and value.
    answers : ndarray of int, shape (groups,)
        Number of answers a group.
    squares : ndarray of float, shape (groups,)
        Sum of squared weights a group; equals `answers` without weights.
    skipped : int
        Rows without a score.
    """

    by: tuple[str, ...]
    keys: tuple[tuple[object, ...], ...]
    values: Ints
    counts: Floats
    answers: Ints
    squares: Floats
    skipped: int


@runtime_checkable
class Tallying(Protocol):
    """Data that count themselves and know their measure, such as an imported file: nothing is copied into a frame."""

    @property
    def measure(self) -> Any:
        """The measure that the data hold."""
        ...  # pragma: no cover

    @property
    def declared(self) -> bool:
        """Whether that measure is known rather than guessed."""
        ...  # pragma: no cover

    def tally(self, by: Sequence[str] = (), *, every: str | None = None) -> Tally:
        """Return the histogram of each group, by period first when `every` is given."""
        ...  # pragma: no cover


def tally(
    data: object,
    *,
    score: str = "score",
    by: str | Sequence[str] = (),
    weights: str | None = None,
    moment: str | None = None,
    every: str | None = None,
) -> Tally:
    """Count the scores in `data`, a group at a time.

    Parameters
    ----------
    data : data frame, mapping of columns, one-dimensional array or sequence of scores
        An empty cell (None, NaN, "") is a skip, never a zero.
    score : str
        Column with whole-number scores; not used when `data` is a bare sequence.
    by : str or sequence of str
        Columns to group by.
    weights : str, optional
        Column with non-negative weights.
    moment, every : str, optional
        Column with dates or moments, and the period to group by first: day, week, month, quarter or year.

    Raises
    ------
    ColumnError
        When a named column is not there.
    ScoreError
        When a score is not a whole number; the message names its row (the first is row 1).

    Examples
    --------
    >>> tally([9, 10, None, 3]).counts
    array([[1., 1., 1.]])
    >>> tally({"score": [9, 0, 9], "team": ["a", "b", "a"]}, by="team").keys
    (('a',), ('b',))
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    columns = _columns(data, score)
    scores = _scores(_column(columns, score), score)
    answered = ~np.isnan(scores)
    weight = None if weights is None else _weights(_column(columns, weights), weights)[answered]
    groups = [_column(columns, name) for name in names]
    if every is not None:
        groups.insert(0, periods(_column(columns, moment or "date"), every))
        names = (every, *names)
    codes, keys = _group([_kept(group, answered) for group in groups], int(answered.sum()))
    return histogram(names, keys, codes, scores[answered].astype(np.int64), weight, int((~answered).sum()))


def columns(data: object, names: Sequence[str]) -> dict[str, Column]:
    """Take named columns out of any data, for those who need rows and not counts.

    Raises
    ------
    ColumnError
        When one of them is not there.

    Examples
    --------
    >>> columns({"score": [9, None], "team": ["a", "b"]}, ["team"])
    {'team': ['a', 'b']}
    """
    there = _columns(data, names[0] if names else "")
    return {name: _column(there, name) for name in names}


def scores_of(column: Column, name: str) -> Floats:
    """Return a column of whole-number scores as floats (n,), NaN where a question was skipped.

    Raises
    ------
    ScoreError
        When a score is not a whole number; the message names its row.

    Examples
    --------
    >>> scores_of([9, None, "3"], "score")
    array([ 9., nan,  3.])
    """
    return _scores(column, name)


def histogram(
    by: tuple[str, ...],
    keys: Sequence[tuple[object, ...]],
    codes: Ints,
    scores: Ints,
    weight: Floats | None,
    skipped: int,
) -> Tally:
    """Count `scores` (n,) by group `codes` (n,), which point into `keys`, with `weight` (n,) or 1; sort the keys."""
    values, levels = np.unique(scores, return_inverse=True)
    shape = (len(keys), len(values))
    cells = codes * max(len(values), 1) + levels
    counts = np.bincount(cells, weight, minlength=shape[0] * shape[1])[: shape[0] * shape[1]].reshape(shape)
    answers = np.bincount(codes, minlength=len(keys))
    squares = answers if weight is None else np.bincount(codes, weight**2, minlength=len(keys))
    order = sorted(range(len(keys)), key=lambda group: _sort_key(keys[group]))
    return Tally(
        by=by,
        keys=tuple(keys[group] for group in order),
        values=values,
        counts=counts[order].astype(np.float64),
        answers=answers[order],
        squares=squares[order].astype(np.float64),
        skipped=skipped,
    )


def periods(column: Column, every: str) -> list[date | None]:
    """Return the first day of the period that each moment falls in; None stays None.

    Examples
    --------
    >>> periods([datetime(2026, 5, 21, 9, 30), None], "quarter")
    [datetime.date(2026, 4, 1), None]
    """
    if every not in PERIODS:
        raise OptionError(f"there is no period {every!r}", hint=f"periods: {', '.join(PERIODS)}", every=every)
    days = np.array([_day(value, row) for row, value in enumerate(column, 1)], dtype="datetime64[D]")
    if every == "week":
        days = days - (days.astype(np.int64) + 3) % 7
    elif every == "month":
        days = days.astype("datetime64[M]").astype("datetime64[D]")
    elif every == "quarter":
        months = days.astype("datetime64[M]")
        days = (months - months.astype(np.int64) % 3).astype("datetime64[D]")
    elif every == "year":
        days = days.astype("datetime64[Y]").astype("datetime64[D]")
    return [None if np.isnat(day) else day.item() for day in days]


def _columns(data: object, score: str) -> Mapping[str, Column]:
    if isinstance(data, Mapping):
        return {str(name): column if isinstance(column, np.ndarray) else list(column) for name, column in data.items()}
    if isinstance(data, np.ndarray) and data.ndim == 1:
        return {score: data}
    native: Any = nw.from_native(data, pass_through=True, allow_series=True)
    if isinstance(native, nw.Series):
        return {score: _values(native)}
    if isinstance(native, nw.LazyFrame):
        native = native.collect()
    if isinstance(native, nw.DataFrame):
        return _Lazily(native)
    if isinstance(data, Iterable) and not isinstance(data, str | bytes):
        return {score: list(data)}
    raise DataError(
        f"cannot read scores from a {type(data).__name__}",
        hint="pass a data frame, a mapping of columns, a one-dimensional array or a list of scores",
    )


class _Lazily(Mapping[str, Column]):
    """The columns of a data frame, taken out only when asked for."""

    def __init__(self, frame: nw.DataFrame[Any]) -> None:
        self._frame = frame

    def __getitem__(self, name: str) -> Column:
        return _values(self._frame[name])

    def __contains__(self, name: object) -> bool:
        return name in self._frame.columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._frame.columns)

    def __len__(self) -> int:
        return len(self._frame.columns)


def _values(series: nw.Series[Any]) -> Column:
    plain = series.dtype.is_numeric() and not series.dtype.is_decimal()
    return series.to_numpy() if plain else series.to_list()


def _column(columns: Mapping[str, Column], name: str) -> Column:
    if name not in columns:
        raise ColumnError(name, columns)
    return columns[name]


def _kept(column: Column, keep: NDArray[np.bool_]) -> Column:
    if isinstance(column, np.ndarray):
        return column[keep]
    return [value for value, kept in zip(column, keep.tolist(), strict=True) if kept]


def _scores(column: Column, name: str) -> Floats:
    if isinstance(column, np.ndarray) and column.dtype.kind in "iuf":
        scores = column.astype(np.float64)
    else:
        scores = np.array([_number(value, row, name) for row, value in enumerate(column, 1)], dtype=np.float64)
    broken = np.flatnonzero(np.isfinite(scores) & (scores != np.floor(scores)) | np.isinf(scores))
    if broken.size:
        value = scores[broken[0]].item()
        raise ScoreError(
            f"row {broken[0] + 1}: {value:g} in column {name!r} is not a whole number",
            hint="a score is one of the numbers on the question's scale; averages cannot be scored",
            row=int(broken[0]) + 1,
            column=name,
            value=value,
            rows=(broken[:100] + 1).tolist(),
        )
    return scores


def _number(value: object, row: int, name: str) -> float:
    if value is None or value == "" or (isinstance(value, float) and value != value):  # noqa: PLR0124
        return float("nan")
    try:
        return float(value if not isinstance(value, bool | np.bool_) else str(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ScoreError(
            f"row {row}: {value!r} in column {name!r} is not a number",
            hint="leave the cell empty when the question was skipped",
            row=row,
            column=name,
            value=str(value),
        ) from None


def _weights(column: Column, name: str) -> Floats:
    weights = np.array([_number(value, row, name) for row, value in enumerate(column, 1)], dtype=np.float64)
    bad = np.flatnonzero(~(weights >= 0) | np.isinf(weights))
    if bad.size:
        raise DataError(
            f"row {bad[0] + 1}: {weights[bad[0]]:g} in column {name!r} is not a weight",
            hint="weights are numbers of zero or more, one for every row",
            row=int(bad[0]) + 1,
            column=name,
        )
    return weights


def _group(columns: Sequence[Column], n: int) -> tuple[Ints, list[tuple[object, ...]]]:
    codes = np.zeros(n, dtype=np.int64)
    parts: list[list[object]] = []
    for column in columns:
        seen: dict[object, int] = {}
        values = column.tolist() if isinstance(column, np.ndarray) else column
        part = np.fromiter((seen.setdefault(_plain(v), len(seen)) for v in values), dtype=np.int64, count=n)
        codes = codes * max(len(seen), 1) + part
        parts.append(list(seen))
    groups, codes = np.unique(codes, return_inverse=True) if columns else (np.zeros(1, dtype=np.int64), codes)
    keys = []
    for group in groups.tolist():
        key: list[object] = []
        rest = group
        for part_values in reversed(parts):
            rest, position = divmod(rest, max(len(part_values), 1))
            key.insert(0, part_values[position])
        keys.append(tuple(key))
    return codes, keys


def _plain(value: object) -> object:
    return None if value is None or value == "" or value != value else value  # noqa: PLR0124


def _sort_key(key: tuple[object, ...]) -> tuple[tuple[int, float, str], ...]:
    return tuple(
        (2, 0.0, "") if part is None else (0, float(part), "") if isinstance(part, int | float) else (1, 0.0, str(part))
        for part in key
    )


def _day(value: object, row: int) -> object:
    if _plain(value) is None:
        return None
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).date()
    if isinstance(value, date):
        return value
    if isinstance(value, np.datetime64):
        return value.astype("datetime64[D]")
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value).date()
        except ValueError:
            pass
    raise DataError(
        f"row {row}: {value!r} is not a date",
        hint="pass dates or moments, or text as 2026-11-22",
        row=row,
        value=str(value),
    )
