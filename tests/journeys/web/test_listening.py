"""From a survey to a number: published, asked about a contact by real mail, answered by one tap, and seen at once."""

import json
import re
from datetime import UTC, datetime, timedelta
from urllib.request import Request, urlopen

import pytest
from tests.journeys.web.installation import installed, until
from tests.mailbox import mail_server

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"
CUSTOMER = "jansen@voorbeeld.example"


@pytest.fixture
def mailbox():
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def centre(tmp_path, mailbox):
    with installed(tmp_path / "home", "serve", MAIL_URL=mailbox.url) as installation:
        yield installation


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()


def begin(page, centre):
    page.goto(centre.first_link())
    page.fill("[name=organisation]", "Noord Telecom")
    page.select_option("[name=zone]", "Europe/Brussels")
    page.fill("[name=name]", "Els Maes")
    page.fill("[name=email]", "els@noord.example")
    page.fill("[name=password]", "een lang wachtwoord")
    page.locator("main button.primary").click()
    page.wait_for_url("**/o/noord-telecom/**")
    return f"{centre.url}/o/noord-telecom"


def publish_survey(page, home):
    page.goto(f"{home}/surveys/new")
    page.get_by_label("Name", exact=True).fill("After contact")
    press(page, "Make it")
    page.goto(f"{page.url.partition('/edit')[0]}/publish")
    press(page, "Publish")


def let_ask(page, home):
    page.goto(f"{home}/asking/rules/new")
    page.fill("[name=name]", "Every contact")
    page.fill("[name=delay]", "0")
    page.locator("main form button.primary").click()
    page.wait_for_load_state()
    page.locator("main form[action$='/switch'] button").click()
    page.wait_for_load_state()


def token_of(page, home):
    page.goto(f"{home}/tokens/new")
    page.fill("[name=name]", "Exchange")
    page.check("[name=scopes][value='contacts:write']")
    page.locator("main form button.primary").click()
    page.wait_for_load_state()
    return page.locator("main code, main input[readonly]").first.evaluate("one => one.value || one.textContent").strip()


def contact_comes_in(centre, token):
    ended = datetime.now(UTC) - timedelta(minutes=3)
    contact = {
        "source": "exchange", "external_id": "c1", "channel": "phone", "team": "Ghent", "queue": "Bills",
        "started_at": (ended - timedelta(minutes=5)).isoformat(), "ended_at": ended.isoformat(),
        "customer": {"email": CUSTOMER, "language": "nl"},
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with urlopen(Request(f"{centre.url}/api/contacts", json.dumps(contact).encode(), headers)) as answer:
        assert answer.status == 200


def test_from_a_published_survey_to_a_number_that_moves(page, chromium, centre, mailbox):
    home = begin(page, centre)
    publish_survey(page, home)
    let_ask(page, home)
    contact_comes_in(centre, token_of(page, home))

    until(lambda: mailbox.letters, "no letter arrived")
    letter = mailbox.to(CUSTOMER)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = letter.get_body(("plain",)).get_content()
    assert "Hoe waarschijnlijk" in text
    links = re.findall(r"https?://\S+", text)
    nine = next(link for link in links if link.endswith("/9/"))
    stop = next(link for link in links if link.endswith("/stop/"))
    assert CUSTOMER not in text
    assert "jansen" not in nine

    page.goto(f"{home}/answers")
    customer = chromium.new_context(viewport={"width": 390, "height": 800}, locale="en-GB", user_agent=PHONE)
    phone = customer.new_page()
    phone.goto(nine)
    assert phone.locator("html").get_attribute("lang") == "nl"
    phone.locator("[data-noted]").wait_for(state="visible", timeout=20_000)  # one tap, in the mail: no second one

    phone.locator("input[type=radio][value='7']").check(force=True)
    phone.locator("textarea").fill("Snel geholpen, lang gewacht")
    phone.locator("main form button").first.click()
    phone.wait_for_load_state()
    # Another score asks on: what was said stays, and is sent with whatever else there is to say.
    assert phone.locator("textarea").input_value() == "Snel geholpen, lang gewacht"
    phone.wait_for_timeout(700)  # no person presses a button sooner
    phone.locator("main form button").first.click()
    phone.wait_for_url("**/done/**")
    assert not customer.cookies()

    number = ["ask", "nps", "--lake", str(centre.home / "lakes" / "1"), "--format", "json"]
    until(
        lambda: json.loads(centre.run(*number).stdout or "{}").get("total", {}).get("n") == 1, "no answer in the lake"
    )
    page.goto(f"{home}/answers")
    assert "7" in page.locator("main table").inner_text()

    phone.goto(stop)
    phone.wait_for_timeout(700)  # no person presses a button sooner
    phone.locator("main form button").first.click()
    phone.wait_for_load_state()
    page.goto(f"{home}/asking/blocks")
    assert "does not want to be asked" in page.locator("main table tbody").inner_text()
    customer.close()


def test_an_overview_that_lies_open_follows_an_answer_without_being_loaded_anew(page, chromium, demo):
    page.goto(demo.url)
    until(lambda: list((demo.home / "outbox").glob("*.eml")), "nobody was asked in the demonstration")
    page.goto(f"{demo.url}/o/demo/")
    answers = page.locator("main .estimate").first.inner_text()
    page.evaluate("window.untouched = true")

    letter = max((demo.home / "outbox").glob("*.eml")).stem
    second = chromium.new_context(viewport={"width": 390, "height": 800}, user_agent=PHONE)
    tab = second.new_page()
    tab.goto(demo.url)
    tab.goto(f"{demo.url}/o/demo/outbox/{letter}/html")
    nine = tab.locator("a[href$='/9/']").first.get_attribute("href")
    tab.goto(nine)
    tab.wait_for_timeout(700)  # no person presses a button sooner
    tab.locator("main form button").first.click()
    tab.wait_for_url("**/done/**")
    second.close()

    until(
        lambda: page.locator("main .estimate").first.inner_text() != answers, "the overview did not move", patience=30
    )
    assert page.evaluate("window.untouched") is True
