"""What this room says: in all four languages the same things, and a name for everything that can be asked."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from django.utils import translation

from klankbord.lake.questions import DEFINITIONS
from klankbord.lake.schema import TABLES
from klankbord.web.insights import composing, listing, wanted
from klankbord.web.insights.naming import dimension_name
from klankbord.web.insights.phrases import about
from klankbord.web.kernel.wording import wording

LANGUAGES = ("nl", "fr", "de")
PLACE = Path(__file__).parents[1] / "wording"


def texts(language: str) -> dict[str, str]:
    def flat(told: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
        for name, text in told.items():
            yield from flat(text, f"{before}{name}.") if isinstance(text, dict) else [(before + name, text)]

    return dict(flat(tomllib.loads((PLACE / f"{language}.toml").read_text(encoding="utf-8"))))


def fields(text: str) -> set[tuple[str | None, str | None]]:
    return {(name, spec) for _, name, spec, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_with_its_values(language):
    english, other = texts("en"), texts(language)
    assert other.keys() == english.keys()
    assert {key for key in english if fields(english[key]) != fields(other[key])} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_little_is_left_in_english(language):
    english, other = texts("en"), texts(language)
    equal = {key for key, text in other.items() if text == english[key] and len(text) > 24}
    assert equal == set()


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_everything_that_can_be_asked_has_a_name(language):
    with translation.override(language):
        for definition in DEFINITIONS.values():
            assert about(definition)
        named = {name for table in ("contacts", "responses") for name in TABLES[table].dimensions} - {"attributes"}
        known = wording().table("insights.dimensions")
        assert named <= known.keys()
        assert all(dimension_name(name, many=True) for name in wanted.DIMENSIONS)
        for name in wanted.PRESETS:
            assert wording().knows(f"insights.periods.{name}")
        for kind in listing.KINDS:
            assert wording().knows(f"insights.list.kinds.{kind}")
        assert set(composing._BY) <= known.keys()
