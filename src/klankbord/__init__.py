"""Klankbord, the open experience engine for contact centres: the names a notebook needs, loaded when first used."""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_HOMES = {
    "Lake": "klankbord.lake",
    "import_files": "klankbord.lake",
    "read": "klankbord.lake",
    "Question": "klankbord.lake.questions",
    "ask": "klankbord.lake.questions",
    "build_report": "klankbord.reports",
    "CES": "klankbord.score",
    "CSAT": "klankbord.score",
    "ENPS": "klankbord.score",
    "NPS": "klankbord.score",
    "Measure": "klankbord.score",
    "ces": "klankbord.score",
    "compare": "klankbord.score",
    "compare_many": "klankbord.score",
    "compare_pairs": "klankbord.score",
    "csat": "klankbord.score",
    "enps": "klankbord.score",
    "from_counts": "klankbord.score",
    "nps": "klankbord.score",
    "power": "klankbord.score",
    "sample_size": "klankbord.score",
    "trend": "klankbord.score",
}
__all__ = [*_HOMES, "__version__"]  # noqa: PLE0604

if TYPE_CHECKING:
    from klankbord.lake import Lake as Lake
    from klankbord.lake import import_files as import_files
    from klankbord.lake import read as read
    from klankbord.lake.questions import Question as Question
    from klankbord.lake.questions import ask as ask
    from klankbord.reports import build_report as build_report
    from klankbord.score import CES as CES
    from klankbord.score import CSAT as CSAT
    from klankbord.score import ENPS as ENPS
    from klankbord.score import NPS as NPS
    from klankbord.score import Measure as Measure
    from klankbord.score import ces as ces
    from klankbord.score import compare as compare
    from klankbord.score import compare_many as compare_many
    from klankbord.score import compare_pairs as compare_pairs
    from klankbord.score import csat as csat
    from klankbord.score import enps as enps
    from klankbord.score import from_counts as from_counts
    from klankbord.score import nps as nps
    from klankbord.score import power as power
    from klankbord.score import sample_size as sample_size
    from klankbord.score import trend as trend


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
