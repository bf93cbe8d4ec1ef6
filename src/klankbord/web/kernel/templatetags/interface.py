"""The component tags: what every page is built of, from an icon to a field with its help and errors."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput
from django.http import QueryDict
from django.template import Library
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from klankbord.errors import KlankbordError
from klankbord.web.kernel.wording import in_words, wording

register = Library()

_ICONS = "klankbord/icons.svg"
_STRIP = 152  # units between the ends of an interval strip


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon; it says nothing by itself, so a word stands beside it or hidden in it."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static(_ICONS), name)


@register.inclusion_tag("components/error_box.html")
def error_box(error: KlankbordError, word: str = "") -> dict[str, Any]:
    """Tell of an error in the reader's language: what was wrong, and what can be done about it."""
    return {"said": in_words(error), "word": word}


@register.inclusion_tag("components/interval_strip.html")
def interval_strip(low: float, value: float, high: float, floor: float = -100, ceiling: float = 100) -> dict[str, str]:
    """Draw a value with its interval on a fixed scale, so that strips under each other compare."""

    def place(at: float) -> str:
        share = (min(max(at, floor), ceiling) - floor) / (ceiling - floor)
        return f"{_STRIP * share:.1f}"

    style = wording(share=floor >= 0).formats
    return {
        "from": place(low),
        "to": place(high),
        "at": place(value),
        "zero": place(max(floor, 0)),
        "low": style.score(low),
        "value": style.score(value),
        "high": style.score(high),
    }


@register.inclusion_tag("components/estimate.html")
def estimate(
    what: str,
    value: float,
    low: float,
    high: float,
    n: int,
    url: str = "",
    *,
    share: bool = False,
    modest: bool = False,
) -> dict[str, Any]:
    """Show a score with its interval, the number of answers, and the way to what stands behind it."""
    style = wording(share=share).formats
    return {
        "what": what,
        "value": style.score(value),
        "low": style.score(low),
        "high": style.score(high),
        "n": n,
        "strip": {"low": low, "value": value, "high": high, "floor": 0 if share else -100},
        "url": url,
        "modest": modest,
    }


@register.inclusion_tag("components/share_bar.html")
def share_bar(promoters: float, passives: float, detractors: float) -> dict[str, Any]:
    """Draw the three groups as one bar, always in this order, with their shares in words."""
    groups = {"promoters": promoters, "passives": passives, "detractors": detractors}
    return {"parts": list(_parts(groups)), "total": sum(groups.values())}


def _parts(groups: Mapping[str, float]) -> Iterator[dict[str, str]]:
    total, before = sum(groups.values()) or 1, 0.0
    for name, size in groups.items():
        yield {
            "name": name,
            "key": f"kernel.components.{name}",
            "x": f"{100 * before / total:.2f}%",
            "width": f"{100 * size / total:.2f}%",
            "share": wording().formats.percent(size / total),
        }
        before += size


@register.inclusion_tag("components/bar.html")
def bar(value: float, most: float) -> dict[str, str]:
    """Draw a number as a bar beside itself; the number stands in the cell before it."""
    return {"width": f"{100 * value / (most or 1):.2f}%"}


@register.inclusion_tag("components/verdict.html")
def verdict(kind: str) -> dict[str, str]:
    """Say by shape and word whether a difference is real, unclear or noise, or rests on too few answers."""
    return {"kind": kind, "key": f"kernel.components.verdict.{kind}"}


@register.inclusion_tag("components/notice_box.html")
def notice_box(kind: str, text: str, url: str = "", label: str = "", word: str = "") -> dict[str, str]:
    """Tell something beside the page's own matter: info, doubt, problem or done; `word` stands before it instead."""
    return {
        "kind": kind,
        "icon": "check" if kind == "done" else kind,
        "key": f"kernel.components.notice.{kind}",
        "text": text,
        "url": url,
        "label": label,
        "word": word,
    }


@register.inclusion_tag("components/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """Render a form's field with label, help, errors and what ties them together for a screen reader."""
    return {"bound": bound, "is_checkbox": isinstance(bound.field.widget, CheckboxInput)}


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: BaseForm, *, focus: bool = True) -> dict[str, Any]:
    """List what is wrong with a form, each with a link to its field; the page begins there."""
    return {"form": form, "wrong": [bound for bound in form if bound.errors], "focus": focus}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Mapping[str, Any], page: Page[Any]) -> dict[str, Any]:
    """Lead through numbered pages and keep the rest of the address."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "first": wording().formats.count(page.start_index()),
        "last": wording().formats.count(page.end_index()),
        "total": wording().formats.count(page.paginator.count),
        "numbers": [(number, _address(context, page=number) if isinstance(number, int) else "") for number in numbers],
        "earlier": _address(context, page=page.number - 1),
        "later": _address(context, page=page.number + 1),
    }


@register.inclusion_tag("components/onward.html", takes_context=True)
def onward(context: Mapping[str, Any], after: str | None) -> dict[str, Any]:
    """Lead through pages without numbers, newest first: `after` is where the next one begins, if there is one."""
    return {
        "newest": _address(context, after=None) if _query(context).get("after") else "",
        "older": _address(context, after=after) if after else "",
    }


@register.inclusion_tag("components/sortable.html", takes_context=True)
def sortable(context: Mapping[str, Any], label: str, name: str, *, numeric: bool = False) -> dict[str, Any]:
    """Head a column by which a table can be sorted; numbers begin with the greatest."""
    now = _query(context).get("sort")
    order = {name: "ascending", f"-{name}": "descending"}.get(now or "", "")
    first, second = (f"-{name}", name) if numeric else (name, f"-{name}")
    return {
        "label": label,
        "order": order,
        "numeric": numeric,
        "url": _address(context, sort=second if now == first else first, page=None, after=None),
    }


@register.inclusion_tag("components/empty.html")
def empty(title: str, text: str, action_url: str = "", action_label: str = "") -> dict[str, str]:
    """Say what will stand here, and what to do so that it does."""
    return {"title": title, "text": text, "url": action_url, "label": action_label}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, words: str) -> dict[str, Any]:
    """Show how far something is, as a bar and in words."""
    return {"done": done, "total": total, "words": words}


def _query(context: Mapping[str, Any]) -> QueryDict:
    request = context.get("request")
    return request.GET.copy() if request else QueryDict(mutable=True)


def _address(context: Mapping[str, Any], **changes: object) -> str:
    query = _query(context)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"
