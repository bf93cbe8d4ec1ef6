"""Forms of the centre: one for all kinds, made from their description."""

from collections.abc import Callable
from typing import Any

from django import forms

from klankbord.web.centre.kinds import KINDS, Kind
from klankbord.web.centre.models import CODE_LENGTH, Unit
from klankbord.web.centre.queries import known, today, units
from klankbord.web.kernel.access import Actor
from klankbord.web.kernel.wording import say

_MOST_BYTES = 10 * 1024 * 1024


class UnitForm(forms.Form):
    """What is kept of a unit; its code can be given once only, because contacts carry it."""

    def __init__(self, data: Any = None, *, kind: Kind, unit: Unit | None = None) -> None:
        super().__init__(data, initial=_values(kind, unit) if unit else {"active": True})
        if unit is None:
            self.fields["code"] = forms.CharField(
                label=say("centre.columns.code"), help_text=say("centre.form.code"), max_length=CODE_LENGTH
            )
        for column in ("name", *kind.fields, "active"):
            self.fields[column] = _FIELDS.get(column, _reference)(column)

    def values(self) -> dict[str, object]:
        """Return what was filled in, as rows have it."""
        return dict(self.cleaned_data)


class PlacingForm(forms.Form):
    """Into which team somebody is put, from when and until when."""

    def __init__(self, data: Any = None, *, actor: Actor) -> None:
        super().__init__(data, initial={"starts_on": today()})
        self.fields["team"] = forms.ModelChoiceField(
            units(actor, "team").filter(active=True),
            label=say("centre.columns.team"),
            empty_label=say("centre.form.choose"),
        )
        self.fields["starts_on"] = _day("starts_on", required=True)
        self.fields["ends_on"] = _day("ends_on", required=False)


class FileForm(forms.Form):
    """A file with units of one kind."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(
            label=say("centre.file.kind"), choices=[(name, say(f"centre.kinds.{name}.many")) for name in KINDS]
        )
        self.fields["file"] = forms.FileField(label=say("centre.file.file"), help_text=say("centre.file.formats"))

    def clean_file(self) -> Any:
        """Refuse what is no register of units by its mere size."""
        file = self.cleaned_data["file"]
        if file.size > _MOST_BYTES:
            raise forms.ValidationError(say("centre.file.too_large"))
        return file


def _values(kind: Kind, unit: Unit) -> dict[str, Any]:
    references = {name: getattr(getattr(unit, name), "code", "") for name in kind.fields if name in KINDS}
    return {name: getattr(unit, name) for name in ("name", *kind.fields, "active")} | references


def _text(column: str) -> forms.Field:
    return forms.CharField(
        label=say(f"centre.columns.{column}"), help_text=say("centre.form.name"), max_length=CODE_LENGTH, required=False
    )


def _flag(column: str) -> forms.Field:
    return forms.BooleanField(
        label=say(f"centre.columns.{column}"), help_text=say("centre.form.active"), required=False
    )


def _seconds(column: str) -> forms.Field:
    return forms.IntegerField(
        label=say(f"centre.columns.{column}"), help_text=say("centre.form.threshold"), min_value=0, required=False
    )


def _reference(column: str) -> forms.Field:
    choices = [("", say("centre.form.none")), *known(column)]
    return forms.ChoiceField(label=say(f"centre.columns.{column}"), choices=choices, required=False)


def _day(column: str, *, required: bool) -> forms.Field:
    return forms.DateField(
        label=say(f"centre.columns.{column}"),
        help_text=say(f"centre.form.{column}"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=required,
    )


_FIELDS: dict[str, Callable[[str], forms.Field]] = {"name": _text, "active": _flag, "threshold_s": _seconds}
