"""Zendesk, Freshdesk, HubSpot and Intercom: scales that must not be mixed, and offers that were never answered."""

from datetime import UTC, datetime
from pathlib import Path

from klankbord.lake import Responses, read

SAMPLES = Path(__file__).parent / "samples"


def _measure(responses: Responses) -> str:
    assert responses.measure is not None
    return str(responses.measure.name)


def test_zendesk_ratings_are_good_or_bad_and_offers_are_no_answers():
    responses = read(SAMPLES / "zendesk_ratings.json")
    assert [(row["external_id"], row["score"], row["agent"]) for row in responses.records()] == [
        ("1", 1, "135"),
        ("2", 0, "135"),
    ]
    assert _measure(responses) == "csat_good_bad"
    assert [(drop.reason, drop.count, drop.rows) for drop in responses.drops] == [("not_answered", 2, (3, 4))]
    assert {"reason", "group_id"} <= {*responses.columns}


def test_zendesk_csat_takes_the_rating_wherever_it_stands_and_skips_are_no_answers():
    responses = read(SAMPLES / "zendesk_csat.json")
    (row,) = responses.records()
    assert (row["external_id"], row["score"], row["comment"]) == ("SR1", 1, "Erst beim dritten Mal gelöst")
    assert (row["contact"], row["answered_at"]) == ("zen:ticket:208", datetime(2026, 11, 20, 9, 31, tzinfo=UTC))
    assert _measure(responses) == "csat"
    assert [(drop.reason, drop.rows) for drop in responses.drops] == [("no_score", (2,))]


def test_freshdesk_keeps_its_own_scale():
    responses = read(SAMPLES / "freshdesk_ratings.json")
    assert [row["score"] for row in responses.records()] == [100, 102, -103]
    assert _measure(responses) == "csat_freshdesk"
    assert "ratings.question_5" in responses.columns
    assert next(iter(responses.records()))["comment"] is None


def test_hubspot_values_are_text_and_own_questions_stand_apart():
    responses = read(SAMPLES / "hubspot_mixed.json")
    assert [(row["score"], row["channel"], row["respondent"]) for row in responses.records()] == [
        (0, "EMAIL", "551"),
        (10, "EMAIL", "552"),
    ]
    assert _measure(responses) == "nps"
    assert [(drop.count, drop.rows) for drop in responses.drops] == [(1, (3,))]


def test_intercom_leaves_out_conversations_that_were_not_rated():
    responses = read(SAMPLES / "intercom_conversations.json")
    first, second = responses.records()
    assert (first["external_id"], first["score"], first["agent"], first["channel"]) == ("1", 1, "991", "email")
    assert first["answered_at"] == datetime(2026, 11, 22, 9, 31, 44, tzinfo=UTC)
    assert second["answered_at"] == datetime(2026, 11, 22, 9, 26, 40, tzinfo=UTC)
    assert [(drop.reason, drop.count) for drop in responses.drops] == [("no_score", 1)]


def test_intercom_calls_and_lists_count_a_rating_once():
    responses = read(SAMPLES / "intercom_conversations.json", SAMPLES / "intercom_webhook.json")
    assert responses.kept == 2
    assert sorted(drop.reason for drop in responses.drops) == ["duplicate", "no_score"]
