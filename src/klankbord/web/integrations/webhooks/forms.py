"""The form of an endpoint: where it is, and what it wants to hear."""

from typing import Any

from django import forms

from klankbord.web.integrations.webhooks.registry import EVENT_TYPES
from klankbord.web.kernel.wording import say
from klankbord.web.people.worded import Worded


class EndpointForm(Worded):
    """A new endpoint."""

    words = "webhooks.endpoint"
    url = forms.CharField(max_length=500, widget=forms.URLInput(attrs={"autocomplete": "off"}))
    description = forms.CharField(max_length=200, required=False)
    events = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = [  # type: ignore[attr-defined]
            (kind.name, f"{kind.name}: {say(kind.wording)}") for kind in EVENT_TYPES.values()
        ]


class ChangedEndpointForm(EndpointForm):
    """An endpoint that is there already: it can be switched off, and on again."""

    active = forms.BooleanField(required=False)
