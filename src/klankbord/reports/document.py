"""A report as a value: sections of blocks with typed cells, before any outlet has written a line of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from klankbord.charts.kinds import Kind

if TYPE_CHECKING:
    import altair as alt

CellKind = Literal["text", "count", "share", "score", "interval", "day"]
"""What a cell holds; each outlet knows how to write it: words here, a number with a format there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a grid."""

    name: str
    kind: CellKind = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table: the first column names the row; None is a cell without a value."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """The paragraph that may be quoted on its own."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph of running text."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """A list of remarks, each a sentence or two."""

    items: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """One number that stands on its own, with what it rests on."""

    name: str
    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigures:
    """The few numbers of the first page; the first is the score."""

    items: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart with its table; either can be read without the other.

    Parameters
    ----------
    kind : str
        What is drawn, for outlets that have charts of their own.
    text : str
        What the figure shows, in words, for readers who cannot see it.
    draw : callable
        From a width in pixels to the chart; called by an outlet that needs it, so that no chart is built in vain.
    title, finding : str, optional
        Heading above the figure, and the sentence that says what is to be seen in it.
    grid : Grid, optional
        The same figures as a table.
    remarks : tuple of str
        What must be read with the figure.
    """

    kind: Literal["shares", "distribution", "trend", "forest"]
    text: str
    draw: Callable[[float], "alt.LayerChart"]
    title: str = ""
    finding: str = ""
    grid: Grid | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What one respondent wrote, without personal data."""

    text: str
    score: int
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotes:
    """Comments of one kind of respondent."""

    kind: Kind
    title: str
    remark: str
    items: tuple[Quote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A term and what it means here."""

    term: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """Terms and what they mean here."""

    items: tuple[Definition, ...]


Block = Lead | Paragraph | Points | KeyFigures | Figure | Grid | Quotes | Definitions


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A chapter of the report."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole report, in one language.

    Parameters
    ----------
    title, subtitle : str
        What the report is about, and what it was made from.
    language : str
        One of nl, fr, de, en.
    share : bool
        Whether its scores are shares from 0 to 100 rather than balances from -100 to 100.
    made_on : date
        The day it was made.
    sections : tuple of Section
        The first is the page that is read by everybody.
    imprint : str
        Who owns the marks that are used.
    """

    title: str
    subtitle: str
    language: str
    share: bool
    made_on: date
    sections: tuple[Section, ...]
    imprint: str
