"""The time axis: periods laid out over a width, named as the language names them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

import altair as alt

from klankbord.charts.formats import Formats

_LONGEST = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}  # days in a period
_LABEL = {"day": 56, "week": 56, "month": 46, "quarter": 46, "year": 46}  # pixels that a label on the axis wants


def moment(day: date) -> int:
    """Return the start of a day in milliseconds since 1970, as Vega counts.

    Examples
    --------
    >>> moment(date(1970, 1, 2))
    86400000
    """
    return (day - date(1970, 1, 1)) // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAxis:
    """A row of periods, laid out over a width in pixels.

    Parameters
    ----------
    periods : sequence of date
        First day of each period that has answers; periods may be missing in between.
    every : str
        Length of a period.
    formats : Formats
        How periods are named.
    width : float
        Pixels from half a period before the first to half a period after the last.
    """

    periods: Sequence[date]
    every: str
    formats: Formats
    width: float

    @property
    def half(self) -> int:
        """Half a period, in milliseconds."""
        return _LONGEST[self.every] * 43_200_000

    @property
    def steps(self) -> int:
        """Periods from first to last, the missing ones included."""
        return round((self.periods[-1] - self.periods[0]).days / _LONGEST[self.every]) + 1

    def follows(self, day: date, before: date) -> bool:
        """Say whether no period is missing between two."""
        return (day - before).days <= _LONGEST[self.every]

    def _domain(self) -> tuple[int, int]:
        return moment(self.periods[0]) - self.half, moment(self.periods[-1]) + self.half

    def place(self, at: int) -> float:
        """Return the pixel of a moment."""
        start, end = self._domain()
        return (at - start) / (end - start) * self.width

    def x(self) -> alt.X:
        """Return the encoding of the field `at`, a moment."""
        return alt.X("at:T", axis=self._axis(), scale=alt.Scale(type="utc", domain=list(self._domain()), nice=False))

    def _axis(self) -> alt.Axis:
        shown = self.periods[:: ceil(_LABEL[self.every] * self.steps / self.width)]
        names = {str(moment(day)): [self.formats.tick(day, self.every)] for day in shown}
        if self.every != "year":
            for day, before in zip(shown, (None, *shown), strict=False):
                if before is None or before.year != day.year:
                    names[str(moment(day))].append(str(day.year))
        expression = f"{json.dumps(names, ensure_ascii=False)}[+datum.value]"
        return alt.Axis(values=[moment(day) for day in shown], labelExpr=expression, labelOverlap=False, grid=False)
