"""Every address by every role, by members of another organisation and by a stranger, with data that could leak."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.contracts.web.addresses import addresses
from tests.contracts.web.filling import filled
from tests.contracts.web.populating import bring_in, populate

from klankbord.web.kernel.access import PERMISSIONS, PUBLIC, SIGNED_IN, Permission, Role

THEIRS = "Zuidgeheim"
ADDRESSES = addresses()
INSIDE = [address for address in ADDRESSES if address.is_of_an_organisation]
NOT_OURS = ("api:",)  # held to their tokens by test_api.py


@pytest.fixture
def centres(organisation, elsewhere):
    """Rows in every table and in the lake of both organisations."""
    for one in (organisation, elsewhere):
        one.attribution, one.attribution_reason = "pseudonym", "agreed with the works council"
        one.save()
    rows = {"noord": populate(organisation, "Noordrij"), "zuid": populate(elsewhere, THEIRS)}
    for made in rows.values():
        bring_in(made["Contact"][0])
    return rows


def test_every_address_says_what_it_needs():
    silent = [one.route for one in ADDRESSES if one.needs is None and not one.name.startswith(NOT_OURS)]
    assert not silent


def test_only_what_signing_in_takes_is_open_to_anybody():
    assert not [one.route for one in INSIDE if one.needs == PUBLIC]


@pytest.mark.parametrize("role", list(Role))
def test_a_role_reaches_what_it_may_and_nothing_else(role, centres, browse):
    browser = browse(role.value, teams=["Noordrij0"], client="Noordrij0", agent="Noordrij0")
    wrong = []
    for address in INSIDE:
        path = filled(address, "noord", centres["noord"])
        may = address.needs == SIGNED_IN or Permission(address.needs) in PERMISSIONS[role]
        for answer in (browser.get(path), browser.post(path)):
            refused = answer.status_code == 403
            posted = answer.request["REQUEST_METHOD"] == "POST"  # may need more than looking does
            if (
                answer.status_code >= 500
                or (not may and answer.status_code not in {403, 405})
                or (may and refused and not posted)
            ):
                wrong.append((role.value, address.route, answer.status_code))
            assert THEIRS.encode() not in b"".join(answer), address.route
    assert not wrong


def test_an_owner_finds_nothing_of_another_organisation(centres, browse):
    """Neither under its address, nor by its ids under one's own."""
    browser = browse("owner")
    found = []
    for address in INSIDE:
        theirs = filled(address, "zuid", centres["zuid"])
        mixed = filled(address, "noord", centres["zuid"])
        for path in (theirs, mixed) if address.blanks else (theirs,):
            for answer in (browser.get(path), browser.post(path)):
                if path == theirs and answer.status_code not in {404, 405}:
                    found.append((path, answer.status_code))
                assert THEIRS in path or THEIRS.encode() not in b"".join(answer), path
                assert answer.status_code < 500, path
    assert not found


def test_what_belongs_to_another_organisation_stays_as_it_is(centres, elsewhere, browse):
    """Posting to every address with its ids changes not one of its rows."""
    from django.forms.models import model_to_dict

    from klankbord.web.kernel.tenancy import acting_in

    def state():
        with acting_in(elsewhere):
            return {
                name: [model_to_dict(row) for row in type(rows[0])._default_manager.filter(organisation=elsewhere)]
                for name, rows in centres["zuid"].items()
            }

    before, browser = state(), browse("owner")
    for address in INSIDE:
        browser.post(filled(address, "noord", centres["zuid"]), {"name": "changed", "confirm": "yes"})
        browser.post(filled(address, "zuid", centres["zuid"]), {"name": "changed", "confirm": "yes"})
    assert state() == before


def test_a_stranger_is_sent_to_the_sign_in(centres):
    browser = Client()
    for address in INSIDE:
        path = filled(address, "noord", centres["noord"])
        for answer in (browser.get(path), browser.post(path)):
            assert answer.status_code == 302, path
            assert answer["Location"].startswith(reverse("account_login")), path


def test_a_member_of_nothing_finds_nothing(centres, member, organisation):
    membership = member("owner")
    browser = Client()
    browser.force_login(membership.user)
    from klankbord.web.kernel.tenancy import acting_in

    with acting_in(organisation):
        membership.delete()
    for address in INSIDE:
        assert browser.get(filled(address, "noord", centres["noord"])).status_code == 404, address.route
