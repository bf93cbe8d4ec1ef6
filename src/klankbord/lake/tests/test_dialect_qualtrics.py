"""Qualtrics: three header records, its own zone, answers that nobody gave, labels or codes."""

from datetime import UTC, datetime
from pathlib import Path

from klankbord.lake import read

SAMPLES = Path(__file__).parent / "samples"


def test_the_score_is_the_question_with_promoter_groups_though_another_comes_first():
    responses = read(SAMPLES / "qualtrics_codes.csv")
    assert responses.layout.fields.score == "Q1"
    assert responses.layout.fields.comment == "Q2"
    assert responses.measure is not None
    assert responses.measure.name == "nps"


def test_previews_tests_and_spam_are_out_by_code_and_unfinished_answers_count():
    responses = read(SAMPLES / "qualtrics_codes.csv")
    assert [(row["external_id"], row["score"], row["status"]) for row in responses.records()] == [
        ("R_1", 0, "complete"),
        ("R_5", 9, "partial"),
    ]
    assert {drop.reason: drop.count for drop in responses.drops} == {"preview": 1, "test": 1, "spam": 1, "no_score": 1}
    assert responses.partial == 1


def test_moments_are_local_to_the_zone_in_the_third_header_record():
    responses = read(SAMPLES / "qualtrics_codes.csv")
    assert responses.zone == "America/Denver"
    assert [row["answered_at"] for row in responses.records()] == [
        datetime(2026, 11, 20, 9, 31, 4, tzinfo=UTC),
        datetime(2026, 11, 20, 11, 31, 4, tzinfo=UTC),
    ]


def test_line_breaks_in_headers_and_comments_stay_in_their_cells():
    responses = read(SAMPLES / "qualtrics_codes.csv")
    first = next(iter(responses.records()))
    assert first["comment"] == "Nobody\ncalled back"
    assert responses.layout.questions["Q1"] == "How likely are you to recommend us?"
    assert (first["contact"], first["language"], first["channel"]) == ("CRM-1", "EN", "email")


def test_choice_text_is_read_by_its_number_and_the_question_by_its_wording():
    responses = read(SAMPLES / "qualtrics_labels.csv")
    assert [row["score"] for row in responses.records()] == [10, 0]
    assert [(drop.reason, drop.count) for drop in responses.drops] == [("spam", 1)]
    assert responses.zone == "UTC"


def test_an_export_without_the_record_of_import_ids_is_still_known(tmp_path):
    lines = (SAMPLES / "qualtrics_labels.csv").read_text().splitlines(keepends=True)
    (tmp_path / "sheet.csv").write_text("".join(lines[:2] + lines[3:]))
    responses = read(tmp_path / "sheet.csv")
    assert (responses.source, responses.kept) == ("qualtrics", 2)
