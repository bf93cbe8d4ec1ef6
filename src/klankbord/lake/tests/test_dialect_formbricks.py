"""Formbricks: one answer that arrives three times, and feedback records that hold one question each."""

import json
from datetime import UTC, datetime
from pathlib import Path

from klankbord.lake import read

SAMPLES = Path(__file__).parent / "samples"


def test_an_answer_that_arrives_three_times_counts_once_and_the_newest_wins():
    responses = read(SAMPLES / "formbricks_events.json")
    first, second = responses.records()
    assert (first["external_id"], first["score"], first["comment"]) == ("r1", 9, "Snel geholpen")
    assert (first["status"], first["language"], first["survey"]) == ("complete", "nl", "NPS na contact")
    assert (second["external_id"], second["score"], second["status"]) == ("r2", 0, "partial")
    assert [(drop.reason, drop.count, drop.rows) for drop in responses.drops] == [("duplicate", 2, (2, 3))]


def test_answers_and_hidden_fields_stand_under_their_own_ids():
    responses = read(SAMPLES / "formbricks_events.json")
    assert {"queue", "meta.country"} <= {*responses.columns}
    assert responses.layout.fields.score == "nps"
    assert next(iter(responses.records()))["answered_at"] == datetime(2026, 11, 20, 9, 30, 10, 507000, tzinfo=UTC)


def test_the_records_of_a_submission_become_one_answer():
    responses = read(SAMPLES / "formbricks_feedback.json")
    first, second = responses.records()
    assert (first["external_id"], first["score"], first["comment"], first["respondent"]) == ("f1", 9, "Vlot", "u1")
    assert (second["score"], second["comment"], second["language"]) == (0, None, "fr")
    assert {"team", "Opgelost?"} <= {*responses.columns}
    assert responses.source == "formbricks_hub"


def test_records_on_lines_of_their_own_still_find_their_submission(tmp_path):
    records = json.loads((SAMPLES / "formbricks_feedback.json").read_text())["data"]
    (tmp_path / "records.jsonl").write_text("\n".join(map(json.dumps, records)))
    assert [row["comment"] for row in read(tmp_path / "records.jsonl").records()] == ["Vlot", None]
