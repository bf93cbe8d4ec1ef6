"""What stands on the long pages outside any organisation, in the place where others have the menu."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.text import capfirst, slugify

from klankbord.web.kernel.wording import say

# Every component, in the order in which the page shows them.
COMPONENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "page": ("typography", "sections"),
    "figures": ("estimate", "trends", "stats", "intervals", "shares", "verdicts", "funnel"),
    "tables": ("filters", "searches", "table", "stacked", "pages", "facts"),
    "words": ("notices", "quotes", "story", "empties", "progresses"),
    "forms": ("fields",),
    "controls": ("buttons", "menus", "tabs", "dialogs", "copyables", "keys", "icons"),
}


def components_on_page() -> list[dict[str, Any]]:
    """Return the components as a menu of places on their page."""
    return [
        {
            "label": say(f"site.components.groups.{group}"),
            "entries": [{"label": say(f"site.components.names.{name}"), "url": f"#{name}"} for name in names],
        }
        for group, names in COMPONENTS.items()
    ]


def operations_on_page(tags: Iterable[str]) -> list[dict[str, Any]]:
    """Return the parts of the manual as a menu of places on its page."""
    return [{"label": "", "entries": [{"label": capfirst(tag), "url": f"#{slugify(tag)}"} for tag in tags]}]
