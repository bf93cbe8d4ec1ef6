"""Every sample is claimed by exactly one tool, by what is in it; what holds no answers is claimed by none."""

import shutil
from pathlib import Path

import pytest

from klankbord.errors import DataError
from klankbord.lake import read
from klankbord.lake.readers.delimited import open_delimited
from klankbord.lake.readers.dialect import Dialect
from klankbord.lake.readers.dialects import DIALECTS
from klankbord.lake.readers.documents import open_documents
from klankbord.lake.readers.source import open_source

SAMPLES = Path(__file__).parent / "samples"
TOOLS = DIALECTS[:-1]
SPECIAL = {
    "formbricks_feedback": "formbricks_hub",
    "zendesk_csat": "zendesk_csat",
    "zendesk_csat_survey_response": "zendesk_csat",
    "zendesk_ratings": "zendesk_ratings",
    "zendesk_satisfaction_ratings": "zendesk_ratings",
    "google_forms": "google_forms",
}
ANSWERS = {
    "asknicely_responses.json": 1,
    "asknicely_webhook.json": 1,
    "chatwoot_csat_survey_response.json": 1,
    "delighted_survey_response.json": 1,
    "delighted_webhook.json": 1,
    "formbricks_webhook.json": 1,
    "freshdesk_satisfaction_ratings.json": 2,
    "genesys_conversation_detail.json": 1,
    "google_forms_response.json": 1,
    "google_forms_sheet.csv": 1,
    "hubspot_feedback_submissions.json": 1,
    "intercom_conversation_rating.json": 1,
    "limesurvey_export.csv": 1,
    "npstoday_alert_webhook.json": 0,
    "qualtrics_export.csv": 2,
    "salesforce_case_and_survey.json": 1,
    "typeform_webhook.json": 1,
    "zendesk_csat_survey_response.json": 1,
    "zendesk_satisfaction_ratings.json": 1,
}
NO_ANSWERS = (
    "amazon_connect_ctr.json",
    "asterisk_cdr_csv_Master.csv",
    "asterisk_cel_custom_Master.csv",
    "asterisk_queue_log.txt",
    "chatwoot_webhook_conversation_status_changed.json",
    "five9_call_log.csv",
    "nice_cxone_contact.json",
    "out_standard_webhook_event.json",
    "twilio_ivr_gather.form",
    "twilio_sms_inbound.form",
    "twilio_taskrouter_callback.form",
    "whatsapp_inbound_list_reply.json",
)


def _claimants(path: Path, folder: Path) -> list[str]:
    source = open_source(path, folder)
    if source.kind == "json":
        first = open_documents(source).first
        return [tool.name for tool in TOOLS if tool.recognises_document and tool.recognises_document(first)]
    head = open_delimited(source).head
    return [tool.name for tool in TOOLS if tool.recognises_table and tool.recognises_table(head)]


def _tool(path: Path) -> str:
    stem = path.stem
    return next((SPECIAL[start] for start in SPECIAL if stem.startswith(start)), stem.partition("_")[0])


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_an_own_sample_is_claimed_by_its_tool_alone_whatever_its_name(path, tmp_path):
    renamed = shutil.copy(path, tmp_path / "export.bin")
    assert _claimants(Path(renamed), tmp_path) == [_tool(path)]


@pytest.mark.parametrize("name", [*ANSWERS, "delighted_people_bounces_unsubscribes.json", "surveymonkey_response.json"])
def test_a_shared_sample_is_claimed_by_its_tool_alone(shared, name, tmp_path):
    path = shared / "samples" / name
    assert _claimants(path, tmp_path) == [_tool(path)]


@pytest.mark.parametrize("name", NO_ANSWERS)
def test_what_holds_no_answers_is_claimed_by_no_tool(shared, name, tmp_path):
    assert _claimants(shared / "samples" / name, tmp_path) == []


@pytest.mark.parametrize(("name", "kept"), ANSWERS.items())
def test_every_shared_sample_with_answers_is_read(shared, name, kept):
    responses = read(shared / "samples" / name)
    assert responses.kept == kept
    assert responses.guessed is False
    assert all(row["score"] is not None and row["source"] == responses.source for row in responses.records())


def test_every_sample_that_we_were_given_is_looked_at(shared):
    listed = {*ANSWERS, *NO_ANSWERS, "delighted_people_bounces_unsubscribes.json", "surveymonkey_response.json"}
    assert {path.name for path in (shared / "samples").iterdir()} == listed


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_no_tool_claims_what_is_empty_or_nothing_of_the_kind(tool: Dialect) -> None:
    nothing: tuple[object, ...] = ([], {}, None, "text", 7, [[]], [None], {"data": []}, {"data": None}, {"results": []})
    for document in nothing:
        assert not (tool.recognises_document and tool.recognises_document(document))


@pytest.mark.parametrize(
    "document", ['{"satisfaction_ratings": []}', '{"success": true, "totalpages": "0", "data": []}']
)
def test_an_export_of_an_empty_period_is_refused_as_such(document, tmp_path):
    (tmp_path / "empty.json").write_text(document)
    with pytest.raises(DataError, match="no answers in it"):
        read(tmp_path / "empty.json")
