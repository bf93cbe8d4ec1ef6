"""One's own account: signing in and out, sessions, password, language and theme."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail as outbox
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people import proof
from klankbord.web.people.models import Membership, User

KNOWN, WRONG = "koffie-met-koekjes-77", "wrong-horse-battery"
LANGUAGES = ["nl", "fr", "de", "en"]


@pytest.fixture
def ann(organisation):
    user = User.objects.create_user("ann@noord.example", KNOWN, name="Ann Claes", language="fr")
    with acting_in(organisation):
        Membership.objects.create(user=user, role="owner")
    return user


def sign_in(browser, email="ann@noord.example", password=KNOWN, **more):
    return browser.post("/account/login/", {"login": email, "password": password} | more)


def without_csrf(page):
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "", page.content.decode())


def is_signed_in(browser):
    return browser.get("/account/").status_code == 200


def test_address_and_password_let_in(ann):
    browser = Client()
    assert sign_in(browser, email=" ANN@noord.example").url == "/"
    assert browser.session["_auth_user_id"] == str(ann.pk)


def test_passwords_are_kept_by_argon2(ann):
    assert ann.password.startswith("argon2")


@pytest.mark.django_db
def test_where_nobody_can_sign_in_yet_it_is_said_how_to_begin():
    page = Client().get("/account/login/", headers={"accept-language": "en"}).content.decode()
    assert "klankbord serve showed" in page
    assert "by invitation" not in page
    assert 'name="password"' not in page
    User.objects.create_user("ann@noord.example", KNOWN, name="Ann Claes")
    page = Client().get("/account/login/", headers={"accept-language": "en"}).content.decode()
    assert "klankbord serve" not in page
    assert 'name="password"' in page


def test_signing_in_leads_back_to_a_page_of_ours_only(ann):
    del ann
    assert sign_in(Client(), next="/o/noord/people").url == "/o/noord/people"
    assert sign_in(Client(), next="https://elsewhere.example/").url == "/"


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(ann):
    answers = []
    for email in (ann.email, "nobody@noord.example"):
        page = sign_in(Client(), email=email, password=WRONG)
        answers.append(without_csrf(page).replace(email, "the address"))
    assert answers[0] == answers[1]
    assert "do not go together" in answers[0]


def test_a_closed_account_stays_out(ann):
    User.objects.filter(pk=ann.pk).update(is_active=False)
    browser = Client()
    sign_in(browser)
    assert not is_signed_in(browser)


def test_closing_an_account_ends_its_sessions(ann):
    browser = Client()
    sign_in(browser)
    User.objects.filter(pk=ann.pk).update(is_active=False)
    assert not is_signed_in(browser)


def test_after_too_many_attempts_even_the_right_password_waits(ann):
    del ann
    for _ in range(8):
        assert b"do not go together" in sign_in(Client(), password=WRONG).content
    browser = Client()
    assert b"Too many attempts" in sign_in(browser).content
    assert not is_signed_in(browser)


def test_too_many_attempts_on_an_unknown_address_get_the_same_answer(ann):
    del ann
    for _ in range(8):
        sign_in(Client(), email="nobody@noord.example")
    assert b"Too many attempts" in sign_in(Client(), email="nobody@noord.example").content


def test_attempts_on_many_addresses_from_one_place_are_slowed_too(ann):
    del ann
    for number in range(20):
        sign_in(Client(), email=f"p{number}@noord.example")
    assert b"Too many attempts" in sign_in(Client()).content


def test_signing_in_rotates_the_session(ann):
    del ann
    browser = Client()
    browser.post("/account/language", {"language": "nl"})
    session = browser.session
    session["note"] = "before"
    session.save()
    browser.cookies["sessionid"] = before = session.session_key
    sign_in(browser)
    assert browser.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_a_session_ends_after_twelve_hours_without_use(ann):
    del ann
    browser = Client()
    sign_in(browser)
    left = Session.objects.get().expire_date - timezone.now()
    assert timedelta(hours=11, minutes=59) < left <= timedelta(hours=12)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_signed_in(browser)


def test_use_prolongs_a_session_but_is_written_once_in_a_while(ann):
    del ann
    browser = Client()
    sign_in(browser)
    first = Session.objects.get().expire_date
    is_signed_in(browser)
    assert Session.objects.get().expire_date == first
    session = browser.session
    session["seen_at"] -= 400
    session.set_expiry(100)
    session.save()
    is_signed_in(browser)
    assert Session.objects.get().expire_date > timezone.now() + timedelta(hours=11)


def test_signing_out_needs_a_press(ann):
    del ann
    browser = Client()
    sign_in(browser)
    browser.get("/account/logout/")
    assert is_signed_in(browser)
    browser.post("/account/logout/")
    assert not is_signed_in(browser)


def test_all_other_sessions_can_be_ended(ann):
    del ann
    here, elsewhere = Client(), Client()
    sign_in(here)
    sign_in(elsewhere)
    here.post("/account/sessions/end")
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_a_new_password_ends_other_sessions(ann):
    here, elsewhere = Client(), Client()
    sign_in(here)
    sign_in(elsewhere)
    fresh = "nog-een-lang-wachtwoord"
    page = here.post("/account/password/change/", {"oldpassword": KNOWN, "password1": fresh, "password2": fresh})
    assert page.url == "/account/"
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    ann.refresh_from_db()
    assert ann.check_password(fresh)


@pytest.mark.parametrize("weak", ["short", "password1234", "ann@noord.example"])
def test_a_weak_password_is_refused(ann, weak):
    browser = Client()
    sign_in(browser)
    page = browser.post("/account/password/change/", {"oldpassword": KNOWN, "password1": weak, "password2": weak})
    assert page.status_code == 200
    ann.refresh_from_db()
    assert ann.check_password(KNOWN)


def test_nobody_signs_up():
    for address in ("/account/signup/", "/account/3rdparty/signup/", "/account/email/", "/account/login/code/"):
        assert Client().get(address).status_code == 404


@pytest.mark.parametrize("address", ["/account/password/reset/", "/account/password/reset/done/"])
@pytest.mark.django_db
def test_without_mail_no_reset_is_offered(address):
    assert Client().get(address).status_code == 404
    assert b"Forgotten" not in Client().get("/account/login/").content


@pytest.mark.usefixtures("with_mail")
def test_a_mailed_link_leads_to_a_new_password(ann):
    assert b"Forgotten" in Client().get("/account/login/").content
    known = Client().post("/account/password/reset/", {"email": "Ann@noord.example"}, follow=True)
    unknown = Client().post("/account/password/reset/", {"email": "nobody@noord.example"}, follow=True)
    assert without_csrf(known) == without_csrf(unknown)
    letter, other = outbox.outbox
    assert "mot de passe" in letter.subject
    assert "/reset/key/" not in other.body
    link = next(line for line in letter.body.splitlines() if line.startswith("http"))
    browser = Client()
    form = browser.get(link, follow=True)
    fresh = "nog-een-lang-wachtwoord"
    browser.post(form.redirect_chain[-1][0], {"password1": fresh, "password2": fresh})
    ann.refresh_from_db()
    assert ann.check_password(fresh)
    assert proof.is_proven(ann)
    assert b"no longer good" in Client().get(link, follow=True).content


@pytest.mark.usefixtures("with_mail")
@pytest.mark.parametrize("language", LANGUAGES)
def test_notices_are_written_in_the_users_language(ann, language):
    User.objects.filter(pk=ann.pk).update(language=language)
    browser = Client()
    sign_in(browser)
    fresh = "nog-een-lang-wachtwoord"
    browser.post("/account/password/change/", {"oldpassword": KNOWN, "password1": fresh, "password2": fresh})
    expected = {"nl": "gewijzigd", "fr": "modifié", "de": "geändert", "en": "changed"}[language]
    assert expected in outbox.outbox[0].subject
    assert outbox.outbox[0].to == [ann.email]


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_sign_in_speaks_every_language(language):
    page = Client(headers={"accept-language": language}).get("/account/login/")
    assert f'<html lang="{language}"' in page.content.decode()
    assert page.headers["Content-Language"] == language


@pytest.mark.django_db
def test_an_unknown_language_is_answered_in_english():
    browser = Client(headers={"accept-language": "ja"})
    browser.cookies["language"] = "xx"
    assert browser.get("/account/login/").headers["Content-Language"] == "en"


def test_a_user_is_answered_in_their_own_language_unless_the_cookie_says_otherwise(ann):
    del ann
    browser = Client(headers={"accept-language": "de"})
    sign_in(browser)
    assert browser.get("/account/").headers["Content-Language"] == "fr"
    browser.cookies["language"] = "nl"
    assert browser.get("/account/").headers["Content-Language"] == "nl"


def test_choosing_a_language_or_theme_is_kept_in_a_cookie_and_with_the_user(ann):
    browser = Client()
    sign_in(browser)
    page = browser.post("/account/language", {"language": "de", "next": "/o/noord/people"})
    browser.post("/account/theme", {"theme": "dark"})
    ann.refresh_from_db()
    assert (ann.language, ann.theme, page.url) == ("de", "dark", "/o/noord/people")
    assert (browser.cookies["language"].value, browser.cookies["theme"].value) == ("de", "dark")
    assert b'data-theme="dark"' in browser.get("/account/").content


@pytest.mark.parametrize(("name", "value"), [("language", "xx"), ("theme", "pink")])
def test_what_cannot_be_chosen_changes_nothing(ann, name, value):
    browser = Client()
    sign_in(browser)
    browser.post(f"/account/{name}", {name: value})
    ann.refresh_from_db()
    assert (ann.language, ann.theme) == ("fr", "auto")
    assert name not in browser.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", ["https://elsewhere.example", "//elsewhere.example", "javascript:alert(1)", ""])
def test_choosing_leads_to_pages_of_ours_only(wanted):
    assert Client().post("/account/language", {"language": "nl", "next": wanted}).url == "/"


def test_a_theme_comes_along_to_another_device(ann):
    User.objects.filter(pk=ann.pk).update(theme="dark")
    browser = Client()
    sign_in(browser)
    assert browser.cookies["theme"].value == "dark"


def test_the_profile_is_changed(ann):
    browser = Client()
    sign_in(browser)
    assert b"ann@noord.example" in browser.get("/account/").content
    browser.post("/account/", {"name": "Ann C.", "language": "nl", "theme": "light"})
    ann.refresh_from_db()
    assert (ann.name, ann.language, ann.theme) == ("Ann C.", "nl", "light")


def test_the_profile_shows_the_organisation_that_one_came_from_or_the_first(ann, elsewhere):
    with acting_in(elsewhere):
        Membership.objects.create(user=ann, role="analyst")
    browser = Client()
    sign_in(browser)
    first, other = sorted((b"Noord Telecom", elsewhere.name.encode()))
    assert first in browser.get("/account/").content
    browser.get("/o/noord/contacts" if other == b"Noord Telecom" else f"/o/{elsewhere.slug}/contacts")
    assert other in browser.get("/account/").content.partition(b"<main")[0]


@pytest.mark.parametrize("name", ["profile", "end-other-sessions", "mfa_add_webauthn", "mfa_activate_totp"])
@pytest.mark.django_db
def test_one_s_own_account_needs_signing_in(name):
    page = Client().post(reverse(name)) if name == "end-other-sessions" else Client().get(reverse(name))
    assert page.status_code == 302
    assert page.url.startswith("/account/login/")
