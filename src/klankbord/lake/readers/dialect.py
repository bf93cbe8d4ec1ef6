"""The contract of a dialect: how one tool's export is recognised, flattened and laid out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from klankbord.score import Measure

FlatRow = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The first records of a file as text, header records included; flattened documents have one header record."""

    records: tuple[tuple[str, ...], ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The first record."""
        return self.records[0] if self.records else ()

    def column(self, name: str, *, skip: int = 1) -> tuple[str, ...]:
        """Return the values of one column below `skip` header records; a short record counts as empty there."""
        position = self.header.index(name)
        return tuple(record[position] if position < len(record) else "" for record in self.records[skip:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """Which column holds what; None where the file does not say.

    `contact` is the case, ticket, call or conversation that was rated; `respondent` is who answered; `metric` is the
    column that names the measure of each row; `updated_at` decides which copy of an answer is the newest.
    """

    score: str
    external_id: str | None = None
    comment: str | None = None
    answered_at: str | None = None
    updated_at: str | None = None
    respondent: str | None = None
    contact: str | None = None
    agent: str | None = None
    channel: str | None = None
    language: str | None = None
    survey: str | None = None
    metric: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Rows that are set apart because of what one column says: any of `values` (case folded), or nothing at all."""

    reason: str
    column: str
    values: frozenset[str] = frozenset()
    empty: bool = False


class TableLayout(Protocol):
    """What the way into the engine must know of a table, whatever its rows are about."""

    @property
    def columns(self) -> tuple[str, ...]:
        """A unique name for every column, in order."""

    @property
    def header_records(self) -> int:
        """Records before the first row."""

    @property
    def drops(self) -> tuple[Rule, ...]:
        """Rows that are set apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the rows of one file are to be read.

    Parameters
    ----------
    columns : tuple of str
        A unique name for every column, in order; these are the attributes that users can group by.
    header_records : int
        Records before the first answer.
    fields : Fields
        Which column holds what.
    measure : Measure or None
        What was asked; None lets the values (or `metrics`) say.
    metrics : Mapping of str to Measure
        Measure by value (case folded) of the metric column.
    zone : str or None
        IANA zone of moments that name none; None means they are taken as UTC, with a notice.
    drops : tuple of Rule
        Rows that are not answers; each reason is listed to the user.
    partial : Rule or None
        Rows of respondents who did not finish; a score that was given counts.
    questions : Mapping of str to str
        Question text by column, where the file tells it.
    keeps : tuple of str
        Columns that a lake keeps as attributes unless it is told which: what the tool froze with the answer.
    """

    columns: tuple[str, ...]
    header_records: int = 1
    fields: Fields
    measure: Measure | None = None
    metrics: Mapping[str, Measure] = field(default_factory=dict)
    zone: str | None = None
    drops: tuple[Rule, ...] = ()
    partial: Rule | None = None
    questions: Mapping[str, str] = field(default_factory=dict)
    keeps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One tool's way of exporting answers.

    Parameters
    ----------
    name, title : str
        Key and shown name; the name becomes the `source` of every row.
    layout : callable
        From the head of the (flattened) file to its layout.
    recognises_table : callable, optional
        Whether the head of a delimited file or sheet is this tool's.
    recognises_document : callable, optional
        Whether one JSON document (a whole file, or one line of JSON Lines) is this tool's.
    flatten : callable, optional
        From one JSON document to flat rows, one an answer: values are text, numbers, booleans or None.
    join : callable, optional
        From all documents of one import to as many, in the same order, completed from each other before they are
        flattened: a tool that keeps the wording of its choices in another file needs it.
    """

    name: str
    title: str
    layout: Callable[[Head], Layout]
    recognises_table: Callable[[Head], bool] | None = None
    recognises_document: Callable[[object], bool] | None = None
    flatten: Callable[[object], Iterator[FlatRow]] | None = None
    join: Callable[[Sequence[object]], Sequence[object]] | None = None
