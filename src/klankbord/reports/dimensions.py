"""For whom the score is what it is: columns tested and ordered, those that tell nothing of their own left out."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from klankbord.lake import Responses
from klankbord.reports.columns import names_people, usable_columns
from klankbord.reports.evidence import Dimension, LeftOut
from klankbord.results import Table
from klankbord.score import Score, compare_many, score
from klankbord.score.comparison import benjamini_hochberg

_COLUMNS, _GROUPS = 6, 20  # shown at most


def find_dimensions(responses: Responses, level: float) -> tuple[list[Dimension], list[LeftOut]]:
    """Choose the columns that tell most, from all that the file has.

    Parameters
    ----------
    responses : Responses
        The answers.
    level : float
        Confidence level of the verdicts.

    Returns
    -------
    list of Dimension
        At most six, most telling first.
    list of LeftOut
        Every other column, with its reason.

    Notes
    -----
    A column is as telling as the smallest adjusted p-value of its groups, which is a test of "no group differs"
    (Simes, R. J. (1986), "An improved Bonferroni procedure for multiple tests of significance", Biometrika 73,
    751-754); these are adjusted once more for looking at several columns.
    """
    names, left_out = usable_columns(responses)
    tables: dict[str, Table[Score]] = {}
    for name in names:
        table = score(responses, by=(name,), level=level)
        twin = next((other for other, seen in tables.items() if _divides_alike(seen, table)), "")
        reason = "same" if twin else _says_nothing(table)
        if reason:
            left_out.append(LeftOut(column=name, reason=reason, other=twin))
        else:
            tables[name] = table
    found = _ordered([_dimension(name, table, level) for name, table in tables.items()], level)
    left_out += [LeftOut(column=dimension.name, reason="less") for dimension in found[_COLUMNS:]]
    return found[:_COLUMNS], sorted(left_out, key=lambda one: one.column.casefold())


def named_dimensions(responses: Responses, columns: Iterable[str], level: float) -> list[Dimension]:
    """Divide the answers by the columns that the user names, whatever they hold.

    Raises
    ------
    ColumnError
        When there is no such column.
    """
    return [_dimension(name, score(responses, by=(name,), level=level), level) for name in columns]


def _divides_alike(one: Table[Score], other: Table[Score]) -> bool:
    return len(one) == len(other) and {row.counts for row in one.rows} == {row.counts for row in other.rows}


def _says_nothing(table: Table[Score]) -> str:
    enough = [row for row in table.rows if row.value is not None]
    if len(enough) < 2:
        return "small"
    kinds = [sum(count > 0 for count in (row.good, row.neutral, row.bad)) for row in enough]
    return "derived" if max(kinds) == 1 and len({row.value for row in enough}) > 1 else ""


def _dimension(name: str, table: Table[Score], level: float) -> Dimension:
    """Compare all groups, and keep the largest for showing, best first."""
    verdicts = compare_many(table, level=level)
    rows = list(zip(table.keys, table.rows, verdicts.rows, strict=True))
    largest = sorted(rows, key=lambda row: -row[1].n)[:_GROUPS]
    best = sorted(largest, key=lambda row: (row[1].value is None, -(row[1].value or 0.0), -row[1].n))
    keys = tuple(key for key, _, _ in best)
    shown = {id(row[0]) for row in largest}
    return Dimension(
        name=name,
        table=replace(table, keys=keys, rows=[score for _, score, _ in best]),
        verdicts=replace(verdicts, keys=keys, rows=[comparison for _, _, comparison in best]),
        people=names_people(name),
        more=len(rows) - len(best),
        more_answers=sum(score.n for key, score, _ in rows if id(key) not in shown),
        p_value=min((one.p_adjusted for one in verdicts.rows if one.p_adjusted is not None), default=1.0),
    )


def _ordered(found: Sequence[Dimension], level: float) -> list[Dimension]:
    adjusted = benjamini_hochberg(np.array([dimension.p_value for dimension in found]))
    judged = [replace(dimension, telling=p <= 1 - level) for dimension, p in zip(found, adjusted.tolist(), strict=True)]
    return sorted(judged, key=lambda dimension: (dimension.p_value, -_spread(dimension)))


def _spread(dimension: Dimension) -> float:
    values = [score.value for score in dimension.table.rows if score.value is not None]
    return max(values) - min(values) if values else 0.0
