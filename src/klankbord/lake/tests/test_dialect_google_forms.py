"""Google Forms: a first heading and dates in the language of the sheet, numbers as text, answers by question id."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from klankbord.lake import read

SAMPLES = Path(__file__).parent / "samples"
NOVEMBER, DECEMBER = datetime(2026, 11, 20, 10, 31, 4, tzinfo=UTC), datetime(2026, 12, 3, 8, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "scores", "comment"),
    [("nl", [9, 0], "Snel geholpen"), ("fr", [10, 7], "Très rapide"), ("de", [10, 3], "Sehr freundlich")],
)
def test_a_sheet_in_each_language(language, scores, comment):
    responses = read(SAMPLES / f"google_forms_{language}.csv")
    rows = list(responses.records())
    assert [row["score"] for row in rows] == scores
    assert [row["answered_at"] for row in rows] == [NOVEMBER, DECEMBER]
    assert rows[0]["comment"] == comment
    assert responses.measure is not None
    assert responses.measure.name == "nps"


def test_the_address_is_who_answered_and_the_team_an_attribute():
    responses = read(SAMPLES / "google_forms_nl.csv")
    assert next(iter(responses.records()))["respondent"] == "j.jansen@voorbeeld.example"
    assert "Welk team hielp u?" in responses.columns


def test_the_zone_of_the_user_puts_sheets_in_utc():
    first, second = read(SAMPLES / "google_forms_nl.csv", zone="Europe/Amsterdam").records()
    assert first["answered_at"] == datetime(2026, 11, 20, 9, 31, 4, tzinfo=UTC)
    assert second["answered_at"] == datetime(2026, 12, 3, 7, 5, 0, tzinfo=UTC)


def test_the_download_of_the_form_names_its_offset():
    first, second = read(SAMPLES / "google_forms_download.csv").records()
    assert first["answered_at"] == datetime(2026, 11, 20, 9, 31, 4, tzinfo=UTC)
    assert second["answered_at"] == datetime(2026, 11, 20, 15, 5, 0, tzinfo=UTC)


def test_the_api_gives_numbers_as_text_under_question_ids():
    responses = read(SAMPLES / "google_forms_api.json")
    first, second = responses.records()
    assert (first["external_id"], first["score"], first["comment"]) == ("A1", 6, "Lang gewacht, wel vriendelijk")
    assert first["updated_at"] == datetime(2026, 11, 20, 9, 45, tzinfo=UTC)
    assert (second["score"], second["respondent"]) == (10, None)
    assert "77aa" in responses.columns
