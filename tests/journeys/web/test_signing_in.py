"""Every way in and out: forgotten passwords, second steps, passkeys, a sign-in of one's own, sessions that end."""

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest
from tests.journeys.web.installation import installed, until
from tests.mailbox import mail_server

from klankbord.web.people.tests.provider import CLIENT_ID, CLIENT_SECRET, provider

WORDS, OTHER_WORDS = "een lang wachtwoord", "een heel ander wachtwoord"
_END_SESSIONS = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "klankbord.web.kernel.settings"
django.setup()
from django.contrib.sessions.models import Session
print(Session.objects.all().delete())
"""


@pytest.fixture(scope="module")
def mailbox():
    with mail_server() as running:
        yield running


@pytest.fixture(scope="module")
def noord_id():
    with provider() as running:
        yield running


@pytest.fixture(scope="module")
def place(tmp_path_factory, mailbox, noord_id):
    """An installation with mail and a sign-in of its own, and Els as its owner."""
    said = {"MAIL_URL": mailbox.url, "OIDC_ISSUER": noord_id.issuer, "OIDC_NAME": "Noord ID"}
    said |= {"OIDC_CLIENT_ID": CLIENT_ID, "OIDC_CLIENT_SECRET": CLIENT_SECRET}
    with installed(tmp_path_factory.mktemp("ways") / "home", "serve", **said) as installation:
        yield installation


@pytest.fixture
def els(place, page, chromium):
    """The owner, signed in: made by the first test that needs her."""
    if not getattr(place, "has_owner", False):
        page.goto(place.first_link())
        page.fill("[name=organisation]", "Noord Telecom")
        page.fill("[name=name]", "Els Maes")
        page.fill("[name=email]", "els@noord.example")
        page.fill("[name=password]", WORDS)
        press(page)
        page.wait_for_url("**/o/noord-telecom/**")
        place.has_owner = True
        page.context.clear_cookies()
    context = chromium.new_context(locale="en-GB")
    person = context.new_page()
    sign_in(person, place, "els@noord.example", WORDS)
    yield person
    context.close()


def press(page):
    page.locator("main form button.primary").first.click()


def sign_in(page, place, email, words, onward="/account/", at=""):
    page.goto(f"{at or place.url}/account/login/?next={onward}")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(words)
    page.get_by_role("button", name="Sign in", exact=True).click()


def invite(els, place, mailbox, email):
    """Have Els invite somebody, and return the link that arrives."""
    els.goto(f"{place.url}/o/noord-telecom/people/invite")
    els.fill("[name=email]", email)
    press(els)
    return link_in(mailbox, email)


def accept(page, link, name):
    page.goto(link)
    page.fill("[name=name]", name)
    page.fill("[name=password]", WORDS)
    press(page)
    page.wait_for_url("**/o/noord-telecom/**")


def link_in(mailbox, email, nth=1):
    """Return the link of the newest letter to somebody, once that many have come."""
    letters = lambda: [letter for letter in mailbox.letters if letter["To"] == email]  # noqa: E731
    until(lambda: len(letters()) >= nth, f"no letter to {email} came", 20)
    found = re.search(r"https?://\S+", letters()[-1].get_body(("plain",)).get_content())
    return found[0] if found else ""


def code_of(secret):
    """Return what an authenticator app shows now (RFC 6238)."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def test_a_forgotten_password_is_chosen_anew_by_one_mailed_link(place, els, mailbox, page):
    accept(page, invite(els, place, mailbox, "ria@noord.example"), "Ria Claes")
    page.context.clear_cookies()
    page.goto(f"{place.url}/account/login/")
    page.get_by_role("link", name="Forgotten your password?").click()
    page.fill("[name=email]", "ria@noord.example")
    press(page)
    page.get_by_role("heading", name="Look in your mailbox").wait_for()
    assert page.get_by_role("link", name="Back to signing in").is_visible()

    link = link_in(mailbox, "ria@noord.example", 2)
    page.goto(link)
    assert link not in page.url, "the address of the form says nothing that opens it again"
    page.fill("[name=password1]", OTHER_WORDS)
    page.fill("[name=password2]", OTHER_WORDS)
    press(page)
    page.get_by_role("heading", name="Your password has been changed").wait_for()
    assert page.get_by_text("Your password has been changed").count() == 1

    for spent in (link, f"{link[:-5]}0000/"):
        page.goto(spent)
        assert page.get_by_role("link", name="Ask for a new link").is_visible()
    sign_in(page, place, "ria@noord.example", WORDS)
    assert page.get_by_text("do not go together").is_visible()
    sign_in(page, place, "ria@noord.example", OTHER_WORDS)
    page.get_by_role("heading", name="Your account").wait_for()


def test_somebody_unknown_is_written_to_in_the_language_of_the_page(place, mailbox, chromium):
    context = chromium.new_context(locale="nl-BE")
    page = context.new_page()
    page.goto(f"{place.url}/account/password/reset/")
    page.fill("[name=email]", "niemand@noord.example")
    press(page)
    until(lambda: any(letter["To"] == "niemand@noord.example" for letter in mailbox.letters), "no letter came", 20)
    assert mailbox.to("niemand@noord.example")["Subject"].startswith("Geen account")
    context.close()


