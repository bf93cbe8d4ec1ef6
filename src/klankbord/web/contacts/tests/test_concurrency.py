"""Two at once: writers of the same contacts, of the same customers, and somebody who is erased meanwhile."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import OperationalError, connection

from klankbord.web.contacts.actions import erase_customer, receive_contacts
from klankbord.web.contacts.models import Contact, Customer, Payload
from klankbord.web.contacts.projection import ahead, project
from klankbord.web.kernel.access import the_product
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS, WIDTH = 6, 60


def together(organisation: Organisation, *works: Callable[[], Any]) -> list[BaseException]:
    """Do several things at once, each in a thread with a connection of its own, and return what went wrong."""
    wrong: list[BaseException] = []
    start = Barrier(len(works))

    def done(work: Callable[[], Any]) -> None:
        try:
            with acting_in(organisation):
                start.wait()
                work()
        except BaseException as error:  # noqa: BLE001  the test tells which
            wrong.append(error)
        finally:
            connection.close()

    threads = [Thread(target=done, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


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


def patiently(work: Callable[[], Any]) -> Any:
    """Try until it goes: SQLite in memory, as tests have it, refuses a second writer instead of letting it wait."""
    while True:
        try:
            return work()
        except OperationalError as error:
            if connection.vendor != "sqlite" or "locked" not in str(error):
                raise


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
