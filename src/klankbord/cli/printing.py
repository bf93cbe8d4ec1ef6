"""What goes to standard output: a table to read, JSON or CSV for machines."""

import csv
import json
import sys
from collections.abc import Sequence

from klankbord.cli.terminal import Format
from klankbord.results import Notice, Record, Result


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
    """Print a table to read; columns whose name begins with > are set right."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title), title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column.removeprefix(">"), justify="right" if column.startswith(">") else "left")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console(soft_wrap=not sys.stdout.isatty()).print(table)


def print_notices(notices: Sequence[Notice]) -> None:
    """Print doubts below a table, one a line."""
    for notice in notices:
        sys.stdout.write(f"! {notice.message}\n")


def signed(value: float | None, digits: int = 1) -> str:
    """Return points with their sign; a dash where there are none."""
    return "–" if value is None else f"{value:+.{digits}f}".replace("-", "−")


def span(low: float, high: float, value: float, floor: float = -100.0, *, width: int = 31) -> str:
    """Draw an interval on its scale in characters.

    Examples
    --------
    >>> span(-20.0, 40.0, 10.0, width=11)
    '    ─●──   '
    """
    step = (100.0 - floor) / (width - 1)
    first, last, at = (round((point - floor) / step) for point in (low, high, value))
    return "".join("●" if place == at else "─" if first <= place <= last else " " for place in range(width))


def _codes(notices: object) -> list[str]:
    return [str(notice["code"]) for notice in notices] if isinstance(notices, list) else []
