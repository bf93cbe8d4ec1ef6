"""Every sentence of the product is in all four languages, with the same blanks, and every one that is used is there."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from klankbord.reports.wording import LANGUAGES, catalogue

WEB = Path("src/klankbord/web")
ROOMS = sorted(path.parent for path in WEB.rglob("apps.py"))
_IN_TEMPLATES = re.compile(r"""{%-?\s*say\s+"([^"]+)\"""")
_IN_CODE = re.compile(r"""\bsay\(\s*"([^"{}]+)\"""")
_FORMS = ("one", "other")


@cache
def texts(room: Path, language: str) -> dict[str, str]:
    path = room / "wording" / f"{language}.toml"
    return dict(_flat(tomllib.loads(path.read_text(encoding="utf-8")))) if path.is_file() else {}


def _flat(node: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in node.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def blanks(text: str) -> set[tuple[str, str]]:
    return {(name, spec or "") for _, name, spec, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_room_says_the_same_in_every_language(room):
    english = texts(room, "en")
    for language in LANGUAGES:
        said = texts(room, language)
        assert said.keys() == english.keys(), f"{room.name} {language}: {said.keys() ^ english.keys()}"
        assert not [key for key, text in said.items() if not text.strip()]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_blanks_are_the_same_in_every_language(room):
    english = texts(room, "en")
    differing = [
        f"{language} {key}"
        for language in LANGUAGES
        for key, text in texts(room, language).items()
        # One form of a plural may leave its number out: "one contact".
        if not key.endswith(_FORMS) and {name for name, _ in blanks(text)} != {name for name, _ in blanks(english[key])}
    ]
    assert not differing


def test_every_text_that_is_used_is_there():
    known = {f"{room.name}.{key}" for room in ROOMS for key in texts(room, "en")} | dict(_flat(catalogue("en"))).keys()
    known |= {key.rpartition(".")[0] for key in known}  # plurals, and forms by a value
    used = {
        (key, str(path))
        for path in [*WEB.rglob("*.html"), *WEB.rglob("*.py")]
        if "tests" not in path.parts and path.name != "wording.py"
        for key in (_IN_TEMPLATES if path.suffix == ".html" else _IN_CODE).findall(path.read_text(encoding="utf-8"))
    }
    # What ends with a dot is completed by a value: a role, a state.
    missing = sorted(f"{key} in {path}" for key, path in used if key not in known and not key.endswith("."))
    assert not missing


def test_no_template_holds_a_sentence_of_its_own():
    """Words between tags come from the catalogue; names of things (NPS, API) and signs may stand as they are."""
    bare = re.compile(r">\s*([^<>{}]*[a-z]{3,}[^<>{}]*)\s*<")
    allowed = {"Klankbord"}
    found = []
    for path in WEB.rglob("*.html"):
        if "components" in path.parts:  # examples of what pages will say
            continue
        text = re.sub(
            r"<code>.*?</code>|<pre.*?</pre>|{#.*?#}|{%.*?%}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        found += [f"{path.name}: {said.strip()}" for said in bare.findall(text) if said.strip(" \n·") not in allowed]
    assert not found


# A letter is no page: mailboxes know no style sheets, and our policy does not reach them.
PAGES = [path for path in sorted(WEB.rglob("*.html")) if path.name != "letter.html"]


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_a_template_holds_nothing_that_the_policy_forbids(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "scripts are files"
    assert not re.search(r"""(?:src|href)="https?://""", text), "everything comes from the installation itself"


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_typeset(language):
    said = {f"{room.name}.{key}": text for room in ROOMS for key, text in texts(room, language).items()}
    said |= dict(_flat(catalogue(language)))
    assert not [key for key, text in said.items() if re.search(r"\w'\w|  ", text)]
    if language == "fr":
        assert not [key for key, text in said.items() if re.search(r"[ \u00a0](?:[;:?!»]|%(?!\w))|«[ \u00a0]", text)]
