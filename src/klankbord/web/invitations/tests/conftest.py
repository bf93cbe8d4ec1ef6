"""What tests of this room share: a published survey, a rule, customers with contacts, and invitations of theirs."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from klankbord.web.contacts.actions import receive_contacts
from klankbord.web.contacts.models import Contact
from klankbord.web.invitations.models import Invitation, Rule
from klankbord.web.invitations.persons import marks
from klankbord.web.surveys.library import starting_point
from klankbord.web.surveys.models import Survey, Version

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday


@pytest.fixture
def survey(acting):  # noqa: ARG001
    found = Survey.objects.create(name="After a call", code="after-call", metric="nps", mode="research")
    content = starting_point("nps", brand="Halder", mode="research", language="nl").to_dict()
    Version.objects.create(survey=found, number=1, content=content, published_at=timezone.now())
    return found


@pytest.fixture
def rule(survey):
    """Make a rule that asks about everything, at once, unless told otherwise."""

    def made(**changes):
        told = {"name": "All", "survey": survey, "share": 1.0, "delay_minutes": 0, "live": True, "live_since": NOON}
        return Rule.objects.create(**(told | changes))

    return made


@pytest.fixture
def came(acting, actor):  # noqa: ARG001
    """Let contacts come in: `came(3, customer="an", channel="chat")`; returns those that are new."""
    told = iter(range(1, 1_000_000))

    def received(count=1, *, customer="an", at=NOON, **changes):
        rows = []
        for number in (next(told) for _ in range(count)):
            who = f"{customer}{number}" if count > 1 else customer
            person = {"id": who, "email": f"{who}@noord.example", "language": "nl"} if isinstance(who, str) else who
            begun = at - timedelta(minutes=10)
            row = {"external_id": str(number), "customer": person, "channel": "phone", "agent": "A1"}
            row |= {"started_at": begun.isoformat(), "ended_at": at.isoformat()}
            rows.append(row | changes)
        outcome = receive_contacts(actor=actor("owner"), source="test", rows=rows)
        assert outcome.rejected == []
        ids = [row["external_id"] for row in rows]
        return list(Contact.objects.filter(external_id__in=ids).order_by("id"))

    return received


@pytest.fixture
def invited(survey, came):
    """Make an invitation that has been sent."""

    def made(customer="an", **changes):
        (contact,) = came(customer=customer)
        now = timezone.now()
        person, recipient = marks((contact.customer.pseudonym, contact.customer.email_digest))
        told = {"survey": survey, "version": survey.current, "metric": "nps", "channel": "email", "contact": contact}
        told |= {"customer": contact.customer, "person": person, "recipient": recipient, "state": "sent"}
        told |= {"planned_at": now, "due_at": now, "asked_at": now, "sent_at": now}
        return Invitation.objects.create(**(told | {"expires_at": now + timedelta(days=14)} | changes))

    return made
