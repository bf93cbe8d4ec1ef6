"""Who is asked, and what they answered, as members see it: accessible in light and dark, and by keyboard alone."""

import re
from contextlib import contextmanager
from email import message_from_bytes, policy

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.journeys.web.installation import until

# Between light and dark only colours differ: there the rules on colour are asked again.
RULES = {"light": {}, "dark": {"runOnly": {"type": "tag", "values": ["cat.color"]}}}
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"


@pytest.fixture(scope="module")
def answered(chromium, demo):
    """The demonstration with an answer of a person, one of a machine, and somebody who asked to be left alone."""
    until(lambda: len(list((demo.home / "outbox").glob("*.eml"))) > 2, "nobody was asked in the demonstration")
    person, machine, *_ = map(links_of, sorted((demo.home / "outbox").glob("*.eml")))
    with somebody(chromium, PHONE) as page:
        page.goto(person("2"))
        page.locator("textarea").fill("Lang gewacht, bel mij op 0612345678")
        press(page)
        page.wait_for_url("**/done/**")
        page.goto(person("stop"))
        press(page)
    with somebody(chromium, "Mozilla/5.0 (Windows NT 10.0) Scanner") as page:
        for score in range(5):
            page.goto(machine(score))
            press(page)
    return demo


def links_of(letter):
    """Return what finds a link of a letter by how it ends."""
    read = message_from_bytes(letter.read_bytes(), policy=policy.default)
    found = re.findall(r"https?://\S+", read.get_body(("plain",)).get_content())
    return lambda end: next(link for link in found if link.endswith(f"/{end}/"))


@contextmanager
def somebody(chromium, agent):
    """A browser of somebody's own."""
    context = chromium.new_context(user_agent=agent)
    yield context.new_page()
    context.close()


def press(page):
    page.wait_for_timeout(700)  # nobody reads faster than half a second
    page.locator("main form button").first.click()
    page.wait_for_load_state()


def by_keyboard(page, name, role="button"):
    """Go to something by Tab, and press it."""
    wanted = page.get_by_role(role, name=name, exact=True).first.element_handle()
    for _ in range(80):
        if page.evaluate("one => one === document.activeElement", wanted):
            break
        page.keyboard.press("Tab")
    assert page.evaluate("one => one === document.activeElement", wanted), f"{name} cannot be reached"
    seen = page.evaluate("one => { const s = getComputedStyle(one); return s.outlineStyle !== 'none'; }", wanted)
    assert seen, f"{name} does not show that it is reached"
    return wanted


def make_rule(page, home, name):
    page.goto(f"{home}/asking/rules/new")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_load_state()
    return page.url


@pytest.mark.parametrize(("scheme", "rules"), RULES.items(), ids=RULES)
def test_pages_of_asking_and_answers_are_accessible(chromium, answered, scheme, rules):
    context = chromium.new_context(locale="en-GB", color_scheme=scheme, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(answered.url)
    home = f"{answered.url}/o/demo"
    rule = make_rule(page, home, f"Accessible {scheme}")
    page.goto(f"{home}/answers?show=not_counted")
    suspect = page.locator("main tbody th a").first.get_attribute("href")
    page.goto(f"{home}/answers?show=counted")
    counted = page.locator("main tbody th a").first.get_attribute("href")
    places = [f"{home}/asking/{one}" for one in ("rules", "rules/new", "clocks", "mail", "blocks", "blocks/new")]
    places += [rule, f"{rule}/edit", f"{rule}/try", f"{home}/asking/invitations", f"{home}/asking/rules/1/try"]
    places += [f"{home}/answers", f"{home}/answers?survey=x&score=3", f"{answered.url}{suspect}"]
    places += [f"{answered.url}{counted}"]
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for place in places:
            assert page.goto(place).status == 200, place
            for closed in page.locator("main details:not([open]) > summary").all():
                closed.click()
            found = Axe().run(page, options=rules)
            assert found.violations_count == 0, f"{place} {width}\n{found.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), place
    for place in ("clocks", "mail"):
        page.goto(f"{home}/asking/{place}")
        assert page.locator("nav.navigation [aria-current]:visible").all_inner_texts() == ["Who is asked"]
    context.close()


def test_a_rule_is_made_tried_and_set_live_by_keyboard_alone(page, demo):
    page.goto(demo.url)
    page.goto(f"{demo.url}/o/demo/asking/rules")
    by_keyboard(page, "New rule", "link")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rules/new")
    by_keyboard(page, "Name", "textbox")
    page.keyboard.type("Calls by keyboard")
    by_keyboard(page, "Phone", "checkbox")
    page.keyboard.press("Space")
    by_keyboard(page, "Save")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/rules/\d+$"))
    assert "This rule is off" in page.locator("main").inner_text()
    by_keyboard(page, "Try on last month", "link")
    page.keyboard.press("Enter")
    page.wait_for_url("**/try")
    said = page.locator("main dl").inner_text()
    assert "Would have been asked" in said
    by_keyboard(page, "Switch on")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/rules/\d+$"))
    page.get_by_text("Calls by keyboard is on.").wait_for()
    by_keyboard(page, "Switch off")
    page.keyboard.press("Enter")
    page.get_by_text("Calls by keyboard is off.").wait_for()


def test_an_answer_is_left_out_and_counted_again_by_keyboard_alone(page, answered):
    page.goto(answered.url)
    page.goto(f"{answered.url}/o/demo/answers?show=counted")
    page.locator("main tbody th a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/answers/\d+$"))
    assert "0612345678" not in page.content(), "what says who somebody is, is taken out"
    by_keyboard(page, "Leave it out")
    page.keyboard.press("Enter")
    page.get_by_text("Does not count", exact=True).wait_for()
    by_keyboard(page, "Let the rules decide")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Leave it out").wait_for()
