"""Answers that were read: what counts and what does not, ready to be counted, questioned and listed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from klankbord.errors import ColumnError, OptionError
from klankbord.frames import PERIODS, Tally
from klankbord.lake.engine import literal, quoted
from klankbord.lake.readers.canonical import TEXTS
from klankbord.lake.readers.comments import Comment, Kind, choose_comments
from klankbord.lake.readers.dialect import Layout
from klankbord.lake.readers.drops import Dropped
from klankbord.lake.readers.profiles import ColumnProfile, profile_columns
from klankbord.results import Notice, Record, installed_backend
from klankbord.score import Measure

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CANONICAL = ("row", "file", "score", "answered_at", "updated_at", *TEXTS, "status")
_BATCH = 10_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Responses:
    """The answers of one import.

    Parameters
    ----------
    source, title : str
        The tool that wrote the files, for machines and for people.
    paths : tuple of str
        Names of the files.
    measure : Measure
        What was asked.
    declared : bool
        Whether the tool or the user says so; otherwise it is a guess.
    layout : Layout
        Which column holds what.
    guessed : bool
        Whether the layout was guessed from headings and values.
    encoding, delimiter : str or None
        How the first file was written, where it is text.
    columns : tuple of str
        Original columns that are no canonical field: what users can group by. Where a canonical field has the name
        of such a column, the column's is `raw.` and its name.
    read, kept, partial : int
        Rows that were read, rows that count, and of these the answers of respondents who did not finish.
    drops : tuple of Dropped
        Rows that do not count, by reason: `read` is `kept` and the sum of their counts.
    notices : tuple of Notice
        What had to be assumed.
    first_at, last_at : datetime or None
        Moments of the first and the last answer that counts, in UTC.
    zone : str
        Time zone of the file's clock; periods are cut by it.
    engine : DuckDBPyConnection
        In-memory database with the relation `responses`.
    """

    source: str
    title: str
    paths: tuple[str, ...]
    measure: Measure
    declared: bool
    layout: Layout
    guessed: bool
    encoding: str | None
    delimiter: str | None
    columns: tuple[str, ...]
    read: int
    kept: int
    partial: int
    drops: tuple[Dropped, ...]
    notices: tuple[Notice, ...]
    first_at: datetime | None
    last_at: datetime | None
    zone: str
    engine: "DuckDBPyConnection" = field(repr=False)
    physical: Mapping[str, str] = field(repr=False)

    def summary(self) -> str:
        """Return in words what was read and what became of it."""
        dropped = "; ".join(f"{drop.count:,} dropped: {drop.message}" for drop in self.drops)
        scale = f"{self.measure.levels[0]} to {self.measure.levels[-1]}"
        counts = f"{self.read:,} rows read, {self.kept:,} kept" + (f"; {dropped}" if dropped else "")
        return f"{', '.join(self.paths)}: {self.title}, {self.measure.title} on {scale}; {counts}"

    def __repr__(self) -> str:
        return f"<Responses {self.summary()}>"

    def _repr_html_(self) -> str:
        found = ((name, getattr(self.layout.fields, name)) for name in ("score", "answered_at", *TEXTS))
        rows = "".join(f"<tr><th>{name}</th><td>{escape(column)}</td></tr>" for name, column in found if column)
        doubts = "".join(f"<li>{escape(notice.message)}</li>" for notice in self.notices)
        return f"<p>{escape(self.summary())}</p><table>{rows}</table><ul>{doubts}</ul>"

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Canonical fields that the files fill: what users can group by beside `columns`."""
        filled = [name for name in TEXTS if name != "comment" and getattr(self.layout.fields, name)]
        return (*filled, "status", "score")

    def dimension(self, name: str) -> str:
        """Return SQL for a canonical field or an original column, by its name or by its name in other case.

        Raises
        ------
        ColumnError
            When there is neither; the error names the nearest.
        """
        return self._resolve(name)[1]

    def tally(self, by: Sequence[str] = (), *, every: str | None = None) -> Tally:
        """Count the answers by group, by period of the file's own calendar first when `every` is given.

        Raises
        ------
        ColumnError
            When there is no such column.
        OptionError
            When there is no such period, or the file has no dates.
        """
        found = [self._resolve(name) for name in by]
        names, groups = [name for name, _ in found], [sql for _, sql in found]
        if every is not None:
            names.insert(0, every)
            groups.insert(0, self.period(every))
        keys = "".join(f"{sql}, " for sql in groups)
        rows = self.query(f"select {keys} score, count(*) from responses group by all order by all nulls last")
        return _tally(tuple(names), rows, self._skipped())

    def period(self, every: str) -> str:
        """Return SQL for the first day of the period in which an answer was given, by the file's own calendar.

        Raises
        ------
        OptionError
            When there is no such period, or the file has no dates.
        """
        if every not in PERIODS:
            raise OptionError(
                f"there is no period {every!r}",
                hint=f"periods: {', '.join(PERIODS)}",
                grain=every,
                case="unknown_grain",
                known=list(PERIODS),
            )
        if self.first_at is None:
            raise OptionError(
                "the answers have no dates",
                hint="name the column with the dates: date=...",
                every=every,
                case="no_dates",
            )
        there = f"timezone({literal(self.zone)}, timezone('UTC', answered_at))"
        return f"date_trunc('{every}', {'answered_at' if self.zone == 'UTC' else there})::date"

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Ask the relation `responses`, which holds the answers that count, and return the rows."""
        return self.engine.cursor().execute(sql, list(parameters)).fetchall()

    def records(self, limit: int | None = None) -> Iterator[Record]:
        """Yield canonical answers, each with its source, scale, zone and `raw` record, in the order of the files."""
        originals = ", ".join(quoted(column) for column in self.physical.values())
        cursor = self.engine.cursor().execute(
            f"select {', '.join(CANONICAL)}, {originals} from responses order by position"
            + (f" limit {int(limit)}" if limit is not None else "")
        )
        scale = [self.measure.levels[0], self.measure.levels[-1]]
        while rows := cursor.fetchmany(_BATCH):
            for row in rows:
                canonical = {name: _aware(cell) for name, cell in zip(CANONICAL, row, strict=False)}
                raw = dict(zip(self.physical, row[len(CANONICAL) :], strict=True))
                yield {"source": self.source, **canonical, "scale": scale, "zone": self.zone, "raw": raw}

    def to_frame(self, backend: nw.Implementation | str | None = None) -> object:
        """Return canonical fields and original columns as a data frame (polars, pandas or pyarrow).

        Raises
        ------
        MissingExtraError
            When no data frame library is installed.
        """
        known = self._originals
        names = {name: name for name in CANONICAL} | {name: known[name] for name in self.columns}
        rows = self.query(f"select {', '.join(names.values())} from responses order by position")
        columns = zip(*rows, strict=True) if rows else ([] for _ in names)
        frame = {name: list(column) for name, column in zip(names, columns, strict=True)}
        return nw.from_dict(frame, backend=backend or installed_backend()).to_native()  # type: ignore[arg-type]

    def profile(self) -> tuple[ColumnProfile, ...]:
        """Describe every column that answers could be grouped by, under the heading that it has in the file."""
        headings = (getattr(self.layout.fields, name) for name in ("agent", "channel", "language", "survey"))
        mapped = [self._shown(heading) for heading in headings if heading in self.physical]
        known = self._originals
        return profile_columns(self.query, {name: known[name] for name in (*mapped, *self.columns)})

    def comments(self, kind: Kind, limit: int = 10) -> tuple[Comment, ...]:
        """Choose telling comments of good, neutral or bad answers, spread over time; always the same ones.

        Where a measure knows no bad answers, those that are not good stand for them.
        """
        good, bad = self.measure.good, self.measure.bad
        rest = frozenset(self.measure.levels) - good
        levels = {"good": good, "neutral": rest - bad, "bad": bad or rest}[kind]
        return choose_comments(self.query, levels, limit)

    def _resolve(self, name: str) -> tuple[str, str]:
        there = self._originals | {own: own for own in self.dimensions}
        by_fold = {own.casefold(): own for own in there}
        found = name if name in there else by_fold.get(name.strip().casefold())
        if found is None:
            raise ColumnError(name, there)
        return found, there[found]

    @property
    def _originals(self) -> dict[str, str]:
        return {self._shown(name): quoted(column) for name, column in self.physical.items()}

    def _shown(self, column: str) -> str:
        return column if getattr(self.layout.fields, column, None) == column else shown_name(column)

    def _skipped(self) -> int:
        return sum(drop.count for drop in self.drops if drop.reason == "no_score")


def shown_name(column: str) -> str:
    """Return the name by which users ask for an original column; a canonical field of that name goes before it.

    Examples
    --------
    >>> shown_name("Team"), shown_name("score")
    ('Team', 'raw.score')
    """
    return f"raw.{column}" if column in CANONICAL else column


def _tally(by: tuple[str, ...], rows: Sequence[tuple[Any, ...]], skipped: int) -> Tally:
    keys = list(dict.fromkeys(row[:-2] for row in rows)) if by else [()]
    place = {key: position for position, key in enumerate(keys)}
    scores = np.array([row[-2] for row in rows], dtype=np.int64)
    values, levels = np.unique(scores, return_inverse=True)
    counts = np.zeros((len(keys), len(values)))
    counts[[place[row[:-2]] for row in rows], levels] = np.array([row[-1] for row in rows], dtype=np.float64)
    answers = counts.sum(axis=1)
    return Tally(
        by=by,
        keys=tuple(keys),
        values=values,
        counts=counts,
        answers=answers.astype(np.int64),
        squares=answers,
        skipped=skipped,
    )


def _aware(cell: object) -> object:
    return cell.replace(tzinfo=UTC) if isinstance(cell, datetime) else cell
