"""The contract of a dialect of contact records: how one tool's export is recognised, flattened and laid out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from klankbord.lake.readers.dialect import FlatRow, Head, Rule
from klankbord.lake.schema import TABLES
from klankbord.score import Measure

EXTRAS = ("comment", "response_id")
DERIVED = frozenset(
    {"source", "day", "hour", "month", "step", "previous_touchpoint", "next_contact_after_s", "import_id", "attributes"}
)
COLUMNS = (*(name for name in TABLES["contacts"].names if name not in DERIVED), *EXTRAS)

_OWN = frozenset(COLUMNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLayout:
    """How the rows of one file of contact records are to be read.

    Parameters
    ----------
    columns : tuple of str
        A unique name for every column, in order.
    header_records : int
        Records before the first contact.
    fields : Mapping of str to str
        Heading by column of the schema; what the file does not tell is not there.
    units : Mapping of str to float
        Seconds in one unit, by column of the schema, where durations are not in seconds.
    words : Mapping of str to mapping
        What the tool's own words mean, by column of the schema; common words are known without.
    talk_holds : bool
        Whether the time in conversation includes the time on hold.
    measure : Measure or None
        What was asked, where the file holds scores.
    zone : str or None
        IANA zone of moments that name none.
    drops : tuple of Rule
        Rows that are no contacts; each reason is listed to the user.
    """

    columns: tuple[str, ...]
    header_records: int = 1
    fields: Mapping[str, str]
    units: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    talk_holds: bool = False
    measure: Measure | None = None
    zone: str | None = None
    drops: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDialect:
    """One tool's way of exporting contact records.

    Parameters
    ----------
    name, title : str
        Key and shown name; the name becomes the `source` of every row.
    layout : callable, optional
        From the head of the (flattened) file to its layout; without it, rows are flattened to columns of the schema.
    recognises_table : callable, optional
        Whether the head of a delimited file or sheet is this tool's.
    recognises_document : callable, optional
        Whether one document (a whole file, or one line of many) is this tool's.
    flatten : callable, optional
        From one document to flat rows.
    assemble : callable, optional
        From the columns that were staged, as SQL by name, and the headings to keep, to a query that makes contacts of
        the rows of `staged`: for tools that write a line for every event. It gives `file`, `row` and columns of the
        schema as text.
    """

    name: str
    title: str
    layout: Callable[[Head], ContactLayout] | None = None
    recognises_table: Callable[[Head], bool] | None = None
    recognises_document: Callable[[object], bool] | None = None
    flatten: Callable[[object], Iterator[FlatRow]] | None = None
    assemble: Callable[[Mapping[str, str], Sequence[str]], str] | None = None

    def laid_out(self, head: Head) -> ContactLayout:
        """Return the layout of a file."""
        if self.layout is not None:
            return self.layout(head)
        own = {name: name for name in head.header if name in COLUMNS}
        return ContactLayout(columns=head.header, fields=own)


def contact(told: FlatRow, original: FlatRow) -> FlatRow:
    """Return a flat row of what the tool tells in columns of the schema, with its own columns beside them.

    Examples
    --------
    >>> contact({"queue": "Bills", "agent": None}, {"queue": {"id": 4}, "priority": "high"})
    {'queue': 'Bills', 'raw.queue': {'id': 4}, 'priority': 'high'}
    """
    own = {f"raw.{name}" if name in _OWN else name: value for name, value in original.items()}
    return {name: value for name, value in told.items() if value is not None} | own
