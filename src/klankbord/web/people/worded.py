"""Forms that speak: labels and help come from the catalogue, by the name of the field."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from klankbord.errors import KlankbordError
from klankbord.web.kernel.wording import in_words, say, wording


class Worded(forms.Form):
    """A form whose labels are `<words>.<field>`, and whose help is `<words>.<field>_help` where there is any."""

    words: ClassVar[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            key = f"{self.words}.{name}"
            if wording().knows(key):
                field.label = say(key)
            field.help_text = say(f"{key}_help") if wording().knows(f"{key}_help") else ""
            # A placeholder is no label: it goes when one begins to write.
            field.widget.attrs.pop("placeholder", None)

    def refuse(self, error: KlankbordError) -> None:
        """Show an error of ours where it belongs: at its field, or above the form."""
        field = getattr(error, "field", None)
        self.add_error(field if field in self.fields else None, str(in_words(error)))

    def refuse_password(self, error: ValidationError) -> None:
        """Show why a password is not good enough."""
        self.add_error("password", error)
