import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from klankbord.reports import build_report
from klankbord.reports.html import render_html
from klankbord.reports.wording import LANGUAGES

VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """The elements of a page in order; refuses one that is not closed where it should be."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(source)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, *tags):
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture
def source(export):
    return render_html(build_report(export, language="nl").document)


def test_page_stands_alone(source):
    page = Page(source)
    assert not page.all("script", "link", "img", "iframe", "object", "form")
    assert not re.findall(r"https?://(?!www\.w3\.org/2000/svg)", source)
    assert not [attributes for _, attributes in page.elements if any(name.startswith("on") for name in attributes)]


def test_policy_allows_the_one_style_sheet_and_nothing_else(source):
    page = Page(source)
    assert not [attributes for _, attributes in page.elements if "style" in attributes]
    (sheet,) = re.findall(r"<style>(.*?)</style>", source, re.DOTALL)
    digest = b64encode(sha256(sheet.encode()).digest()).decode()
    (policy,) = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv")]
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_says_its_language(write, language):
    report = build_report(write(score=[10, 3, 8, 9, 0, 7] * 2, Team=["a", "b"] * 6), language=language)
    assert Page(render_html(report.document)).all("html") == [{"lang": language}]


def test_headings_never_skip_a_level(source):
    levels = [int(tag[1]) for tag, _ in Page(source).elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_table_has_a_caption_and_scoped_headers(source):
    page = Page(source)
    assert len(page.all("caption")) == len(page.all("table")) > 4
    assert all(header.get("scope") in {"col", "row"} for header in page.all("th"))


def test_every_figure_is_drawn_for_page_and_phone(source):
    page = Page(source)
    drawings = [svg for svg in page.all("svg") if svg.get("role") == "img"]
    assert len(drawings) == len(page.all("svg"))
    assert [svg["width"] for svg in drawings[:2]] == ["720", "340"]
    assert len(drawings) == 2 * len([box for box in page.all("div") if box.get("class") == "wide"])
    assert all(svg["aria-label"] for svg in drawings)


def test_identifiers_are_unique(source):
    identifiers = re.findall(r'\bid="([^"]+)"', source)
    assert len(identifiers) == len(set(identifiers))


def test_what_respondents_and_columns_say_is_never_markup(write):
    hostile = '<script>alert("x")</script><img src=x onerror=alert(1)>'
    path = write(
        score=[10, 3, 8, 9, 0, 7] * 20,
        comment=[f"{hostile} {row}" for row in range(120)],
        **{"<b>Team</b>": [hostile, "b"] * 60},
    )
    page = Page(render_html(build_report(path, title=hostile).document))
    assert not page.all("script", "img", "b")


def test_control_characters_do_not_reach_the_page(tmp_path):
    path = tmp_path / "answers.jsonl"
    answers = [{"score": score, "comment": "een bel \x07 en een teken \x1b van niets"} for score in [10, 3, 8] * 5]
    path.write_text("\n".join(map(json.dumps, answers)))
    page = render_html(build_report(path).document)
    assert "een bel en een teken van niets" in page
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", page)