def test_an_app_is_asked_for_and_a_recovery_code_stands_in(place, els, mailbox, page):
    accept(page, invite(els, place, mailbox, "app@noord.example"), "App Aerts")
    page.goto(f"{place.url}/account/2fa/totp/activate/")
    page.get_by_label("Password", exact=True).fill(WORDS)
    press(page)
    secret = re.search(r"[A-Z2-7]{32}", page.inner_text("main"))
    page.fill("[name=code]", code_of(secret[0]))
    press(page)
    codes = re.findall(r"\b[0-9a-f]{8}\b", page.inner_text("main"))
    assert len(codes) == 10

    for code, is_good in ((codes[0], True), (codes[0], False)):
        page.context.clear_cookies()
        sign_in(page, place, "app@noord.example", WORDS)
        assert not page.get_by_role("button", name="Use a passkey").count(), "there is none"
        page.fill("[name=code]", code)
        press(page)
        page.get_by_role("heading", name="Your account" if is_good else "One more step").wait_for()
        assert page.get_by_role("navigation").count() == (1 if is_good else 0), "the menu is there after signing in"


def test_a_passkey_is_made_used_and_removed_and_wants_a_name(place, els, mailbox, page):
    link = invite(els, place, mailbox, "pas@noord.example")
    named = place.url.replace("127.0.0.1", "localhost")
    accept(page, link.replace(place.url, named), "Pas Peeters")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
    kind |= {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": kind})
    page.goto(f"{named}/account/2fa/webauthn/add/")
    page.get_by_label("Password", exact=True).fill(WORDS)
    press(page)
    page.get_by_label("Name of this passkey").fill("Laptop")
    press(page)
    page.wait_for_url("**/recovery-codes/")

    page.context.clear_cookies()
    page.goto(f"{named}/account/login/?next=/account/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="Your account").wait_for()
    page.get_by_role("link", name=re.compile("Remove.*Laptop")).click()
    page.get_by_role("link", name="Use a passkey").click()  # before anything changes, one shows once more who one is
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Remove").click()
    page.get_by_text("The passkey has been removed.").wait_for()

    page.goto(f"{place.url}/account/login/")
    assert not page.get_by_role("button", name="Sign in with a passkey").count(), "none can be kept for numbers"
    els.goto(f"{place.url}/account/")
    assert els.get_by_text("Passkeys belong to a name").is_visible()


def test_the_own_sign_in_lets_in_whom_it_vouches_for(place, els, noord_id, page):
    del els

    def go(answer):
        page.goto(f"{place.url}/account/login/?next=/account/")
        page.get_by_role("button", name="Noord ID").click()
        page.get_by_role("link", name=answer).click()

    noord_id.person = {"sub": "someone", "email": "someone@noord.example", "email_verified": True}
    go("Refuse")
    assert page.get_by_role("link", name="Sign in").is_visible()
    go("Agree")
    page.get_by_role("heading", name="You have not been invited yet").wait_for()
    noord_id.person = {"sub": "els", "email": "els@noord.example", "email_verified": False}
    go("Agree")
    page.get_by_role("heading", name="You have not been invited yet").wait_for()
    noord_id.person["email_verified"] = True
    go("Agree")
    page.get_by_role("heading", name="Your account").wait_for()


def test_what_was_written_while_the_session_ended_is_not_lost(place, els, page):
    del page
    els.goto(f"{place.url}/o/noord-telecom/settings")
    els.fill("[name=name]", "Noord Telecom en Zonen")
    assert place.python(_END_SESSIONS).returncode == 0
    press(els)
    els.get_by_text("What you had filled in is kept").wait_for()
    els.get_by_label("E-mail address").fill("els@noord.example")
    els.get_by_label("Password", exact=True).fill(WORDS)
    els.get_by_role("button", name="Sign in", exact=True).click()
    els.get_by_role("button", name="Send it now").click()
    els.get_by_text("The organisation has been changed.").wait_for()
    assert els.input_value("[name=name]") == "Noord Telecom en Zonen"
    els.goto(f"{place.url}/account/kept")
    assert els.url.startswith(f"{place.url}/o/noord-telecom/"), "it is kept no longer than needed"


def test_a_page_that_renews_itself_leads_to_the_sign_in_as_a_whole(place, els):
    els.goto(f"{place.url}/o/noord-telecom/jobs")
    assert place.python(_END_SESSIONS).returncode == 0
    els.wait_for_url("**/account/login/**", timeout=10_000)
    assert els.locator("h1").count() == 1
    els.get_by_label("E-mail address").fill("els@noord.example")
    els.get_by_label("Password", exact=True).fill(WORDS)
    els.get_by_role("button", name="Sign in", exact=True).click()
    els.wait_for_url("**/o/noord-telecom/jobs")


def test_who_was_let_go_finds_nothing_and_is_told_so(place, els, mailbox, chromium):
    context = chromium.new_context(locale="en-GB")
    jan = context.new_page()
    link = invite(els, place, mailbox, "jan@noord.example")
    accept(jan, link, "Jan Peeters")
    els.goto(link)
    assert els.get_by_role("heading", name="no longer good").is_visible(), "an invitation is accepted once"
    els.goto(f"{place.url}/o/noord-telecom/people")
    els.get_by_role("row", name=re.compile("jan@noord.example")).get_by_role("link", name=re.compile("Remove")).click()
    els.locator("main form button").first.click()
    els.get_by_text("The member has been removed.").wait_for()

    assert jan.goto(f"{place.url}/o/noord-telecom/contacts").status == 404
    jan.get_by_role("link", name="To the first page").click()
    jan.get_by_role("heading", name="You are not a member anywhere").wait_for()
    context.close()


def test_whoever_guesses_passwords_is_held_up(place, els, page):
    del els
    for _ in range(9):
        sign_in(page, place, "guessed@noord.example", OTHER_WORDS)
    assert page.get_by_text("Too many attempts").is_visible()
    assert page.get_by_role("link", name="Forgotten your password?").is_visible(), "there is a way on"
