"""Rows without an id that are equal in every cell: where their cells tell nearly all others apart, a doubt."""

from collections.abc import Callable, Iterable
from typing import Any

from klankbord.lake.engine import quoted
from klankbord.results import Notice

_NEARLY_ALL = 0.95
_FEWEST = 20  # different values below which equal rows are nothing special
_NAMED = 3


def equal_rows(
    run: Callable[[str], list[tuple[Any, ...]]], firsts: str, again: str, columns: Iterable[str]
) -> tuple[Notice, ...]:
    """Say how many rows came again, if that is hardly chance.

    Two customers may well give a nine on the same day. They hardly do so in the same second, or in the same words: so
    there has to be a column in which nearly all rows differ.

    Parameters
    ----------
    run : callable
        Takes SQL, gives rows.
    firsts, again : str
        Relations: one of each kind of row, and the rows (`file`, `row`) that are equal to one of these.
    columns : iterable of str
        Columns of `firsts` that hold the cells.
    """
    ((count,),) = run(f"select count(*) from {again}")
    if not count:
        return ()
    told = [f"count(distinct {quoted(name)})" for name in columns]
    ((rows, *different),) = run(f"select {', '.join(['count(*)', *told])} from {firsts}")
    if max(different, default=0) < max(_NEARLY_ALL * rows, _FEWEST):
        return ()
    named = ", ".join(str(row) for (row,) in run(f"select row from {again} order by file, row limit {_NAMED}"))
    some = f"such as rows {named}" if count > _NAMED else f"rows {named}"
    message = (
        f"1 row is equal to another in every cell (row {named}): if it came in twice, it counts twice; take it out"
        if count == 1
        else f"{count:,} rows are equal to others in every cell ({some}): if they came in twice, they count twice; "
        "take them out"
    )
    return (
        Notice(
            code="equal_rows",
            message=f"{message}, or give every row an id",
            data={"count": count, "rows": named},
        ),
    )
