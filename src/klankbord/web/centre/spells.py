"""Who was in which team when, worked out from days: pure, and the same whatever the order in which days were learnt."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Stay:
    """Time in a team, last day included; without a last day it goes on."""

    starts_on: date
    ends_on: date | None
    team: str

    @property
    def last(self) -> date:
        """The last day, far away where it goes on."""
        return self.ends_on or date.max

    def covers(self, day: date) -> bool:
        """Say whether a day lies in it."""
        return self.starts_on <= day <= self.last


def learnt_stays(days: Mapping[date, Collection[str]], kept: Iterable[Stay]) -> list[Stay]:
    """Return the stays that follow from the teams in which somebody was seen on each day, around those kept by hand.

    A stay begins on the first day in a team and lasts until the day before the next one begins. Somebody who is seen in
    several teams on one day stays where they were. Days that are kept by hand prove nothing.
    """
    stays: list[Stay] = []
    for first, last in _between(sorted(kept)):
        stays += _runs({day: teams for day, teams in days.items() if first <= day <= last and teams}, last)
    return stays


def placed(kept: Iterable[Stay], stay: Stay) -> list[Stay]:
    """Return the stays kept by hand once another has been added: what is said last holds.

    Without a last day it lasts until the next one that begins later, and leaves that as it is.
    """
    others = sorted(kept)
    later = next((other.starts_on for other in others if other.starts_on > stay.starts_on), None)
    if stay.ends_on is None and later:
        stay = replace(stay, ends_on=later - _DAY)
    return _joined(sorted([stay, *(part for other in others for part in _without(other, stay))]))


def holding(said: Iterable[Stay]) -> list[Stay]:
    """Return the stays that hold of all that was said, in the order in which it was said."""
    kept: list[Stay] = []
    for stay in said:
        kept = placed(kept, stay)
    return kept


def _between(kept: list[Stay]) -> Iterator[tuple[date, date]]:
    """Yield first and last day of the time that is not kept by hand."""
    first = date.min
    for stay in kept:
        if first < stay.starts_on:
            yield first, stay.starts_on - _DAY
        if stay.ends_on is None:
            return
        first = stay.ends_on + _DAY
    yield first, date.max


def _runs(days: Mapping[date, Collection[str]], last: date) -> Iterator[Stay]:
    team, since = "", date.min
    for day in sorted(days):
        if team in days[day]:
            continue
        if team:
            yield Stay(since, day - _DAY, team)
        team, since = min(days[day]), day
    if team:
        yield Stay(since, None if last == date.max else last, team)


def _without(stay: Stay, taken: Stay) -> Iterator[Stay]:
    if stay.last < taken.starts_on or taken.last < stay.starts_on:
        yield stay
        return
    if stay.starts_on < taken.starts_on:
        yield replace(stay, ends_on=taken.starts_on - _DAY)
    if taken.last < stay.last:
        yield replace(stay, starts_on=taken.last + _DAY)


def _joined(stays: list[Stay]) -> list[Stay]:
    joined: list[Stay] = []
    for stay in stays:
        before = joined[-1] if joined else None
        if before and before.team == stay.team and before.ends_on and before.ends_on + _DAY == stay.starts_on:
            joined[-1] = replace(before, ends_on=stay.ends_on)
        else:
            joined.append(stay)
    return joined
