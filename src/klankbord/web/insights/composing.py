"""The form that puts a question together, field by field, or takes it in words."""

from collections.abc import Iterable

from django import forms
from django.http import QueryDict

from klankbord.lake.questions import DEFINITIONS, Definition, Question
from klankbord.web.insights.addresses import Addresses
from klankbord.web.insights.forms import choice_of
from klankbord.web.insights.naming import dimension_name, measure_name
from klankbord.web.insights.phrases import about, number
from klankbord.web.insights.queries import Look
from klankbord.web.insights.reach import may_ask_by_agent
from klankbord.web.insights.wanted import PRESETS, USUAL
from klankbord.web.kernel.wording import say

_GRAINS = ("day", "week", "month", "quarter", "year", "hour", "weekday")
_COMPARES = ("previous", "last year", "rest")
_BY = (
    *("client", "site", "team", "agent", "queue", "channel", "touchpoint", "previous_touchpoint", "step", "reason"),
    *("direction", "language", "segment", "age_band", "handled_by", "survey_channel", "survey_version", "source"),
    *("not_asked_reason", "not_counted_reason", "transferred_from", "transferred_to", "transfers", "resolved"),
)
_Options = list[tuple[str, str]]


class QuestionForm(forms.Form):
    """A question in fields; each is a part of the address under the same name."""

    def __init__(self, look: Look, question: Question | None, query: QueryDict) -> None:
        super().__init__(auto_id="ask-%s")
        by = _dimensions(look, question)
        period = query.get("period", "") if question is None else str(question.period or "")
        self.fields["measure"] = _select("measure", _measures(question), question.measure if question else "nps")
        first, second = (*(question.by if question else ()), "", "")[:2]
        self.fields["by"] = _select("by", by, first)
        self.fields["then_by"] = _select("then_by", by, second)
        self.fields["grain"] = _select("grain", _grains(), question.grain if question else None)
        self.fields["period"] = _text("period", period or (PRESETS[USUAL] if question is None else ""))
        self.fields["compare"] = _select(
            "compare", _compares(question), str(question.compare or "") if question else ""
        )
        where = [str(one) for one in question.where] if question else query.getlist("where")
        for place, condition in enumerate([*where, ""]):
            self.fields[f"where_{place}"] = _text("where" if not place else "and_where", condition)

    def add_prefix(self, field_name: str) -> str:
        """Name a field as the address does: there may be several of one name."""
        return {"then_by": "by"}.get(field_name, "where" if field_name.startswith("where_") else field_name)


def _select(name: str, options: Iterable[tuple[str, str]], chosen: str | None) -> forms.ChoiceField:
    return choice_of(say(f"insights.compose.{name}"), options, chosen)


def _text(name: str, initial: str | None) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"} | ({"list": "periods"} if name == "period" else {}))
    return forms.CharField(label=say(f"insights.compose.{name}"), initial=initial or "", widget=widget)


def _measures(question: Question | None) -> _Options:
    asked = question.definition if question else None
    shown = dict(DEFINITIONS) | ({asked.text: asked} if asked else {})
    return [(one.text, measure_title(one)) for one in shown.values()]


def measure_title(definition: Definition) -> str:
    """Return the title of a measure with its number."""
    return measure_name(definition.name) + number(definition)


def _dimensions(look: Look, question: Question | None) -> _Options:
    known = [name for name in _BY if name != "agent" or may_ask_by_agent(look.actor, look.attribution)]
    names = dict.fromkeys([*known, *(question.by if question else ())])
    options = sorted(((name, dimension_name(name)) for name in names), key=lambda one: one[1].casefold())
    return [("", say("insights.compose.nothing")), *options]


def _grains() -> _Options:
    return [("", say("insights.compose.nothing")), *((name, say(f"insights.grains.{name}")) for name in _GRAINS)]


def _compares(question: Question | None) -> _Options:
    options = [(name, say(f"insights.compares.{name.replace(' ', '_')}")) for name in _COMPARES]
    own = str(question.compare or "") if question else ""
    more = [(own, own)] if own and own not in _COMPARES else []
    return [("", say("insights.compose.nothing")), *options, *more]


def periods_to_ask() -> _Options:
    """Return usual periods, to choose from where one types."""
    return [(asked, say(f"insights.periods.{name}")) for name, asked in PRESETS.items() if asked]


def measures_to_ask(addresses: Addresses) -> list[tuple[str, str, str]]:
    """Return every measure with its definition, and where it is asked over the usual days."""
    return [
        (addresses.question(Question.of(one.text, period=PRESETS[USUAL])), measure_title(one), about(one))
        for one in DEFINITIONS.values()
    ]
