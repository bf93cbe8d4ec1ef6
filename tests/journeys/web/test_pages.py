"""Every page of the menu as its members see it: accessible, within its width, in every language, and quiet."""

import pytest
from axe_playwright_python.sync_playwright import Axe

LANGUAGES = ("nl", "fr", "de", "en")
WIDTHS = (390, 640, 768, 1024, 1280, 2560)
PROBLEMS = {
    "/o/demo/contacts?after=nothing": 400,
    "/o/demo/settings": 403,
    "/o/demo/surveys/999": 404,
    "/o/another/": 404,
    "/account/theme": 405,
}
# Between light and dark only colours differ: there the rules on colour are asked again.
RULES = {"light": {}, "dark": {"runOnly": {"type": "tag", "values": ["cat.color"]}}}
ROLES = {
    "Karel Desmet": {"Rights of customers", "Audit log"},
    "Anouk Bakker": {"Overview", "Files", "The centre"},
    "Youssef Amrani": {"Overview", "Contacts"},
    "Lotte Peeters": {"Overview", "Contacts"},
    "Martin Keller": {"Overview"},
}


def menu_of(page):
    links = page.locator("nav.navigation a:visible")
    return list(dict.fromkeys(links.evaluate_all("links => links.map(link => link.href)")))


def become(page, demo, person):
    page.goto(demo.url)
    page.locator("header details.menu summary").last.click()
    page.locator("header button", has_text=person).click()
    page.wait_for_load_state()


def fits(page, seen):
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{seen} is {wide} pixels too wide"


@pytest.mark.parametrize(("scheme", "rules"), RULES.items(), ids=RULES)
@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_of_an_owner_are_accessible(chromium, demo, width, scheme, rules):
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme, locale="en-GB")
    page = context.new_page()
    page.goto(demo.url)
    paths = menu_of(page)
    assert len(paths) >= 12
    page.set_viewport_size({"width": width, "height": 900})
    for path in [*paths, f"{demo.url}/components", f"{demo.url}/account/", f"{demo.url}/api/manual"]:
        assert page.goto(path).status == 200, path
        fits(page, path)
        found = Axe().run(page, options=rules)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
    context.close()


@pytest.mark.parametrize("person", ROLES)
def test_the_pages_of_everybody_else_are_accessible(chromium, demo, person):
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme="dark", locale="en-GB")
    page = context.new_page()
    become(page, demo, person)
    paths = menu_of(page)
    page.set_viewport_size({"width": 390, "height": 900})
    for path in paths:
        assert page.goto(path).status == 200, path
        fits(page, path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
    context.close()


@pytest.mark.parametrize("scheme", RULES)
def test_a_problem_is_a_page_that_everybody_can_read(chromium, demo, scheme):
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme, locale="nl")
    page = context.new_page()
    become(page, demo, "Youssef Amrani")
    page.set_viewport_size({"width": 390, "height": 900})
    for path, status in PROBLEMS.items():
        assert page.goto(f"{demo.url}{path}").status == status, path
        assert page.locator("html").get_attribute("lang") == "nl"
        fits(page, path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_the_language(chromium, demo, language):
    context = chromium.new_context(viewport={"width": 390, "height": 900}, locale=language)
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(demo.url)
    paths = menu_of(page)
    for path in paths:
        answer = page.goto(path)
        assert answer.status == 200
        assert page.locator("html").get_attribute("lang") == language
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            fits(page, (path, language, width))
    context.close()


def test_nothing_is_fetched_from_elsewhere_and_no_policy_is_broken(demo, page):
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(demo.url)
    for path in menu_of(page):
        page.goto(path)
    assert {address.split("/")[2] for address in fetched if address.startswith("http")} == {demo.url.split("/")[2]}


def test_pages_work_without_scripts(chromium, demo):
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(demo.url)
    page.locator("details.menu.narrow > summary").click()
    page.locator("details.menu.narrow a", has_text="Contacts").click()
    page.wait_for_url("**/contacts")
    assert page.locator("table, [role=list]").first.is_visible()
    context.close()


@pytest.mark.parametrize(("person", "offered"), ROLES.items())
def test_everybody_of_the_demonstration_can_be_switched_to(demo, page, person, offered):
    become(page, demo, person)
    assert person in page.locator("header").inner_text()
    assert offered <= set(page.locator("nav.navigation a:visible").all_inner_texts())
