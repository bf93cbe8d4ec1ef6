"""How the API lets programs in: by a good token, into its own organisation, and only for as long as the request."""

import pytest
from django.test import Client
from django.urls import clear_url_caches, path
from ninja import NinjaAPI

from klankbord.web.kernel.tenancy import NoOrganisationError, acting_in, here
from klankbord.web.people.actions import create_token, revoke_token
from klankbord.web.people.models import Membership
from klankbord.web.people.tokens import TokenAuth

api = NinjaAPI(urls_namespace="test-tokens")


@api.get("who", auth=TokenAuth())
def who(request):
    """Say who acts, where, and what is found."""
    return {"actor": request.actor.name, "organisation": here().slug, "members": Membership.objects.count()}


class Addresses:
    """An API with one operation."""

    urlpatterns = (path("api/", api.urls),)


@pytest.fixture
def made(settings, actor, organisation, member, elsewhere):
    settings.ROOT_URLCONF = Addresses
    clear_url_caches()
    member("analyst", of=elsewhere)
    with acting_in(organisation):
        yield create_token(actor(), name="nightly", scopes=["numbers:read"])
    clear_url_caches()


def ask(raw):
    return Client(headers={"authorization": f"Bearer {raw}"}).get("/api/who")


def test_a_good_token_acts_in_its_organisation(made):
    assert ask(made[1]).json() == {"actor": "nightly", "organisation": "noord", "members": 1}


@pytest.mark.parametrize("raw", ["", "kb_", "kb_" + "x" * 40])
def test_anything_else_is_refused(made, raw):
    del made
    assert ask(raw).status_code == 401
    assert Client().get("/api/who").status_code == 401


def test_a_session_is_no_token(made, browse):
    del made
    assert browse("owner").get("/api/who").status_code == 401


def test_a_revoked_token_is_refused_at_once(made, actor):
    assert ask(made[1]).status_code == 200
    revoke_token(actor(), made[0])
    assert ask(made[1]).status_code == 401


def test_nobody_acts_anywhere_after_the_answer(settings, actor, organisation):
    settings.ROOT_URLCONF = Addresses
    clear_url_caches()
    owner = actor()
    with acting_in(organisation):
        _, raw = create_token(owner, name="nightly", scopes=["numbers:read"])
    assert ask(raw).status_code == 200
    with pytest.raises(NoOrganisationError):
        here()
    clear_url_caches()
