"""What is filled in on the pages of this room."""

from typing import Any

from django import forms

from klankbord.web.kernel.wording import say
from klankbord.web.privacy.log import Wanted

_Choices = list[tuple[str, str]]


class LogFilters(forms.Form):
    """Which entries of the audit log; what cannot be read narrows nothing."""

    actor = forms.ChoiceField(required=False)
    action = forms.ChoiceField(required=False)
    first = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any, *, choices: tuple[_Choices, _Choices]) -> None:
        super().__init__(data)
        everything = [("", say("kernel.form.all"))]
        for name, offered in zip(("actor", "action"), choices, strict=True):
            field = self.fields[name]
            field.label = say(f"privacy.audit.{name}")
            chosen = str(data.get(name, ""))
            # What was chosen stays chosen where the newest entries do not have it any more.
            rest = [(chosen, chosen)] if chosen and chosen not in dict(offered) else []
            field.choices = [*everything, *offered, *rest]  # type: ignore[attr-defined]
        self.fields["first"].label = say("kernel.form.from")
        self.fields["last"].label = say("kernel.form.until")

    def wanted(self) -> Wanted:
        """Return what is asked for."""
        self.full_clean()
        return Wanted(**{name: self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)})

    def after(self) -> int | None:
        """Return the entry before which the page begins."""
        text = str(self.data.get("after", ""))
        return int(text) if text.isdecimal() and len(text) < 19 else None
