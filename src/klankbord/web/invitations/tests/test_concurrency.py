"""Two workers at once: each contact is decided about once, each letter claimed by one, and nobody is asked twice."""

from datetime import timedelta
from functools import partial

import pytest
from tests.together import patiently, together

from klankbord.web.contacts.actions import receive_contacts
from klankbord.web.invitations.actions import plan_contacts
from klankbord.web.invitations.actions.claiming import claim
from klankbord.web.invitations.models import Invitation, Passed, Rule
from klankbord.web.invitations.tests.conftest import NOON
from klankbord.web.kernel.access import the_product
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.surveys.library import starting_point
from klankbord.web.surveys.models import Survey, Version

pytestmark = pytest.mark.django_db(transaction=True)
CONTACTS, CUSTOMERS, PORTIONS = 240, 40, 6


@pytest.fixture
def asking(acting):
    lake_of(acting)
    survey = Survey.objects.create(name="S", code="s", metric="nps", mode="research")
    content = starting_point("nps", brand="Noord").to_dict()
    Version.objects.create(survey=survey, number=1, content=content, published_at=NOON)
    Rule.objects.create(name="All", survey=survey, share=1.0, delay_minutes=0, live=True)
    return acting


def bring(organisation, portion):
    rows = [
        {
            "external_id": str(number),
            "customer": {"id": f"c{number % CUSTOMERS}", "email": f"c{number % CUSTOMERS}@x.example"},
            "started_at": NOON.isoformat(),
            "ended_at": NOON.isoformat(),
        }
        for number in range(portion, CONTACTS, PORTIONS)
    ]
    receive_contacts(actor=the_product(organisation), source="test", rows=rows)


def test_contacts_that_come_in_while_two_plan_are_decided_about_once(asking):
    def planning():
        for _ in range(PORTIONS):
            patiently(lambda: plan_contacts(asking, now=NOON))

    def receiving():
        for portion in range(PORTIONS):
            patiently(partial(bring, asking, portion))

    assert together(asking, planning, planning, receiving) == []
    plan_contacts(asking, now=NOON)
    assert Invitation.objects.count() == CUSTOMERS
    assert Passed.objects.filter(reason="quarantine").count() == CONTACTS - CUSTOMERS
    assert Passed.objects.filter(contact__invitation__isnull=False).count() == 0


def test_two_that_send_never_claim_the_same(asking):
    for portion in range(PORTIONS):
        bring(asking, portion)
    plan_contacts(asking, now=NOON)
    claimed = []

    def sending():
        while found := patiently(lambda: claim(asking, most=7, now=NOON + timedelta(minutes=1))):
            claimed.extend(one.pk for one, _ in found)

    assert together(asking, sending, sending, sending) == []
    assert len(claimed) == len(set(claimed)) == CUSTOMERS
