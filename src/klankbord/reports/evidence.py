"""All that a report is written from: computed once, before a word is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from klankbord.charts.kinds import Kind
from klankbord.lake import Dropped
from klankbord.results import Notice, Table
from klankbord.score import Comparison, Score, Trend


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """The last finished period against the one before it."""

    every: str
    at: date
    before: date
    comparison: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The score over time, whether its last period still runs, what the last finished one brought.

    `reworded` are the first days of the months from which it was asked otherwise.
    """

    trend: Trend
    running: bool
    latest: Movement | None
    reworded: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """The answers divided by one column, largest groups only.

    Parameters
    ----------
    name : str
        The column.
    table, verdicts : Table
        Score of each group, and what its difference from the rest is worth, allowing for all looks of the report.
    people : bool
        Whether the groups are named employees.
    more, more_answers : int
        Groups that are not shown, and their answers.
    p_value : float
        Chance of groups at least this different where none differs.
    telling : bool
        Whether that holds when many columns are looked at.
    """

    name: str
    table: Table[Score]
    verdicts: Table[Comparison]
    people: bool = False
    more: int = 0
    more_answers: int = 0
    p_value: float = 1.0
    telling: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A column by which the answers are not divided, and why; `other` is the column that says the same."""

    column: str
    reason: str
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What one respondent wrote, as it came in."""

    text: str
    score: int
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comments:
    """The comments of one kind of respondent: how many there are, and the ones to quote."""

    kind: Kind
    count: int
    chosen: tuple[Comment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What came in, and what became of it.

    Parameters
    ----------
    fields : tuple of (str, str)
        What was found in which column.
    read, kept, partial : int
        Rows in the files; rows with a score; rows of respondents who did not finish.
    drops : tuple of Dropped
        Every row that is not counted.
    notices, patterns : tuple of Notice
        Doubts about the reading, and suspicious patterns in the answers.
    """

    fields: tuple[tuple[str, str], ...]
    read: int
    kept: int
    partial: int
    drops: tuple[Dropped, ...]
    notices: tuple[Notice, ...]
    patterns: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The evidence of one report; `tool` is empty where the files do not show which one wrote them."""

    files: tuple[str, ...]
    tool: str
    score: Score
    level: float
    first_on: date | None
    last_on: date | None
    timeline: Timeline | None
    movement: Movement | None
    dimensions: Sequence[Dimension]
    left_out: Sequence[LeftOut]
    comments: Sequence[Comments]
    intake: Intake
