"""When something may leave: never in quiet hours or on quiet days of an organisation's own clock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from klankbord.errors import OptionError

_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Hours of the day and days of the week (1 is Monday) on which nothing leaves; the hours may go over midnight.

    Examples
    --------
    >>> nights = Quiet(zone=ZoneInfo("Europe/Brussels"), start=time(20), end=time(8), days=frozenset({7}))
    >>> nights.after(datetime(2026, 3, 7, 21, tzinfo=UTC)).isoformat()  # Saturday night: not before Monday
    '2026-03-09T07:00:00+00:00'
    """

    zone: ZoneInfo
    start: time | None = None
    end: time | None = None
    days: Collection[int] = ()

    def __post_init__(self) -> None:
        if set(self.days) >= set(range(1, _WEEK + 1)):
            raise OptionError("every day is a quiet day", hint="leave at least one on which questions may leave")

    def holds(self, moment: datetime) -> bool:
        """Say whether nothing may leave at a moment."""
        local = moment.astimezone(self.zone)
        return local.isoweekday() in self.days or self._is_quiet_hour(local.time())

    def after(self, moment: datetime) -> datetime:
        """Return the first moment, from this one on, at which something may leave."""
        while self.holds(moment):
            local = moment.astimezone(self.zone)
            if local.isoweekday() not in self.days and self.end is not None and local.time() < self.end:
                following = datetime.combine(local.date(), self.end, self.zone).replace(fold=local.fold)
            else:
                following = datetime.combine(local.date() + timedelta(days=1), time(), self.zone)
            later = following.astimezone(UTC)
            # An hour that is left out in spring is none that can be waited for.
            moment = later if later > moment else moment + timedelta(seconds=1)
        return moment.astimezone(UTC)

    def _is_quiet_hour(self, clock: time) -> bool:
        if self.start is None or self.end is None or self.start == self.end:
            return False
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end
