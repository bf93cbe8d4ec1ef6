"""Words and numbers in templates: `{% say "contacts.list.title" n=3 %}`, `{{ value|score }}`."""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone

from klankbord.charts.formats import NO_VALUE
from klankbord.web.kernel import wording

register = template.Library()


@register.simple_tag(name="say")
def say_tag(key: str, **values: Any) -> str:
    """Write a text of the catalogue."""
    return wording.say(key, **values)


@register.filter
def count(value: float | None) -> str:
    """Write a number of things."""
    return NO_VALUE if value is None else wording.wording().formats.count(value)


@register.filter
def number(value: float | None) -> str:
    """Write a plain number, with one decimal where it has any."""
    return NO_VALUE if value is None else wording.wording().formats.number(value)


@register.filter
def score(value: float | None) -> str:
    """Write a balance from -100 to 100, signed."""
    return NO_VALUE if value is None else wording.wording().formats.score(value)


@register.filter
def share(value: float | None) -> str:
    """Write a fraction of one as a percentage."""
    return NO_VALUE if value is None else wording.wording().formats.percent(value)


@register.filter
def day(value: date | None) -> str:
    """Write a day in full."""
    return NO_VALUE if value is None else wording.wording().formats.day(value)


@register.filter
def short_day(value: date | None) -> str:
    """Write a day for a table."""
    return NO_VALUE if value is None else wording.wording().formats.short_day(value)


@register.filter
def moment(value: datetime | None) -> str:
    """Write a moment for a table, in the organisation's time zone."""
    if value is None:
        return NO_VALUE
    local = timezone.localtime(value)
    return f"{wording.wording().formats.short_day(local.date())} {local:%H:%M}"


@register.filter
def duration(seconds: float | None) -> str:
    """Write seconds as minutes and seconds, or hours and minutes."""
    if seconds is None:
        return NO_VALUE
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
