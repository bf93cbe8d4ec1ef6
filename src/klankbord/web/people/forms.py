"""Forms of people: members and their reach, invitations, tokens, the organisation, one's own account."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts

from klankbord.web.kernel.access import TOKEN_SCOPES, Permission, Role
from klankbord.web.kernel.wording import say
from klankbord.web.people.preferences import THEMES
from klankbord.web.people.reach import split_codes, suggested
from klankbord.web.people.worded import Worded

LANGUAGES = [("nl", "Nederlands"), ("fr", "Français"), ("de", "Deutsch"), ("en", "English")]
TOKEN_DAYS = (30, 90, 180, 366)


def _zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"]


def _password() -> forms.CharField:
    return forms.CharField(strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))


class MemberForm(Worded):
    """What a member is, and how far they see."""

    words = "people.member"
    role = forms.ChoiceField(widget=forms.RadioSelect)
    teams = forms.CharField(required=False, max_length=1000)
    client = forms.CharField(required=False, max_length=120)
    agent = forms.CharField(required=False, max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.value, f"{say(f'people.roles.{role}')}: {say(f'people.role_help.{role}')}") for role in Role
        ]
        for name in ("teams", "client", "agent"):
            self.fields[name].widget.attrs["list"] = f"codes-{name}"

    @property
    def suggestions(self) -> Mapping[str, Mapping[str, str]]:
        """The codes that can be suggested, by field."""
        return {name: suggested(name.removesuffix("s")) for name in ("teams", "client", "agent")}

    def said(self) -> dict[str, Any]:
        """Return what was said, as the actions take it."""
        return self.cleaned_data | {"teams": split_codes(self.cleaned_data["teams"])}


class InvitationForm(MemberForm):
    """Whom to invite, as what."""

    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    field_order = ("email", "role", "teams", "client", "agent")


class TokenForm(Worded):
    """What a token may do, and for how long."""

    words = "people.token"
    name = forms.CharField(max_length=120)
    scopes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(coerce=int, initial=90)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = [scope for scope in Permission if scope in TOKEN_SCOPES]
        self.fields["scopes"].choices = [  # type: ignore[attr-defined]
            (scope.value, f"{say(f'people.scopes.{scope.name.lower()}')} ({scope.value})") for scope in scopes
        ]
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (days, say("people.token.days_long", n=days)) for days in TOKEN_DAYS
        ]


class OrganisationForm(Worded):
    """What an organisation is called, where its days begin, and what it speaks."""

    words = "people.organisation"
    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "organization"}))
    zone = forms.ChoiceField(choices=_zones)
    language = forms.ChoiceField(choices=LANGUAGES)


class ProfileForm(Worded):
    """What one is called, and how one wants to be shown things."""

    words = "people.profile"
    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(choices=LANGUAGES)
    theme = forms.ChoiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = [  # type: ignore[attr-defined]
            (theme, say(f"kernel.theme.{theme}")) for theme in THEMES
        ]


class NewcomerForm(Worded):
    """Who accepts an invitation, as a new user."""

    words = "people.newcomer"
    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = _password()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = " ".join(password_validators_help_texts())


class FirstRunForm(NewcomerForm):
    """The first organisation and its owner."""

    words = "people.first_run"
    organisation = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "organization"}))
    zone = forms.ChoiceField(choices=_zones, initial="Europe/Brussels")
    language = forms.ChoiceField(choices=LANGUAGES)
    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    field_order = ("organisation", "zone", "language", "name", "email", "password")


class RemovalForm(Worded):
    """Whether somebody who is let go is to be forgotten too."""

    words = "people.removal"
    forget = forms.BooleanField(required=False)
