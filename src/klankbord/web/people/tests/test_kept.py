"""What was sent after a session had ended: offered to whom it is of, and to nobody else."""

import pytest
from django.conf import settings
from django.test import Client

from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.models import Membership, User

KNOWN = "koffie-met-koekjes-77"
FORM = "/o/noord/settings"
WRITTEN = "Noord Telecom en Zonen"


@pytest.fixture(autouse=True)
def members(organisation):
    with acting_in(organisation):
        for name in ("ann", "bob"):
            user = User.objects.create_user(f"{name}@noord.example", KNOWN, name=name)
            Membership.objects.create(user=user, role="owner")


def sign_in(browser, name):
    return browser.post("/account/login/?next=/account/kept", {"login": f"{name}@noord.example", "password": KNOWN})


@pytest.fixture
def left_open():
    """Return a browser in which Ann's session has ended."""
    browser = Client()
    sign_in(browser, "ann")
    del browser.cookies[settings.SESSION_COOKIE_NAME]
    return browser


def write(browser):
    return browser.post(FORM, {"name": WRITTEN})


def offered(browser):
    return WRITTEN in browser.get("/account/kept", follow=True).content.decode()


def test_it_is_offered_to_whom_it_is_of(left_open):
    assert "kept" in write(left_open).url
    assert b"is kept: sign in" in left_open.get("/account/login/", headers={"accept-language": "en"}).content
    assert sign_in(left_open, "ann").url == "/account/kept"
    assert offered(left_open)


def test_somebody_else_who_signs_in_is_not_offered_it_nor_is_it_there_any_more(left_open):
    write(left_open)
    sign_in(left_open, "bob")
    assert "kept" not in left_open.session
    assert not offered(left_open)


def test_somebody_else_who_comes_in_by_another_way_is_not_offered_it(left_open):
    write(left_open)
    left_open.force_login(User.objects.get(email="bob@noord.example"))
    assert "kept" in left_open.session
    assert not offered(left_open)
    assert "kept" not in left_open.session


def test_it_is_of_whoever_was_signed_in_last():
    browser = Client()
    for name in ("ann", "bob"):
        sign_in(browser, name)
        browser.get("/account/")
        del browser.cookies[settings.SESSION_COOKIE_NAME]
    write(browser)
    sign_in(browser, "bob")
    assert offered(browser)


@pytest.mark.parametrize("note", [None, "1", "1:forged"])
def test_nothing_is_kept_where_it_is_not_known_whose_it_is(note):
    browser = Client()
    if note:
        browser.cookies["last_user"] = note
    assert "kept" not in write(browser).url
    assert not browser.session.keys()


def test_no_more_than_twenty_are_kept_in_an_hour(left_open):
    """Whoever is not signed in could fill the register otherwise."""
    for _ in range(20):
        left_open.cookies.pop(settings.SESSION_COOKIE_NAME, None)
        assert "kept" in write(left_open).url
    left_open.cookies.pop(settings.SESSION_COOKIE_NAME, None)
    assert "kept" not in write(left_open).url
    assert settings.SESSION_COOKIE_NAME not in left_open.cookies


def test_the_note_is_read_by_the_server_alone(left_open):
    note = left_open.cookies["last_user"]
    assert note["httponly"]
    assert note["samesite"] == "Lax"
    assert "@" not in note.value
