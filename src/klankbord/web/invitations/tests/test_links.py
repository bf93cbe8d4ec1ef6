"""Links: made again from the invitation, forged by nobody, and saying nothing of a person."""

import pytest
from django.core import serializers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from klankbord.web.invitations.links import honeypot_url, invitation_by, page_url, score_url, stop_url, token_of
from klankbord.web.invitations.models import Invitation
from klankbord.web.kernel.tenancy import acting_in


def test_a_token_leads_to_its_invitation_and_is_the_same_each_time(invited):
    invitation = invited()
    token = token_of(invitation)
    assert token == token_of(Invitation.objects.get(pk=invitation.pk))
    assert invitation_by(token) == invitation
    assert invitation_by(token).organisation == invitation.organisation
    assert token.isalnum()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(place=st.integers(0, 47), sign=st.sampled_from("abcdefghijkABCDEF0123456789"))
def test_a_token_of_which_one_sign_is_another_leads_nowhere(invited, place, sign):
    token = token_of(Invitation.objects.first() or invited())
    forged = f"{token[:place]}{sign}{token[place + 1 :]}"
    assert (invitation_by(forged) is not None) == (forged == token)


@pytest.mark.parametrize("token", ["", "a", "s" * 48, "é" * 48, "\x00" * 48])
def test_what_is_no_token_leads_nowhere_and_asks_no_query(invited, django_assert_num_queries, token):
    invited()
    with django_assert_num_queries(0):
        assert invitation_by(token) is None


def test_a_token_of_another_installation_leads_nowhere_and_one_of_the_key_before_still_does(invited, settings):
    token = token_of(invited())
    earlier, settings.SECRET_KEY = settings.SECRET_KEY, "another key"
    assert invitation_by(token) is None
    settings.SECRET_KEY_FALLBACKS = [earlier]
    assert invitation_by(token) is not None


def test_whoever_reads_the_register_cannot_make_a_link(invited):
    token = token_of(invited())
    held = serializers.serialize("json", Invitation.objects.all())
    assert token[:16] in held
    assert token[16:] not in held


def test_addresses_hold_the_token_and_nothing_of_the_customer(invited):
    invitation = invited(customer="jan.peeters")
    token = token_of(invitation)
    assert page_url(invitation) == f"http://testserver/s/{token}/"
    assert score_url(invitation, 9) == f"http://testserver/s/{token}/9/"
    assert stop_url(invitation) == f"http://testserver/s/{token}/stop/"
    assert honeypot_url(invitation) == f"http://testserver/s/{token}/more/"


def test_an_invitation_that_came_with_history_has_no_link(invited):
    past = invited(rule=None, version=None)
    assert invitation_by(token_of(past)) is None


def test_a_link_is_followed_whatever_organisation_is_acted_in(invited, elsewhere):
    token = token_of(invited())
    with acting_in(elsewhere):
        assert invitation_by(token) is not None
        assert Invitation.objects.count() == 0
