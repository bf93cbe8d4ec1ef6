"""A Monday: an administrator starts the product, names the organisation, brings in a file and reads a number."""

import json
from pathlib import Path

import pytest
from tests.journeys.web.installation import installed

SURVEY = Path(__file__).parents[3] / "examples" / "contact_survey.csv"


@pytest.fixture
def fresh(tmp_path):
    with installed(tmp_path / "home", "serve") as installation:
        yield installation


def test_from_the_first_link_to_the_first_number(fresh, page):
    link = fresh.first_link()
    page.goto(link)
    page.fill("[name=organisation]", "Noord Telecom")
    page.select_option("[name=zone]", "Europe/Brussels")
    page.fill("[name=name]", "Els Maes")
    page.fill("[name=email]", "els@noord.example")
    page.fill("[name=password]", "een lang wachtwoord")
    page.locator("main button.primary").click()
    page.wait_for_url("**/o/noord-telecom/**")
    assert page.locator(".empty a.button").first.is_visible(), "an empty overview says what to do"

    page.locator("nav.navigation a:visible", has_text="Files").click()
    page.locator("main a.button.primary").first.click()
    page.set_input_files("input[type=file]", SURVEY)
    page.locator("main form button.primary").click()
    page.locator("main .actions form button.primary").click(timeout=60_000)  # "Bring in", once it has been looked at
    page.locator("main .notice.done a, main .notice a").first.click(timeout=60_000)
    page.wait_for_selector("main .estimate")

    said = fresh.run("ask", "nps in last 3 months", "--lake", str(fresh.home / "lakes" / "1"), "--format", "json")
    assert said.returncode == 0, said.stderr
    total = json.loads(said.stdout)["total"]
    shown = page.locator("main .estimate").first.inner_text()
    assert f"{round(total['value']):+d}".replace("-", "−") in shown
    assert f"{total['n']:,}" in shown

    page.context.clear_cookies()
    assert page.request.get(link).status == 404, "the first link is dead once there is an owner"
    page.goto(f"{fresh.url}/account/login/")
    page.fill("[name=login]", "els@noord.example")
    page.fill("[name=password]", "een lang wachtwoord")
    page.locator("main form button.primary").first.click()
    page.wait_for_url("**/o/noord-telecom/**")
