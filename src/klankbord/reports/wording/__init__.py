"""What reports say, in four languages: one catalogue a language, one loader, and no sentence anywhere else."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

from klankbord.charts.formats import LOCALES, Formats
from klankbord.errors import KlankbordError
from klankbord.results import Notice

LANGUAGES = tuple(LOCALES)
_MOST = 30  # more names than anybody reads


@cache
def catalogue(language: str) -> Mapping[str, Any]:
    """Return the texts of one language, nested as in its file; what is said of errors has a file of its own."""
    return _read(f"{language}.toml") | {"errors": _read(f"errors/{language}.toml")}


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath(name).read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An error in words: what was wrong, and what can be done about it."""

    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class Wording(Formatter):
    """The texts of one language, filled in as that language writes numbers and dates.

    A text is found by its dotted key. A placeholder names how its value is written, such as `{n:count}` or
    `{start:day}`: a method of `Formats`. Where a text has forms for one and for many, the value `n` decides; where it
    has forms for several things, the value `by` does.

    Parameters
    ----------
    language : str
        One of nl, fr, de, en.
    share : bool
        Whether scores are shares from 0 to 100 rather than balances from -100 to 100.

    Raises
    ------
    OptionError
        When the language is not one of the four.

    Examples
    --------
    >>> Wording("nl")("quotes.remark", n=1204, shown=5)
    '5 van de 1.204 toelichtingen: de uitvoerigste, verspreid over de hele periode, zonder persoonsgegevens.'
    """

    def __init__(self, language: str, *, share: bool = False) -> None:
        self.formats = Formats(language=language, share=share)
        self.language = language
        self._texts = catalogue(language)

    def __call__(self, key: str, /, **values: Any) -> str:
        """Return the text under `key`, filled in."""
        found = self._found(key)
        if isinstance(found, Mapping):
            form = values.get("by") or self.formats.locale.plural_form(abs(values["n"]))
            found = found[form] if form in found else found["other"]
        return self.vformat(str(found), (), values)

    def knows(self, key: str) -> bool:
        """Say whether there is a text under `key`."""
        try:
            self._found(key)
        except KeyError:
            return False
        return True

    def table(self, key: str) -> dict[str, str]:
        """Return the texts under `key` by name, as they stand."""
        return dict(self._found(key))

    def notice(self, notice: Notice) -> str:
        """Return a doubt in this language; one that no catalogue knows stays in English."""
        key = f"notices.{notice.code}"
        return self(key, **notice.data) if self.knows(key) else notice.message

    def error(self, error: KlankbordError) -> Said:
        """Say an error in this language, by its case; one that no catalogue knows stays as it was raised."""
        key = self._key_of(error)
        if not self.knows(key):
            return Said(message=error.message, hint=error.hint or "")
        near = error.data.get("near")
        meant = self("errors.near", near=near) if near else ""
        hint = self(f"{key}.hint", **error.data) if self.knows(f"{key}.hint") else ""
        return Said(message=self(f"{key}.message", **error.data), hint=f"{meant} {hint}".strip())

    def reason(self, reason: str) -> str:
        """Say why rows are not counted; a reason that only one tool knows is named by itself."""
        key = f"reasons.{reason}"
        return self(key) if self.knows(key) else reason.replace("_", " ")

    def word(self, word: str) -> str:
        """Return what a kind of answer is called, by the measure's own word."""
        return self.table("words").get(word, word)

    def within(self, word: str) -> str:
        """Return what a kind of answer is called within a sentence."""
        shown = self.word(word)
        return shown if self.language == "de" else shown[:1].lower() + shown[1:]

    def points(self, value: float) -> str:
        """Write a distance in points, with a decimal where a whole number would hide it."""
        size = abs(value)
        name = "percentage_points" if self.formats.share else "points"
        return self(name, n=round(size) if size >= 1 else size, size=self.formats.distance(size))

    def several(self, words: list[str]) -> str:
        """Join words with commas and a last "and"."""
        if len(words) < 2:
            return "".join(words)
        return self("several", first=", ".join(words[:-1]), last=words[-1])

    def format_field(self, value: Any, format_spec: str) -> str:
        """Write a value as its placeholder says; doubts carry their days as text."""
        if format_spec == "day" and isinstance(value, str):
            value = date.fromisoformat(value)
        if isinstance(value, list | tuple):
            return _listed(value)
        return str(getattr(self.formats, format_spec)(value)) if format_spec else str(value)

    def _key_of(self, error: KlankbordError) -> str:
        return f"errors.{error.case}"

    def _found(self, key: str) -> Any:
        found: Any = self._texts
        for part in key.split("."):
            found = found[part]
        return found


def _listed(values: Sequence[object]) -> str:
    return ", ".join(map(str, values[:_MOST])) + (" …" if len(values) > _MOST else "")
