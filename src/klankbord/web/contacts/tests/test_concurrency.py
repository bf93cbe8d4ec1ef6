"""Two at once: writers of the same contacts, of the same customers, and somebody who is erased meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.together import patiently, together

from klankbord.web.contacts.actions import erase_customer, receive_contacts
from klankbord.web.contacts.models import Contact, Customer, Payload
from klankbord.web.contacts.projection import ahead, project
from klankbord.web.kernel.access import the_product
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS, WIDTH = 6, 60


def rows(state: int, *, backwards: bool = False) -> list[object]:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    told: list[object] = [
        {
            "external_id": f"c{number}",
            "started_at": at.isoformat(),
            "updated_at": (at + timedelta(minutes=state)).isoformat(),
            "team": f"team {state}",
            "customer": {"id": f"K{number % 7}", "email": f"state{state}@x.example"},
        }
        for number in range(WIDTH)
    ]
    return told[::-1] if backwards else told


def receive(organisation: Organisation, told: list[object]) -> None:
    patiently(lambda: receive_contacts(actor=the_product(organisation), source="s", rows=told))


def test_the_newest_state_wins_whoever_writes_last(organisation):
    lake_of(organisation)

    def writing(states: range, *, backwards: bool) -> None:
        for state in states:
            receive(organisation, rows(state, backwards=backwards))

    wrong = together(
        organisation,
        lambda: writing(range(0, 2 * ROUNDS, 2), backwards=False),
        lambda: writing(range(2 * ROUNDS - 1, 0, -2), backwards=True),
    )
    assert wrong == []
    with acting_in(organisation):
        newest = 2 * ROUNDS - 1
        assert set(Contact.objects.values_list("team", flat=True)) == {f"team {newest}"}
        assert Contact.objects.count() == WIDTH
        assert {customer.email for customer in Customer.objects.all()} == {f"state{newest}@x.example"}
        assert Customer.objects.count() == 7


def test_projections_and_writers_beside_each_other_lose_and_double_nothing(organisation):
    lake_of(organisation)

    def projecting() -> None:
        for _ in range(4):
            patiently(lambda: project(organisation))

    def writing() -> None:
        for state in range(ROUNDS):
            receive(organisation, rows(state))

    assert together(organisation, projecting, projecting, writing) == []
    with acting_in(organisation):
        project(organisation)
        assert not ahead().exists()
        from klankbord.lake.engine import connect

        with connect() as engine:
            there = lake_of(organisation).snapshot().relation("contacts")
            found = engine.execute(f"select count(*), count(distinct external_id), any_value(team) from {there}")  # noqa: S608
            assert found.fetchall() == [(WIDTH, WIDTH, f"team {ROUNDS - 1}")]


def test_customer_who_is_erased_while_they_are_sent_is_gone(organisation):
    pseudonym = lake_of(organisation).key.pseudonym("K3")
    with acting_in(organisation):
        receive(organisation, rows(0))

    def writing() -> None:
        for state in range(1, ROUNDS):
            receive(organisation, rows(state))

    def erasing() -> None:
        patiently(lambda: erase_customer(the_product(organisation), pseudonym))

    assert together(organisation, writing, erasing) == []
    with acting_in(organisation):
        assert not Customer.objects.filter(pseudonym=pseudonym).exists()
        assert not Payload.objects.filter(pseudonyms__contains=pseudonym).exists()
        assert not Contact.objects.filter(customer__pseudonym=pseudonym).exists()
