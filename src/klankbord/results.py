"""What every analysis gives back: frozen results that carry their question, their doubt and their own views."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from importlib import import_module
from typing import Generic, Literal, TypeVar

import narwhals as nw

from klankbord.errors import MissingExtraError

Record = dict[str, object]
Backend = Literal["polars", "pandas", "pyarrow"]


def numbered(count: int, noun: str) -> str:
    """Return how many there are of something, its noun in the number that goes with it.

    Examples
    --------
    >>> numbered(1, "agent"), numbered(1204, "answer"), numbered(0, "day")
    ('1 agent', '1,204 answers', '0 days')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A doubt that travels with a number: why it may mean less than it seems.

    Parameters
    ----------
    code : str
        Stable name of the doubt, e.g. `few_answers`; translations and machines go by it.
    message : str
        The doubt in one English sentence.
    data : Mapping[str, object]
        The figures in the message.
    """

    code: str
    message: str
    data: Mapping[str, object] = field(default_factory=dict)

    def to_dict(self) -> Record:
        """Return the notice as plain data."""
        return {"code": self.code, "message": self.message, "data": dict(self.data)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A confidence interval, in the units of its estimate.

    Examples
    --------
    >>> 0 in Interval(low=-3.0, high=8.0, level=0.95)
    True
    """

    low: float
    high: float
    level: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Base of all results: a question, its notices, and the views that every result has.

    A subclass says what its rows are (`records`) and how it reads in words (`summary`); the other views follow.
    """

    question: Mapping[str, object] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()

    def records(self) -> list[Record]:
        """Return the result as flat rows, one dictionary a row."""
        raise TypeError(f"{type(self).__name__} does not say what its rows are")  # pragma: no cover

    def summary(self) -> str:
        """Return the result in words."""
        raise TypeError(f"{type(self).__name__} does not say how it reads")  # pragma: no cover

    def to_dict(self) -> Record:
        """Return question, rows and notices as plain data that JSON can hold."""
        return {
            "question": dict(self.question),
            "rows": self.records(),
            "notices": [notice.to_dict() for notice in self.notices],
        }

    def to_frame(self, backend: Backend | None = None) -> object:
        """Return the rows as a data frame of `backend` (polars, pandas or pyarrow; by default the first installed).

        Raises
        ------
        MissingExtraError
            When no data frame library is installed.
        """
        rows = [{**row, "notices": _codes(row.get("notices"))} for row in self.records()]
        names = list(dict.fromkeys(name for row in rows for name in row))
        columns = {name: [_cell(row.get(name)) for row in rows] for name in names}
        return nw.from_dict(columns, backend=backend or installed_backend()).to_native()

    def plot(self) -> object:
        """Draw the result as an Altair chart (needs the `reports` extra).

        The one look upward in the house: results know no charts, so the room is named here and loaded when asked.
        """
        return import_module("klankbord.charts").draw(self)

    def _repr_html_(self) -> str:
        rows = [{**row, "notices": ", ".join(_codes(row.get("notices")))} for row in self.records()]
        names = list(dict.fromkeys(name for row in rows for name in row))
        head = "".join(f"<th>{escape(name)}</th>" for name in names)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(_shown(row.get(name)))}</td>" for name in names) + "</tr>"
            for row in rows[:100]
        )
        more = f"<p>{len(rows) - 100:,} more rows</p>" if len(rows) > 100 else ""
        doubts = "".join(f"<li>{escape(notice.message)}</li>" for notice in self.notices)
        return (
            f"<p>{escape(self.summary())}</p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            f"{more}<ul>{doubts}</ul>"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate(Result):
    """A number with its doubt.

    Parameters
    ----------
    value : float or None
        The estimate; None when there is too little to give one.
    interval : Interval or None
        Its interval; None when there is too little to give one.
    n : int
        How many answers it rests on.
    method : str
        Name of the interval's method.
    """

    value: float | None
    interval: Interval | None
    n: int
    method: str

    def records(self) -> list[Record]:
        """Return the estimate as one row."""
        return [
            {
                "n": self.n,
                "value": self.value,
                "low": self.interval.low if self.interval else None,
                "high": self.interval.high if self.interval else None,
                "method": self.method,
                "notices": [notice.to_dict() for notice in self.notices],
            }
        ]

    def summary(self) -> str:
        """Return the estimate in words.

        Examples
        --------
        >>> Estimate(value=31.0, interval=Interval(low=26.0, high=36.0, level=0.95), n=1204, method="score").summary()
        '+31.0 (95 % interval +26.0 to +36.0, n = 1,204)'
        """
        if self.value is None or self.interval is None:
            return f"too few answers for an estimate (n = {self.n:,})"
        return (
            f"{self.value:+.1f} ({self.interval.level:.0%} interval ".replace("%", " %")
            + f"{self.interval.low:+.1f} to {self.interval.high:+.1f}, n = {self.n:,})"
        )


R = TypeVar("R", bound=Result)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Result, Generic[R]):
    """Results by key, in a fixed order.

    Parameters
    ----------
    by : tuple of str
        Names of the dimensions.
    keys : tuple of tuple
        One key a row, as long as `by`.
    rows : Sequence of results
        One result a key.
    """

    by: tuple[str, ...]
    keys: tuple[tuple[object, ...], ...]
    rows: Sequence[R]

    def __len__(self) -> int:
        return len(self.keys)

    def __iter__(self) -> Iterator[tuple[tuple[object, ...], R]]:
        return zip(self.keys, self.rows, strict=True)

    def __getitem__(self, key: object) -> R:
        """Return the result of one group; a single dimension needs no tuple.

        Raises
        ------
        KeyError
            When there is no such group.
        """
        wanted = key if isinstance(key, tuple) else (key,)
        try:
            return self.rows[self.keys.index(wanted)]
        except ValueError:
            raise KeyError(key) from None

    def records(self) -> list[Record]:
        """Return every row of every group, with its key in front."""
        return [{**dict(zip(self.by, key, strict=True)), **record} for key, row in self for record in row.records()]

    def to_dict(self) -> Record:
        """Return the table as plain data; each row holds its key under `by`."""
        rows = [{"by": dict(zip(self.by, key, strict=True)), **record} for key, row in self for record in row.records()]
        notices = [notice.to_dict() for notice in self.notices]
        return {"question": dict(self.question), "rows": rows, "notices": notices}

    def summary(self) -> str:
        """Return one line a group; of many groups the first ten."""
        lines = [f"{_label(key)}: {row.summary()}" for key, row in zip(self.keys[:10], self.rows, strict=False)]
        more = [f"and {len(self) - 10:,} more"] if len(self) > 10 else []
        return "\n".join(lines + more)


def _label(key: tuple[object, ...]) -> str:
    return " · ".join("(empty)" if part is None else str(part) for part in key)


def _codes(notices: object) -> list[str]:
    return [str(notice["code"]) for notice in notices] if isinstance(notices, list) else []


def _cell(value: object) -> object:
    return ", ".join(str(part) for part in value) if isinstance(value, list) else value


def _shown(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:,.1f}" if isinstance(value, float) else str(value)


def installed_backend() -> Backend:
    """Return the first data frame library that is installed.

    Raises
    ------
    MissingExtraError
        When there is none.
    """
    names: tuple[Backend, ...] = ("polars", "pandas", "pyarrow")
    for name in names:
        try:
            import_module(name)
        except ImportError:
            continue
        return name
    raise MissingExtraError("no data frame library is installed", hint="pip install polars")
