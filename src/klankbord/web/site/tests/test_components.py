import re
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_every_component_is_shown_in_every_language(client, language):
    client.cookies["language"] = language
    page = client.get("/components").content.decode()
    assert f'<html lang="{language}"' in page
    assert page.count('class="specimen"') >= 25
    assert len(re.findall(r' id="([^"]+)"', page)) == len(set(re.findall(r' id="([^"]+)"', page)))


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium is installed: on Debian, apt-get install chromium")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280, 2560])
def test_everybody_can_use_every_component(live_server, width, scheme):
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page.goto(f"{live_server.url}/components")
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        browser.close()
    assert not [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]
    assert overflow <= 0
