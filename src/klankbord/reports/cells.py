"""How a typed cell is written where a reader reads it."""

from collections.abc import Callable
from typing import Any

from klankbord.charts.formats import NO_VALUE
from klankbord.reports.document import CellKind
from klankbord.reports.wording import Wording


def written(value: Any, kind: CellKind, wording: Wording) -> str:
    """Write one cell.

    Examples
    --------
    >>> words = Wording("nl")
    >>> written(1204, "count", words), written(None, "score", words), written(0.5, "share", words)
    ('1.204', '–', '50%')
    """
    if value is None:
        return NO_VALUE
    if kind == "interval":
        return wording("interval", low=value.low, high=value.high)
    formats = wording.formats
    writers: dict[str, Callable[[Any], str]] = {
        "count": formats.count,
        "share": formats.percent,
        "score": formats.score,
        "day": formats.short_day,
    }
    return writers.get(kind, str)(value)
