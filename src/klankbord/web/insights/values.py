"""How the values of any measure are written in the language that is spoken: points, shares, times, steps."""

from klankbord.charts.formats import NO_VALUE
from klankbord.lake.questions import Definition
from klankbord.web.kernel.wording import say, wording

_FINE = 10  # per cent, below which a whole number would hide too much


def written(definition: Definition, value: float | None, *, finely: bool = False) -> str:
    """Write a value of a measure."""
    formats = wording(share=definition.unit == "percent").formats
    if value is None:
        return NO_VALUE
    if definition.unit == "percent":
        return formats.percent(value / 100, 1 if finely or 0 < value < _FINE else 0)
    if definition.unit == "seconds":
        return lasting(value)
    return formats.score(value, 2 if definition.unit == "steps" else 0)


def ranged(definition: Definition, low: float | None, high: float | None) -> str:
    """Write an interval."""
    if low is None or high is None:
        return NO_VALUE
    # An interval whose ends look equal would seem to be none.
    finely = round(low) == round(high)
    ends = (written(definition, end, finely=finely) for end in (low, high))
    return say("kernel.components.range", **dict(zip(("low", "high"), ends, strict=True)))


def differing(definition: Definition, value: float | None) -> str:
    """Write a difference of two values, signed, with its unit."""
    if value is None:
        return NO_VALUE
    formats = wording().formats
    if definition.unit == "seconds":
        return f"{formats.difference(value)[:1] if round(value) else ''}{lasting(abs(value))}"
    if definition.unit == "steps":
        return formats.score(value, 2)
    size = formats.difference(value) if abs(value) >= 1 or not value else formats.score(value, 1)
    return say(f"insights.units.{definition.unit}", value=size)


def distance(definition: Definition, value: float) -> str:
    """Write the size of a difference as a sentence wants it: "4 points", "12 seconds"."""
    if definition.unit == "seconds":
        return lasting(abs(value))
    if definition.unit == "steps":
        return wording().formats.score(abs(value), 2).removeprefix("+")
    return wording(share=definition.unit == "percent").points(value)


def lasting(seconds: float) -> str:
    """Write a duration: seconds up to a minute, then minutes and seconds, then hours and minutes."""
    whole = round(seconds)
    if abs(whole) < 60:
        return say("insights.units.seconds", value=wording().formats.count(whole))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        days, hours = divmod(hours, 24)
        return say("insights.units.days", days=days, hours=hours)
    return say("insights.units.hours", hours=hours, minutes=f"{minutes:02}") if hours else f"{minutes}:{rest:02}"
