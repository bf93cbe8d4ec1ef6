"""What the commands and their options share: the forms of output, and progress beside it."""

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
