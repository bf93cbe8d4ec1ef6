"""The value: there and back, flaws with their places, gaps, and what breaks a trend."""

import re
from dataclasses import replace
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klankbord.reports.wording import LANGUAGES
from klankbord.web.surveys.contrast import DAY, ENOUGH, NIGHT, contrast, nearest_readable
from klankbord.web.surveys.differences import differences
from klankbord.web.surveys.flaws import QuestionnaireError
from klankbord.web.surveys.library import STARTING_POINTS, starting_point
from klankbord.web.surveys.parts import Branding, BySegment, Callback, Choice, Question, Scores, Texts
from klankbord.web.surveys.questionnaire import Questionnaire

WORDS = st.text(st.characters(exclude_characters="{}", exclude_categories=("C", "Z")), min_size=1, max_size=40)
TEXTS = st.dictionaries(st.sampled_from(LANGUAGES), WORDS).map(Texts.of)
IDS = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,10}", fullmatch=True)
COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@st.composite
def questionnaires(draw):
    """Any questionnaire that a draft may be, gaps included."""
    begun = starting_point(draw(st.sampled_from(sorted(STARTING_POINTS))), brand=draw(WORDS), mode="service")
    scores = st.one_of(
        st.none(),
        st.lists(st.sampled_from(begun.scale), min_size=2, max_size=2).map(lambda ends: Scores(*sorted(ends))),
    )
    choices = st.lists(
        st.builds(Choice, id=IDS, text=TEXTS), min_size=2, max_size=5, unique_by=lambda choice: choice.id
    ).map(tuple)
    question = st.builds(
        Question, id=IDS, kind=st.sampled_from(["single", "multiple"]), text=TEXTS, choices=choices, scores=scores
    )
    groups = st.dictionaries(st.sampled_from(begun.segments), TEXTS).map(lambda told: tuple(told.items()))
    languages = draw(st.lists(st.sampled_from(LANGUAGES), min_size=1, unique=True))
    return replace(
        begun,
        languages=tuple(languages),
        language=languages[0],
        question=draw(TEXTS),
        why=BySegment(draw(TEXTS), draw(groups)),
        thanks=BySegment(draw(TEXTS), draw(groups)),
        questions=tuple(draw(st.lists(question, max_size=3, unique_by=lambda one: one.id))),
        callback=draw(st.one_of(st.none(), st.builds(Callback, text=TEXTS, scores=scores))),
    )


@given(questionnaires())
def test_a_questionnaire_comes_back_from_plain_data_as_it_was(questionnaire):
    assert Questionnaire.from_dict(questionnaire.to_dict()) == questionnaire
    assert not differences(questionnaire, Questionnaire.from_dict(questionnaire.to_dict()))


@given(questionnaires(), st.data())
def test_only_choices_that_are_asked_after_a_score_are_taken_from_a_form(questionnaire, data):
    asked = questionnaire.in_language(questionnaire.language)
    score = data.draw(st.sampled_from(asked.scale))
    told = {question.field: [id_ for id_, _ in question.choices] + ["made-up"] for question in asked.questions}
    found = asked.choices_in(told, score)
    after = {question.id: question for question in asked.questions_after(score)}
    assert found.keys() == after.keys()
    for id_, chosen in found.items():
        offered = [choice for choice, _ in after[id_].choices]
        assert chosen == (offered if after[id_].kind == "multiple" else offered[:1])


@given(COLOURS, st.sampled_from([DAY, NIGHT]))
def test_the_nearest_colour_can_be_read_and_one_that_can_stays(colour, ground):
    near = nearest_readable(colour, ground)
    assert contrast(near, ground) >= ENOUGH
    assert (near == colour) == (contrast(colour, ground) >= ENOUGH)


def test_contrast_is_that_of_wcag():
    # Known pairs of WebAIM's checker.
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#0000ff", "#ffffff") == pytest.approx(8.59, abs=0.005)


@given(COLOURS.filter(lambda colour: contrast(colour, DAY) >= ENOUGH))
def test_a_colour_for_the_night_is_made_from_that_for_the_day(colour):
    day, night = Branding(accent=colour).colours
    assert day == colour
    assert contrast(night, NIGHT) >= ENOUGH


def put(told, path, value):
    *way, last = path
    reduce(lambda node, key: node[key], way, told)[last] = value
    return told


def choice(id_="a", **text):
    return {"id": id_, "text": text or {"en": "A"}}


def question(**said):
    return {
        "id": "what",
        "kind": "single",
        "text": {"en": "?"},
        "choices": [choice("a"), choice("b")],
        "scores": None,
    } | said


