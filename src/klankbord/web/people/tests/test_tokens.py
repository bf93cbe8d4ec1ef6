"""API tokens: shown once, held to their scopes, and good for one organisation until they end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from klankbord.web.kernel.access import ForbiddenError, Permission, Role
from klankbord.web.kernel.models import AuditEntry
from klankbord.web.kernel.tenancy import acting_in, everywhere
from klankbord.web.people.actions import create_token, revoke_token
from klankbord.web.people.errors import PeopleError
from klankbord.web.people.models import ApiToken
from klankbord.web.people.queries import token_actor

pytestmark = pytest.mark.usefixtures("acting")
SCOPES = ["contacts:write", "numbers:read"]


@pytest.fixture
def made(actor):
    return create_token(actor(), name="nightly import", scopes=SCOPES, days=30)


def test_a_token_acts_as_its_scopes_say(made, organisation):
    token, raw = made
    program = token_actor(raw)
    assert program is not None
    assert (program.kind, program.id, program.organisation) == ("token", token.pk, organisation)
    assert program.permissions == {Permission.BRING_IN, Permission.SEE_NUMBERS}
    assert program.reach.is_everything


def test_a_token_looks_as_it_should_and_is_kept_as_a_digest(made):
    token, raw = made
    assert raw.startswith("kb_")
    assert len(raw) == 43
    assert raw[3:].isalnum()
    assert raw not in str(ApiToken.objects.values())
    assert token.hint == raw[:8]


def test_wrong_tokens_let_nobody_in(made):
    token, raw = made
    swapped = raw[:-1] + ("a" if raw[-1] != "a" else "b")
    assert [token_actor(wrong) for wrong in ("", "kb_", token.digest, swapped, raw.upper(), raw + " ")] == [None] * 6


def test_a_token_expires(made):
    _, raw = made
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert token_actor(raw) is None


def test_a_revoked_token_lets_nobody_in(made, actor):
    token, raw = made
    revoke_token(actor(), token)
    assert token_actor(raw) is None
    with pytest.raises(PeopleError):
        revoke_token(actor(), token)


def test_use_is_noted_once_a_minute(made):
    token, raw = made
    token_actor(raw)
    token.refresh_from_db()
    first = token.last_used_at
    assert first is not None
    token_actor(raw)
    token.refresh_from_db()
    assert token.last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(seconds=61))
    token_actor(raw)
    token.refresh_from_db()
    assert token.last_used_at > first - timedelta(seconds=61)


def test_making_and_ending_are_written_down_without_the_secret(made, actor):
    token, raw = made
    revoke_token(actor(), token)
    entries = [(entry.action, entry.subject, entry.details) for entry in AuditEntry.objects.order_by("pk")]
    assert entries == [
        ("people.token_created", f"token {token.pk}", {"scopes": SCOPES, "days": 30}),
        ("people.token_revoked", f"token {token.pk}", {}),
    ]
    assert raw not in str(AuditEntry.objects.values())


@pytest.mark.parametrize("scope", ["people:write", "tokens:write", "privacy:write", "personal:read", "audit:read", "x"])
def test_a_token_cannot_do_what_programs_may_not(actor, scope):
    with pytest.raises(PeopleError) as refused:
        create_token(actor(), name="too much", scopes=["numbers:read", scope])
    assert refused.value.field == "scopes"
    assert not ApiToken.objects.exists()


def test_a_stored_scope_beyond_programs_gives_nothing(made):
    _, raw = made
    ApiToken.objects.update(scopes=["people:write", "numbers:read"])
    program = token_actor(raw)
    assert program is not None
    assert program.permissions == {Permission.SEE_NUMBERS}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
def test_only_owners_make_and_end_tokens(actor, made, role):
    with pytest.raises(ForbiddenError):
        create_token(actor(role), name="mine", scopes=["numbers:read"])
    with pytest.raises(ForbiddenError):
        revoke_token(actor(role), made[0])


def test_a_token_makes_no_tokens(made):
    program = token_actor(made[1])
    with pytest.raises(ForbiddenError):
        create_token(program, name="child", scopes=["numbers:read"])


def test_a_token_of_another_organisation_cannot_be_ended_from_here(made, actor, elsewhere):
    token, raw = made
    with acting_in(elsewhere), pytest.raises(PeopleError):
        revoke_token(actor("owner", of=elsewhere), token)
    assert token_actor(raw) is not None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"name": " "}, "name"), ({"scopes": []}, "scopes"), ({"days": 0}, "days"), ({"days": 4000}, "days")],
)
def test_a_token_needs_a_name_a_scope_and_an_end(actor, wrong, field):
    with pytest.raises(PeopleError) as refused:
        create_token(actor(), **{"name": "import", "scopes": SCOPES, "days": 30} | wrong)
    assert refused.value.field == field


def test_a_token_leads_to_its_own_organisation_only(made, actor, elsewhere):
    with acting_in(elsewhere):
        _, theirs = create_token(actor("owner", of=elsewhere), name="theirs", scopes=["numbers:read"])
    with everywhere():
        assert ApiToken.objects.count() == 2
    assert token_actor(theirs).organisation == elsewhere
    assert token_actor(made[1]).organisation != elsewhere
