"""Members: what the actions allow, to whom, and what they leave behind."""

import pytest

from klankbord.web.kernel.access import ForbiddenError, Permission, Role, the_product
from klankbord.web.kernel.models import AuditEntry
from klankbord.web.kernel.tenancy import acting_in, everywhere
from klankbord.web.people.actions import (
    change_member,
    create_token,
    forget_user,
    invite_member,
    remove_member,
)
from klankbord.web.people.errors import PeopleError
from klankbord.web.people.models import ApiToken, Invitation, Membership, User

pytestmark = pytest.mark.usefixtures("acting")


def told():
    return [(entry.action, entry.subject, entry.details) for entry in AuditEntry.objects.all()]


def another_owner(organisation, email="second@noord.example"):
    user = User.objects.create_user(email, name="Second owner")
    with acting_in(organisation):
        return Membership.objects.create(user=user, role="owner")


def test_role_and_reach_are_changed_and_written_down(actor, member):
    lead = change_member(actor(), member("analyst"), role="lead", teams=["Ghent", " Liège", "Ghent"], client="x")
    lead.refresh_from_db()
    assert (lead.role, lead.teams, lead.client) == ("lead", ["Ghent", "Liège"], "")
    assert told() == [
        (
            "people.member_changed",
            f"member {lead.pk}",
            {"before": "analyst", "role": "lead", "reach": ["Ghent", "Liège"]},
        )
    ]


@pytest.mark.parametrize(("role", "field"), [("lead", "teams"), ("client_viewer", "client"), ("agent", "agent")])
def test_a_role_that_is_held_to_something_needs_it(actor, member, role, field):
    with pytest.raises(PeopleError) as refused:
        change_member(actor(), member("analyst"), role=role)
    assert refused.value.field == field
    assert member("analyst").role == "analyst"


@pytest.mark.parametrize("role", ["boss", "", "OWNER"])
def test_an_unknown_role_is_refused(actor, member, role):
    with pytest.raises(PeopleError):
        change_member(actor(), member("analyst"), role=role)


def test_the_last_owner_stays(actor, member):
    with pytest.raises(PeopleError, match="last owner"):
        change_member(actor(), member("owner"), role="analyst")
    with pytest.raises(PeopleError, match="last owner"):
        remove_member(actor(), member("owner"))
    assert Membership.objects.filter(role="owner").count() == 1


def test_an_owner_who_cannot_sign_in_does_not_count(actor, member, organisation):
    closed = another_owner(organisation)
    User.objects.filter(pk=closed.user_id).update(is_active=False)
    with pytest.raises(PeopleError, match="last owner"):
        remove_member(actor(), member("owner"))


def test_of_two_owners_one_may_go(actor, member, organisation):
    second = another_owner(organisation)
    remove_member(actor(), second)
    assert list(Membership.objects.filter(role="owner")) == [member("owner")]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
def test_only_owners_manage_people(actor, member, role):
    other = member("owner")
    with pytest.raises(ForbiddenError):
        change_member(actor(role), other, role="agent", agent="A1")
    with pytest.raises(ForbiddenError):
        remove_member(actor(role), other)
    with pytest.raises(ForbiddenError):
        invite_member(actor(role), email="x@voorbeeld.example", role="analyst")


def test_nobody_gives_a_role_above_their_own(organisation, member):
    helper = the_product(organisation)
    narrow = type(helper)(
        organisation=organisation, kind="person", name="helper", permissions=frozenset({Permission.MANAGE_PEOPLE})
    )
    with pytest.raises(PeopleError, match="more than you may"):
        invite_member(narrow, email="x@voorbeeld.example", role="owner")
    with pytest.raises(PeopleError, match="more than you may"):
        change_member(narrow, member("analyst"), role="owner")


def test_an_owner_of_another_organisation_changes_nothing_here(actor, member, elsewhere):
    ours, stranger = member("analyst"), actor("owner", of=elsewhere)
    with acting_in(elsewhere):
        for attempt in (
            lambda: change_member(stranger, ours, role="owner"),
            lambda: remove_member(stranger, ours),
        ):
            with pytest.raises(PeopleError):
                attempt()
    assert member("analyst").role == "analyst"


def test_with_a_member_go_their_tokens_and_open_invitations(actor, organisation):
    second = another_owner(organisation)
    theirs, _ = create_token(actor_for(second), name="theirs", scopes=["numbers:read"])
    mine, _ = create_token(actor(), name="mine", scopes=["numbers:read"])
    invite_member(actor_for(second), email="friend@voorbeeld.example", role="owner")
    invite_member(actor(), email="colleague@voorbeeld.example", role="analyst")
    remove_member(actor(), second)
    assert [token.name for token in ApiToken.objects.filter(revoked_at=None)] == [mine.name]
    assert [one.email for one in Invitation.objects.all()] == ["colleague@voorbeeld.example"]
    assert ("people.token_revoked", f"token {theirs.pk}", {}) in told()


def test_demotion_ends_tokens_too(actor, organisation):
    second = another_owner(organisation)
    create_token(actor_for(second), name="theirs", scopes=["numbers:read"])
    change_member(actor(), second, role="analyst")
    assert not ApiToken.objects.filter(revoked_at=None).exists()


def actor_for(membership):
    from klankbord.web.people.actors import actor_of

    return actor_of(membership)


def test_a_forgotten_person_is_in_no_entry_and_has_no_account(actor, member):
    analyst = member("analyst")
    user = analyst.user
    create_entries(analyst)
    remove_member(actor(), analyst)
    assert forget_user(actor(), user_id=user.pk) == 1
    assert not User.objects.filter(pk=user.pk).exists()
    assert user.name not in str(list(AuditEntry.objects.values()))


def create_entries(membership):
    from klankbord.web.kernel import audit

    kind = audit.entry_type("test.people", shred=audit.keep_all)
    audit.record(actor_for(membership), kind, "upload 3", rows=4)


def test_a_person_of_two_organisations_keeps_the_account(actor, member, elsewhere):
    analyst = member("analyst")
    with acting_in(elsewhere):
        Membership.objects.create(user=analyst.user, role="analyst")
    create_entries(analyst)
    remove_member(actor(), analyst)
    forget_user(actor(), user_id=analyst.user_id)
    with everywhere():
        assert Membership.objects.get(user_id=analyst.user_id).organisation == elsewhere


def test_a_member_is_removed_before_being_forgotten(actor, member):
    with pytest.raises(PeopleError, match="still a member"):
        forget_user(actor(), user_id=member("analyst").user_id)


def test_people_whom_this_organisation_never_knew_cannot_be_forgotten_from_here(actor, member, elsewhere):
    stranger = member("analyst", of=elsewhere).user
    with acting_in(elsewhere):
        Membership.objects.all().delete()
    answers = []
    for user_id in (stranger.pk, 999_999):
        with pytest.raises(PeopleError) as refused:
            forget_user(actor(), user_id=user_id)
        answers.append(str(refused.value))
    assert answers[0] == answers[1]
    assert User.objects.filter(pk=stranger.pk).exists()


def test_only_who_manages_privacy_forgets(actor, member):
    with pytest.raises(ForbiddenError):
        forget_user(actor("analyst"), user_id=member("lead").user_id)
