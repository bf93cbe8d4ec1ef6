"""LimeSurvey: marks and delimiters that vary, headings of three kinds, answers without a date of submission."""

from datetime import UTC, datetime
from pathlib import Path

from klankbord.lake import read

SAMPLES = Path(__file__).parent / "samples"


def test_codes_with_names_behind_a_byte_order_mark():
    responses = read(SAMPLES / "limesurvey_both.csv")
    first, second = responses.records()
    assert (first["external_id"], first["score"], first["comment"]) == ("1", 0, "Nobody called back")
    assert (second["score"], second["status"], second["language"]) == (10, "partial", "fr")
    assert [(drop.reason, drop.rows) for drop in responses.drops] == [("no_score", (4,))]


def test_unfinished_answers_are_dated_by_their_last_action():
    first, second = read(SAMPLES / "limesurvey_both.csv").records()
    assert first["answered_at"] == datetime(2026, 11, 20, 10, 31, 4, tzinfo=UTC)
    assert second["answered_at"] == datetime(2026, 11, 20, 11, 30, 59, tzinfo=UTC)


def test_german_headings_with_semicolons_and_answers_that_must_stay_undated():
    responses = read(SAMPLES / "limesurvey_de.csv")
    first, second = responses.records()
    assert (first["score"], first["comment"], first["answered_at"]) == (9, "Freundlich; schnell", None)
    assert (second["score"], second["status"]) == (6, "complete")
    assert responses.delimiter == ";"