@pytest.mark.parametrize(
    ("path", "value", "code", "place"),
    [
        (("metric",), "nsp", "unknown_metric", "metric"),
        (("mode",), "spying", "unknown_mode", "mode"),
        (("brand",), " ", "no_brand", "brand"),
        (("languages",), [], "no_language", "languages"),
        (("languages",), ["en", "xx"], "unknown_language", "xx, languages"),
        (("language",), "zz", "default_not_spoken", "language"),
        (("question", "fr"), "Bonjour {name}", "unknown_blank", "fr, question"),
        (("question", "fr"), "a" * 241, "too_long", "fr, question"),
        (("why",), {"fans": {"en": "Why?"}}, "unknown_segment", "fans, why"),
        (("questions",), [question(), question(id="other", scores=[7, 12])], "bad_scores", "question 2, text"),
        (("questions",), [question(scores=[7, 3])], "bad_scores", "question 1, text"),
        (("questions",), [question(), question()], "id_twice", "question 2, text"),
        (("questions",), [question(choices=[choice("a"), choice("a")])], "id_twice", "question 1, choice 2, choice"),
        (("questions",), [question(choices=[choice()])], "too_few_choices", "question 1, text"),
        (("questions",), [question(choices=[choice("Price"), choice("b")])], "bad_id", "question 1, choice 1, choice"),
        (
            ("questions",),
            [question(choices=[choice("a"), choice("b", de="{x}")])],
            "unknown_blank",
            "de, question 1, choice 2, choice",
        ),
        (("questions",), [question(kind="many")], "bad_kind", "question 1, text"),
        (("branding", "accent"), "red", "bad_colour", "accent"),
        (("branding", "accent"), "#ff9900", "unreadable", "accent"),
        (("branding", "accent_dark"), "#111111", "unreadable", "accent_dark"),
        (("privacy_url",), "http://halder.example", "bad_address", "privacy_url"),
        (("privacy_url",), "javascript:alert(1)", "bad_address", "privacy_url"),
        (("question",), "How likely?", "wrong_shape", "question"),
        (("colour",), "#123456", "unknown_key", "colour"),
    ],
)
def test_a_flaw_is_named_with_its_place(path, value, code, place):
    told = put(starting_point("nps", brand="Halder", mode="service").to_dict(), path, value)
    with pytest.raises(QuestionnaireError) as refused:
        Questionnaire.from_dict(told)
    assert (code, place) in {(flaw.code, str(flaw.place)) for flaw in refused.value.flaws}
    assert str(refused.value.flaws[0].place) in refused.value.message


def test_a_colour_that_cannot_be_read_is_refused_with_one_that_can():
    told = put(starting_point("nps", brand="Halder").to_dict(), ("branding", "accent"), "#ff9900")
    with pytest.raises(QuestionnaireError, match=r"#ab6600"):
        Questionnaire.from_dict(told)


def test_nobody_is_asked_in_research_whether_they_may_be_called():
    told = starting_point("nps", brand="Halder", mode="service").to_dict()
    with pytest.raises(QuestionnaireError, match="anonymous"):
        Questionnaire.from_dict(told | {"mode": "research"})


def test_a_gap_is_allowed_in_a_draft_and_named_before_publishing():
    told = starting_point("nps", brand="Halder").to_dict()
    del told["high"]["de"]
    draft = Questionnaire.from_dict(told)
    with pytest.raises(QuestionnaireError, match="de, high: the text is missing"):
        draft.refuse_gaps()


@pytest.mark.parametrize("kind", sorted(STARTING_POINTS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_library_is_whole_and_formal(kind, language):
    questionnaire = starting_point(kind, brand="Halder")
    questionnaire.refuse_gaps()
    asked = questionnaire.in_language(language)
    assert "Halder" in asked.question
    informal = {"nl": r"\b(je|jij|jouw)\b", "fr": r"\b(tu|toi|ton|ta)\b", "de": r"\b(du|dir|dein\w*)\b", "en": r"$^"}
    said = " ".join([asked.question, asked.callback, *(text for _, text in (*asked.why, *asked.thanks))])
    assert not re.search(informal[language], said, re.IGNORECASE)


def test_the_published_wording_is_that_of_the_field():
    asked = starting_point("nps", brand="Halder").in_language("nl")
    assert asked.question == "Hoe waarschijnlijk is het dat u Halder aanbeveelt aan een vriend of collega?"
    assert (asked.low, asked.high) == ("Helemaal niet waarschijnlijk", "Uiterst waarschijnlijk")
    assert starting_point("nps", brand="Halder").in_language("de").high == "Äußerst wahrscheinlich"


def test_only_what_the_score_question_says_breaks_a_trend():
    before = starting_point("nps", brand="Halder", languages=("en", "nl"))
    louder = replace(before, question=Texts.of(before.question.to_dict() | {"nl": "Zou u {brand} aanbevelen?"}))
    assert louder.reworded_since(before) == ("nl",)
    assert replace(before, high=Texts.of({"en": "Surely", "nl": "Zeker"})).reworded_since(before) == ("en", "nl")
    assert replace(before, brand="Halder NV").reworded_since(before) == ("en", "nl")
    recoloured = replace(before, branding=Branding(accent="#7a1f5c"), thanks=before.why, questions=())
    assert recoloured.reworded_since(before) == ()
    more = starting_point("nps", brand="Halder", languages=("en", "nl", "fr"), language="en")
    assert more.reworded_since(before) == ()


def test_differences_know_a_choice_that_moved():
    told = starting_point("nps", brand="Halder", languages=("en",)).to_dict()
    two = [choice("a", en="Price"), choice("b", en="Staff")]
    before = Questionnaire.from_dict(told | {"questions": [question(choices=two)]})
    moved = Questionnaire.from_dict(told | {"questions": [question(choices=two[::-1])]})
    assert [(one.place.part, one.before, one.after) for one in differences(before, moved)] == [
        ("order", "a, b", "b, a")
    ]
