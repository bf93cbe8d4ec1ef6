"""The forms of this room: filters that are read from an address, so that whoever gets the address sees the same."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from klankbord.web.insights.naming import Names, dimension_name
from klankbord.web.insights.queries import Look
from klankbord.web.insights.wanted import DIMENSIONS, EMPTY, Wanted
from klankbord.web.kernel.wording import say


class DayInput(forms.DateInput):
    """A day, chosen as the browser lets days be chosen."""

    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        """Write the day as the browser wants it, in whatever language the page is."""
        return value.isoformat() if isinstance(value, date) else value


class FilterForm(forms.Form):
    """Days and units to narrow a page to; only units that the actor can meet are offered."""

    def __init__(self, look: Look, wanted: Wanted, names: Names) -> None:
        super().__init__(initial={"from": wanted.first, "until": wanted.last, **wanted.filters}, auto_id="filter-%s")
        for name, label in (("from", "kernel.form.from"), ("until", "kernel.form.until")):
            self.fields[name] = forms.DateField(label=say(label), widget=DayInput)
        for name in DIMENSIONS:
            chosen = wanted.filters.get(name)
            known = [str(value) for value, _ in look.known(name)]
            if chosen or (len(known) > 1 and not (wanted.unit and wanted.unit[0] == name)):
                self.fields[name] = _choice(name, known, chosen, names)
        self.kept = [(part, value) for part in ("metric", "by", "period") if (value := _kept(wanted, part))]
        self.is_narrowed = bool(wanted.first or wanted.last or wanted.filters or wanted.more)


def _choice(name: str, known: Iterable[str], chosen: str | None, names: Names) -> forms.ChoiceField:
    # What an old address still names stays to be seen, and to be taken away.
    codes = dict.fromkeys([*known, *([chosen] if chosen else [])])
    options = sorted(
        ((code, names(name, None if code == EMPTY else code)) for code in codes), key=lambda one: one[1].casefold()
    )
    return forms.ChoiceField(label=dimension_name(name), choices=[("", say("kernel.form.all")), *options])


def _kept(wanted: Wanted, part: str) -> str:
    told = {"metric": wanted.metric, "by": wanted.by, "period": wanted.preset}
    usual = {"metric": "nps", "by": "", "period": "3-months"}
    value = told[part]
    return "" if value in {usual[part], "dates"} else value
