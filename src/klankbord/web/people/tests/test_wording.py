"""Words of this room: the same in all four languages, none missing and none left over."""

import re
import tomllib
from pathlib import Path

import pytest

from klankbord.web.kernel.access import Permission, Role
from klankbord.web.people import worded

ROOM = Path(worded.__file__).parent
LANGUAGES = ("en", "nl", "fr", "de")


def flat(table, prefix=""):
    for name, value in table.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def texts(language):
    return dict(flat(tomllib.loads((ROOM / "wording" / f"{language}.toml").read_text(encoding="utf-8"))))


def sources():
    files = [*ROOM.rglob("*.py"), *ROOM.rglob("*.html")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files if "tests" not in path.parts)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_has_the_same_texts_and_places(language):
    english, other = texts("en"), texts(language)
    assert set(english) == set(other)
    places = {key: sorted(re.findall(r"{(\w+)", text)) for key, text in english.items()}
    assert {key: sorted(re.findall(r"{(\w+)", text)) for key, text in other.items()} == places


def test_every_text_that_is_asked_for_is_there():
    known = set(texts("en")) | {key.rsplit(".", 1)[0] for key in texts("en")}
    asked = set(re.findall(r'"people\.([a-z_.]+[a-z_])"', sources()))
    assert len(asked) > 150
    assert not sorted(
        asked - known - {"session", "mailed", "tidy_sessions"} - {key for key in asked if key in ENTRY_TYPES}
    )


ENTRY_TYPES = set(re.findall(r'entry_type\("people\.(\w+)"', sources()))


def test_roles_rights_and_refusals_have_words():
    known = texts("en")
    refusals = set(re.findall(r'PeopleError\("(\w+)"', sources()))
    assert not [role for role in Role if f"roles.{role}" not in known or f"role_help.{role}" not in known]
    assert not [right for right in Permission if f"scopes.{right.name.lower()}" not in known]
    assert len(refusals) > 15
    assert not [name for name in refusals if f"errors.{name}.message" not in known]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_double(language):
    assert not [key for key, text in texts(language).items() if not text.strip() or "  " in text]
