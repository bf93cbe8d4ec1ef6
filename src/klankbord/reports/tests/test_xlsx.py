import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from klankbord.reports import build_report
from klankbord.reports.wording import LANGUAGES
from klankbord.reports.xlsx import render_xlsx


def opened(report):
    return CalamineWorkbook.from_filelike(BytesIO(render_xlsx(report.document)))


def parts(report, pattern):
    with ZipFile(BytesIO(render_xlsx(report.document))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if re.search(pattern, name)}


def test_numbers_are_numbers(export):
    book = opened(build_report(export, language="nl"))
    rows = book.get_sheet_by_name("De antwoorden").to_python()
    assert rows[0] == ["Antwoord", "Groep", "Antwoorden", "Aandeel"]
    assert sum(row[2] for row in rows[1:12]) == 400
    assert sum(row[3] for row in rows[1:12]) == pytest.approx(1)


def test_interval_takes_two_columns(export):
    rows = opened(build_report(export)).get_sheet_by_name("Team").to_python()
    assert rows[0][-3:] == ["95% interval: Low", "95% interval: High", "Against the rest"]
    assert all(row[-3] <= row[-4] <= row[-2] for row in rows[1:5])


def test_share_measure_is_a_fraction_with_a_percent_format(write):
    from klankbord.lake import read

    path = write(score=[1 + row % 5 for row in range(50)], Team=["a", "b"] * 25)
    report = build_report(read(path, measure="csat"))
    rows = opened(report).get_sheet_by_name("Team").to_python()
    assert 0 <= rows[1][2] <= 1
    assert 'formatCode="0%"' in next(iter(parts(report, "styles").values())) or 'numFmtId="9"' in next(
        iter(parts(report, "styles").values())
    )


def test_header_stays_in_sight(export):
    frozen = [part for part in parts(build_report(export), r"worksheets/sheet").values() if 'state="frozen"' in part]
    assert len(frozen) >= 5


def test_distribution_and_trend_have_charts_of_their_own(export):
    drawn = parts(build_report(export), r"charts/chart\d")
    assert sum("<c:barChart>" in chart for chart in drawn.values()) == 1
    assert sum("<c:lineChart>" in chart for chart in drawn.values()) == 1


def test_text_never_becomes_a_formula(write):
    path = write(
        score=[10, 3, 8, 9, 0, 7] * 5,
        comment=['=HYPERLINK("x") and some more words'] * 30,
        Team=["=1+1", "b"] * 15,
    )
    assert not any("<f>" in part for part in parts(build_report(path), r"worksheets/sheet").values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_have_names_that_every_spreadsheet_takes(write, language):
    names = {
        "Regio: [a/b]?*'": ["x", "y"] * 15,
        "regio   a b": ["y", "x", "y"] * 10,
        "Z" * 40: ["p", "q", "p", "p", "q"] * 6,
    }
    report = build_report(write(score=[10, 3, 8, 9, 0, 7] * 5, **names), language=language)
    sheets = opened(report).sheet_names
    assert len({name.casefold() for name in sheets}) == len(sheets)
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in sheets)
