"""What the product says, in four languages: each room's own catalogue, found by a key that begins with the room."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.utils.translation import get_language

from klankbord.errors import KlankbordError
from klankbord.reports.wording import LANGUAGES, Said, Wording, catalogue


@cache
def _texts(language: str) -> Mapping[str, Any]:
    """Return all texts of a language: those of the reports, and under its label those of every room."""
    texts = dict(catalogue(language))
    for room in apps.get_app_configs():
        path = Path(room.path, "wording", f"{language}.toml")
        if path.is_file():
            texts[room.label] = tomllib.loads(path.read_text(encoding="utf-8"))
    return texts


class WebWording(Wording):
    """The texts of one language: `wording("contacts.list.title")`, `wording("insights.n", n=1204)`."""

    def __init__(self, language: str, *, share: bool = False) -> None:
        super().__init__(language, share=share)
        self._texts = _texts(language)

    def _key_of(self, error: KlankbordError) -> str:
        """Return where an error is said: one of a room in its own catalogue, `<room>.<name>` under its errors."""
        room, _, name = error.case.rpartition(".")
        return f"{room}.errors.{name}" if room else super()._key_of(error)


@cache
def _wording(language: str, share: bool) -> WebWording:
    return WebWording(language, share=share)


def wording(*, share: bool = False) -> WebWording:
    """Return the texts in the language that is being spoken."""
    language = (get_language() or "en")[:2]
    return _wording(language if language in LANGUAGES else "en", share)


def worded_in(language: str) -> WebWording:
    """Return the texts in a language of one's choice, whatever is being spoken."""
    return _wording(language, share=False)


def in_words(error: KlankbordError) -> Said:
    """Return what an error comes to in the language that is being spoken: the one way in which pages tell of errors."""
    return wording().error(error)


def say(key: str, /, **values: Any) -> str:
    """Return a text in the language that is being spoken, filled in."""
    return wording()(key, **values)
