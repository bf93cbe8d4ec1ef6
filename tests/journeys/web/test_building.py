"""A survey built by its owner on a phone, in four languages, worded otherwise afterwards, and seen to break a trend."""

import re

from tests.journeys.web.installation import until

QUESTION = {
    "Dutch": ("Waarover ging het?", "Mijn factuur", "Een verhuizing"),
    "French": ("De quoi s’agissait-il ?", "Ma facture", "Un déménagement"),
    "German": ("Worum ging es?", "Meine Rechnung", "Ein Umzug"),
}
PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "en-GB", "is_mobile": True, "has_touch": True}


def fits(page):
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, page.url


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.tap()
    fits(page)


def fill(page, name, value):
    page.get_by_label(name, exact=True).first.fill(value)


def ask_what_it_was_about(page, question, *choices):
    asked = page.get_by_role("group", name="Question 1")
    asked.get_by_label("Question", exact=True).fill(question)
    for number, choice in enumerate(choices, start=1):
        asked.get_by_label(f"Choice {number}", exact=True).fill(choice)


def test_an_owner_builds_a_whole_survey_on_a_phone(chromium, demo):
    context = chromium.new_context(**PHONE)
    page = context.new_page()
    page.goto(demo.url)
    page.goto(f"{demo.url}/o/demo/surveys/new")
    fill(page, "Name", "About bills")
    page.get_by_label("after a contact").check()
    press(page, "Make it")
    survey = page.url.partition("/edit")[0]

    for part in ("Why", "Thanks"):
        page.get_by_role("group", name=part, exact=True).get_by_label("Different by score").check()
    press(page, "Add a question")
    ask_what_it_was_about(page, "What was it about?", "My bill", "A move")
    page.get_by_role("group", name="Question 1").get_by_label("Up to").select_option("6")
    page.get_by_role("group", name="Question 1").get_by_label("From").select_option("0")
    page.get_by_role("group", name="Thanks").get_by_label("after a low score").fill("We are sorry.")
    fill(page, "Colour (optional)", "#ff9900")
    press(page, "Save the draft")
    said = page.get_by_role("alert").inner_text()
    nearest = re.search(r"nearest that can is (#[0-9a-f]{6})", said)
    assert nearest, said
    assert page.get_by_label("Colour (optional)", exact=True).input_value() == "#ff9900", "nothing typed is lost"
    assert page.get_by_role("group", name="Question 1").get_by_label("Choice 2", exact=True).input_value() == "A move"
    fill(page, "Colour (optional)", nearest[1])
    press(page, "Save the draft")
    page.get_by_text("The draft is saved.").wait_for()
    assert "Dutch 3, French 3, German 3" in page.locator("main").inner_text()

    for language, words in QUESTION.items():
        press(page, language)
        ask_what_it_was_about(page, *words)
    press(page, "Save, and look before publishing")
    assert "the trend begins with it" in page.locator("main").inner_text()
    press(page, "Publish")
    page.get_by_text("Version 1 is being asked from now on.").wait_for()

    for address, shown in (
        ("score=3&language=en", ["What went wrong?", "What was it about?", "A move", "may call me"]),
        ("score=8&language=nl", ["Wat had beter gekund?", "mag mij hierover bellen"]),
        ("score=10&language=de", ["Was schätzen Sie am meisten?"]),
        ("score=3&step=thanks&language=en", ["We are sorry."]),
    ):
        told = "&".join(part if part.startswith("language") else f"show.{part}" for part in address.split("&"))
        page.goto(f"{survey}/preview?{told}")
        body = page.locator("body").inner_text()
        for words in shown:
            assert words in body, (address, words)
        assert ("about?" in body or "ging es?" in body) is (address.startswith("score=3&l"))
        fits(page)
    context.close()


def test_another_wording_is_foretold_and_then_seen_to_break_the_trend(chromium, demo):
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(demo.url)
    home = f"{demo.url}/o/demo"
    page.goto(f"{home}/question?measure=nps&grain=month")
    assert "new wording" not in page.locator("main").inner_html()

    page.goto(f"{home}/surveys")
    page.get_by_role("link", name="After a contact", exact=True).click()
    page.get_by_role("link", name="Edit", exact=True).click()
    fill(page, "Question", "After talking to us, would you recommend {brand}?")
    page.get_by_role("button", name="Save, and look before publishing").click()
    page.get_by_text("This breaks the trend").wait_for()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_text("the trend breaks").wait_for()

    page.get_by_role("link", name="Hand out").click()
    open_link = page.locator("#link").inner_text()
    customer = chromium.new_context(locale="en-GB")
    answer = customer.new_page()
    answer.goto(open_link)
    assert answer.get_by_role("heading", name="After talking to us, would you recommend Halder Telecom?").is_visible()
    answer.get_by_role("radio", name="9", exact=True).check(force=True)
    answer.wait_for_timeout(700)  # nobody reads faster than half a second
    answer.get_by_role("button", name="Send").click()
    answer.get_by_role("textbox").wait_for()
    customer.close()

    def is_broken():
        page.goto(f"{home}/question?measure=nps&grain=month")
        return "new wording" in page.locator("main").inner_html()

    until(is_broken, "the trend goes on as if nothing had changed", patience=40)
    context.close()
