"""Queries that make contacts of events, as tools write them that have a line for everything that happens."""

from collections.abc import Mapping


def all_text(query: str) -> str:
    """Return a query with every column of another as text, but for the place of a row.

    Examples
    --------
    >>> all_text("select file, row, answered from legs")
    'select file, row, columns(* exclude (file, row))::varchar from (select file, row, answered from legs)'
    """
    return f"select file, row, columns(* exclude (file, row))::varchar from ({query})"


def column_or_null(there: Mapping[str, str], name: str) -> str:
    """Return a staged column as SQL, or null where no file has it."""
    return there.get(name, "null::varchar")


def seconds_between(first: str, second: str) -> str:
    """Return SQL for the seconds from one moment to another."""
    return f"(epoch({second}) - epoch({first}))"
