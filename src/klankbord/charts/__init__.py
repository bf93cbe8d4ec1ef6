"""Results drawn: one Altair chart a figure, for the notebook, the page and the printed report alike."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from klankbord.charts.answers import distribution as distribution
    from klankbord.charts.answers import shares as shares
    from klankbord.charts.drawing import draw as draw
    from klankbord.charts.expected import perceived as perceived
    from klankbord.charts.formats import Formats as Formats
    from klankbord.charts.groups import forest as forest
    from klankbord.charts.labels import Labels as Labels
    from klankbord.charts.people import caterpillar as caterpillar
    from klankbord.charts.periods import trend as trend
    from klankbord.charts.rendering import svg as svg

# Altair takes half a second to load: whoever only wants the formats, or draws nothing, does not wait for it.
_HOMES = {
    "Formats": "klankbord.charts.formats",
    "Labels": "klankbord.charts.labels",
    "caterpillar": "klankbord.charts.people",
    "distribution": "klankbord.charts.answers",
    "draw": "klankbord.charts.drawing",
    "forest": "klankbord.charts.groups",
    "perceived": "klankbord.charts.expected",
    "shares": "klankbord.charts.answers",
    "svg": "klankbord.charts.rendering",
    "trend": "klankbord.charts.periods",
}
__all__ = [*_HOMES]  # noqa: PLE0604


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
