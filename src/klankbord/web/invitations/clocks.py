"""Quarantine: who was asked when about what, and for how long nobody asks them again, each clock by itself."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple

from klankbord.web.invitations.models import Clock

DEFAULT_DAYS: Final = 90
_NEVER: Final = timedelta(0)


class Ask(NamedTuple):
    """A question put to somebody: when, of which metric, and what the contact was."""

    at: datetime
    metric: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """How long each clock runs after somebody was asked; one that runs for no time is off.

    That of the organisation runs whatever is asked, that of a metric only for it, and that of an attribute for the
    value that was asked about.
    """

    organisation: timedelta = timedelta(days=DEFAULT_DAYS)
    metrics: Mapping[str, timedelta] = field(default_factory=lambda: MappingProxyType({}))
    attributes: Mapping[str, timedelta] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, rows: Iterable[Clock]) -> "Clocks":
        """Return the clocks that an organisation has set; without one for the organisation, the usual one runs."""
        by: dict[str, dict[str, timedelta]] = defaultdict(dict)
        for row in rows:
            by[row.kind][row.name] = timedelta(days=row.days)
        usual = timedelta(days=DEFAULT_DAYS)
        return cls(
            organisation=by[Clock.Kind.ORGANISATION].get("", usual),
            metrics=by[Clock.Kind.METRIC],
            attributes=by[Clock.Kind.ATTRIBUTE],
        )

    @property
    def longest(self) -> timedelta:
        """The time after which no clock runs any more."""
        return max(self.organisation, *self.metrics.values(), *self.attributes.values(), _NEVER)

    def keep_apart(self, one: Ask, other: Ask) -> bool:
        """Say whether two questions may not be put to the same person, whichever comes first."""
        gap = abs(one.at - other.at)
        if gap < self.organisation:
            return True
        # Of some questions of the past nobody knows what they were about: they count for each.
        metrics = {metric for metric in (one.metric, other.metric) if metric}
        if len(metrics) < 2 and any(gap < self.metrics.get(metric, _NEVER) for metric in metrics):
            return True
        return any(
            gap < time and one.values.get(name) and one.values.get(name) == other.values.get(name)
            for name, time in self.attributes.items()
        )


class Memory:
    """Who was asked, and will be: by the marks of person and address."""

    def __init__(self, clocks: Clocks) -> None:
        self._clocks = clocks
        self._asks: dict[str, list[Ask]] = defaultdict(list)

    def add(self, marks: Iterable[str], ask: Ask) -> None:
        """Remember that somebody is asked."""
        for mark in marks:
            if mark:
                self._asks[mark].append(ask)

    def knows(self, marks: Iterable[str]) -> bool:
        """Say whether somebody was asked anything at all."""
        return any(mark in self._asks for mark in marks)

    def forbids(self, marks: Iterable[str], ask: Ask) -> bool:
        """Say whether a question falls into the quarantine of another that the person was asked, or is to be."""
        return any(self._clocks.keep_apart(ask, other) for mark in marks for other in self._asks.get(mark, ()))
