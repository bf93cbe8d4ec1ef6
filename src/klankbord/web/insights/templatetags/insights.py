"""Small pieces that only pages with numbers are made of: a drawn interval, a chart in two forms."""

from typing import Any

from django.template import Library

from klankbord.web.insights.drawing import Drawn
from klankbord.web.insights.strips import Strip

register = Library()


@register.inclusion_tag("insights/pieces/strip.html")
def strip(drawn: Strip | None, label: str) -> dict[str, Any]:
    """Draw a value with its interval on the scale of its table."""
    return {"strip": drawn, "label": label}


@register.inclusion_tag("insights/pieces/chart.html")
def chart(drawn: Drawn | None) -> dict[str, Any]:
    """Show a chart in the form that fits."""
    return {"drawn": drawn}
