"""The calendar of a simulated centre: local days and seconds become instants in UTC, and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

DAY_S = 86_400
_EPOCH = date(1970, 1, 1)

Instants = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Clock:
    """Local time of one zone over some days; instants are seconds since 1970 in UTC.

    Parameters
    ----------
    first_day : date
        Day 0.
    days : int
        How many days there are; a year more is known, for answers that come later.
    zone : str
        An IANA time zone.

    Examples
    --------
    >>> clock = Clock.over(date(2025, 3, 29), 3, zone="Europe/Amsterdam")
    >>> clock.instants(np.array([0, 1]), np.array([43_200, 43_200])).tolist()
    [1743246000, 1743328800]
    >>> day, second = clock.local(np.array([1743328800]))
    >>> int(day[0]), int(second[0])
    (1, 43200)
    """

    first_day: date
    days: int
    zone: str
    changes: Instants
    offsets: NDArray[np.int64]

    @classmethod
    def over(cls, first_day: date, days: int, *, zone: str = "Europe/Amsterdam") -> "Clock":
        """Look up when the zone's offset changes in those days and the year after them."""
        place = ZoneInfo(zone)
        begin = datetime(first_day.year, first_day.month, first_day.day, tzinfo=UTC) - timedelta(days=1)
        hours = [begin + timedelta(hours=hour) for hour in range(24 * (days + 368))]
        known = np.array([_offset(hour, place) for hour in hours])
        turns = np.flatnonzero(np.diff(known)) + 1
        changes = np.array([int(hours[turn].timestamp()) for turn in turns], np.int64)
        return cls(first_day, days, zone, changes, known[np.concatenate([[0], turns])])

    @property
    def first_number(self) -> int:
        """Day 0 as days since 1970, as Arrow counts dates."""
        return (self.first_day - _EPOCH).days

    def instants(self, day: NDArray[np.int64], second: NDArray[np.int64]) -> Instants:
        """Return the instant of a local second of a day; in the hour that spring skips, the hour after it."""
        local = (self.first_number + day) * DAY_S + second
        guess = local - self.offsets[np.searchsorted(self.changes, local - self.offsets.max(), side="right")]
        result: Instants = local - self.offsets[np.searchsorted(self.changes, guess, side="right")]
        later: Instants = np.maximum(result, guess)
        return later

    def local(self, instants: Instants) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return day number and second of the day."""
        local = instants + self.offsets[np.searchsorted(self.changes, instants, side="right")]
        day, second = np.divmod(local, DAY_S)
        return day - self.first_number, second

    def month_of(self, day: int) -> str:
        """Return the month of a day, as 2026-11."""
        return f"{self.first_day + timedelta(days=day):%Y-%m}"

    def months(self) -> tuple[Sequence[str], NDArray[np.int64]]:
        """Return the names of the months and, for each day (and the year after), the number of its month."""
        return _months(self.first_day, self.days)


@cache
def _months(first_day: date, days: int) -> tuple[Sequence[str], NDArray[np.int64]]:
    names = [f"{first_day + timedelta(days=day):%Y-%m}" for day in range(days + 366)]
    known = tuple(dict.fromkeys(names))
    place = {name: number for number, name in enumerate(known)}
    numbers = np.array([place[name] for name in names], np.int64)
    numbers.flags.writeable = False
    return known, numbers


def _offset(moment: datetime, zone: ZoneInfo) -> int:
    away = moment.astimezone(zone).utcoffset()
    return int(away.total_seconds()) if away is not None else 0
