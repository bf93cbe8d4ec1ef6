"""What goes to standard output: a table to read, JSON or CSV for machines."""

import csv
import json
import sys
from collections.abc import Sequence

from klankbord.cli.terminal import Format, as_typed
from klankbord.results import Notice, Record, Result

_WIDE = 100  # columns of a terminal from which a drawing fits beside the numbers
_UNBOUND = 160  # columns where nobody wraps, as in a file or a pipe


def print_json(data: Record) -> None:
    """Print plain data as JSON."""
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False, default=str) + "\n")


def print_csv(rows: Sequence[Record]) -> None:
    """Print rows as CSV; notices become their codes."""
    flat = [{**row, "notices": " ".join(_codes(row.get("notices")))} for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row))
    writer = csv.DictWriter(sys.stdout, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)


def print_machine(result: Result, form: Format, **context: object) -> bool:
    """Print a result for machines where that was asked for, and say whether it was."""
    if form is Format.json:
        data = result.to_dict()
        question = data["question"]
        print_json({**data, "question": {**context, **(question if isinstance(question, dict) else {})}})
    elif form is Format.csv:
        print_csv(result.records())
    return form is not Format.table


def print_grid(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table to read; columns whose name begins with > are set right, and one named | has no name and may go."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console() if sys.stdout.isatty() else Console(width=_UNBOUND)
    shown = [at for at, column in enumerate(columns) if column != "|" or console.width >= _WIDE]
    table = Table(title=Text(title), title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for at in shown:
        right = columns[at].startswith(">")
        table.add_column(columns[at].lstrip(">|"), justify="right" if right else "left", no_wrap=right)
    for row in rows:
        table.add_row(*(Text(row[at]) for at in shown))
    console.print(table)


def print_notices(notices: Sequence[Notice]) -> None:
    """Print doubts below a table, one a line."""
    for notice in notices:
        sys.stdout.write(f"! {as_typed(notice.message)}\n")


def signed(value: float | None, digits: int = 1) -> str:
    """Return points with their sign; a dash where there are none."""
    return "–" if value is None else f"{value:+z.{digits}f}".replace("-", "−")


def span(low: float, high: float, value: float, floor: float = -100.0, *, width: int = 31) -> str:
    """Draw an interval on its scale in characters; zero is marked.

    Examples
    --------
    >>> span(20.0, 80.0, 40.0, width=11)
    '     ┊─●── '
    >>> span(20.0, 80.0, 50.0, 0.0, width=11)
    '┊ ───●───  '
    """
    step = (100.0 - floor) / (width - 1)
    first, last, at, zero = (round((point - floor) / step) for point in (low, high, value, 0.0))
    signs = dict.fromkeys(range(first, last + 1), "─")
    return "".join(({zero: "┊"} | signs | {at: "●"}).get(place, " ") for place in range(width))


def _codes(notices: object) -> list[str]:
    return [str(notice["code"]) for notice in notices] if isinstance(notices, list) else []
