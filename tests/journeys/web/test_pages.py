"""Every page of the menu as its members see it: accessible, within its width, in every language, and quiet."""

import pytest
from axe_playwright_python.sync_playwright import Axe

LANGUAGES = ("nl", "fr", "de", "en")
ROLES = ("owner", "privacy_officer", "analyst", "lead", "agent", "client_viewer")


def become(page, demo, role):
    """Be somebody of the demonstration, by the menu that it has for this."""
    page.goto(demo.url)
    page.locator("details.menu summary", has=page.locator("text=Vermeulen")).click() if role != "owner" else None
    if role != "owner":
        page.locator(f"form[data-role={role}] button, button[data-role={role}]").first.click()


def menu_of(page):
    links = page.locator("nav.navigation a:visible")
    return list(dict.fromkeys(links.evaluate_all("links => links.map(link => link.href)")))


def examine(page, path):
    answer = page.goto(path)
    assert answer.status == 200, (path, answer.status)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{path} is {wide} pixels too wide"
    found = Axe().run(page)
    assert found.violations_count == 0, f"{path}\n{found.generate_report()}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_of_an_owner_are_accessible(chromium, demo, width, scheme):
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme, locale="en-GB")
    page = context.new_page()
    page.goto(demo.url)
    paths = menu_of(page)
    assert len(paths) >= 12
    page.set_viewport_size({"width": width, "height": 900})
    for path in [*paths, f"{demo.url}/components", f"{demo.url}/account/", f"{demo.url}/api/manual"]:
        examine(page, path)
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_the_language(chromium, demo, language):
    context = chromium.new_context(viewport={"width": 390, "height": 900}, locale=language)
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(demo.url)
    paths = menu_of(page)
    page.set_viewport_size({"width": 390, "height": 900})
    for path in paths:
        answer = page.goto(path)
        assert answer.status == 200
        assert page.locator("html").get_attribute("lang") == language
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} pixels too wide in {language}"
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
    assert page.locator("h1").is_visible()
    assert page.locator("table, [role=list]").first.is_visible()
    context.close()
