"""Forms of this room: files to bring in, what they hold, and systems that send."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms

from klankbord.lake.schema import TABLES
from klankbord.web.contacts.findings import ANSWER_COLUMNS, CONTACT_COLUMNS
from klankbord.web.contacts.models import Intake, Upload
from klankbord.web.contacts.signatures import DEFAULT_HEADERS
from klankbord.web.kernel.wording import say

_MOST_FILES = 20
_MEASURES = ("nps", "csat", "ces", "enps")


class FilesInput(forms.ClearableFileInput):
    """A choice of several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files of one tool."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files, each of them there and not empty."""
        single = super().clean
        return [single(one, initial) for one in (data if isinstance(data, list | tuple) else [data])]


class UploadForm(forms.Form):
    """Files to look at."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"] = FilesField(
            label=say("contacts.upload.files"), help_text=say("contacts.upload.formats"), widget=FilesInput()
        )

    def clean_files(self) -> list[Any]:
        """Refuse more files than anybody looks through."""
        files = list(self.cleaned_data["files"])
        if len(files) > _MOST_FILES:
            raise forms.ValidationError(say("contacts.upload.too_many", n=_MOST_FILES))
        return files


class CorrectionForm(forms.Form):
    """What files hold, where the guess is wrong."""

    def __init__(self, data: Any = None, *, upload: Upload) -> None:
        said, found = upload.said, upload.found
        self.kind = said.get("table") or found.get("kind") or ""
        self.headings = list(dict.fromkeys(found.get("headings") or ()))
        super().__init__(data, initial=_initial(said, found))
        blank = [("", say("contacts.correct.as_found"))]
        tables = [(name, say(f"contacts.kinds.{name}")) for name in TABLES]
        measures = [(name, say(f"contacts.measures.{name}")) for name in _MEASURES]
        zones = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone]
        self.fields["table"] = _choice("table", blank + tables)
        self.fields["zone"] = _choice("zone", blank + zones)
        self.fields["measure"] = _choice("measure", blank + measures)
        for end in ("scale_low", "scale_high"):
            self.fields[end] = forms.IntegerField(
                label=say(f"contacts.correct.{end}"), required=False, min_value=-100, max_value=1000
            )
        self._ask_columns()

    def _ask_columns(self) -> None:
        if not self.headings:
            return
        blank = [("", say("contacts.correct.not_there"))]
        listed = [(heading, heading) for heading in self.headings]
        for name in ANSWER_COLUMNS if self.kind == "responses" else CONTACT_COLUMNS:
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=say(f"contacts.columns.{name}"), choices=blank + listed, required=False
            )
        self.fields["keep"] = forms.MultipleChoiceField(
            label=say("contacts.correct.keep"),
            help_text=say("contacts.correct.keep_help"),
            choices=listed,
            required=False,
            widget=forms.CheckboxSelectMultiple(),
        )

    def clean(self) -> dict[str, Any]:
        """Refuse a scale of which only one end is told."""
        told = super().clean() or self.cleaned_data
        low, high = told.get("scale_low"), told.get("scale_high")
        if (low is None) != (high is None) or (low is not None and high is not None and low >= high):
            self.add_error("scale_high", say("contacts.correct.scale_wrong"))
        return told

    @property
    def settings(self) -> list[forms.BoundField]:
        """The fields that are no columns."""
        return [bound for bound in self if not bound.name.startswith("column_") and bound.name != "keep"]

    @property
    def columns(self) -> list[forms.BoundField]:
        """The fields that say which column is what."""
        return [bound for bound in self if bound.name.startswith("column_")]

    def said(self) -> dict[str, Any]:
        """Return what was said, as uploads keep it."""
        told = self.cleaned_data
        scale = [told["scale_low"], told["scale_high"]] if told.get("scale_low") is not None else None
        columns = {
            name.removeprefix("column_"): told[name] for name in told if name.startswith("column_") and told[name]
        }
        plain = {name: told[name] for name in ("table", "zone", "measure") if told.get(name)}
        return plain | {"columns": columns, "keep": told.get("keep") or [], "scale": scale}


class IntakeForm(forms.Form):
    """A system that is to send."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schemes = [(scheme.value, say(f"contacts.schemes.{scheme.value}")) for scheme in Intake.Scheme]
        self.fields["name"] = forms.CharField(label=say("contacts.intake.name"), max_length=120)
        self.fields["scheme"] = forms.ChoiceField(
            label=say("contacts.intake.scheme"), choices=schemes, widget=forms.RadioSelect(), initial=schemes[0][0]
        )
        self.fields["header"] = forms.RegexField(
            r"^[A-Za-z0-9-]+$",
            label=say("contacts.intake.header"),
            help_text=say("contacts.intake.header_help", **DEFAULT_HEADERS),
            max_length=80,
            required=False,
        )
        self.fields["secret"] = forms.CharField(
            label=say("contacts.intake.secret"),
            help_text=say("contacts.intake.secret_help"),
            max_length=200,
            required=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        )


def _choice(name: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=say(f"contacts.correct.{name}"), choices=choices, required=False)


def _initial(said: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    columns = dict(found.get("fields") or {}) | dict(said.get("columns") or {})
    scale = said.get("scale") or (None, None)
    plain = {name: said.get(name) for name in ("table", "zone", "measure", "keep")}
    ends = {"scale_low": scale[0], "scale_high": scale[1]}
    return plain | ends | {f"column_{name}": heading for name, heading in columns.items()}
