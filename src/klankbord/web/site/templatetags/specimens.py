"""What the components page shows: specimens with their own source, and the form and pages they need."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.staticfiles import finders
from django.core.paginator import Page, Paginator
from django.template import Library
from django.template.loader import get_template, render_to_string

from klankbord.web.kernel.wording import say, wording

register = Library()
_KEY = "site.components.form"


class SpecimenForm(forms.Form):
    """A form with one field of every kind."""

    name = forms.CharField(max_length=40)
    address = forms.EmailField()
    team = forms.ChoiceField()
    attribution = forms.ChoiceField(widget=forms.RadioSelect)
    since = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), required=False)
    target = forms.IntegerField(required=False)
    remark = forms.CharField(widget=forms.Textarea, required=False)
    export = forms.FileField(required=False)
    agreed = forms.BooleanField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = say(f"{_KEY}.{name}")
        self.fields["address"].help_text = say(f"{_KEY}.address_help")
        self.fields["attribution"].help_text = say(f"{_KEY}.attribution_help")
        self.fields["team"].choices = [(team, team) for team in ("Gent", "Hasselt", "Luik")]  # type: ignore[attr-defined]
        self.fields["attribution"].choices = [  # type: ignore[attr-defined]
            (level, say(f"{_KEY}.levels.{level}")) for level in ("team", "pseudonym", "named")
        ]


@register.inclusion_tag("site/components/specimen.html", takes_context=True)
def specimen(context: Any, name: str) -> dict[str, str]:
    """Show a component alive, and below it the source that makes it."""
    path = f"site/components/{name}.html"
    return {
        "name": name,
        "key": f"site.components.names.{name}",
        "shown": render_to_string(path, context.flatten()),
        "source": get_template(path).template.source.strip(),  # type: ignore[attr-defined]
    }


@register.simple_tag
def specimen_form() -> SpecimenForm:
    """Return a form as somebody sent it: half filled in, and with two mistakes."""
    sent: Mapping[str, str] = {
        "name": "Sofie Peeters",
        "address": "sofie.peeters@",
        "team": "Gent",
        "attribution": "team",
        "agreed": "",
    }
    return SpecimenForm(sent)


@register.simple_tag
def specimen_page() -> Page[int]:
    """Return the third of many pages."""
    return Paginator(range(1204), 50).page(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecimenPoint:
    """A month of the trend."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    n: int


@register.simple_tag
def specimen_points() -> list[SpecimenPoint]:
    """Return a year of months, one of which had too few answers."""
    scores = (22, 24, 19, 27, None, 25, 28, 33, 30, 26, 29, 31)
    return [
        SpecimenPoint(
            label=wording().formats.tick(date(2026, month, 1), "month"),
            value=value,
            low=None if value is None else value - 7 - month % 3,
            high=None if value is None else value + 7 + month % 3,
            n=3 if value is None else 540 + 37 * (month % 5),
        )
        for month, value in enumerate(scores, start=1)
    ]


@register.simple_tag
def specimen_icons() -> list[str]:
    """Return the name of every icon there is."""
    path = finders.find("klankbord/icons.svg")
    return re.findall(r'id="(\w+)"', Path(str(path)).read_text(encoding="utf-8"))
