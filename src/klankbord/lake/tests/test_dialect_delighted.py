"""Delighted: epoch seconds, own properties and answers by question, and files without answers."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from klankbord.errors import DataError
from klankbord.lake import read
from klankbord.lake.readers.dialect import Head
from klankbord.lake.readers.dialects.delighted import DIALECT

SAMPLES = Path(__file__).parent / "samples"


def test_an_answer_that_was_changed_counts_once_and_zero_is_a_score():
    responses = read(SAMPLES / "delighted_responses.json")
    first, second = responses.records()
    assert (first["external_id"], first["score"]) == ("7001", 0)
    assert (second["external_id"], second["score"], second["comment"]) == ("7002", 8, "Kan sneller, maar vriendelijk")
    assert [(drop.reason, drop.count, drop.rows) for drop in responses.drops] == [("duplicate", 1, (2,))]


def test_epoch_seconds_become_moments_in_utc():
    first, second = read(SAMPLES / "delighted_responses.json").records()
    assert first["answered_at"] == datetime(2026, 11, 22, 9, 31, 4, tzinfo=UTC)
    assert second["updated_at"] == datetime(2026, 11, 22, 12, 19, 59, tzinfo=UTC)


def test_properties_keep_their_own_names_and_never_hide_the_score():
    responses = read(SAMPLES / "delighted_responses.json")
    assert {"queue", "person_properties.Score", "Hoe makkelijk was het?", "Welke kanalen?"} <= {*responses.columns}
    assert [(row["agent"], row["channel"], row["respondent"]) for row in responses.records()] == [
        ("m.devries", "Email", "501"),
        ("k.maes", None, "502"),
    ]


def test_answers_to_further_questions_stand_under_their_wording():
    assert DIALECT.flatten is not None
    answer = {"scale": 4, "free_response": None, "select_one": None, "select_many": None}
    many = {"select_many": [{"text": "Telefoon"}, {"text": "Chat"}]}
    asked = [{"question": {"text": "Gemak?"}, "value": answer}, {"question": {"text": "Kanalen?"}, "value": many}]
    (row,) = DIALECT.flatten({"id": "1", "person": "2", "survey_type": "nps", "score": 9, "additional_answers": asked})
    assert (row["Gemak?"], row["Kanalen?"]) == (4, "Telefoon, Chat")


def test_a_question_that_is_not_a_score_of_ours_is_listed_apart():
    responses = read(SAMPLES / "delighted_types.jsonl")
    assert responses.measure is not None
    assert responses.measure.name == "csat"
    assert [row["score"] for row in responses.records()] == [4, 5]
    assert [(drop.reason, drop.rows) for drop in responses.drops] == [("other_measure", (3,))]


@pytest.mark.parametrize("kind", ["ces", "ces7", "csat3", "thumbs"])
def test_each_survey_type_has_the_scale_that_delighted_asks_it_on(kind):
    layout = DIALECT.layout(Head(records=(("id", "person", "survey_type", "score"), ("1", "2", kind, "1"))))
    levels = {"ces": (1, 5), "ces7": (1, 7), "csat3": (1, 3), "thumbs": (0, 1)}[kind]
    measure = layout.metrics[kind]
    assert (measure.levels[0], measure.levels[-1]) == levels


def _is_refused(path: Path) -> None:
    with pytest.raises(DataError, match="no answers in it") as refused:
        read(path)
    assert "survey_responses" in str(refused.value.hint)


def test_bounces_are_refused_as_no_answers():
    _is_refused(SAMPLES / "delighted_bounces.json")


def test_people_are_refused_as_no_answers(shared):
    _is_refused(shared / "samples" / "delighted_people_bounces_unsubscribes.json")
