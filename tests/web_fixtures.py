"""What tests of the product share: an organisation, another one that must see nothing, members in every role."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.mailbox import Mailbox, mail_server

from klankbord.web.kernel.access import Actor, Role
from klankbord.web.kernel.home import Home
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.options import read_options
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.actors import actor_of
from klankbord.web.people.models import Membership, User
from klankbord.web.responses.occasions import questionnaire_of

Member = Callable[..., Membership]


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Home:
    """A home of the test's own."""
    settings.HOME = Home(tmp_path / "home")
    settings.HOME.make()
    return settings.HOME  # type: ignore[no-any-return]


@pytest.fixture
def organisation(db: None, home: Home) -> Organisation:  # noqa: ARG001
    """The organisation that a test is about."""
    questionnaire_of.cache_clear()  # in a register that begins anew, another version has the number of one before
    return Organisation.objects.create(name="Noord Telecom", slug="noord", zone="Europe/Brussels")


@pytest.fixture
def elsewhere(db: None, home: Home) -> Organisation:  # noqa: ARG001
    """Another organisation on the same installation: its people must see nothing."""
    return Organisation.objects.create(name="Zuid Energie", slug="zuid", zone="Europe/Brussels")


@pytest.fixture
def acting(organisation: Organisation) -> Iterator[Organisation]:
    """Act in the organisation throughout the test."""
    with acting_in(organisation):
        yield organisation


@pytest.fixture
def member(organisation: Organisation) -> Member:
    """Make a member: `member("lead", teams=["Ghent"])`, or of another organisation with `of=`."""

    def made(role: str = "owner", *, of: Organisation | None = None, **reach: Any) -> Membership:
        home = of or organisation
        user, _ = User.objects.get_or_create(
            email=f"{role}@{home.slug}.example", defaults={"name": f"{role} {home.slug}"}
        )
        with acting_in(home):
            return Membership.objects.get_or_create(user=user, defaults={"role": Role(role), **reach})[0]  # type: ignore[no-any-return]

    return made


@pytest.fixture
def actor(member: Member) -> Callable[..., Actor]:
    """Make an actor: `actor("analyst")`."""
    return lambda role="owner", **said: actor_of(member(role, **said))


@pytest.fixture
def browse(member: Member) -> Callable[..., Client]:
    """Return a browser signed in as a member: `browse("analyst").get("/o/noord/...")`."""

    def signed_in(role: str = "owner", **said: Any) -> Client:
        client = Client()
        client.force_login(member(role, **said).user)
        return client

    return signed_in


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """Have an installation that sends its mail to a real server, and what arrives there."""
    with mail_server() as running:
        settings.OPTIONS = read_options({"KLANKBORD_URL": "http://testserver", "KLANKBORD_MAIL_URL": running.url})
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running
