"""What codes are called on a page: units by the name that the centre gave them, other values by their word."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from klankbord.lake.questions import Answer
from klankbord.web.centre import queries as centre
from klankbord.web.kernel.wording import say, wording

UNITS = ("client", "site", "team", "agent", "queue", "touchpoint")
_WORDS = ("channel", "direction", "handled_by", "survey_channel", "metric", "status", "weekday", "language")
_REASONS = ("not_asked_reason", "not_counted_reason")


class Names:
    """The names of one page: each kind of unit is looked up once, when it is first needed."""

    def __init__(self) -> None:
        self._found: dict[str, Mapping[str, str]] = {}

    def __call__(self, dimension: str, value: object) -> str:
        """Return what a value of a dimension is called."""
        if value is None:
            return self._empty
        if isinstance(value, bool):
            return say(f"insights.values.flag.{'yes' if value else 'no'}")
        if dimension in UNITS:
            return self._units(dimension).get(str(value)) or str(value)
        if dimension in _REASONS:
            return reason(str(value))
        return word(dimension, str(value)) if dimension in _WORDS else str(value)

    def period(self, value: object, grain: str) -> str:
        """Return what a part of time is called."""
        if value is None:
            return self._empty
        if not isinstance(value, date):
            return word(grain, str(value)) if grain == "weekday" else say("insights.values.hour", hour=value)
        named = wording().formats.period(value, grain)
        return say("insights.values.week", day=named) if grain == "week" else named

    def key(self, answer: Answer, key: tuple[object, ...]) -> list[str]:
        """Return what the parts of one row's key are called."""
        question = answer.scope.question
        start = 1 if question.grain else 0
        first = [self.period(key[0], question.grain)] if question.grain else []
        return [*first, *(self(name, part) for name, part in zip(question.by, key[start:], strict=True))]

    def _units(self, dimension: str) -> Mapping[str, str]:
        if dimension not in self._found:
            self._found[dimension] = centre.names(dimension)
        return self._found[dimension]

    @cached_property
    def _empty(self) -> str:
        return say("charts.empty")


def word(dimension: str, value: str) -> str:
    """Return the word for a value that is one of a few, or the value itself."""
    key = f"centre.channels.{value}" if dimension == "channel" else f"insights.values.{dimension}.{value}"
    return say(key) if wording().knows(key) else value


def reason(value: str) -> str:
    """Say why a contact was not asked, or an answer does not count; a reason of one tool is named by itself."""
    keys = (f"{room}.reasons.{value}" for room in ("insights", "responses", "invitations"))
    return next((say(key) for key in keys if wording().knows(key)), value.replace("_", " "))


def dimension_name(name: str, *, many: bool = False) -> str:
    """Return what a dimension is called; an attribute goes by its own name."""
    if name.startswith("attributes."):
        return name.removeprefix("attributes.")
    key = f"insights.{'plural' if many else 'dimensions'}.{name}"
    return say(key) if wording().knows(key) else name.replace("_", " ")


def measure_name(name: str) -> str:
    """Return the title of a measure, without its number."""
    return say(f"insights.measures.{name}.title")
