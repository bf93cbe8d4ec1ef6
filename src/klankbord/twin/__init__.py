"""A simulated contact centre whose truth is known; its names load when first used, since its parts are of use alone."""

from importlib import import_module
from typing import TYPE_CHECKING

_HOMES = {
    "PRESETS": "klankbord.twin.presets",
    "Centre": "klankbord.twin.centre",
    "Day": "klankbord.twin.writing",
    "Parameters": "klankbord.twin.parameters",
    "Truth": "klankbord.twin.truth",
}
__all__ = [*_HOMES]  # noqa: PLE0604

if TYPE_CHECKING:
    from klankbord.twin.centre import Centre as Centre
    from klankbord.twin.parameters import Parameters as Parameters
    from klankbord.twin.presets import PRESETS as PRESETS
    from klankbord.twin.truth import Truth as Truth
    from klankbord.twin.writing import Day as Day


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
