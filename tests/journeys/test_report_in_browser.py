"""A reader opens the report in a browser: nothing is fetched, nothing is cut off, nothing bars a screen reader."""

import csv
import os
import shutil
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from klankbord.reports import build_report

WIDTHS = (390, 1280)


@pytest.fixture(scope="module")
def chromium():
    path = os.environ.get("KLANKBORD_CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("no Chromium is installed: set KLANKBORD_CHROMIUM to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=["en", "nl"])
def report(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    source, target = folder / "answers.csv", folder / "report.html"
    with source.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["score", "date", "comment", "Team van de klantenservice", "Kanaal"])
        for row in range(600):
            score = "" if row % 12 == 0 else (10, 9, 8, 10, 2, 7, 3)[row % 7]
            day = date(2026, 1, 5) + timedelta(days=row // 6)
            comment = "Drie keer gebeld, nog steeds geen antwoord gekregen" if score == 2 else ""
            team = ("Noord", "Zuid", "Een afdeling met een heel erg lange naam in het zuidwesten")[row % 3]
            writer.writerow([score, day, comment, team, ("telefoon", "chat")[row // 7 % 2]])
    return build_report(source, language=request.param).save(target)


@pytest.fixture
def page(chromium, report, request):
    context = chromium.new_context(viewport={"width": request.param, "height": 800})
    opened = context.new_page()
    opened.goto(report.as_uri())
    yield opened
    context.close()


@pytest.mark.parametrize("page", WIDTHS, indirect=True)
def test_axe_finds_nothing(page):
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("page", WIDTHS, indirect=True)
def test_page_does_not_scroll_sideways(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.parametrize(("page", "shown"), [(390, "narrow"), (1280, "wide")], indirect=["page"])
def test_each_figure_is_shown_once_in_the_form_that_fits(page, shown):
    hidden = {"narrow": "wide", "wide": "narrow"}[shown]
    figures = page.locator("figure:has(svg)")
    assert figures.count() >= 4
    assert page.locator(f"figure .{shown} svg:visible").count() == figures.count()
    assert page.locator(f"figure .{hidden} svg:visible").count() == 0


def test_nothing_is_fetched_and_no_script_is_needed(chromium, report):
    context = chromium.new_context(java_script_enabled=False)
    page, requests, complaints = context.new_page(), [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(report.as_uri())
    assert requests == [report.as_uri()]
    assert not complaints, "the page keeps its own content security policy"
    assert page.locator("figure .wide svg").first.is_visible()
    context.close()


def test_keyboard_reaches_the_content_first(chromium, report):
    page = chromium.new_page()
    page.goto(report.as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    page.close()


def test_print_shows_wide_figures_and_no_navigation(chromium, report):
    page = chromium.new_page(viewport={"width": 600, "height": 800})
    page.goto(report.as_uri())
    page.emulate_media(media="print")
    assert page.locator("nav").is_hidden()
    assert page.locator("figure .wide svg").first.is_visible()
    page.close()
