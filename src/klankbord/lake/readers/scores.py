"""What a cell says: a score, nothing, or something else; every distinct cell of a column is judged once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from klankbord.errors import ScoreError
from klankbord.score import Measure, check_scale

_WHOLE = re.compile(r"([+-]?[0-9]{1,9})(?:[.,]0+)?")
_LABELLED = re.compile(
    r"(?P<first>[0-9]{1,3})(?:\s*[:=(]|\s+[-–—]\s|\s+(?=[^\W\d]))[^\d]*|[^\d]*(?:[:=(]|\s[-–—])\s*(?P<last>[0-9]{1,3})\s*\)?"
)
_NOTHING = frozenset({"", "-", "–", "n/a", "na", "nan", "none", "null", "nil", "n.v.t.", "nvt", "#n/a"})
_RARE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The distinct cells of a score column, parted by what they say."""

    scores: Mapping[str, int]
    empty: frozenset[str]
    outside: frozenset[str]


def whole_number(cell: str) -> int | None:
    """Return the number in a cell, with or without a label beside it; None when it holds none or a broken one.

    Examples
    --------
    >>> whole_number("9"), whole_number("9.0"), whole_number("10 - Extremely likely"), whole_number("Likely (8)")
    (9, 9, 10, 8)
    >>> whole_number("6.5"), whole_number("12:30"), whole_number("very likely")
    (None, None, None)
    """
    text = cell.strip()
    if match := _WHOLE.fullmatch(text):
        return int(match[1])
    labelled = _LABELLED.fullmatch(text)
    return int(labelled["first"] or labelled["last"]) if labelled else None


def says_nothing(cell: str | None) -> bool:
    """Return whether a cell stands for a skipped question."""
    return cell is None or cell.strip().casefold() in _NOTHING


def judge(cells: Mapping[str | None, int], measure: Measure, column: str, *, certain: bool) -> Verdict:
    """Part the distinct cells of a score column.

    Parameters
    ----------
    cells : Mapping of str to int
        How often each distinct cell occurs.
    measure : Measure
        Whose scale the scores are on.
    column : str
        Name of the column, for messages.
    certain : bool
        Whether the user or the dialect says that this is the measure.

    Raises
    ------
    ScoreError
        When cells were filled in, and none of them holds a number.
    ScaleError
        When more than a few scores are off the scale, or, unless `certain`, fit another scale better.
    """
    filled = {cell: count for cell, count in cells.items() if cell is not None and not says_nothing(cell)}
    numbers = {cell: number for cell in filled if (number := whole_number(cell)) is not None}
    if filled and not numbers:
        example = next(iter(filled))[:40]
        raise ScoreError(
            f"column {column!r} holds no scores, but for example {example!r}",
            hint="name the column with the scores: score=...",
            column=column,
            case="no_scores",
            example=str(example),
        )
    outside = frozenset(cell for cell, number in numbers.items() if number not in measure.levels)
    _refuse_other_scale(numbers, outside, filled, measure, certain=certain)
    return Verdict(
        scores={cell: number for cell, number in numbers.items() if cell not in outside},
        empty=frozenset(cell for cell in cells if cell is not None and says_nothing(cell)),
        outside=outside,
    )


def _refuse_other_scale(
    numbers: Mapping[str, int], outside: frozenset[str], filled: Mapping[str, int], measure: Measure, *, certain: bool
) -> None:
    tally: dict[int, int] = {}
    for cell, number in numbers.items():
        tally[number] = tally.get(number, 0) + filled[cell]
    many = sum(filled[cell] for cell in outside) > max(1, _RARE * sum(tally.values()))
    seen = sorted(tally if many else tally.keys() & set(measure.levels))
    if many or not certain:
        check_scale(np.array(seen, dtype=np.int64), np.array([float(tally[value]) for value in seen]), measure)
