"""Values with their intervals as strips under each other, on one scale for all rows of a table."""

from collections.abc import Iterable
from dataclasses import dataclass

from klankbord.lake.questions import Definition
from klankbord.results import Estimate

_START, _END = 4.0, 156.0  # so that a point on an end of the scale is not cut off


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The scale of a measure: all that a score or share can be, and of other amounts all that is shown."""

    low: float
    high: float

    @classmethod
    def of(cls, definition: Definition, estimates: Iterable[Estimate]) -> "Scale":
        """Return the scale on which estimates of one measure compare."""
        if definition.unit == "points":
            return cls(low=-100.0, high=100.0)
        if definition.unit == "percent":
            return cls(low=0.0, high=100.0)
        limits = [limit for one in estimates if one.interval for limit in (one.interval.low, one.interval.high)]
        return cls(low=min([0.0, *limits]), high=max([1.0, *limits]))

    def place(self, value: float) -> str:
        """Return where a value stands, as SVG wants it."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return f"{_START + (_END - _START) * share:.1f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """One drawn interval."""

    start: str
    end: str
    at: str
    zero: str

    @classmethod
    def of(cls, estimate: Estimate, scale: Scale) -> "Strip | None":
        """Draw an estimate; what rests on too little is not drawn."""
        if estimate.value is None or estimate.interval is None:
            return None
        return cls(
            start=scale.place(estimate.interval.low),
            end=scale.place(estimate.interval.high),
            at=scale.place(estimate.value),
            zero=scale.place(0.0),
        )
