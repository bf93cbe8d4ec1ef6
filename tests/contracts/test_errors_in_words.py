"""Every error of the library that a page can meet is said in all four languages, from the data that it carries."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import pytest

import klankbord
from klankbord.errors import ColumnError, KlankbordError, OptionError
from klankbord.lake import read
from klankbord.lake.questions import Question
from klankbord.reports.wording import LANGUAGES, Wording, catalogue

LAKE = Path(klankbord.__file__).parent / "lake"

# Pages read, import, ask and look. What they give to the other rooms is theirs, and right whatever people write.
NOT_FROM_PAGES = {
    "columns.py": "columns as arrays: notebook and command line",
    "engines": "clusters: pages count with the engine in their process",
    "expected.py": "predictions of a file or lake: notebook and command line",
    "importing/straight": "rows of rooms of ours, of one shape",
    "people.py": "agents compared: notebook and command line",
    "trusting": "tests of trust: notebook and command line",
    "upkeep": "compacting, exporting, erasing: by ids of ours",
}
WHERE_IT_IS_RAISED = {"message", "hint", "case"}


@dataclass(frozen=True, slots=True)
class Raised:
    place: str
    kind: str
    case: str
    data: frozenset[str]


def raised() -> Iterator[Raised]:
    kinds = {"KlankbordError", *(kind.__name__ for kind in _below(KlankbordError))} - {"MissingExtraError"}
    for path in sorted(LAKE.rglob("*.py")):
        name = path.relative_to(LAKE).as_posix()
        if "tests" in path.parts or any(name.startswith(one) for one in NOT_FROM_PAGES):
            continue
        for found in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(found, ast.Raise) and isinstance(call := found.exc, ast.Call):
                kind = getattr(call.func, "id", "")
                if kind in kinds:
                    yield _raised(f"{name}:{found.lineno}", kind, call)


def _below(kind: type[KlankbordError]) -> Iterator[type[KlankbordError]]:
    for one in kind.__subclasses__():
        if one.__module__ == "klankbord.errors":
            yield one
            yield from _below(one)


def _raised(place: str, kind: str, call: ast.Call) -> Raised:
    named = {word.arg: word.value for word in call.keywords if word.arg}
    if kind == "ColumnError":
        return Raised(place, kind, ColumnError.code, frozenset({"column", "columns", "near"}))
    case = ast.literal_eval(named["case"]) if "case" in named else ""
    return Raised(place, kind, case, frozenset(named) - WHERE_IT_IS_RAISED)


RAISED = list(raised())


def blanks(told: object) -> set[str]:
    if isinstance(told, dict):
        return set().union(*map(blanks, told.values()))
    return {name.partition("[")[0] for _, name, _, _ in Formatter().parse(str(told)) if name}


def test_errors_are_found():
    assert len(RAISED) > 100
    assert {"not_a_period", "unknown_column", "broken_file", "no_lake"} <= {one.case for one in RAISED}


@pytest.mark.parametrize("one", RAISED, ids=lambda one: one.place)
def test_an_error_has_words_in_every_language(one):
    assert one.case, "an error that a page can meet names its case"
    for language in LANGUAGES:
        told = catalogue(language)["errors"][one.case]
        assert told["message"]
        assert told["hint"]
        assert blanks(told) <= one.data


def test_no_words_are_left_over():
    for language in LANGUAGES:
        assert catalogue(language)["errors"].keys() - {"near"} == {one.case for one in RAISED}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["nps by quue", "nsp by team", "nps per wek", "nps in yesteryear", "nps where team"])
def test_a_question_is_refused_in_words(language, text):
    with pytest.raises(KlankbordError) as refused:
        Question.parse(text)
    said = Wording(language).error(refused.value)
    assert said.message != refused.value.message
    assert said.hint


def test_the_nearest_word_stands_before_the_others():
    with pytest.raises(OptionError) as refused:
        Question.parse("nsp by team")
    assert Wording("nl").error(refused.value).hint.startswith("Bedoelde u “nps”? Maten: nps, ")


def test_an_error_that_was_written_down_is_said_alike(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text('{"cut": ', encoding="utf-8")
    with pytest.raises(KlankbordError) as refused:
        read(path)
    kept = KlankbordError.of_dict(refused.value.to_dict())
    said = Wording("de").error(kept)
    assert said == Wording("de").error(refused.value)
    assert said.message.startswith("Das JSON in answers.csv ist")


def test_what_no_catalogue_foresees_stays_as_it_was_raised():
    assert str(Wording("fr").error(OptionError("something odd", hint="do this"))) == "something odd do this"
