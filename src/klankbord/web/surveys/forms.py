"""Forms of this room, save the editor's own: a new survey, and how it is handed out."""

from typing import Any

from django import forms

from klankbord.errors import KlankbordError
from klankbord.reports.wording import LANGUAGES
from klankbord.web.kernel.wording import say
from klankbord.web.surveys.actions.publish import origin_of
from klankbord.web.surveys.flaws import LONGEST
from klankbord.web.surveys.library import STARTING_POINTS, starting_point
from klankbord.web.surveys.parts import MODES
from klankbord.web.surveys.questionnaire import Questionnaire


class NewSurveyForm(forms.Form):
    """What has to be known before anything can be asked."""

    def __init__(self, *args: Any, brand: str = "", language: str = "en", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = [(code, say(f"surveys.languages.{code}")) for code in LANGUAGES]
        kinds = [(kind, say(f"surveys.kinds.{kind}")) for kind in STARTING_POINTS]
        modes = [(mode, say(f"surveys.modes.{mode}")) for mode in reversed(MODES)]
        self.fields["name"] = forms.CharField(
            label=say("surveys.new.name"), help_text=say("surveys.new.name_help"), max_length=120
        )
        self.fields["kind"] = _radio("kind", kinds)
        self.fields["mode"] = _radio("mode", modes)
        self.fields["brand"] = forms.CharField(
            label=say("surveys.parts.brand"),
            help_text=say("surveys.help.brand"),
            max_length=LONGEST["brand"],
            initial=brand,
        )
        self.fields["languages"] = forms.MultipleChoiceField(
            label=say("surveys.parts.languages"),
            choices=languages,
            initial=list(LANGUAGES),
            widget=forms.CheckboxSelectMultiple(),
        )
        self.fields["language"] = forms.ChoiceField(
            label=say("surveys.parts.language"),
            help_text=say("surveys.new.language_help"),
            choices=languages,
            initial=language,
        )

    def clean(self) -> dict[str, Any]:
        """Refuse a language of its own that it does not speak."""
        told = super().clean() or self.cleaned_data
        if told.get("languages") and told.get("language") and told["language"] not in told["languages"]:
            self.add_error("language", say("surveys.flaws.default_not_spoken"))
        return told

    def questionnaire(self) -> Questionnaire:
        """Return what the survey begins with."""
        told = self.cleaned_data
        return starting_point(
            told["kind"],
            brand=told["brand"],
            mode=told["mode"],
            languages=tuple(one for one in LANGUAGES if one in told["languages"]),
            language=told["language"],
        )


class DistributionForm(forms.Form):
    """Who may answer without being invited, and on which pages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["open_link"] = forms.BooleanField(
            label=say("surveys.distribution.open_link"),
            help_text=say("surveys.distribution.open_link_help"),
            required=False,
        )
        self.fields["origins"] = forms.CharField(
            label=say("surveys.distribution.origins"),
            help_text=say("surveys.distribution.origins_help"),
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        )

    def clean_origins(self) -> list[str]:
        """Return the origins, one from each word; refuse what is none."""
        found = []
        for told in self.cleaned_data["origins"].split():
            try:
                found.append(origin_of(told))
            except KlankbordError:
                raise forms.ValidationError(say("surveys.distribution.no_origin", told=told)) from None
        return found


def _radio(name: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=say(f"surveys.new.{name}"),
        help_text=say(f"surveys.new.{name}_help"),
        choices=choices,
        initial=choices[0][0],
        widget=forms.RadioSelect(),
    )
