"""Contact records that were read: what counts and what does not, ready to be brought into a lake."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any

from klankbord.lake.readers.drops import Dropped
from klankbord.results import Notice
from klankbord.score import Measure

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ContactRecords:
    """The contact records of one import.

    Parameters
    ----------
    source, title : str
        The tool that wrote the files, for machines and for people.
    paths : tuple of str
        Names of the files.
    guessed : bool
        Whether columns were guessed from headings and values.
    encoding : str or None
        How the first file was written, where it is text.
    columns : tuple of str
        Columns of the schema that the files give, and of `comment` and `response_id` those that are there.
    fields : Mapping of str to str
        Heading by column, where the files are tables.
    measure : Measure or None
        What was asked, where there are scores.
    read, kept : int
        Rows that were read, and contact legs that came of them.
    drops : tuple of Dropped
        Rows that do not count, by reason: `read` is `kept` and the sum of their counts.
    notices : tuple of Notice
        What had to be assumed.
    first_at, last_at : datetime or None
        When the first and the last contact began, in UTC.
    zone : str
        Time zone of moments that name none.
    engine : DuckDBPyConnection
        Database with the relation `contacts`: `row`, `file` and `columns`. Customers and agents are as the source
        names them. Its scratch folder goes when it goes.
    """

    source: str
    title: str
    paths: tuple[str, ...]
    guessed: bool
    encoding: str | None
    columns: tuple[str, ...]
    fields: Mapping[str, str]
    measure: Measure | None
    read: int
    kept: int
    drops: tuple[Dropped, ...]
    notices: tuple[Notice, ...]
    first_at: datetime | None
    last_at: datetime | None
    zone: str
    engine: "DuckDBPyConnection" = field(repr=False)

    def summary(self) -> str:
        """Return in words what was read and what became of it."""
        dropped = "; ".join(f"{drop.count:,} dropped: {drop.message}" for drop in self.drops)
        counts = f"{self.read:,} rows read, {self.kept:,} contacts kept" + (f"; {dropped}" if dropped else "")
        return f"{', '.join(self.paths)}: {self.title}; {counts}"

    def __repr__(self) -> str:
        return f"<ContactRecords {self.summary()}>"

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><th>{name}</th><td>{escape(told)}</td></tr>" for name, told in self.fields.items())
        doubts = "".join(f"<li>{escape(notice.message)}</li>" for notice in self.notices)
        return f"<p>{escape(self.summary())}</p><table>{rows}</table><ul>{doubts}</ul>"

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Ask the relation `contacts` and return the rows."""
        return self.engine.cursor().execute(sql, list(parameters)).fetchall()
