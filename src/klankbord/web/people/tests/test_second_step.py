"""The second step of signing in: authenticator apps, recovery codes, and what protects them."""

import time
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail as outbox
from django.test import Client

from klankbord.web.people import proof
from klankbord.web.people.models import User

KNOWN = "koffie-met-koekjes-77"
LANGUAGES = ["nl", "fr", "de", "en"]


@pytest.fixture(autouse=True)
def encrypted(settings):
    settings.MFA_ADAPTER = "klankbord.web.people.adapters.SecondFactors"


@pytest.fixture
def ann(db):
    del db
    return User.objects.create_user("ann@noord.example", KNOWN, name="Ann Claes")


def sign_in(browser, email="ann@noord.example"):
    return browser.post("/account/login/", {"login": email, "password": KNOWN})


def is_signed_in(browser):
    return browser.get("/account/").status_code == 200


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def browser(ann):
    """A browser that has just confirmed who it is."""
    del ann
    browser = Client()
    sign_in(browser)
    browser.post("/account/reauthenticate/?next=/account/", {"password": KNOWN})
    return browser


@pytest.fixture
def secret(browser):
    """The secret of an authenticator app that was added."""
    shown = browser.get("/account/2fa/totp/activate/").context["form"].secret
    assert browser.post("/account/2fa/totp/activate/", {"code": code_of(shown)}).status_code == 302
    return shown


@pytest.fixture
def later():
    """A minute later, so that a code is not the one that was used before."""
    now = time.time
    with patch("allauth.mfa.totp.internal.auth.time.time", lambda: now() + 60):
        yield


def test_changing_ways_in_asks_again_who_one_is(ann):
    del ann
    browser = Client()
    sign_in(browser)
    for address in ("/account/2fa/totp/activate/", "/account/2fa/webauthn/add/"):
        assert browser.get(address).url.startswith("/account/reauthenticate/")
    page = browser.post("/account/reauthenticate/?next=/account/", {"password": "wrong-horse-battery"})
    assert b"This is not your password" in page.content


@pytest.mark.parametrize("language", LANGUAGES)
def test_adding_an_app_speaks_every_language(browser, language):
    browser.cookies["language"] = language
    page = browser.get("/account/2fa/totp/activate/")
    assert page.status_code == 200
    assert b"data:image/svg+xml;base64," in page.content
    assert page.context["form"].secret.encode() in page.content


def test_with_an_app_the_password_alone_is_not_enough(secret):
    del secret
    browser = Client()
    assert sign_in(browser).url == "/account/2fa/authenticate/"
    assert not is_signed_in(browser)
    assert browser.get("/o/noord/people").status_code == 302


def test_the_code_of_the_app_lets_in(secret, later):
    del later
    browser = Client()
    sign_in(browser)
    page = browser.post("/account/2fa/authenticate/", {"code": code_of(secret)})
    assert page.url == "/"
    assert is_signed_in(browser)


def test_a_wrong_code_does_not(secret):
    del secret
    browser = Client()
    sign_in(browser)
    assert b"This code is not right" in browser.post("/account/2fa/authenticate/", {"code": "000000"}).content
    assert not is_signed_in(browser)


def test_a_code_is_good_once(secret, later):
    del later
    first, second = Client(), Client()
    sign_in(first)
    sign_in(second)
    code = {"code": code_of(secret)}
    first.post("/account/2fa/authenticate/", code)
    second.post("/account/2fa/authenticate/", code)
    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_guessing_codes_is_stopped(secret, later):
    del later
    browser = Client()
    sign_in(browser)
    for guess in range(9):
        browser.post("/account/2fa/authenticate/", {"code": f"00000{guess}"})
    page = browser.post("/account/2fa/authenticate/", {"code": code_of(secret)})
    assert b"Too many attempts" in page.content
    assert not is_signed_in(browser)


def test_a_recovery_code_lets_in_once(browser, secret):
    del secret
    codes = browser.get("/account/2fa/recovery-codes/").context["unused_codes"]
    assert len(codes) == 10
    for attempt in (True, False):
        other = Client()
        sign_in(other)
        other.post("/account/2fa/authenticate/", {"code": codes[0]})
        assert is_signed_in(other) is attempt
    assert b"9 codes left" in browser.get("/account/").content


def test_recovery_codes_are_renewed(browser, secret):
    del secret
    before = browser.get("/account/2fa/recovery-codes/").context["unused_codes"]
    assert browser.get("/account/2fa/recovery-codes/generate/").status_code == 200
    browser.post("/account/2fa/recovery-codes/generate/")
    after = browser.get("/account/2fa/recovery-codes/").context["unused_codes"]
    assert not set(before) & set(after)
    text = browser.get("/account/2fa/recovery-codes/download/").content.decode()
    assert text.split() == after


def test_secrets_lie_encrypted_in_the_register(browser, secret):
    codes = browser.get("/account/2fa/recovery-codes/").context["unused_codes"]
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not [code for code in codes if code in kept]


@pytest.mark.usefixtures("with_mail")
def test_an_app_is_removed_and_its_user_told(browser, secret):
    del secret
    assert browser.get("/account/2fa/totp/deactivate/").status_code == 200
    browser.post("/account/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()
    assert [letter.subject for letter in outbox.outbox] == ["The authenticator app was removed"]
    assert sign_in(Client()).url == "/"


@pytest.mark.usefixtures("with_mail")
def test_asking_for_a_new_password_leaves_second_steps_possible(browser):
    Client().post("/account/password/reset/", {"email": "ann@noord.example"})
    assert browser.get("/account/2fa/totp/activate/").status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_the_second_step_speak_every_language(browser, secret, language):
    del secret
    other = Client()
    sign_in(other)
    browser.cookies["language"] = other.cookies["language"] = language
    assert other.get("/account/2fa/authenticate/").status_code == 200
    for address in (
        "recovery-codes/",
        "recovery-codes/generate/",
        "totp/deactivate/",
        "webauthn/add/",
        "reauthenticate/",
    ):
        assert browser.get(f"/account/2fa/{address}").status_code == 200


def test_whoever_proves_an_address_ends_what_was_set_up_before(browser, ann, secret):
    del secret
    proof.prove_and_start_afresh(ann)
    ann.refresh_from_db()
    assert not ann.has_usable_password()
    assert not Authenticator.objects.exists()
    assert not is_signed_in(browser)


def test_a_proven_user_loses_nothing(browser, ann, secret):
    del secret
    proof.prove(ann)
    proof.prove_and_start_afresh(ann)
    ann.refresh_from_db()
    assert ann.check_password(KNOWN)
    assert Authenticator.objects.count() == 2
    assert is_signed_in(browser)
