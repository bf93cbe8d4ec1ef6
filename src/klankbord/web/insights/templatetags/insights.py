"""Small pieces that only pages with numbers are made of: a drawn interval, marked redactions, a chart in two forms."""

import re
from typing import Any

from django.template import Library
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from klankbord.voice.redaction import ENGLISH
from klankbord.web.insights.drawing import Drawn
from klankbord.web.insights.strips import Strip
from klankbord.web.kernel.wording import say

register = Library()

_HIDDEN = {mark: name for name, mark in ENGLISH.items()}
_REDACTED = re.compile("|".join(map(re.escape, _HIDDEN)))


@register.inclusion_tag("insights/pieces/strip.html")
def strip(drawn: Strip | None, label: str) -> dict[str, Any]:
    """Draw a value with its interval on the scale of its table."""
    return {"strip": drawn, "label": label}


@register.inclusion_tag("insights/pieces/chart.html")
def chart(drawn: Drawn | None) -> dict[str, Any]:
    """Show a chart in the form that fits."""
    return {"drawn": drawn}


@register.filter
def redacted(words: str) -> SafeString:
    """Mark where personal data were taken out of a customer's words, and say what stood there."""
    escaped = str(conditional_escape(words))
    marked = _REDACTED.sub(
        lambda found: f'<span class="redacted">{say(f"quotes.redacted.{_HIDDEN[found[0]]}")}</span>', escaped
    )
    # The words were escaped above; what is added are texts of our own catalogue.
    return mark_safe(marked)  # noqa: S308
