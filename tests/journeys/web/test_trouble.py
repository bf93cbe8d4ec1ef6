"""When the register is away, or too much is asked for: what a visitor, a customer and a program see."""

import json
import re
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from tests.journeys.web.gate import Gate
from tests.journeys.web.installation import Installation, until
from tests.journeys.web.postgres import server

_NAMES = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "klankbord.web.kernel.settings"
import django; django.setup()
from klankbord.web.kernel.access import the_product
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.actions import create_token
from klankbord.web.surveys.models import Survey
organisation = Organisation.objects.get()
with acting_in(organisation):
    print("SURVEY", Survey.objects.get().public_id)
    _, told = create_token(the_product(organisation), name="exchange", scopes=["contacts:write"], days=1)
    print("TOKEN", told)
"""


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    """The way to the register, which can be shut."""
    with server(tmp_path_factory.mktemp("trouble") / "postgres") as running:
        gate = Gate(running.port)
        yield gate
        gate.close()


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory, register):
    home, database = (
        tmp_path_factory.mktemp("trouble") / "home",
        f"postgresql://postgres@127.0.0.1:{register.port}/postgres",
    )
    installation = Installation(home, ["demo", "--contacts", "3000"], database)
    try:
        installation.start()
        yield installation
    finally:
        installation.stop()


@pytest.fixture(scope="module")
def known(demonstration):
    """The name of the open link, and a token."""
    told = demonstration.python(_NAMES)
    assert told.returncode == 0, told.stderr
    return dict(line.split() for line in told.stdout.splitlines())


@pytest.fixture
def browser(chromium):
    """A page in Dutch, on which failing requests are no surprise."""
    context = chromium.new_context(locale="nl-BE", viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def asked(url, method="GET", body=None, **headers):
    """Return status, headers and text of an answer."""
    request = Request(url, data=body, method=method, headers=headers)
    try:
        with urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except HTTPError as error:
        return error.code, error.headers, error.read().decode()


def test_an_answer_that_could_not_be_saved_waits_in_the_page(demonstration, register, known, browser):
    browser.goto(f"{demonstration.url}/q/{known['SURVEY']}/")
    browser.locator(".scale label").nth(8).click()
    browser.wait_for_timeout(1_200)  # nobody presses a button sooner
    with register.shut():
        browser.locator("main form button").last.click()
        browser.get_by_role("heading", name="Uw antwoord is nog niet bewaard").wait_for()
    browser.get_by_role("button", name="Opnieuw versturen").click()
    browser.fill("textarea", "Snel geholpen, en vriendelijk")
    browser.wait_for_timeout(1_200)
    with register.shut():
        browser.locator("main form button").last.click()
        browser.get_by_role("button", name="Opnieuw versturen").click()  # too soon
        browser.wait_for_load_state()
        assert browser.locator("input[name=why]").input_value() == "Snel geholpen, en vriendelijk"
    browser.get_by_role("button", name="Opnieuw versturen").click()
    browser.wait_for_url("**/done/**")


def test_everybody_is_told_in_their_way_that_the_register_is_away(demonstration, register, known, browser):
    dutch = {"Accept-Language": "nl"}
    with register.shut():
        visited = asked(f"{demonstration.url}/", **dutch)
        respondent = asked(f"{demonstration.url}/q/{known['SURVEY']}/", **dutch)
        bearer = {"Authorization": f"Bearer {known['TOKEN']}", "Content-Type": "application/json"}
        program = asked(f"{demonstration.url}/api/contacts", "POST", b"{}", **bearer)
        browser.goto(f"{demonstration.url}/account/login/")
        browser.context.add_cookies([{"name": "sessionid", "value": "x" * 32, "url": demonstration.url}])
        browser.goto(f"{demonstration.url}/account/login/")
        browser.get_by_role("heading", name="Klankbord is even niet bereikbaar").wait_for()
    for status, headers, text in (visited, respondent, program):
        assert status == 503
        assert int(headers["Retry-After"]) > 0
        assert not re.search(r"Traceback|OperationalError|psycopg|127\.0\.0\.1", text)
    assert "Klankbord is even niet bereikbaar" in visited[2]
    assert "Een ogenblik alstublieft" in respondent[2]
    assert "Klankbord" not in respondent[2], "a customer does not know the product"
    assert json.loads(program[2])["code"] == "service_unavailable"
    until(lambda: asked(f"{demonstration.url}/account/login/")[0] == 200, "it does not come back", 30)
    assert "Traceback" not in demonstration.told().partition("klankbord.register")[2]


def test_what_an_owner_sent_meanwhile_can_be_sent_again(demonstration, register, browser):
    browser.goto(f"{demonstration.url}/")
    browser.goto(f"{demonstration.url}/o/demo/settings")
    browser.fill("[name=name]", "Halder en Zonen")
    with register.shut():
        browser.locator("main form button.primary").first.click()
        browser.get_by_role("button", name="Opnieuw versturen").wait_for()
    browser.get_by_role("button", name="Opnieuw versturen").click()
    browser.get_by_text("De organisatie is gewijzigd.").wait_for()
    assert browser.input_value("[name=name]") == "Halder en Zonen"


def test_too_much_at_once_and_wrong_methods_are_refused_with_what_to_do(demonstration, known):
    much = b"[" + b"0," * 17_000_000 + b"0]"
    bearer = {"Authorization": f"Bearer {known['TOKEN']}", "Content-Type": "application/json"}
    status, _, text = asked(f"{demonstration.url}/api/contacts", "POST", much, **bearer)
    assert (status, json.loads(text)["code"]) == (413, "too_big")
    form = {"Cookie": f"csrftoken={'x' * 32}; language=nl", "Content-Type": "application/x-www-form-urlencoded"}
    status, _, text = asked(f"{demonstration.url}/account/login/", "POST", b"a=" + b"b" * 34_000_000, **form)
    assert status == 413
    assert "Dit is te groot" in text
    status, headers, text = asked(f"{demonstration.url}/api/contacts", "PUT", b"{}", **bearer)
    assert (status, headers["Allow"], json.loads(text)["status"]) == (405, "POST", 405)
    assert asked(f"{demonstration.url}/account/theme", **{"Accept-Language": "de"})[0] == 405
