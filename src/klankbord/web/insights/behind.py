"""The contacts behind a number: which row and which part of the answer they belong to, as an address says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from klankbord.errors import OptionError
from klankbord.lake.questions import Question
from klankbord.web.insights.naming import Names, dimension_name
from klankbord.web.insights.overview import Tab
from klankbord.web.insights.wanted import EMPTY
from klankbord.web.kernel.wording import say, wording

_PARTS = {"score": ("good", "middle", "bad"), "share": ("hit", "miss")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """One row of an answer, or all of it, and one part of that."""

    question: Question
    group: Mapping[str, object]
    part: str

    @classmethod
    def read(cls, query: QueryDict, question: Question) -> "Behind":
        """Read an address.

        Raises
        ------
        OptionError
            When it names a group that the question does not make.
        """
        group: dict[str, object] = {}
        for told in query.getlist("group"):
            name, _, value = told.partition("=")
            if name not in question.keys:
                raise OptionError(
                    f"the question makes no groups by {name!r}",
                    hint=f"groups: {', '.join(question.keys)}",
                    case="insights.no_such_group",
                    group=name,
                )
            group[name] = None if value == EMPTY else _hour(name, value)
        part = query.get("part", "")
        known = _PARTS.get(question.definition.kind, ())
        return cls(question=question, group=group, part=part if part in known else "")

    def tabs(self, query: QueryDict) -> list[Tab]:
        """Return the parts that the number is made of, each with its place in the address."""
        definition = self.question.definition
        known = _PARTS.get(definition.kind, ())
        if definition.kind == "score" and definition.scale and not definition.scale.bad:
            known = ("good", "bad")
        return [
            Tab(label=self._word(part), url=_with_part(query, part), current=part == self.part, count=0)
            for part in ("", *known)
        ]

    def _word(self, part: str) -> str:
        if not part:
            return say("kernel.form.all")
        scale = self.question.definition.scale
        words = dict(zip(("good", "middle", "bad"), scale.words, strict=False)) if scale and scale.bad else {}
        return wording().word(words[part]) if part in words else say(f"insights.parts.{part}")

    def words(self, names: Names) -> str:
        """Name the group."""
        grain = self.question.grain
        told = [
            f"{say(f'insights.grains.{name}')}: {names.period(_day(value), name)}"
            if name == grain
            else f"{dimension_name(name)}: {names(name, value)}"
            for name, value in self.group.items()
        ]
        return ", ".join(told)


def _with_part(query: QueryDict, part: str) -> str:
    kept = query.copy()
    kept.pop("after", None)
    kept["part"] = part
    return f"?{kept.urlencode()}"


def _hour(name: str, value: str) -> object:
    return int(value) if name == "hour" and value.isdigit() else value


def _day(value: object) -> object:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return value
