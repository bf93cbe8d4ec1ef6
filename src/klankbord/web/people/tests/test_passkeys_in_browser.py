"""Passkeys, in a real browser with an authenticator of its own."""

import os
import re
import shutil

import pytest
from allauth.mfa.models import Authenticator
from django.db import connections
from playwright.sync_api import sync_playwright

from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.models import Membership, User

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
KNOWN = "koffie-met-koekjes-77"


@pytest.fixture
def page(monkeypatch):
    """A page of a fresh browser; whatever a script or the content policy complains of fails the test."""
    path = os.environ.get("KLANKBORD_CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("no Chromium is installed: on Debian, apt-get install chromium, or set KLANKBORD_CHROMIUM")
    # The driver of the browser keeps a loop in this thread, which Django takes for asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    # Connections that threads of the server would keep would keep the test's database alive.
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(locale="en-GB").new_page()
        complaints = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        browser.close()
        # Within that loop Django has a connection of its own, which nobody else would close.
        connections.close_all()
    assert not complaints


@pytest.fixture
def device(page):
    """An authenticator in the browser, like that of a laptop with a fingerprint reader."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def verifies(verified):
        said = {"authenticatorId": added["authenticatorId"], "isUserVerified": verified}
        session.send("WebAuthn.setUserVerified", said)

    return verifies


@pytest.fixture
def ann(organisation):
    user = User.objects.create_user("ann@noord.example", KNOWN, name="Ann Claes")
    with acting_in(organisation):
        Membership.objects.create(user=user, role="owner")
    return user


def sign_in(page, server):
    page.goto(f"{server.url}/account/login/?next=/account/")
    page.get_by_label("E-mail address").fill("ann@noord.example")
    page.get_by_label("Password", exact=True).fill(KNOWN)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_passkey(page, server):
    page.goto(f"{server.url}/account/2fa/webauthn/add/")
    page.get_by_label("Password", exact=True).fill(KNOWN)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name of this passkey").fill("Laptop")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/recovery-codes/")


def sign_out(page, server):
    page.goto(f"{server.url}/account/logout/")
    page.get_by_role("button", name="Sign out").click()


def test_a_passkey_is_added_and_signs_in_alone(page, device, ann, live_server):
    del device
    sign_in(page, live_server)
    add_passkey(page, live_server)
    sign_out(page, live_server)
    page.goto(f"{live_server.url}/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/account/login" not in url)
    page.goto(f"{live_server.url}/account/")
    assert page.get_by_role("link", name=re.compile("Rename.*Laptop")).is_visible()
    kept = Authenticator.objects.get(user=ann, type="webauthn")
    assert kept.last_used_at is not None


def test_after_the_password_the_passkey_is_asked_for(page, device, ann, live_server):
    del device, ann
    sign_in(page, live_server)
    add_passkey(page, live_server)
    sign_out(page, live_server)
    sign_in(page, live_server)
    page.wait_for_url("**/2fa/authenticate/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{live_server.url}/account/")


def test_a_device_that_does_not_know_its_user_adds_nothing(page, device, ann, live_server):
    device(False)
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/account/2fa/webauthn/add/")
    page.get_by_label("Password", exact=True).fill(KNOWN)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("That did not work").wait_for()
    assert not Authenticator.objects.filter(user=ann).exists()


def test_without_a_passkey_signing_in_with_one_says_so(page, device, ann, live_server):
    del device, ann
    page.goto(f"{live_server.url}/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("That did not work").wait_for()
