import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from klankbord.errors import FileError, OptionError
from klankbord.lake import read
from klankbord.reports import build_report
from klankbord.reports.document import Figure, Grid, KeyFigures, Lead, Paragraph, Points, Quotes
from klankbord.reports.wording import LANGUAGES, Wording


def blocks(report, kind):
    return [block for section in report.document.sections for block in section.blocks if isinstance(block, kind)]


def lead(report):
    return blocks(report, Lead)[0].text.replace("\xa0", " ")


def section(report, key):
    return next(section for section in report.document.sections if section.key == key)


def words(report):
    """Return every word of a document that comes from a catalogue or a file."""
    return repr(report.document)


def test_headline_says_when_how_many_how_high_and_how_sure(export):
    text = lead(build_report(export))
    assert re.match(
        r"Between 2 February and 29 May 2026, 400 customers answered: "
        r"NPS [+−]\d+ \(95% interval [+−]\d+ to [+−]\d+\)\. ",
        text,
    )
    assert "Since" in text or "From the week of" in text


def test_headline_tells_a_lasting_change(export):
    text = lead(build_report(export, language="nl"))
    assert re.search(r"Vanaf de week van (30 maart|6 april) 2026 ligt het niveau \d+ punten hoger", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("n", [1, 2, 4])
def test_too_few_answers_give_counts_only(write, language, n):
    report = build_report(write(score=[10, 9, 3, 8][:n], Team=["a"] * n), language=language)
    assert "NPS" not in lead(report)
    assert str(n) in lead(report)
    assert not any("%" in figure.text for figure in blocks(report, Figure))
    assert all(item.value != "+100" for item in blocks(report, KeyFigures)[0].items)


@pytest.mark.parametrize("language", LANGUAGES)
def test_dutch_names_in_no_other_language(export, language):
    report = build_report(export, language=language)
    dutch = {"Criticasters", "Antwoorden", "Hoe betrouwbaar is dit"}
    assert bool(dutch & set(re.findall(r"[\w ]+", words(report)))) == (language == "nl")


def test_file_without_dates_says_so(write):
    report = build_report(write(score=[10, 3, 8, 9, 0, 7] * 4, Team=["a", "b"] * 12))
    assert lead(report).startswith("24 customers answered: NPS")
    assert isinstance(section(report, "trend").blocks[0], Paragraph)
    assert len(section(report, "trend").blocks) == 1


def test_file_without_comments_says_so(write):
    report = build_report(write(score=[10, 3, 8, 9, 0, 7] * 4, Team=["a", "b"] * 12))
    assert section(report, "quotes").blocks == (Paragraph(text=Wording("en")("quotes.none")),)


def test_one_group_only_leaves_nothing_to_compare(write):
    report = build_report(write(score=[10, 3, 8, 9, 0, 7] * 4, Team=["a"] * 24))
    assert not [block for block in section(report, "segments").blocks if isinstance(block, Figure)]


@pytest.mark.parametrize(("measure", "scale"), [("csat", 5), ("ces", 7)])
def test_share_is_written_as_a_percentage(write, measure, scale):
    scores = [1 + row % scale for row in range(70)]
    report = build_report(read(write(score=scores, Team=["a", "b"] * 35), measure=measure), language="de")
    assert report.document.share
    assert re.search(rf"{measure.upper()} \d+ % \(95-%-Intervall \d+ % bis \d+ %\)", lead(report))
    columns = [column.name for grid in blocks(report, Grid) for column in grid.columns]
    assert "Kritiker" not in columns


def test_period_that_still_runs_is_compared_with_nothing(write):
    days = (
        [f"2026-03-{day:02}" for day in range(1, 31)]
        + [f"2026-04-{day:02}" for day in range(1, 31)]
        + ["2026-05-01"] * 8
    )
    report = build_report(write(score=[(10, 8, 3)[row % 3] for row in range(len(days))], date=days))
    text = " ".join(block.text for block in section(report, "trend").blocks if isinstance(block, Paragraph))
    assert "From March to April the score hardly moved" in text
    assert "not complete yet" in text


def test_comments_are_quoted_without_personal_data(export):
    report = build_report(export, language="nl")
    quotes = blocks(report, Quotes)
    assert [group.kind for group in quotes] == ["good", "neutral", "bad"]
    assert "[e-mailadres]" in words(report)
    assert "j.jansen" not in words(report)
    assert all(quote.on for group in quotes for quote in group.items)


def test_names_of_customers_and_employees_are_shown_nowhere(export):
    text = words(build_report(export))
    assert not re.search(r"Klant \d|Agent \d|O-0", text)
    assert "named employees are not ranked" in text


def test_employees_are_shown_with_a_caution_when_asked_for(export):
    report = build_report(export, by="agent")
    (figure,) = [block for block in section(report, "segments").blocks if isinstance(block, Figure)]
    assert "Agent 3" in repr(figure.grid)
    assert figure.remarks[0].startswith("These are people.")


def test_dropped_rows_are_listed_with_their_numbers(export):
    grids = [block for block in section(build_report(export), "trust").blocks if isinstance(block, Grid)]
    (dropped,) = [row for grid in grids for row in grid.rows if row[0] == "No score was given"]
    assert dropped[1] == 40
    assert str(dropped[2]).startswith("2, 13, 24")
    assert str(dropped[2]).endswith("and 28 more")


def test_rows_of_several_files_are_named_by_file(write):
    first = write("a.csv", score=[10, 9, "", 3, 8, 7], Team=["x"] * 6)
    second = write("b.csv", score=["", 9, 2, 3, 8, 7], Team=["y"] * 6)
    rows = [row for grid in blocks(build_report(read(first, second)), Grid) for row in grid.rows]
    assert "a.csv: 4; b.csv: 2" in [row[2] for row in rows if len(row) == 3]


def test_response_rate_is_told_where_the_file_knows_it(export):
    responses = read(export)
    told = section(build_report(responses), "trust").blocks[0]
    assert isinstance(told, Points)
    assert any("response rate is not known" in item for item in told.items)
    (skipped,) = responses.drops
    offered = replace(
        responses, read=responses.kept + 1600, drops=(replace(skipped, reason="not_answered", count=1600),)
    )
    told = section(build_report(offered), "trust").blocks[0]
    assert isinstance(told, Points)
    assert any("Of 2,000 surveys that were offered, 400 were answered: 20%" in item for item in told.items)


def test_title_and_day_are_on_the_document(export):
    document = build_report(export, title="Raad van bestuur, mei").document
    assert document.title == "Raad van bestuur, mei"
    assert document.made_on == datetime.now(UTC).astimezone().date()
    assert "Bain & Company" in document.imprint


def test_language_that_is_not_spoken_is_refused_before_reading():
    with pytest.raises(OptionError):
        build_report("no such file.csv", language="es")


def test_kind_of_file_that_is_not_written(export, tmp_path):
    with pytest.raises(OptionError) as caught:
        build_report(export).save(tmp_path / "report.docx")
    assert ".pdf" in caught.value.message


def test_report_that_cannot_be_written_leaves_nothing(export, tmp_path):
    with pytest.raises(FileError):
        build_report(export).save(tmp_path / "no" / "report.xlsx")
    (tmp_path / "taken.xlsx").mkdir()
    with pytest.raises(FileError):
        build_report(export).save(tmp_path / "taken.xlsx")
    assert {path.name for path in tmp_path.iterdir()} == {export.name, "taken.xlsx"}


def test_report_replaces_an_older_one_whole(export, tmp_path):
    target = tmp_path / "report.xlsx"
    target.write_bytes(b"old")
    assert build_report(export).save(target) == target
    assert target.read_bytes()[:2] == b"PK"
    assert {path.name for path in tmp_path.iterdir()} == {export.name, "report.xlsx"}


def test_report_shows_itself_in_a_notebook(write):
    shown = build_report(write(score=[10, 3, 8, 9, 0, 7]))._repr_html_()
    assert shown.startswith("<iframe ")
    assert "&lt;h1&gt;" in shown


@pytest.mark.parametrize(("language", "words"), [("en", "new wording"), ("nl", "nieuwe bewoording")])
def test_movement_breaks_where_the_question_was_worded_otherwise(write, language, words):
    days = [f"2026-{month:02}-{day:02}" for month in range(1, 7) for day in range(1, 7)]
    asked = {"score": [10, 9, 3, 8, 10, 7] * 6, "date": days}
    versions = [1 + (day >= "2026-04") for day in days]
    reworded = section(build_report(write(**asked, survey_version=versions), language=language), "trend")
    steady = section(build_report(write(**asked), language=language), "trend")
    month = {"en": "April 2026", "nl": "april 2026"}[language]
    for found, is_marked in ((reworded, True), (steady, False)):
        text, figure = found.blocks
        assert (month in text.text and "2026" in text.text) is is_marked
        assert (words in json.dumps(figure.draw(700).to_dict(), ensure_ascii=False)) is is_marked
