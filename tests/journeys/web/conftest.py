import os
import shutil
from contextlib import suppress

import pytest
from playwright.sync_api import Error, sync_playwright
from tests.journeys.web.installation import installed


@pytest.fixture(scope="session")
def chromium():
    path = os.environ.get("KLANKBORD_CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("no Chromium is installed: on Debian, apt-get install chromium, or set KLANKBORD_CHROMIUM")
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=quiet)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The demonstration, with a small simulated centre."""
    home = tmp_path_factory.mktemp("demo") / "home"
    with installed(home, "demo", "--contacts", "6000") as installation:
        yield installation


@pytest.fixture
def page(chromium):
    """A page of a fresh browser; whatever a script complains of fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    with suppress(Error):
        context.close()
    assert not complaints
