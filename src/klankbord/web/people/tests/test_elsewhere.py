"""The organisation's own sign-in (OpenID Connect), against a small provider over real HTTP."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from klankbord.web.people import proof
from klankbord.web.people.models import User

KNOWN = "koffie-met-koekjes-77"
LOGIN, CALLBACK = "/account/oidc/oidc/login/", "/account/oidc/oidc/login/callback/"


def _of_this_folder(name):
    # The folder of tests is no package: what tests share is loaded from beside them.
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


oidc = _of_this_folder("provider")


@pytest.fixture
def provider(settings, db):
    """A provider that this installation trusts, and that vouches for Ann."""
    del db
    with oidc.provider() as server:
        app = {
            "provider_id": "oidc",
            "name": "Noord ID",
            "client_id": oidc.CLIENT_ID,
            "secret": oidc.CLIENT_SECRET,
            "settings": {"server_url": server.issuer},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        server.person = {"sub": "ann-1", "email": "Ann@noord.example", "email_verified": True, "name": "Ann"}
        yield server


@pytest.fixture
def ann(db):
    del db
    user = User.objects.create_user("ann@noord.example", KNOWN, name="Ann Claes")
    proof.prove(user)
    return user


def go_and_come_back(browser, query="", code="code-1"):
    onward = browser.post(LOGIN + query)
    asked = parse_qs(urlsplit(onward.context["address"]).query)
    return browser.get(CALLBACK, {"code": code, "state": asked["state"][0]}), onward


def is_signed_in(browser):
    return browser.get("/account/").status_code == 200


def test_the_sign_in_page_offers_it_by_name(provider, ann):
    del provider, ann
    assert b"Continue with Noord ID" in Client().get("/account/login/").content


def test_without_a_provider_there_is_nothing(ann):
    del ann
    assert b"Continue with" not in Client().get("/account/login/").content
    assert Client().post(LOGIN).status_code == 404
    assert Client().get(CALLBACK).status_code == 404


def test_a_page_of_ours_leads_to_the_provider(provider):
    page = Client().post(LOGIN)
    address = urlsplit(page.context["address"])
    asked = parse_qs(address.query)
    assert (page.status_code, f"{address.scheme}://{address.netloc}") == (200, provider.issuer)
    assert asked["redirect_uri"] == [f"http://testserver{CALLBACK}"]
    assert asked["client_id"] == [oidc.CLIENT_ID]
    assert b'http-equiv="refresh"' in page.content
    assert Client().get(LOGIN).status_code == 405


def test_whom_the_provider_vouches_for_is_signed_in(provider, ann):
    browser = Client()
    page, _ = go_and_come_back(browser)
    assert page.url == "/"
    assert browser.session["_auth_user_id"] == str(ann.pk)
    assert SocialAccount.objects.get().uid == "ann-1"
    assert provider.asked[0]["code"] == "code-1"


def test_a_proven_user_keeps_the_password(provider, ann):
    del provider
    go_and_come_back(Client())
    ann.refresh_from_db()
    assert ann.check_password(KNOWN)


def test_a_password_set_before_the_address_was_proven_ends(provider):
    del provider
    User.objects.create_user("ann@noord.example", KNOWN, name="Somebody who came first")
    go_and_come_back(Client())
    assert not User.objects.get().has_usable_password()


def test_from_then_on_the_subject_counts_and_not_the_address(provider, ann):
    go_and_come_back(Client())
    provider.person["email"] = "ann.new@noord.example"
    browser = Client()
    go_and_come_back(browser)
    assert browser.session["_auth_user_id"] == str(ann.pk)


def test_nobody_signs_up_this_way(provider):
    provider.person["email"] = "stranger@noord.example"
    browser = Client()
    page, _ = go_and_come_back(browser)
    assert b"You have not been invited yet" in page.content
    assert not User.objects.exists()
    assert not is_signed_in(browser)


@pytest.mark.parametrize("said", [False, None, "yes"])
def test_an_address_that_is_not_verified_is_nobody_s(provider, ann, said):
    del ann
    provider.person |= {"email_verified": said, "sub": "thief"}
    browser = Client()
    go_and_come_back(browser)
    assert not is_signed_in(browser)
    assert not SocialAccount.objects.exists()


def test_a_closed_account_stays_closed(provider, ann):
    del provider
    User.objects.filter(pk=ann.pk).update(is_active=False)
    browser = Client()
    go_and_come_back(browser)
    assert not is_signed_in(browser)


def test_an_answer_that_was_not_asked_for_is_refused(provider, ann):
    del provider, ann
    browser = Client()
    page = browser.get(CALLBACK, {"code": "code-1", "state": "made-up"})
    assert page.status_code == 401
    assert not is_signed_in(browser)


def test_a_refusal_at_the_provider_is_told(provider, ann):
    del provider, ann
    browser = Client()
    state = parse_qs(urlsplit(browser.post(LOGIN).context["address"]).query)["state"][0]
    page = browser.get(CALLBACK, {"error": "access_denied", "state": state}, follow=True)
    assert b"You have not been signed in" in page.content


def test_a_provider_with_another_secret_is_refused(provider, ann, settings):
    del provider, ann
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0] |= {"secret": "wrong"}
    browser = Client()
    page, _ = go_and_come_back(browser)
    assert page.status_code == 401
    assert not is_signed_in(browser)


def confirmed(email="ann@noord.example"):
    browser = Client()
    browser.post("/account/login/", {"login": email, "password": KNOWN})
    browser.post("/account/reauthenticate/?next=/account/", {"password": KNOWN})
    return browser


def test_a_user_connects_and_disconnects_it_themselves(provider, ann):
    provider.person |= {"email": "other@noord.example", "email_verified": False}
    browser = confirmed()
    assert b"Not connected" in browser.get("/account/").content
    page, _ = go_and_come_back(browser, "?process=connect")
    assert page.url == "/account/"
    account = SocialAccount.objects.get(user=ann)
    assert b"Connected" in browser.get("/account/").content
    browser.post("/account/elsewhere/", {"account": account.pk})
    assert not SocialAccount.objects.exists()


def test_what_is_connected_with_somebody_stays_theirs(provider, ann):
    del provider
    go_and_come_back(Client())
    User.objects.create_user("els@noord.example", KNOWN, name="Els")
    browser = confirmed("els@noord.example")
    go_and_come_back(browser, "?process=connect")
    assert SocialAccount.objects.get().user == ann
    assert b"belongs to somebody else" in browser.get("/account/").content


def test_the_only_way_in_cannot_be_disconnected(provider, ann):
    del provider
    browser = Client()
    go_and_come_back(browser)
    ann.set_unusable_password()
    ann.save()
    browser = Client()
    go_and_come_back(browser)
    page = browser.post("/account/elsewhere/", {"account": SocialAccount.objects.get().pk})
    assert page.status_code == 400
    assert SocialAccount.objects.exists()
