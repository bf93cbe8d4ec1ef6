"""What the columns of an import look like, from a few passes over them: enough to choose segments by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_EXACT = 2000
_SAMPLE = 5000
Query = Callable[[str], list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """One column.

    Parameters
    ----------
    name : str
        Its name.
    distinct : int
        How many different values; exact up to 2,000 and where `unique`, above that good to a few per cent.
    filled : float
        Share of answers that have a value.
    median_length : float
        Characters in the middle value, from a sample; 0 when there is none.
    unique : bool
        Whether no value returns.
    """

    name: str
    distinct: int
    filled: float
    median_length: float
    unique: bool


def profile_columns(query: Query, columns: Mapping[str, str]) -> tuple[ColumnProfile, ...]:
    """Describe columns, given as SQL by name."""
    if not columns:
        return ()
    total, *about = query(
        "select count(*), "
        + ", ".join(f"count({sql}), approx_count_distinct({sql})" for sql in columns.values())
        + " from responses"
    )[0]
    rows = int(total)
    filled, rough = [int(n) for n in about[::2]], [int(n) for n in about[1::2]]
    lengths = _lengths(query, columns, rows)
    profiles = []
    for (name, sql), given, near, length in zip(columns.items(), filled, rough, lengths, strict=True):
        worth = near <= _EXACT or near > 0.9 * given
        distinct = int(query(f"select count(distinct {sql}) from responses")[0][0]) if worth else near
        profiles.append(
            ColumnProfile(
                name=name,
                distinct=distinct,
                filled=given / rows if rows else 0.0,
                median_length=length,
                unique=worth and distinct == given > 0,
            )
        )
    return tuple(profiles)


def _lengths(query: Query, columns: Mapping[str, str], rows: int) -> list[float]:
    medians = ", ".join(f"median(length({sql}))" for sql in columns.values())
    found = query(f"select {medians} from responses where row % {max(1, rows // _SAMPLE)} = 0")[0]
    return [float(length or 0) for length in found]
