"""Genesys Cloud, Salesforce, Wootric and nps.today: scores that belong to a leg, a case, or to nobody."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from klankbord.errors import DataError
from klankbord.lake import read

SAMPLES = Path(__file__).parent / "samples"


def test_genesys_gives_each_survey_the_leg_of_its_own_agent():
    responses = read(SAMPLES / "genesys_transfer.json")
    first, second = responses.records()
    assert (first["external_id"], first["score"], first["agent"], first["channel"]) == ("s-1", 9, "u-1", "voice")
    assert (second["external_id"], second["score"], second["agent"], second["channel"]) == ("s-2", 2, "u-2", "callback")
    assert {first["contact"], second["contact"]} == {"c-1"}
    wrap_up = responses.query('select "raw.wrapUpCode" from responses order by row')
    assert [code for (code,) in wrap_up] == ["doorverbonden", "opgelost"]


def test_genesys_surveys_that_expired_are_listed_and_partial_ones_count():
    responses = read(SAMPLES / "genesys_transfer.json")
    assert [row["status"] for row in responses.records()] == ["complete", "partial"]
    assert [(drop.reason, drop.rows) for drop in responses.drops] == [("not_answered", (3,))]


def test_salesforce_answers_of_one_response_become_one_row():
    responses = read(SAMPLES / "salesforce_query.json")
    first, second = responses.records()
    assert (first["external_id"], first["score"], first["comment"]) == ("R1", 0, "Niemand belde terug")
    assert first["answered_at"] == datetime(2026, 11, 20, 9, 31, tzinfo=UTC)
    assert (second["external_id"], second["score"]) == ("R2", 10)
    assert "QC" in responses.columns


def test_salesforce_finds_the_case_that_was_rated(shared):
    (row,) = read(shared / "samples" / "salesforce_case_and_survey.json").records()
    assert (row["score"], row["contact"], row["channel"]) == (9, "500000000000001AAA", "Phone")


def test_wootric_leaves_out_what_the_user_excluded():
    responses = read(SAMPLES / "wootric_responses.json")
    assert [(row["score"], row["status"]) for row in responses.records()] == [(10, "complete"), (0, "partial")]
    assert [(drop.reason, drop.rows) for drop in responses.drops] == [("excluded", (3,))]
    assert next(iter(responses.records()))["answered_at"] == datetime(2026, 11, 20, 9, 36, 59, tzinfo=UTC)


def test_wootric_as_a_table_and_as_a_call():
    assert [row["score"] for row in read(SAMPLES / "wootric_responses.csv").records()] == [8, 0]
    called = read(SAMPLES / "wootric_webhook.json")
    assert [row["external_id"] for row in called.records()] == ["1128"]
    assert "queue" in called.columns


def test_wootric_declines_are_refused_as_no_answers():
    with pytest.raises(DataError, match="no answers in it"):
        read(SAMPLES / "wootric_decline.json")


def test_the_agents_prediction_is_never_taken_for_the_customers_answer():
    (row,) = read(SAMPLES / "npstoday_rating.json").records()
    assert (row["score"], row["comment"], row["agent"]) == (4, "Lang gewacht", "m.devries")


def test_a_rating_by_the_agent_alone_is_no_answer(shared):
    unanswered = read(shared / "samples" / "npstoday_alert_webhook.json")
    assert (unanswered.source, unanswered.kept) == ("npstoday", 0)
