"""Durations and counts as files write them, read into seconds by the engine: numbers, and clocks such as 00:10:12."""

from collections.abc import Sequence

_MOST = 700_000_000  # more than twenty years; three of them together still fit the schema's whole numbers


def seconds(cell: str, unit: float = 1.0) -> str:
    """Return SQL for the whole seconds that a cell tells, or null; `unit` is how many seconds one of its units has.

    A clock of two parts is minutes and seconds, as telephony writes it.

    Examples
    --------
    >>> import duckdb
    >>> cells = "(values ('31'), ('00:01:35'), ('1:35'), ('0,6'), ('-'), (null)) cells(cell)"
    >>> told = duckdb.sql(f"select {seconds('cell')} from {cells}")
    >>> [second for (second,) in told.fetchall()]
    [31, 95, 95, 1, None, None]
    """
    scaled = f" * {unit}" if unit != 1.0 else ""
    plain = f"try_cast({cell} as double){scaled}"
    comma = f"try_cast(replace({cell}, ',', '.') as double){scaled}"
    first, second, third = (f"abs(try_cast(split_part({cell}, ':', {part}) as double))" for part in (1, 2, 3))
    sign = f"(case when starts_with(trim({cell}), '-') then -1 else 1 end)"
    clock = (
        f"case length({cell}) - length(replace({cell}, ':', '')) "
        f"when 2 then {sign} * ({first} * 3600 + {second} * 60 + {third}) "
        f"when 1 then {sign} * ({first} * 60 + {second}) end"
    )
    told = f"coalesce({plain}, {comma}, {clock})"
    bounded = f"case when {told} > {_MOST} then {_MOST} when {told} < -{_MOST} then -{_MOST} else round({told}) end"
    told = f"try_cast({bounded} as integer)"
    # Most files have whole seconds, which are read four times as fast.
    return told if scaled else f"coalesce(try_cast({cell} as integer), {told})"


def number(cell: str, yes: Sequence[str], no: Sequence[str]) -> str:
    """Return SQL for the small whole number that a cell tells; words for yes and no count as 1 and 0."""
    listed = ", ".join(f"'{word}'" for word in yes), ", ".join(f"'{word}'" for word in no)
    said = f"case when lower(trim({cell})) in ({listed[0]}) then 1 when lower(trim({cell})) in ({listed[1]}) then 0 end"
    return f"coalesce(try_cast({cell} as smallint), try_cast({said} as smallint))"
