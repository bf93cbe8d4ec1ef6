"""AskNicely: everything is text, a second call is an update, and question types name the measure."""

from datetime import UTC, datetime
from pathlib import Path

from klankbord.lake import read

SAMPLES = Path(__file__).parent / "samples"


def test_the_call_with_the_higher_count_wins_whatever_came_first():
    responses = read(SAMPLES / "asknicely_calls.jsonl")
    first, second = responses.records()
    assert (first["external_id"], first["score"], first["comment"]) == ("9001", 6, "Te lang gewacht")
    assert (second["external_id"], second["score"], second["channel"]) == ("9002", 10, "email")
    assert [(drop.reason, drop.rows) for drop in responses.drops] == [("duplicate", (2,))]


def test_scores_and_moments_come_as_text_and_zero_is_a_score():
    responses = read(SAMPLES / "asknicely_responses.json")
    assert responses.measure is not None
    assert responses.measure.name == "nps"
    assert [(row["external_id"], row["score"], row["answered_at"]) for row in responses.records()] == [
        ("61", 0, datetime(2026, 11, 22, 9, 31, 4, tzinfo=UTC)),
        ("62", 10, datetime(2026, 11, 22, 9, 31, 40, tzinfo=UTC)),
    ]
    assert "team_c" in responses.columns


def test_a_call_and_a_list_are_one_import_that_counts_an_answer_once(tmp_path):
    listed = (SAMPLES / "asknicely_responses.json").read_text().replace('"61"', '"9002"')
    (tmp_path / "list.json").write_text(listed)
    responses = read(SAMPLES / "asknicely_calls.jsonl", tmp_path / "list.json")
    assert sorted(str(row["external_id"]) for row in responses.records()) == ["62", "9001", "9002"]
