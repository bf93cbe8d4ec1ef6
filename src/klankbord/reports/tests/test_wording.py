import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import klankbord
from klankbord.charts.formats import Formats
from klankbord.errors import OptionError
from klankbord.lake.readers.drops import REASONS
from klankbord.reports.wording import LANGUAGES, Wording, catalogue
from klankbord.results import Notice

HOUSE = Path(klankbord.__file__).parent
ROOMS = ("score", "voice", "lake", "charts", "reports")
FORMATS = {name for name in dir(Formats) if not name.startswith("_")}


def texts(language: str) -> dict[str, str]:
    def walk(node: Mapping[str, Any], path: list[str]) -> Iterator[tuple[str, str]]:
        for name, value in node.items():
            yield from walk(value, [*path, name]) if isinstance(value, dict) else [(".".join([*path, name]), value)]

    return dict(walk(catalogue(language), []))


def placeholders(text: str) -> list[tuple[str, str]]:
    return sorted((name, spec or "") for _, name, spec, _ in Formatter().parse(text) if name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_has_the_same_keys_and_placeholders_as_english(language):
    english, other = texts("en"), texts(language)
    assert set(other) == set(english)
    assert {key: placeholders(text) for key, text in other.items()} == {
        key: placeholders(text) for key, text in english.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_placeholder_is_written_in_a_known_way(language):
    specs = {spec for text in texts(language).values() for _, spec in placeholders(text) if spec}
    assert specs <= FORMATS


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_typeset(language):
    for key, text in texts(language).items():
        assert text, key
        assert not re.search(r"'|  | - ", text), key
        if language == "fr":
            assert not re.search(r" [;:?!»]|« ", text), key


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_texts_are_translated(language):
    english, other = texts("en"), texts(language)
    sentences = [key for key, text in english.items() if len(text.split()) > 4 and "{" not in text[:1]]
    assert sentences
    assert not [key for key in sentences if other[key] == english[key]]


def notices() -> Iterator[tuple[str, set[str] | None]]:
    """Find every notice that the rooms can give: its code, and the names of its data where they stand in the source."""
    for path in (path for room in ROOMS for path in (HOUSE / room).rglob("*.py") if "tests" not in path.parts):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            named = {keyword.arg: keyword.value for keyword in call.keywords}
            match call.func.id, named.get("code"), call.args:
                case "Notice", ast.Constant(value=str(code)), _:
                    data = named.get("data")
                    yield (
                        code,
                        {ast.literal_eval(key) for key in data.keys if key} if isinstance(data, ast.Dict) else None,
                    )
                case "_notice", _, [_, ast.Constant(value=str(code)), *_]:
                    yield code, {"count", "share", *(name for name in named if name)}


def test_notices_are_found():
    codes = {code for code, _ in notices()}
    assert {"few_answers", "other_scale", "undated", "zone_unknown", "one_respondent"} <= codes


@pytest.mark.parametrize(("code", "data"), list(notices()))
def test_every_notice_can_be_told_from_its_data(code, data):
    told = {
        key: text for key, text in texts("en").items() if key == f"notices.{code}" or key.startswith(f"notices.{code}.")
    }
    assert told, f"no catalogue has notices.{code}"
    for text in told.values():
        names = {name.split("[")[0] for name, _ in placeholders(text)}
        assert data is None or names <= data


def test_every_reason_to_drop_a_row_can_be_told():
    source = "".join(path.read_text(encoding="utf-8") for path in (HOUSE / "lake").rglob("*.py"))
    reasons = set(REASONS) | set(re.findall(r'Rule\(\s*reason="(\w+)"', source))
    assert reasons <= set(catalogue("en")["reasons"])


def test_notice_is_written_with_its_data():
    doubt = Notice(code="undated", message="1,204 answers have no date", data={"count": 1204})
    assert Wording("nl").notice(doubt) == "Antwoorden zonder datum vallen in geen enkele periode: 1.204."


def test_notice_goes_by_what_it_is_about():
    doubt = Notice(code="one_sided", message="-", data={"by": "agent", "groups": 2, "count": 40})
    assert Wording("de").notice(doubt).startswith("2 Mitarbeitende")


def test_notice_of_a_newer_room_stays_in_english():
    assert Wording("fr").notice(Notice(code="brand_new", message="something odd")) == "something odd"


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("en", "1 point", "0.4 points"),
        ("nl", "1 punt", "0,4 punten"),
        ("fr", "1 point", "0,4 point"),
        ("de", "1 Punkt", "0,4 Punkte"),
    ],
)
def test_points_agree_with_their_number(language, one, many):
    wording = Wording(language)
    assert wording.points(-1.2) == one
    assert wording.points(0.4) == many


def test_points_of_a_share_are_percentage_points():
    assert Wording("nl", share=True).points(3) == "3 procentpunten"


def test_language_unknown():
    with pytest.raises(OptionError):
        Wording("es")
