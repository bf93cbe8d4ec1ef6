"""Answering from a real mail in a real browser: by machines, which count nowhere, and by people, who do."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.journeys.web.installation import installed

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"
_PREPARE = """
import json, sys; import os
os.environ["DJANGO_SETTINGS_MODULE"] = "klankbord.web.kernel.settings"
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from klankbord.web.contacts.actions import receive_contacts
from klankbord.web.contacts.models import Contact
from klankbord.web.invitations.letters import letter_for, sender_of
from klankbord.web.invitations.models import Invitation
from klankbord.web.kernel.access import the_product
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.actions import create_organisation
from klankbord.web.surveys.library import starting_point
from klankbord.web.surveys.models import Survey, Version
owner = create_organisation(name="Noord", slug="noord", zone="Europe/Brussels", language="nl",
                            owner_email="els@noord.example", owner_name="Els", password="een lang wachtwoord")
now, letters = timezone.now(), []
with acting_in(owner.organisation):
    rows = [{"external_id": f"c{n}", "started_at": (now - timedelta(hours=5)).isoformat(), "channel": "phone",
             "team": "Ghent", "customer": {"id": f"k{n}", "email": f"k{n}@voorbeeld.example"}} for n in range(4)]
    receive_contacts(actor=the_product(owner.organisation), source="exchange", rows=rows)
    survey = Survey.objects.create(name="Na contact", code="na-contact", metric="nps", mode="service")
    content = starting_point("nps", brand="Noord", mode="service").to_dict()
    version = Version.objects.create(survey=survey, number=1, content=content, published_at=now)
    for contact in Contact.objects.select_related("customer").order_by("external_id"):
        left = now - timedelta(hours=3)
        invitation = Invitation.objects.create(
            survey=survey, version=version, metric="nps", channel="email", language="nl", contact=contact,
            customer=contact.customer, state="sent", planned_at=left, due_at=left, asked_at=left, sent_at=left,
            circumstances={"team": "Ghent"}, expires_at=now + timedelta(days=14))
        letters.append(letter_for(invitation, to="k@voorbeeld.example", sender=sender_of(owner.organisation)).html)
print("LETTERS", json.dumps(letters))
"""
_STAND = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "klankbord.web.kernel.settings"
import django; django.setup()
from klankbord.web.invitations.models import Block
from klankbord.web.kernel.tenancy import everywhere
from klankbord.web.responses.models import Response
with everywhere():
    answers = {one.invitation.contact.external_id: [one.score, one.counted, one.not_counted_reason, one.comment,
               one.language, one.confirmed] for one in Response.objects.select_related("invitation__contact")}
    print("STAND", json.dumps({"answers": answers, "blocks": Block.objects.count()}))
"""


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    """An installation from which four letters have left."""
    with installed(tmp_path_factory.mktemp("answering") / "home", "serve") as installation:
        made = installation.python(_PREPARE)
        assert made.returncode == 0, made.stderr
        letters = json.loads(made.stdout.split("LETTERS ")[1])
        yield installation, [re.findall(r'href="([^"]+)"', letter) for letter in letters]


def stand(installation):
    told = installation.python(_STAND)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout.split("STAND ")[1])


def score_of(links, score):
    return next(link for link in links if link.endswith(f"/{score}/"))


def somebody(chromium, **told):
    return chromium.new_context(viewport={"width": 390, "height": 800}, locale="nl-BE", user_agent=PHONE, **told)


def test_machine_that_opens_every_link_and_presses_every_button_counts_nowhere_and_a_person_after_it_does(
    chromium, centre
):
    installation, (links, *_) = centre
    assert len(links) >= 13, "eleven scores, the way out, and what only machines see"
    scanner = chromium.new_context()
    page = scanner.new_page()
    for link in links:
        page.goto(link)
        page.wait_for_timeout(1_700)  # as long as it takes for the page to send by itself
        for place in range(page.locator("input[type=radio]").count()):
            page.locator("input[type=radio]").nth(place).check(force=True)
        for _ in range(page.locator("button").count()):
            page.locator("button").first.click()
            page.wait_for_load_state()
    scanner.close()
    told = stand(installation)
    assert told["blocks"] == 0
    assert [answer for answer in told["answers"].values() if answer[1]] == []
    assert told["answers"]["c0"][2]

    context = somebody(chromium)
    page = context.new_page()
    page.goto(score_of(links, 9))
    page.locator("[data-noted]").wait_for(state="visible", timeout=20_000)
    told = stand(installation)
    assert told["answers"]["c0"][:3] == [9, True, ""]
    assert told["answers"]["c0"][3] == "", "nothing that the machine wrote is this person's"
    assert not context.cookies()
    context.close()


