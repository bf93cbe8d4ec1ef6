"""Every address of the product, found by walking through what Django routes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Address:
    """One routed address: its name, its route as written, and what answers it."""

    name: str
    route: str
    view: Callable[..., Any]

    @property
    def is_of_an_organisation(self) -> bool:
        """Whether it lies under an organisation."""
        return self.route.startswith("o/<slug:organisation>/")

    @property
    def needs(self) -> str | None:
        """What the view says that it needs."""
        return getattr(self.view, "needs", None)

    @property
    def blanks(self) -> tuple[str, ...]:
        """Names of what has to be filled in, the organisation left out."""
        found = [part.partition(">")[0].rpartition(":")[2] for part in self.route.split("<")[1:]]
        return tuple(name for name in found if name != "organisation")


def addresses() -> tuple[Address, ...]:
    """Return every address."""
    return tuple(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list[Any], route: str, namespace: str) -> Iterator[Address]:
    for pattern in patterns:
        place = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, place, inner)
        elif isinstance(pattern, URLPattern):
            yield Address(f"{namespace}{pattern.name or ''}", place, pattern.callback)
