"""Marks where personal data were taken out of a customer's words."""

import re

from django.template import Library
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from klankbord.voice.redaction import ENGLISH
from klankbord.web.kernel.wording import say

register = Library()

_HIDDEN = {mark: name for name, mark in ENGLISH.items()}
_REDACTED = re.compile("|".join(map(re.escape, _HIDDEN)))


@register.filter
def redacted(words: str) -> SafeString:
    """Mark where personal data were taken out of a customer's words, and say what stood there."""
    escaped = str(conditional_escape(words))
    marked = _REDACTED.sub(
        lambda found: f'<span class="redacted">{say(f"quotes.redacted.{_HIDDEN[found[0]]}")}</span>', escaped
    )
    # The words were escaped above; what is added are texts of our own catalogue.
    return mark_safe(marked)  # noqa: S308