def test_by_keyboard_only_with_a_change_of_mind_in_another_language(chromium, centre):
    installation, (_, links, *_) = centre
    context = somebody(chromium)
    page = context.new_page()
    page.goto(score_of(links, 7))
    page.locator("nav a[lang=fr]").focus()
    page.keyboard.press("Enter")
    page.locator("html[lang=fr]").wait_for()
    page.locator("input[type=radio]:checked").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("input[type=radio]:checked").get_attribute("value") == "8"
    assert "/done/" not in page.url, "arrows choose, they do not send"
    page.keyboard.press("Tab")
    page.keyboard.type("Réponse rapide")
    while page.evaluate("document.activeElement.tagName") != "BUTTON":
        page.keyboard.press("Tab")
    page.wait_for_timeout(700)  # nobody reads faster than half a second
    page.keyboard.press("Enter")
    page.wait_for_url("**/done/**")
    assert page.locator("html").get_attribute("lang") == "fr"
    assert stand(installation)["answers"]["c1"] == [8, True, "", "Réponse rapide", "fr", True]
    page.locator("main a").first.click()
    page.wait_for_load_state()
    assert page.locator("textarea").input_value() == "Réponse rapide"
    page.locator("input[type=radio][value='3']").check(force=True)
    page.wait_for_timeout(700)  # nobody reads faster than half a second
    with page.expect_navigation():
        page.locator("button").click()
    assert stand(installation)["answers"]["c1"][0] == 3
    context.close()


def test_without_scripts_and_then_never_again(chromium, centre):
    installation, (_, _, links, *_) = centre
    context = somebody(chromium, java_script_enabled=False)
    page = context.new_page()
    page.goto(score_of(links, 10))
    page.wait_for_timeout(1_000)
    assert "c2" not in stand(installation)["answers"], "looking stores nothing"
    page.fill("textarea", "Dank u")
    page.locator("button").click()
    page.wait_for_url("**/done/**")
    assert stand(installation)["answers"]["c2"][:4] == [10, True, "", "Dank u"]
    page.goto(next(link for link in links if link.endswith("/stop/")))
    page.wait_for_timeout(700)
    page.locator("button").click()
    page.wait_for_load_state()
    assert stand(installation)["blocks"] >= 1
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_are_accessible_and_named_and_load_nothing_from_elsewhere(chromium, centre, width):
    installation, (_, _, _, links) = centre
    context = somebody(chromium)
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    base = score_of(links, 0).removesuffix("0/")
    for place in (base, f"{base}stop/", f"{installation.url}/s/nothing/", score_of(links, 2)):
        page.goto(place)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{place}\n{found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    radios = page.get_by_role("radio")
    assert radios.count() == 11
    assert page.get_by_role("radio", name="0: Helemaal niet waarschijnlijk").count() == 1
    assert page.get_by_role("radio", name="10: Uiterst waarschijnlijk").count() == 1
    assert page.get_by_role("group", name=re.compile("Noord")).count() == 1
    assert page.get_by_role("textbox").count() == 1
    assert {url.split("/")[2] for url in fetched if url.startswith("http")} == {installation.url.split("/")[2]}
    context.close()


def test_a_page_with_all_that_it_loads_is_below_fifteen_kilobytes(chromium, centre):
    _, (_, _, _, links) = centre
    context = somebody(chromium)
    page = context.new_page()
    bodies = {}
    page.on("response", lambda answer: bodies.update({answer.url: len(answer.body())}))
    page.goto(score_of(links, 2))
    page.wait_for_load_state("networkidle")
    assert sum(bodies.values()) <= 15_000, bodies
    context.close()
