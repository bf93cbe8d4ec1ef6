"""Pages of an organisation's people: for whom, what they show, and what they do."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from klankbord.web.kernel.access import Role
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people import reach
from klankbord.web.people.actions import create_token, invite_member
from klankbord.web.people.actors import actor_of
from klankbord.web.people.models import ApiToken, Invitation, Membership, User
from klankbord.web.people.queries import token_actor

PAGES = ["member-list", "member-invite", "token-list", "token-new", "organisation-settings"]
LANGUAGES = ["nl", "fr", "de", "en"]


def at(name, **kwargs):
    return reverse(name, kwargs={"organisation": "noord"} | kwargs)


@pytest.fixture
def busy(member, organisation):
    """An organisation with members, an open invitation and tokens."""
    lead = member("lead", teams=["Ghent"])
    owner = actor_of(member("owner"))
    with acting_in(organisation):
        invite_member(owner, email="els@voorbeeld.example", role="client_viewer", client="Water NV")
        create_token(owner, name="nightly", scopes=["numbers:read"])
    return lead


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_speak_every_language(browse, busy, name, language):
    del busy
    browser = browse("owner")
    browser.cookies["language"] = language
    page = browser.get(at(name))
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.content.decode()


@pytest.mark.parametrize("name", ["member-edit", "member-remove"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_a_member_speak_every_language(browse, busy, name, language):
    browser = browse("owner")
    browser.cookies["language"] = language
    assert browser.get(at(name, pk=busy.pk)).status_code == 200


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
def test_only_owners_see_them(browse, role, name):
    assert browse(role).get(at(name)).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_an_owner_of_another_organisation_finds_nothing(browse, elsewhere, busy, name):
    del busy
    page = browse("owner", of=elsewhere).get(at(name))
    assert page.status_code == 404
    assert b"Noord" not in page.content


@pytest.mark.parametrize("name", PAGES)
def test_strangers_are_asked_to_sign_in(organisation, name):
    del organisation
    page = Client().get(at(name))
    assert (page.status_code, page.url) == (302, f"/account/login/?next={at(name)}")


def test_rows_of_another_organisation_are_not_found(browse, member, elsewhere):
    member("owner")
    theirs = member("analyst", of=elsewhere)
    with acting_in(elsewhere):
        owner = actor_of(member("owner", of=elsewhere))
        invited = invite_member(owner, email="els@voorbeeld.example", role="analyst")
        token, raw = create_token(owner, name="theirs", scopes=["numbers:read"])
    browser = browse("owner")
    assert browser.get(at("member-edit", pk=theirs.pk)).status_code == 404
    assert browser.post(at("member-edit", pk=theirs.pk), {"role": "owner"}).status_code == 404
    assert browser.post(at("member-remove", pk=theirs.pk)).status_code == 404
    assert browser.post(at("invitation-withdraw", pk=invited.invitation.pk)).status_code == 404
    assert browser.post(at("token-revoke", pk=token.pk)).status_code == 404
    assert token_actor(raw) is not None
    text = browser.get(at("member-list")).content.decode() + browser.get(at("token-list")).content.decode()
    assert "zuid" not in text
    assert "els@voorbeeld.example" not in text
    assert "theirs" not in text


def test_members_are_listed_with_what_they_see(browse, busy):
    text = browse("owner").get(at("member-list")).content.decode()
    assert [word for word in ("Ghent", "Water NV", busy.user.email, "els@voorbeeld.example") if word not in text] == []


def test_inviting_shows_the_link_once(browse, organisation):
    browser = browse("owner")
    page = browser.post(
        at("member-invite"), {"email": "els@voorbeeld.example", "role": "lead", "teams": "Ghent, Liège"}
    )
    link = re.search(r"http://testserver/account/invitation/[\w-]+", page.content.decode()).group()
    assert Client().get(link).status_code == 200
    assert link not in browser.get(at("member-list")).content.decode()
    with acting_in(organisation):
        assert Invitation.objects.get().teams == ["Ghent", "Liège"]


def test_what_is_wrong_is_shown_at_the_field(browse):
    page = browse("owner").post(at("member-invite"), {"email": "els@voorbeeld.example", "role": "lead"})
    assert list(page.context["form"].errors) == ["teams"]
    assert b'href="#id_teams"' in page.content


def test_a_member_is_changed_and_removed(browse, member, organisation):
    browser, analyst = browse("owner"), member("analyst")
    browser.post(at("member-edit", pk=analyst.pk), {"role": "agent", "agent": "A17"})
    analyst.refresh_from_db()
    assert (analyst.role, analyst.agent) == ("agent", "A17")
    browser.post(at("member-remove", pk=analyst.pk))
    with acting_in(organisation):
        assert not Membership.objects.filter(pk=analyst.pk).exists()
    assert User.objects.filter(pk=analyst.user_id).exists()


def test_removal_takes_effect_at_once(browse, member):
    analyst = browse("analyst")
    owner = browse("owner")
    assert analyst.get(at("member-list")).status_code == 403
    owner.post(at("member-remove", pk=member("analyst").pk))
    assert analyst.get(at("member-list")).status_code == 404


def test_a_removed_member_is_forgotten_on_wish(browse, member):
    analyst = member("analyst")
    browse("owner").post(at("member-remove", pk=analyst.pk), {"forget": "on"})
    assert not User.objects.filter(pk=analyst.user_id).exists()


def test_the_last_owner_is_told_why(browse, member):
    page = browse("owner").post(at("member-remove", pk=member("owner").pk))
    assert b"This is the last owner" in page.content


def test_a_token_is_shown_once_and_ended(browse, organisation):
    browser = browse("owner")
    page = browser.post(at("token-new"), {"name": "import", "scopes": ["contacts:write"], "days": "30"})
    raw = re.search(r"kb_\w{40}", page.content.decode()).group()
    assert token_actor(raw) is not None
    assert raw not in browser.get(at("token-list")).content.decode()
    with acting_in(organisation):
        token = ApiToken.objects.get()
    browser.post(at("token-revoke", pk=token.pk))
    assert token_actor(raw) is None


def test_a_scope_that_programs_may_not_have_is_refused(browse, organisation):
    browse("owner").post(at("token-new"), {"name": "x", "scopes": ["people:write"], "days": "30"})
    with acting_in(organisation):
        assert not ApiToken.objects.exists()


def test_the_organisation_is_changed_but_not_its_address(browse, organisation):
    browse("owner").post(at("organisation-settings"), {"name": "Noord & Co", "zone": "Europe/Lisbon", "language": "fr"})
    organisation.refresh_from_db()
    assert (organisation.name, organisation.zone, organisation.language, organisation.slug) == (
        "Noord & Co",
        "Europe/Lisbon",
        "fr",
        "noord",
    )


@pytest.mark.parametrize("name", ["member-edit", "invitation-withdraw", "token-revoke"])
def test_changes_need_a_token_against_forgery(browse, busy, name):
    browser = browse("owner")
    browser.handler.enforce_csrf_checks = True
    assert browser.post(at(name, pk=busy.pk)).status_code == 403


def test_codes_of_a_centre_are_suggested(browse, monkeypatch):
    monkeypatch.setattr(reach, "_suggest", [])
    reach.offer_codes(lambda dimension: {"T1": "Ghent"} if dimension == "team" else {})
    assert b'<option value="T1">Ghent</option>' in browse("owner").get(at("member-invite")).content


def test_members_are_told_to_see_what_the_centre_calls_it(browse, busy, monkeypatch):
    del busy
    monkeypatch.setattr(reach, "_suggest", [])
    reach.offer_codes(lambda dimension: {"Ghent": "Gand"} if dimension == "team" else {"Ghent": "not a team"})
    text = browse("owner").get(at("member-list")).content.decode()
    assert ("Gand" in text, ">Ghent<" in text, "not a team" in text) == (True, False, False)


@pytest.mark.parametrize("name", ["member-list", "token-list"])
def test_queries_do_not_grow_with_rows(browse, organisation, name, django_assert_max_num_queries):
    browser = browse("owner")
    browser.get(at(name))
    counts = []
    for number in range(3):
        with django_assert_max_num_queries(12) as spent:
            browser.get(at(name))
        counts.append(len(spent))
        with acting_in(organisation):
            user = User.objects.create_user(f"p{number}@noord.example", name=f"P{number}")
            membership = Membership.objects.create(user=user, role="owner")
            create_token(actor_of(membership), name="n", scopes=["numbers:read"])
    assert counts[1] == counts[2]
