"""What is filled in on the pages of this room."""

from typing import Any, get_args

from django import forms
from django.http import QueryDict

from klankbord.lake.store import Attribution as Level
from klankbord.reports.wording import LANGUAGES
from klankbord.web.kernel.access import Actor
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.wording import say
from klankbord.web.privacy.keeping import KINDS, days_kept
from klankbord.web.privacy.log import Wanted
from klankbord.web.privacy.persons import unseal
from klankbord.web.surveys.parts import MODES

MOST_IDENTIFIERS = 10
LEVELS: tuple[str, ...] = get_args(Level)
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
            rest = [(chosen, chosen)] if chosen.isprintable() and chosen and chosen not in dict(offered) else []
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


class Identifiers(forms.Form):
    """What a customer tells of themselves, one a line; it is sent in the body of a request and kept nowhere."""

    identifiers = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["identifiers"].label = say("privacy.rights.identifiers")
        self.fields["identifiers"].help_text = say("privacy.rights.identifiers_help")

    def clean_identifiers(self) -> tuple[str, ...]:
        """Return each identifier once."""
        lines = (line.strip() for line in self.cleaned_data["identifiers"].splitlines())
        given = tuple(dict.fromkeys(filter(None, lines)))
        if len(given) > MOST_IDENTIFIERS:
            raise forms.ValidationError(say("privacy.rights.too_many", n=MOST_IDENTIFIERS))
        return given


class Chosen(forms.Form):
    """Which of the records that were found are of the person who asks, and in which language they read."""

    language = forms.ChoiceField(choices=[(code, code) for code in LANGUAGES], required=False)
    confirmed = forms.BooleanField(required=False)
    withdraw = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.tokens = data.getlist("person")

    def persons(self, actor: Actor) -> list[str]:
        """Return the pseudonyms that were chosen."""
        self.full_clean()
        return sorted({unseal(actor, token) for token in self.tokens})


class Days(forms.Form):
    """For how many days each class of data is kept."""

    def __init__(self, data: Any = None, *, organisation: Organisation) -> None:
        super().__init__(data)
        for kind in KINDS:
            self.fields[kind.name] = forms.IntegerField(
                label=say(f"privacy.retention.{kind.name}.label"),
                help_text=say(f"privacy.retention.{kind.name}.why"),
                min_value=kind.least,
                max_value=kind.most,
                initial=days_kept(organisation, kind),
            )


class History(forms.Form):
    """What customers were told who answered another tool, and how that is known."""

    mode = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.CharField(max_length=400, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, organisation: Organisation) -> None:
        # Two forms on one page have a field called reason.
        super().__init__(data, initial={"mode": organisation.history_mode}, auto_id="history-%s")
        mode = self.fields["mode"]
        mode.label = say("privacy.history.mode")
        mode.choices = [(name, say(f"privacy.history.{name}")) for name in MODES]  # type: ignore[attr-defined]
        if organisation.history_reason:
            mode.help_text = say("privacy.history.given", reason=organisation.history_reason)
        self.fields["reason"].label = say("privacy.history.reason")
        self.fields["reason"].help_text = say("privacy.history.reason_help")


class Attribution(forms.Form):
    """How far contacts are attributed to people, and why."""

    level = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.CharField(max_length=400, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, organisation: Organisation) -> None:
        super().__init__(data, initial={"level": organisation.attribution})
        level = self.fields["level"]
        level.label = say("privacy.attribution.level")
        level.choices = [(name, say(f"privacy.attribution.{name}")) for name in LEVELS]  # type: ignore[attr-defined]
        if organisation.attribution_reason:
            level.help_text = say("privacy.attribution.given", reason=organisation.attribution_reason)
        self.fields["reason"].label = say("privacy.attribution.reason")
        self.fields["reason"].help_text = say("privacy.attribution.reason_help")
