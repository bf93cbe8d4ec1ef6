"""What the commands and their options share: the forms of output, and progress beside it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum


class Format(StrEnum):
    """How a result is printed."""

    table = "table"
    json = "json"
    csv = "csv"


@contextmanager
def working(message: str) -> Iterator[None]:
    """Show that something is going on, on a terminal only and beside the output."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(f"{message} …"):
        yield


def as_typed(advice: str) -> str:
    """Return advice that names arguments of the library with the options of the command line instead.

    Examples
    --------
    >>> as_typed("pass scale=(1, 10), or name the column: external_id=...")
    'pass --scale 1-10, or name the column: --id ...'
    >>> as_typed("choose one: measure='nps'")
    'choose one: --measure nps'
    """
    advice = re.sub(r"\bscale=\((-?\w+), (-?\w+)\)", r"--scale \1-\2", advice)
    advice = re.sub(r"\bexternal_id=", "id=", advice)
    advice = re.sub(r"\b(score|comment|date|id|measure|zone|by)='?([\w.]+)'?", r"--\1 \2", advice)
    return advice.replace("complete_only", "--complete-only")
