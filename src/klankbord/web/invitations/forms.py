"""Forms of this room: a rule, the clocks, a block, the sender."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms

from klankbord.web.centre.models import CHANNELS
from klankbord.web.centre.queries import known
from klankbord.web.invitations.actions import RuleError
from klankbord.web.invitations.clocks import DEFAULT_DAYS
from klankbord.web.invitations.conditions import ATTRIBUTE, COLUMNS
from klankbord.web.invitations.models import Block, Clock, Rule
from klankbord.web.kernel.wording import in_words, say
from klankbord.web.surveys.models import Survey
from klankbord.web.surveys.parts import OF_CONTACTS
from klankbord.web.surveys.queries import for_customers

_CHOSEN: Final = ("channel", "direction", "handled_by")
_WRITTEN: Final = tuple(name for name in COLUMNS if name not in _CHOSEN)
_VALUES: Final = {"direction": ("inbound", "outbound"), "handled_by": ("human", "both")}
_SECTIONS: Final = {
    "about": _CHOSEN,
    "how_many": ("share", "weekly_per_agent"),
    "when": ("delay", "quiet_from", "quiet_until", "quiet_days"),
    "afterwards": ("reminder_after_days", "open_days"),
}
_FURTHER: Final = (*_WRITTEN, "attributes")
_MOST_CLOCKS: Final = 3


def _said(name: str) -> dict[str, Any]:
    return {"label": say(f"invitations.fields.{name}"), "help_text": say(f"invitations.help.{name}")}


class RuleForm(forms.Form):
    """Which contacts a rule is about, how many of them, and when the question leaves."""

    def __init__(self, data: Any = None, *, rule: Rule | None = None) -> None:
        super().__init__(data, initial=_rule_values(rule) if rule else {"share": 100, "open_days": 14, "delay": 30})
        self.fields["name"] = forms.CharField(max_length=120, **_said("name"))
        self.fields["survey"] = forms.ModelChoiceField(for_customers(), empty_label=None, **_said("survey"))
        for name in _CHOSEN:
            self.fields[name] = _many(name, _options(name))
        for name in _WRITTEN:
            self.fields[name] = _codes(name)
        self.fields["attributes"] = forms.CharField(
            required=False, widget=forms.Textarea(attrs={"rows": 2}), **_said("attributes")
        )
        self.fields["share"] = _number("share", most=100)
        self.fields["weekly_per_agent"] = _number("weekly_per_agent", most=1000)
        self.fields["delay"] = _number("delay", least=0, most=10_080, required=True)
        self.fields["quiet_from"], self.fields["quiet_until"] = _clock("quiet_from"), _clock("quiet_until")
        self.fields["quiet_days"] = _many("quiet_days", [(str(n), say(f"invitations.days.{n}")) for n in range(1, 8)])
        self.fields["reminder_after_days"] = _number("reminder_after_days", most=60)
        self.fields["open_days"] = _number("open_days", most=365, required=True)

    def sections(self) -> list[dict[str, Any]]:
        """Return the fields as a page groups them; conditions that are rarely set lie folded away until one is."""
        further = [self[name] for name in _FURTHER]
        return [
            {
                "title": say(f"invitations.sections.{section}"),
                "fields": [self[name] for name in names],
                "further": further if section == "about" else [],
                "is_unfolded": any(one.errors or one.value() for one in further),
            }
            for section, names in _SECTIONS.items()
        ]

    def values(self) -> dict[str, Any]:
        """Return what was filled in, as a rule has it."""
        told = self.cleaned_data
        kept = ("name", "survey", "weekly_per_agent", "quiet_from", "quiet_until", "reminder_after_days", "open_days")
        return {name: told[name] for name in kept} | {
            "share": told["share"] / 100 if told["share"] else None,
            "delay_minutes": told["delay"],
            "quiet_days": [int(day) for day in told["quiet_days"]],
            "conditions": self._conditions(),
        }

    def refuse(self, error: RuleError) -> None:
        """Say at its field why a rule cannot be as it was wanted."""
        field = error.field if error.field in self.fields else None
        self.add_error(field, str(in_words(error)))

    def _conditions(self) -> dict[str, list[str]]:
        told = {name: list(self.cleaned_data[name]) for name in _CHOSEN}
        told |= {name: _split(self.cleaned_data[name]) for name in _WRITTEN}
        for line in self.cleaned_data["attributes"].splitlines():
            name, _, values = line.partition(":")
            if name.strip() and values.strip():
                told[f"{ATTRIBUTE}{name.strip()}"] = _split(values)
        return {name: values for name, values in told.items() if values}


class ClocksForm(forms.Form):
    """For how long nobody is asked again; a clock that is left empty does not run."""

    def __init__(self, data: Any = None, *, clocks: Iterable[Clock]) -> None:
        rows = list(clocks)
        by = {(row.kind, row.name): row.days for row in rows}
        attributes = [row for row in rows if row.kind == Clock.Kind.ATTRIBUTE]
        initial: dict[str, Any] = {"organisation": by.get((Clock.Kind.ORGANISATION, ""), DEFAULT_DAYS)}
        initial |= {metric: by.get((Clock.Kind.METRIC, metric)) for metric in OF_CONTACTS}
        for place, row in enumerate(attributes[:_MOST_CLOCKS]):
            initial |= {f"attribute_{place}": row.name, f"days_{place}": row.days}
        super().__init__(data, initial=initial)
        self.fields["organisation"] = _number("organisation", least=0, most=3650, required=True)
        for metric in OF_CONTACTS:
            self.fields[metric] = forms.IntegerField(
                label=say(f"invitations.fields.{metric}"), min_value=0, max_value=3650, required=False
            )
        names = [("", say("invitations.clocks.none"))]
        names += [(name, say(f"invitations.columns.{name}")) for name in COLUMNS]
        for place in range(_MOST_CLOCKS):
            own = initial.get(f"attribute_{place}")
            extra = [(own, own)] if own and own not in COLUMNS else []
            self.fields[f"attribute_{place}"] = forms.ChoiceField(
                choices=[*names, *extra], required=False, label=say("invitations.clocks.attribute", n=place + 1)
            )
            self.fields[f"days_{place}"] = forms.IntegerField(
                required=False, min_value=1, max_value=3650, label=say("invitations.clocks.days", n=place + 1)
            )

    @property
    def metrics(self) -> list[forms.BoundField]:
        """The clocks of the metrics."""
        return [self[metric] for metric in OF_CONTACTS]

    @property
    def own(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The clocks of attributes, each with its days."""
        return [(self[f"attribute_{place}"], self[f"days_{place}"]) for place in range(_MOST_CLOCKS)]

    def values(self) -> list[tuple[str, str, int]]:
        """Return the clocks as kind, name and days."""
        told = self.cleaned_data
        found = [(Clock.Kind.ORGANISATION.value, "", told["organisation"])]
        found += [(Clock.Kind.METRIC.value, name, told[name]) for name in OF_CONTACTS if told[name]]
        for place in range(_MOST_CLOCKS):
            if told[f"attribute_{place}"] and told[f"days_{place}"]:
                found.append((Clock.Kind.ATTRIBUTE.value, told[f"attribute_{place}"], told[f"days_{place}"]))
        return found


