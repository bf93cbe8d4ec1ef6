"""SurveyMonkey: two header records, and an API that names choices by id only."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from klankbord.errors import DataError
from klankbord.lake import Responses, read

SAMPLES = Path(__file__).parent / "samples"


def test_two_header_records_and_labelled_scores():
    responses = read(SAMPLES / "surveymonkey_export.csv")
    first, second = responses.records()
    assert (first["external_id"], first["score"], first["comment"]) == ("118052219061", 10, "Quick, friendly")
    assert (second["score"], second["contact"], second["comment"]) == (0, "CRM-2", None)
    assert [(drop.reason, drop.rows) for drop in responses.drops] == [("no_score", (5,))]


def test_american_moments_with_half_days():
    first, second = read(SAMPLES / "surveymonkey_export.csv").records()
    assert first["answered_at"] == datetime(2026, 11, 20, 9, 31, 4, tzinfo=UTC)
    assert second["answered_at"] == datetime(2026, 11, 20, 13, 31, 4, tzinfo=UTC)


def test_a_question_with_several_choices_names_each_of_its_columns():
    columns = read(SAMPLES / "surveymonkey_export.csv").columns
    assert {"Which channels did you use?: Phone", "Which channels did you use?: E-mail"} <= {*columns}


def _is_whole(responses: Responses) -> None:
    assert [(row["external_id"], row["score"], row["status"]) for row in responses.records()] == [
        ("5001", 0, "complete"),
        ("5002", 10, "partial"),
    ]
    assert [(drop.reason, drop.count) for drop in responses.drops] == [("preview", 1)]
    first = next(iter(responses.records()))
    assert (first["comment"], first["agent"], first["contact"]) == ("Nooit teruggebeld", "m.devries", "CRM-1")
    assert first["answered_at"] == datetime(2026, 11, 20, 9, 31, 4, tzinfo=UTC)
    assert responses.measure.name == "nps"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_details_in_a_second_file_give_choices_their_score(order):
    files = [SAMPLES / "surveymonkey_responses.json", SAMPLES / "surveymonkey_details.json"]
    _is_whole(read(*(files[position] for position in order)))


def test_details_and_responses_may_stand_in_one_document(tmp_path):
    parts = {part: json.loads((SAMPLES / f"surveymonkey_{part}.json").read_text()) for part in ("details", "responses")}
    (tmp_path / "both.json").write_text(json.dumps(parts))
    _is_whole(read(tmp_path / "both.json"))


def test_choice_ids_without_details_are_refused_with_the_file_to_add():
    with pytest.raises(DataError, match="by id only") as refused:
        read(SAMPLES / "surveymonkey_responses.json")
    assert "/v3/surveys/105/details" in str(refused.value.hint)


def test_details_alone_hold_no_answers():
    with pytest.raises(DataError, match="no answers in it"):
        read(SAMPLES / "surveymonkey_details.json")


def test_simple_text_needs_no_details():
    responses = read(SAMPLES / "surveymonkey_simple.json")
    (row,) = responses.records()
    assert (row["score"], row["comment"], responses.measure.name) == (9, "Vlot", "nps")
