"""Why a row is not counted: a reason with a message and a fix, how many rows, which, and what stood in the cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from klankbord.results import Notice, numbered

SHOWN = 100
REASONS: Mapping[str, tuple[str, str]] = {
    "no_score": ("no score was given", "nothing: a skipped question is not an answer"),
    "not_a_score": ("the score is not a whole number", "correct these cells, or name another column: score=..."),
    "off_scale": ("the score is off the scale", "correct these cells; asked on another scale? pass scale=(low, high)"),
    "duplicate": ("the same answer or contact came in more than once; its newest copy counts", "nothing"),
    "date_unreadable": (
        "the date is not written as the other dates in the file are",
        "write all dates in one way, best as 2026-11-22 14:30",
    ),
    "no_start": ("the contact has no start", "export it with the moment at which each contact began"),
    "ends_before_start": ("the contact ends before it starts", "correct these cells, or name other columns"),
    "negative_duration": ("a duration is negative", "correct these cells"),
    "too_long": ("more than seven days in talk, hold or wrap-up", "correct these cells; in what unit are durations?"),
    "key_missing": ("a cell is empty that tells rows apart", "fill it: the key of each table is in the schema"),
    "nobody_named": ("the row names nobody", "export people with their e-mail address or number"),
    "not_of_its_type": ("a cell is not what its column holds", "write numbers as 12.5, yes or no as true or false"),
    "date_missing": ("no day or month could be found", "fill the column month, day or started_at"),
    "broken_row": (
        "the row does not fit the columns, or a quote in it is left open",
        "correct these rows, or export again with quotes around text",
    ),
    "other_measure": ("the answer is to another kind of question", "read these with measure=..."),
    "unfinished": ("the respondent did not finish", "leave complete_only out to count them"),
    "preview": ("a preview by the makers of the survey", "nothing"),
    "test": ("test data", "nothing"),
    "spam": ("the survey tool took it for spam", "mark it as genuine there, and export again"),
    "excluded": ("it was excluded in the survey tool", "include it there, and export again"),
    "disqualified": ("the respondent was screened out", "nothing"),
    "over_quota": ("it came after the survey's quota was full", "nothing"),
    "not_answered": ("the survey was offered, and not answered", "nothing"),
    "period_line": ("a line of the export itself, not an answer", "nothing"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """Rows that are not counted, for one reason.

    Parameters
    ----------
    reason : str
        Stable name of the reason.
    message, fix : str
        What it means, and what can be done about it.
    count : int
        How many rows.
    rows : tuple of int
        The first hundred of them, as a spreadsheet numbers them: the header is row 1.
    files : tuple of str
        The file of each of these rows.
    examples : tuple of str
        What stood in the cells, cut to forty characters; nothing else of the row.
    """

    reason: str
    message: str
    fix: str
    count: int
    rows: tuple[int, ...]
    files: tuple[str, ...]
    examples: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the drop as plain data."""
        return {
            "reason": self.reason,
            "message": self.message,
            "fix": self.fix,
            "count": self.count,
            "rows": list(self.rows),
            "files": list(self.files),
            "examples": list(self.examples),
        }


def dropped(reason: str, count: int, found: Sequence[tuple[str, int, str | None]]) -> Dropped:
    """Describe rows by file, number and cell; a reason that only one tool knows is described by its own name."""
    message, fix = REASONS.get(reason, (reason.replace("_", " "), "nothing"))
    cells = [cell for _, _, cell in found if cell]
    return Dropped(
        reason=reason,
        message=message,
        fix=fix,
        count=count,
        rows=tuple(row for _, row, _ in found[:SHOWN]),
        files=tuple(file for file, _, _ in found[:SHOWN]),
        examples=tuple(dict.fromkeys(cell if len(cell) <= 40 else f"{cell[:39]}…" for cell in cells))[:3],
    )


def left_out(drops: Sequence[Dropped]) -> tuple[Notice, ...]:
    """Say which rows are left out of a number, in one doubt for each reason; a skipped question is none."""
    return tuple(
        Notice(
            code="rows_left_out",
            message=f"{numbered(drop.count, 'row')} {'is' if drop.count == 1 else 'are'} left out: {drop.message} "
            f"({'row' if drop.count == 1 else 'such as row'} {', '.join(map(str, drop.rows[:1]))})",
            data={"count": drop.count, "reason": drop.reason, "row": next(iter(drop.rows), None)},
        )
        for drop in drops
        if drop.reason not in {"no_score", "duplicate"}
    )