class WhoForm(forms.Form):
    """Somebody, by what their contacts call them or by an address; it is posted, so that no address holds it."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["who"] = forms.CharField(
            max_length=254, widget=forms.TextInput(attrs={"autocomplete": "off"}), **_said("who")
        )


class BlockForm(WhoForm):
    """Somebody who is not to be asked, and why."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        choices = [(reason, say(f"invitations.reasons.{reason}")) for reason in Block.Reason.values]
        self.fields["reason"] = forms.ChoiceField(choices=choices, **_said("reason"))


class SenderForm(forms.Form):
    """Who customers get mail from."""

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        self.fields["name"] = forms.CharField(max_length=80, required=False, **_said("sender_name"))
        self.fields["address"] = forms.EmailField(required=False, **_said("sender_address"))
        self.fields["reply_to"] = forms.EmailField(required=False, **_said("reply_to"))


class LetterForm(forms.Form):
    """To whom a letter to look at is sent, and of which survey."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["survey"] = forms.ModelChoiceField(
            Survey.objects.filter(archived_at=None, versions__published_at__isnull=False).distinct(),
            empty_label=None,
            **_said("letter_survey"),
        )
        languages = [(code, say(f"invitations.languages.{code}")) for code in ("nl", "fr", "de", "en")]
        self.fields["language"] = forms.ChoiceField(choices=languages, **_said("letter_language"))


def _rule_values(rule: Rule) -> dict[str, Any]:
    kept = ("name", "survey", "weekly_per_agent", "quiet_from", "quiet_until", "reminder_after_days", "open_days")
    values = {name: getattr(rule, name) for name in kept}
    values |= {name: rule.conditions.get(name, []) for name in _CHOSEN}
    values |= {name: ", ".join(rule.conditions.get(name, [])) for name in _WRITTEN}
    own = {name: told for name, told in rule.conditions.items() if name.startswith(ATTRIBUTE)}
    values["attributes"] = "\n".join(f"{name.removeprefix(ATTRIBUTE)}: {', '.join(told)}" for name, told in own.items())
    return values | {
        "share": round(rule.share * 100) if rule.share else None,
        "delay": rule.delay_minutes,
        "quiet_days": [str(day) for day in rule.quiet_days],
    }


def _options(name: str) -> list[tuple[str, str]]:
    if name == "channel":
        return known("channel") or [(channel, channel) for channel in CHANNELS]
    return [(value, say(f"invitations.values.{value}")) for value in _VALUES[name]]


def _many(name: str, choices: list[tuple[str, str]]) -> forms.Field:
    return forms.MultipleChoiceField(
        choices=choices, widget=forms.CheckboxSelectMultiple, required=False, **_said(name)
    )


def _codes(name: str) -> forms.Field:
    told = [code for code, _ in known(name)][:5] if name not in {"segment", "age_band", "language", "reason"} else []
    shown = say("invitations.help.codes_known", codes=", ".join(told)) if told else say("invitations.help.codes")
    return forms.CharField(label=say(f"invitations.columns.{name}"), help_text=shown, required=False, max_length=2_000)


def _number(name: str, *, least: int = 1, most: int, required: bool = False) -> forms.Field:
    return forms.IntegerField(min_value=least, max_value=most, required=required, **_said(name))


def _clock(name: str) -> forms.Field:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(widget=widget, required=False, **_said(name))


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]
