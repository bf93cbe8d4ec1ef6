"""What the user said about a file: which column holds what, which measure it is, and where its clock stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from klankbord.errors import ColumnError, DataError
from klankbord.lake.readers.dates import known_zone
from klankbord.lake.readers.dialect import Layout
from klankbord.lake.readers.dialects.questions import asked
from klankbord.score import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Options of `read`; `columns` names a column by canonical field."""

    columns: dict[str, str] = field(default_factory=dict)
    measure: Measure | str | None = None
    scale: tuple[int, int] | None = None
    zone: str | None = None
    complete_only: bool = False

    def applied(self, layout: Layout, columns: Sequence[str], file: str) -> Layout:
        """Return the layout with the user's columns in place of those that were found."""
        named = {name: column_named(column, columns) for name, column in self.columns.items()}
        fields = replace(layout.fields, **named)
        if fields.score != layout.fields.score:
            layout = replace(layout, measure=asked(layout.questions.get(fields.score, fields.score)), metrics={})
        if fields.score not in columns:
            raise DataError(
                f"{file}: no column could be found that holds the scores",
                hint=f"name it: score=...; columns: {_some(columns)}",
                file=file,
                columns=list(columns),
                case="no_score_column",
            )
        return replace(layout, fields=fields, zone=known_zone(self.zone) if self.zone else layout.zone)


def _some(columns: Sequence[str]) -> str:
    shown = [column if len(column) <= 40 else f"{column[:39]}…" for column in columns[:30]]
    return ", ".join(shown) + (f" and {len(columns) - 30} more" if len(columns) > 30 else "")


def column_named(wanted: str, columns: Iterable[str]) -> str:
    """Return the column of that name, or of that name in other case.

    Raises
    ------
    ColumnError
        When there is no such column.

    Examples
    --------
    >>> column_named("team", ["id", "Team"])
    'Team'
    """
    there = list(columns)
    if wanted in there:
        return wanted
    plain = wanted.strip().casefold()
    alike = [name for name in there if name.strip().casefold() in {plain, plain.removeprefix("raw.")}]
    if not alike:
        raise ColumnError(wanted, there)
    return alike[0]
