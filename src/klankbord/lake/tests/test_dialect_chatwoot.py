"""Chatwoot: headings in the account's language, blank lines, a last line with the period, and a sheet with it first."""

from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from klankbord.lake import read

SAMPLES = Path(__file__).parent / "samples"


def test_the_line_with_the_period_is_listed_and_not_an_answer():
    responses = read(SAMPLES / "chatwoot_csat.csv")
    rows = list(responses.records())
    assert [(row["row"], row["score"]) for row in rows] == [(2, 5), (4, 2), (5, 4)]
    assert [(drop.reason, drop.count, drop.rows) for drop in responses.drops] == [("period_line", 1, (6,))]
    assert rows[1]["answered_at"] == datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)
    assert rows[2]["agent"] is None


def test_comments_contacts_and_agents_are_found_by_place():
    first = next(iter(read(SAMPLES / "chatwoot_csat.csv").records()))
    assert first["comment"] == "Snel geholpen, dank!"
    assert first["agent"] == "Mila de Vries (m.devries@bedrijf.example)"
    assert str(first["contact"]).endswith("/conversations/1288")


def test_headings_in_german_are_known_by_what_stands_below_them():
    responses = read(SAMPLES / "chatwoot_csat_de.csv")
    (row,) = responses.records()
    assert (responses.source, row["score"], row["comment"]) == ("chatwoot", 1, "Niemand da")


def test_the_sheet_has_the_period_above_its_headings(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "csat.xlsx") as book:
        sheet = book.add_worksheet("CSAT Report")
        sheet.write_row(0, 0, ["Reporting period 2026-11-20 to 2026-11-27"])
        lines = (SAMPLES / "chatwoot_csat_de.csv").read_text().splitlines()
        sheet.write_row(2, 0, lines[0].split(","))
        sheet.write_row(3, 0, [int(cell) if cell == "1" else cell for cell in lines[1].split(",")])
    responses = read(tmp_path / "csat.xlsx")
    (row,) = responses.records()
    assert (row["score"], row["agent"], row["row"]) == (1, "Koen Maes (k.maes@bedrijf.example)", 4)


def test_the_api_names_the_agent_as_the_download_does(shared):
    (row,) = read(shared / "samples" / "chatwoot_csat_survey_response.json").records()
    assert (row["score"], row["external_id"], row["contact"]) == (4, "51", "1288")
    assert row["agent"] == "Mila de Vries (m.devries@bedrijf.example)"
    assert row["answered_at"] == datetime(2026, 11, 22, 9, 31, 44, tzinfo=UTC)
