"""The forms of this room: filters that are read from an address, so that whoever gets the address sees the same."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

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


class Choice(forms.Select):
    """One of many values; a template for every one of them would take longer than the numbers on the page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        """Write the choice in one go."""
        chosen = str(value or "")
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((code, _selected(code == chosen), text) for code, text in self.choices),
        )
        return format_html("<select{}>{}</select>", flatatt({"name": name, **(attrs or {})}), options)


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


def choice_of(label: str, options: Iterable[tuple[str, str]], chosen: str | None = None) -> forms.ChoiceField:
    """Return a field that offers some values."""
    return forms.ChoiceField(label=label, choices=list(options), initial=chosen or "", widget=Choice)


def _selected(is_chosen: bool) -> SafeString:
    return mark_safe(" selected" if is_chosen else "")  # noqa: S308  a word of our own


def _choice(name: str, known: Iterable[str], chosen: str | None, names: Names) -> forms.ChoiceField:
    # What an old address still names stays to be seen, and to be taken away.
    codes = dict.fromkeys([*known, *([chosen] if chosen else [])])
    options = sorted(
        ((code, names(name, None if code == EMPTY else code)) for code in codes), key=lambda one: one[1].casefold()
    )
    return choice_of(dimension_name(name), [("", say("kernel.form.all")), *options], chosen)


def _kept(wanted: Wanted, part: str) -> str:
    told = {"metric": wanted.metric, "by": wanted.by, "period": wanted.preset}
    usual = {"metric": "nps", "by": "", "period": "3-months"}
    value = told[part]
    return "" if value in {usual[part], "dates"} else value
