"""What is in the register is in the lake: all of it, once, and after a kill as well."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from klankbord.web.contacts import projection
from klankbord.web.contacts.actions import receive_contacts, remove_contact
from klankbord.web.contacts.jobs import tidy_lake
from klankbord.web.contacts.models import Contact, Removal
from klankbord.web.contacts.projection import ahead, project
from klankbord.web.kernel.access import the_product
from klankbord.web.kernel.jobs import enqueue, work
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Job, Organisation
from klankbord.web.kernel.tenancy import acting_in

FIRST = datetime(2026, 1, 30, 12, tzinfo=UTC)
SHOWN = (
    "source",
    "external_id",
    "customer",
    "team",
    "epoch(started_at)",
    "month",
    "step",
    "next_contact_after_s",
    "wait_s",
)


def row(number: int = 1, day: int = 0, state: int = 0, **told: Any) -> dict[str, Any]:
    return {
        "external_id": f"c{number}",
        "started_at": (FIRST + timedelta(days=day)).isoformat(),
        "updated_at": (FIRST + timedelta(days=60, minutes=state)).isoformat(),
        "channel": "phone",
    } | told


def receive(organisation: Organisation, *rows: object) -> None:
    receive_contacts(actor=the_product(organisation), source="genesys", rows=list(rows))


def in_lake(organisation: Organisation, *columns: str) -> list[tuple[Any, ...]]:
    from klankbord.lake.engine import connect

    snapshot = lake_of(organisation).snapshot()
    listed = ", ".join(columns or SHOWN)
    with connect() as engine:
        engine.execute("set timezone = 'UTC'")
        return engine.execute(f"select {listed} from {snapshot.relation('contacts')} order by all").fetchall()  # noqa: S608


def test_contacts_reach_the_lake_once_with_their_customers(acting):
    receive(
        acting, row(1, customer="K", team="Ghent", wait_s=5, attributes={"region": "north"}), row(2, 3, customer="K")
    )
    assert project(acting) == 2
    assert project(acting) == 0
    pseudonym = lake_of(acting).key.pseudonym("K")
    rows = in_lake(acting, "external_id", "customer", "team", "wait_s", "step", "attributes")
    assert rows == [
        ("c1", pseudonym, "Ghent", 5, 1, {"region": "north"}),
        ("c2", pseudonym, None, None, 2, None),
    ]
    assert not ahead().exists()


def test_contact_that_moves_to_another_month_is_there_once(acting):
    receive(acting, row(1, 0))
    project(acting)
    receive(acting, row(1, 40, state=1))
    project(acting)
    assert in_lake(acting, "external_id", "month") == [("c1", "2026-03")]
    assert Contact.objects.get().earlier_months == ""


def test_kill_between_lake_and_register_loses_and_doubles_nothing(acting, monkeypatch):
    receive(acting, row(1, 0), row(2, 1))
    with monkeypatch.context() as broken:
        broken.setattr(projection, "settle", _killed)
        with pytest.raises(KeyboardInterrupt):
            project(acting)
    assert len(in_lake(acting)) == 2
    assert ahead().count() == 2
    # The one that lies in January as far as the lake knows moves on before the register could say so.
    receive(acting, row(1, 40, state=1), row(2, 80, state=1))
    receive(acting, row(2, 120, state=2))
    assert project(acting) == 2
    assert in_lake(acting, "external_id", "month") == [("c1", "2026-03"), ("c2", "2026-05")]
    assert not ahead().exists()


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_contact_that_changes_while_it_is_brought_stays_ahead(acting, monkeypatch):
    receive(acting, row(1, 0, team="Ghent"))
    settle = projection.settle

    def late(organisation: Organisation, rows: Any) -> None:
        receive(organisation, row(1, 40, state=1, team="Lille"))
        settle(organisation, rows)

    monkeypatch.setattr(projection, "settle", late)
    monkeypatch.setattr(projection, "BATCH", 20_000)
    project(acting)
    assert ahead().count() == 1
    monkeypatch.undo()
    project(acting)
    assert in_lake(acting, "external_id", "team", "month") == [("c1", "Lille", "2026-03")]


def test_contact_taken_out_leaves_the_lake_and_may_come_back(acting):
    actor = the_product(acting)
    receive(acting, row(1, state=5, team="Ghent"), row(2))
    project(acting)
    assert remove_contact(actor=actor, source="genesys", external_id="c1")
    receive(acting, row(1, state=1, team="Lille"))
    project(acting)
    assert in_lake(acting, "external_id", "team") == [("c1", "Lille"), ("c2", None)]
    remove_contact(actor=actor, source="genesys", external_id="c1")
    project(acting)
    assert in_lake(acting, "external_id") == [("c2",)]
    assert not Removal.objects.exists()


def test_one_that_was_taken_out_while_it_was_brought_goes_with_the_next(acting, monkeypatch):
    receive(acting, row(1))
    bring = projection.bring

    def meanwhile(lake: Any, rows: Any) -> None:
        remove_contact(actor=the_product(acting), source="genesys", external_id="c1")
        bring(lake, rows)

    monkeypatch.setattr(projection, "bring", meanwhile)
    project(acting)
    monkeypatch.undo()
    assert len(in_lake(acting)) == 1
    project(acting)
    assert in_lake(acting) == []


def test_only_one_brings_rows_at_a_time(acting):
    from klankbord.web.contacts.lake_rows import sole_writer

    receive(acting, row(1))
    with sole_writer(acting) as alone:
        assert alone
        assert project(acting) == 0
    assert project(acting) == 1


@pytest.mark.django_db(transaction=True)
def test_job_brings_contacts_without_being_asked(organisation):
    from klankbord.web.centre.models import Team

    with acting_in(organisation):
        receive(organisation, row(1, team="Ghent", agent="a1"))
    work(until_idle=True)
    with acting_in(organisation):
        assert len(in_lake(organisation)) == 1
        assert list(Team.objects.values_list("code", flat=True)) == ["Ghent"]


STATES = st.lists(
    st.fixed_dictionaries(
        {"number": st.integers(1, 4), "day": st.integers(0, 70), "state": st.integers(0, 30)},
        optional={"team": st.sampled_from("AB"), "customer": st.sampled_from("XY"), "wait_s": st.integers(0, 3)},
    ),
    max_size=12,
    unique_by=lambda told: (told["number"], told["state"]),
)


@given(data=st.data(), states=STATES)
@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_any_order_any_portions_and_any_repeats_end_alike(acting, elsewhere, data, states):
    with acting_in(elsewhere):
        _clear(elsewhere)
        receive(elsewhere, *(row(**state) for state in sorted(states, key=lambda told: told["state"])))
        project(elsewhere)
        expected = _register(elsewhere), _anonymous(in_lake(elsewhere))
    _clear(acting)
    again = data.draw(st.lists(st.sampled_from(states), max_size=4)) if states else []
    waiting = data.draw(st.permutations([*states, *again]))
    while waiting:
        size = data.draw(st.integers(1, len(waiting)))
        receive(acting, *(row(**state) for state in waiting[:size]))
        waiting = waiting[size:]
        if data.draw(st.booleans()):
            project(acting)
    project(acting)
    assert (_register(acting), _anonymous(in_lake(acting))) == expected


def _clear(organisation: Organisation) -> None:
    actor = the_product(organisation)
    for source, external_id in Contact.objects.values_list("source", "external_id"):
        remove_contact(actor=actor, source=source, external_id=external_id)
    project(organisation)
    assert in_lake(organisation) == []


def _register(organisation: Organisation) -> list[tuple[Any, ...]]:
    key = lake_of(organisation).key
    who = {key.pseudonym(name): name for name in "XY"}
    found = Contact.objects.values_list(
        "external_id", "team", "started_at", "wait_s", "updated_at", "customer__pseudonym"
    )
    return sorted((*told, who.get(customer)) for *told, customer in found)


def _anonymous(rows: list[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    """Pseudonyms differ between organisations: what counts is who is the same."""
    names: dict[Any, Any] = {None: None}
    return Counter((*told[:2], names.setdefault(told[2], f"customer {len(names)}"), *told[3:]) for told in rows)


def test_tidying_the_lake_fails_nowhere_and_changes_no_row(acting, monkeypatch):
    monkeypatch.setattr("klankbord.lake.upkeep.compacting._WAITING", -1)
    receive(acting, row(1), row(2))
    project(acting)
    rows = in_lake(acting, "external_id")
    enqueue(tidy_lake, acting)
    work(until_idle=True)
    assert not Job.objects.filter(error__gt="").exists()
    assert in_lake(acting, "external_id") == rows
