"""A survey edited and looked at in a browser: accessible, by keyboard alone, without JavaScript, and small."""

import pytest
from axe_playwright_python.sync_playwright import Axe

STEPS = ("answer", "answer&show.score=3", "thanks", "stop", "stopped", "expired")


def own_survey(page, demo, name):
    """Make a survey of this test's own, and return its address."""
    page.goto(demo.url)
    page.goto(f"{demo.url}/o/demo/surveys/new")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url("**/edit**")  # whose scripts then listen
    return page.url.partition("/edit")[0]


def finds_nothing(page, place):
    found = Axe().run(page)
    assert found.violations_count == 0, f"{place}\n{found.generate_report()}"
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, place


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_a_survey_is_accessible(chromium, demo, scheme):
    context = chromium.new_context(locale="en-GB", color_scheme=scheme)
    page = context.new_page()
    survey = own_survey(page, demo, f"Accessible {scheme}")
    page.get_by_role("button", name="Add a question").click()
    pages = [survey, *(f"{survey}/{one}" for one in ("edit?in=fr&blank=yes", "publish", "distribution"))]
    pages += [f"{survey}/preview?language=de&show.step={step}" for step in STEPS]
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for address in pages:
            assert page.goto(address).status == 200
            finds_nothing(page, (width, address))
    context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_scores_are_big_enough_to_tap_and_stand_in_whole_rows(page, demo, width):
    survey = own_survey(page, demo, f"Targets {width}")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{survey}/preview?language=fr")
    boxes = page.locator(".scale label").evaluate_all("all => all.map(one => one.getBoundingClientRect().toJSON())")
    assert len(boxes) == 11
    assert min(box[side] for box in boxes for side in ("width", "height")) >= 44
    rows = [sum(box["top"] == top for box in boxes) for top in sorted({box["top"] for box in boxes})]
    assert rows == ([11] if width == 1280 else [6, 5])


def test_a_score_is_given_by_keyboard_alone_and_arrows_send_nothing(page, demo):
    survey = own_survey(page, demo, "Keyboard")
    page.goto(f"{survey}/preview?language=nl")
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    group = page.get_by_role("group", name="Hoe waarschijnlijk is het")
    while not page.evaluate("document.activeElement.name == 'score'"):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert group.get_by_role("radio", name="0: Helemaal niet waarschijnlijk").is_checked()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    assert group.get_by_role("radio", name="10: Uiterst waarschijnlijk").is_checked()
    assert not sent


def test_a_page_for_whoever_answers_is_below_15_kb_and_keeps_its_language(page, demo):
    survey = own_survey(page, demo, "Small")
    page.wait_for_load_state("networkidle")  # of the page before
    loaded = []
    page.on("response", lambda one: loaded.append(one))  # noqa: PLW0108  a builtin cannot be wrapped
    page.goto(f"{survey}/preview?language=fr&show.score=2", wait_until="networkidle")
    assert len(loaded) == 4  # the page, two sheets and a script
    assert sum(len(one.body()) for one in loaded) < 15_000
    assert all(one.url.startswith(demo.url) for one in loaded)
    page.get_by_role("link", name="de, Deutsch").click()
    assert page.locator("html").get_attribute("lang") == "de"
    assert page.get_by_role("radio", name="2", exact=True).is_checked()


def test_the_preview_follows_what_is_written(page, demo):
    own_survey(page, demo, "Live")
    page.get_by_label("Question", exact=True).fill("Would you tell a friend of {brand}?")
    frame = page.frame_locator("iframe")
    frame.get_by_role("heading", name="Would you tell a friend of Halder Telecom?").wait_for()
    page.get_by_label("Colour (optional)", exact=True).fill("#ff9900")
    page.get_by_text("the nearest that can is #ab6600").wait_for()


def test_without_javascript_a_survey_is_edited_previewed_and_published(chromium, demo):
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    own_survey(page, demo, "No script")
    page.get_by_label("Question", exact=True).fill("Would you recommend {brand}?")
    page.get_by_label("Score", exact=True).select_option("9")
    page.get_by_role("button", name="Show", exact=True).click()
    frame = page.frame_locator("iframe")
    frame.get_by_role("heading", name="Would you recommend Halder Telecom?").wait_for()
    assert frame.get_by_role("radio", name="9", exact=True).is_checked()
    page.get_by_role("button", name="Save, and look before publishing").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_text("Version 1 is being asked from now on.").wait_for()
    context.close()
