"""Invitations: the link is a secret, for one address, once, for seven days."""

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone

from klankbord.web.kernel.models import AuditEntry
from klankbord.web.kernel.tenancy import acting_in, everywhere
from klankbord.web.people import proof
from klankbord.web.people.actions import accept_invitation, invite_member, withdraw_invitation
from klankbord.web.people.errors import PeopleError
from klankbord.web.people.models import Invitation, Membership, User
from klankbord.web.people.queries import invitation_with

NEWCOMER = {"name": "Els Maes", "password": "koffie-met-koekjes-77"}


@pytest.fixture
def invited(actor, acting):
    del acting
    return invite_member(actor(), email="Els@Voorbeeld.example ", role="lead", teams=["Ghent"])


def secret_in(link):
    return link.rsplit("/", 1)[-1]


def test_only_the_digest_of_a_link_is_kept(invited):
    secret = secret_in(invited.link)
    assert len(secret) >= 40
    assert secret not in str(Invitation.objects.values())
    assert invitation_with(secret) == invited.invitation
    assert invitation_with(secret[:-1]) is None
    assert invitation_with(invited.invitation.digest) is None


def test_an_invitation_is_written_down_without_the_address(invited):
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.details) == ("people.member_invited", {"role": "lead", "reach": ["Ghent"]})
    assert "voorbeeld" not in entry.subject
    assert not invited.mailed
    assert not outbox.outbox


@pytest.mark.usefixtures("with_mail")
def test_where_mail_is_set_up_the_invitation_is_mailed(actor, acting):
    acting.language = "fr"
    acting.save()
    invited = invite_member(actor(), email="els@voorbeeld.example", role="analyst")
    letter = outbox.outbox[0]
    assert invited.mailed
    assert letter.to == ["els@voorbeeld.example"]
    assert "invité chez Noord Telecom" in letter.subject
    assert invited.link in letter.body


def test_a_newcomer_becomes_a_member(invited):
    page = Client().post(invited.link, NEWCOMER)
    assert (page.status_code, page.url) == (302, "/")
    member = Membership.objects.get(user__email="els@voorbeeld.example")
    assert (member.role, member.teams, member.user.name) == ("lead", ["Ghent"], "Els Maes")
    assert member.user.check_password(NEWCOMER["password"])


def test_a_newcomer_is_signed_in(invited):
    browser = Client()
    browser.post(invited.link, NEWCOMER)
    assert browser.session["_auth_user_id"] == str(User.objects.get(email="els@voorbeeld.example").pk)


def test_a_weak_password_is_refused_at_the_field(invited):
    page = Client().post(invited.link, {"name": "Els Maes", "password": "password"})
    assert page.status_code == 200
    assert page.context["form"].errors["password"]
    assert not User.objects.filter(email="els@voorbeeld.example").exists()
    assert invitation_with(secret_in(invited.link))


def test_an_invitation_is_accepted_once(invited):
    Client().post(invited.link, NEWCOMER)
    assert Client().get(invited.link).status_code == 404
    with pytest.raises(PeopleError, match="no longer open"):
        accept_invitation(invited.invitation, **NEWCOMER)


def test_an_invitation_ends_after_seven_days(invited):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(invited.link).status_code == 404
    assert Client().post(invited.link, NEWCOMER).status_code == 404
    with pytest.raises(PeopleError):
        accept_invitation(invited.invitation, **NEWCOMER)


def test_a_withdrawn_invitation_leads_nowhere(invited, actor):
    withdraw_invitation(actor(), invited.invitation)
    assert Client().get(invited.link).status_code == 404
    with pytest.raises(PeopleError):
        withdraw_invitation(actor(), invited.invitation)


def test_inviting_again_ends_the_earlier_link(invited, actor):
    again = invite_member(actor(), email="els@voorbeeld.example", role="analyst")
    assert Client().get(invited.link).status_code == 404
    assert Client().get(again.link).status_code == 200


def test_a_user_signed_in_with_another_address_is_refused_and_told_nothing(invited, browse):
    browser = browse("analyst")
    for page in (browser.get(invited.link), browser.post(invited.link, NEWCOMER)):
        assert page.status_code == 403
        assert b"els@voorbeeld.example" not in page.content
    assert not Membership.objects.filter(role="lead").exists()


def test_an_existing_user_signs_in_and_accepts(invited, elsewhere):
    els = User.objects.create_user("els@voorbeeld.example", "lange-wandeling-aan-zee", name="Els")
    with acting_in(elsewhere):
        Membership.objects.create(user=els, role="owner")
    browser = Client()
    assert "/account/login/?next=/account/invitation/" in browser.get(invited.link).content.decode()
    browser.force_login(els)
    assert browser.get(invited.link).status_code == 200
    assert browser.post(invited.link).status_code == 302
    with everywhere():
        assert Membership.objects.filter(user=els).count() == 2
    els.refresh_from_db()
    assert els.check_password("lange-wandeling-aan-zee")


def test_a_link_does_not_make_an_account_anew(invited):
    els = User.objects.create_user("els@voorbeeld.example", "lange-wandeling-aan-zee", name="Els")
    Client().post(invited.link, NEWCOMER)
    with pytest.raises(PeopleError, match="has an account"):
        accept_invitation(invited.invitation, **NEWCOMER)
    els.refresh_from_db()
    assert els.check_password("lange-wandeling-aan-zee")
    assert invitation_with(secret_in(invited.link))


@pytest.mark.parametrize("known", [True, False])
def test_inviting_says_nothing_about_users_of_other_organisations(actor, acting, elsewhere, known):
    del acting
    if known:
        user = User.objects.create_user("els@voorbeeld.example", name="Els of Zuid")
        with acting_in(elsewhere):
            Membership.objects.create(user=user, role="owner")
    invited = invite_member(actor(), email="els@voorbeeld.example", role="analyst")
    assert (invited.invitation.email, invited.mailed) == ("els@voorbeeld.example", False)


def test_a_member_is_not_invited_again(actor, member, acting):
    del acting
    with pytest.raises(PeopleError) as refused:
        invite_member(actor(), email=member("analyst").user.email, role="owner")
    assert refused.value.field == "email"


@pytest.mark.parametrize("email", ["", "els", "els@", "a b@voorbeeld.example"])
def test_what_is_no_address_is_refused(actor, acting, email):
    del acting
    with pytest.raises(PeopleError):
        invite_member(actor(), email=email, role="analyst")


def test_an_owner_elsewhere_cannot_withdraw_it(invited, actor, elsewhere):
    with acting_in(elsewhere), pytest.raises(PeopleError):
        withdraw_invitation(actor("owner", of=elsewhere), invited.invitation)
    assert invitation_with(secret_in(invited.link))


@pytest.mark.usefixtures("with_mail")
def test_only_the_mailed_link_proves_whose_address_it_is(actor, acting):
    del acting
    shown = invite_member(actor(), email="a@voorbeeld.example", role="analyst")
    Client().post(shown.link, NEWCOMER)
    assert not proof.is_proven(User.objects.get(email="a@voorbeeld.example"))
    invite_member(actor(), email="b@voorbeeld.example", role="analyst")
    mailed = next(line for line in outbox.outbox[-1].body.splitlines() if "/invitation/" in line)
    Client().post(mailed, NEWCOMER)
    assert proof.is_proven(User.objects.get(email="b@voorbeeld.example"))
