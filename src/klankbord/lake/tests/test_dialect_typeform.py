"""Typeform: answers by the reference of their field, in any order, and unfinished ones."""

from datetime import UTC, datetime
from pathlib import Path

from klankbord.lake import read

SAMPLES = Path(__file__).parent / "samples"


def test_the_nps_field_is_the_score_wherever_it_stands_among_the_answers():
    responses = read(SAMPLES / "typeform_responses.json")
    assert [(row["external_id"], row["score"], row["comment"]) for row in responses.records()] == [
        ("t1", 9, "Snel geholpen"),
        ("t2", 0, None),
        ("t3", 6, None),
    ]
    assert responses.measure is not None
    assert responses.measure.name == "nps"


def test_a_response_that_was_left_halfway_is_partial():
    statuses = [row["status"] for row in read(SAMPLES / "typeform_responses.json").records()]
    assert statuses == ["complete", "complete", "partial"]


def test_hidden_fields_and_other_answers_become_attributes():
    responses = read(SAMPLES / "typeform_responses.json")
    first, second, _ = responses.records()
    assert (first["agent"], first["contact"], first["answered_at"]) == (
        "m.devries",
        "CRM-1",
        datetime(2026, 11, 20, 9, 31, 4, tzinfo=UTC),
    )
    assert second["channel"] == "Telefoon, Chat"
    assert "sterren" in responses.columns


def test_the_download_is_in_utc_and_has_the_same_ids():
    first, second = read(SAMPLES / "typeform_download.csv").records()
    assert (first["external_id"], first["score"], first["comment"]) == ("x71f", 10, "Snel, vriendelijk")
    assert first["answered_at"] == datetime(2026, 11, 20, 9, 31, 4, tzinfo=UTC)
    assert (second["score"], second["status"], second["agent"]) == (0, "partial", "k.maes")


def test_a_webhook_tells_what_was_asked(shared):
    (row,) = read(shared / "samples" / "typeform_webhook.json").records()
    assert (row["score"], row["survey"], row["comment"]) == (9, "NPS na contact", "Snel geholpen")


def test_another_scale_never_stands_in_where_the_score_was_skipped(tmp_path):
    text = (
        (SAMPLES / "typeform_responses.json")
        .read_text()
        .replace('{"type": "number", "number": 0, "field": {"id": "f1", "type": "nps", "ref": "aanbevelen"}},', "")
    )
    (tmp_path / "skipped.json").write_text(text)
    responses = read(tmp_path / "skipped.json")
    assert [row["external_id"] for row in responses.records()] == ["t1", "t3"]
    assert [(drop.reason, drop.rows) for drop in responses.drops] == [("no_score", (2,))]
