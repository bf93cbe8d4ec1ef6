from io import BytesIO

import pytest
from pypdf import PdfReader

from klankbord.reports import build_report
from klankbord.reports.pdf import render_pdf
from klankbord.reports.wording import LANGUAGES


def opened(report):
    return PdfReader(BytesIO(render_pdf(report.document)))


def text(pdf):
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def test_pdf_is_tagged_titled_and_in_its_language(export):
    pdf = opened(build_report(export, language="nl", title="Raad van bestuur"))
    catalog = pdf.trailer["/Root"]
    assert catalog["/Lang"] == "nl"
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Raad van bestuur"
    assert "pdfuaid:part" in catalog["/Metadata"].get_data().decode()


def test_pdf_tells_what_the_page_tells(export):
    report = build_report(export, language="nl")
    told = text(opened(report))
    assert "gaven 400 klanten antwoord" in told
    assert "Hoe betrouwbaar is dit" in told
    assert "[e-mailadres]" in told


def test_first_page_stands_alone(export):
    pdf = opened(build_report(export))
    assert "In short" in pdf.pages[0].extract_text()
    assert "The answers" not in pdf.pages[0].extract_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_pdf_of_very_few_answers(write, language):
    assert len(opened(build_report(write(score=[10, 3]), language=language)).pages) >= 2


def test_pdf_survives_what_no_font_can_show(write):
    odd = [
        "geweldig 👍🏽 👨‍👩‍👧 dank",
        "有り難う",
        "een bel \x07",
        "\ue000 eigen teken",
        "𓀀 #let x = 1 $x$ *vet* @ref <a>",
    ]
    path = write(score=[10, 3, 8, 9, 0], comment=[f"{comment} en nog wat woorden" for comment in odd], Team=odd)
    assert "#let x = 1 $x$ *vet* @ref <a>" in text(opened(build_report(path)))
