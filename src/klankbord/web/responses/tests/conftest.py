"""What tests of this room share: a survey that is asked, contacts that were asked about, and visitors."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from klankbord.web.contacts.actions import receive_contacts
from klankbord.web.contacts.models import Contact
from klankbord.web.invitations.links import page_url
from klankbord.web.invitations.models import Invitation
from klankbord.web.kernel.access import the_product
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.responses import limits
from klankbord.web.surveys.library import starting_point
from klankbord.web.surveys.models import Survey, Version

BEGUN = datetime(2026, 11, 2, 9, tzinfo=UTC)


class Visitor:
    """A browser of somebody who answers; it keeps no cookie, and finds the form as a person would."""

    def __init__(self, name: str = "Firefox", address: str = "10.0.0.1") -> None:
        self.client = Client(headers={"User-Agent": name}, REMOTE_ADDR=address)
        self.page: Any = None

    def opens(self, url: str) -> Any:
        """Open a page."""
        self.page = self.client.get(url.replace("http://testserver", ""))
        return self.page

    def sends(self, score: int | None = None, **told: Any) -> Any:
        """Send the form of the page that is open."""
        action = self.page.content.decode().partition('<form method="post" action="')[2].partition('"')[0]
        fields = ({} if score is None else {"score": str(score)}) | told
        return self.client.post(action.replace("&amp;", "&"), fields)

    def answers(self, url: str, score: int, **told: Any) -> Any:
        """Open a page, take the time that a person takes, and send a score."""
        self.opens(url)
        return self.sends(score, **told)


@pytest.fixture(autouse=True)
def room(settings: Any) -> None:
    """The folder of static files, and counts of requests that begin anew."""
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    limits.links.forget()
    limits.visitors.forget()


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody takes four seconds over a page, without the test taking them."""
    from klankbord.web.responses.page_views import PageView

    age: Any = PageView.waited_ms
    monkeypatch.setattr(PageView, "waited_ms", property(lambda view: age.fget(view) + 4_000))


@pytest.fixture
def survey(organisation: Organisation) -> Survey:
    """A survey that is being asked."""
    with acting_in(organisation):
        made: Survey = Survey.objects.create(
            name="After contact", code="after-contact", metric="nps", mode="service", open_link=True
        )
        content = starting_point("nps", brand="Noord", mode="service").to_dict()
        Version.objects.create(survey=made, number=1, content=content, published_at=BEGUN)
    return made


@pytest.fixture
def invite(organisation: Organisation, survey: Survey) -> Callable[..., Invitation]:
    """Ask about a contact: `invite(1, team="Ghent")`, with what else its invitation is."""

    def invited(number: int = 1, *, sent: timedelta = timedelta(hours=3), **told: Any) -> Invitation:
        asked = told.pop("invitation", {})
        row = {"external_id": f"c{number}", "started_at": (BEGUN + timedelta(hours=number)).isoformat()}
        row |= {"customer": f"customer-{number}", "channel": "phone", "team": "Ghent"} | told
        with acting_in(organisation):
            receive_contacts(actor=the_product(organisation), source="genesys", rows=[row])
            contact = Contact.objects.get(external_id=f"c{number}")
            now = timezone.now()
            frozen = {name: getattr(contact, name) for name in ("team", "agent", "queue", "channel", "client", "site")}
            made: Invitation = Invitation.objects.create(
                **{
                    "survey": survey,
                    "version": survey.current,
                    "metric": survey.metric,
                    "channel": "email",
                    "language": "nl",
                    "contact": contact,
                    "customer": contact.customer,
                    "circumstances": frozen,
                    "state": Invitation.State.SENT,
                    "planned_at": now - sent,
                    "due_at": now - sent,
                    "asked_at": now - sent,
                    "sent_at": now - sent,
                    "expires_at": now + timedelta(days=14),
                }
                | asked
            )
            return made

    return invited


@pytest.fixture
def link(invite: Callable[..., Invitation]) -> str:
    """The link of an invitation that was sent some hours ago."""
    return page_url(invite())


@pytest.fixture
def visitor() -> Callable[..., Visitor]:
    """Make visitors: `visitor("Scanner")`."""
    return Visitor
