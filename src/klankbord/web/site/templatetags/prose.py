"""What descriptions of code look like on a page."""

import re

from django.template import Library
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = Library()
_QUOTED = re.compile(r"`([^`]+)`")


@register.filter
def coded(text: str) -> SafeString:
    """Set what stands between backticks as code."""
    return mark_safe(_QUOTED.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S308  escaped before
