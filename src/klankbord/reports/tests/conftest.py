"""Exports to report on, made up so that every answer about them is known."""

import csv
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

Write = Callable[..., Path]
COMMENTS = {
    10: "Snel en vriendelijk geholpen, alles was in één keer goed 👍",
    8: "Prima, maar de wachttijd was wel wat lang vandaag",
    2: "Nog steeds geen antwoord, mail mij op j.jansen@voorbeeld.nl",
}


GROUPS: dict[object, str] = {10: "P", 9: "P", 8: "N", 3: "D", 2: "D", 0: "D"}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes columns to a CSV file and says where it is."""

    def written(name: str = "answers.csv", **columns: Sequence[object]) -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(zip(*columns.values(), strict=True))
        return path

    return written


@pytest.fixture
def export(write: Write) -> Path:
    """Return an export of 400 answers over four months: team Zuid is better, April brought a lasting rise."""
    start, rows = date(2026, 2, 2), 440
    days = [start + timedelta(days=row * 117 // rows) for row in range(rows)]
    scores: list[object] = []
    for row, day in enumerate(days):
        high = day >= date(2026, 4, 6) or row % 4 == 1
        scores.append("" if row % 11 == 0 else ((10, 9, 8, 10, 2) if high else (2, 8, 10, 3, 0))[row // 4 % 5])
    return write(
        score=scores,
        date=[day.isoformat() for day in days],
        comment=[COMMENTS.get(score, "") if isinstance(score, int) else "" for score in scores],
        Team=[("Noord", "Zuid", "Oost", "West")[row % 4] for row in range(rows)],
        Teamcode=[("N1", "Z2", "O3", "W4")[row % 4] for row in range(rows)],
        Kanaal=[("telefoon", "chat")[row // 20 % 2] for row in range(rows)],
        Agent=[f"Agent {row % 7}" for row in range(rows)],
        Klantnaam=[f"Klant {row}" for row in range(rows)],
        Groep=[GROUPS.get(score, "") for score in scores],
        Land=["NL"] * rows,
        Leeg=[""] * rows,
        Ordernummer=[f"O-{row:05}" for row in range(rows)],
    )
