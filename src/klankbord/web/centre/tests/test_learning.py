import random
import time
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from klankbord.web.centre.actions import Learnt, Seen, learn, place_agent, put_unit
from klankbord.web.centre.kinds import KINDS
from klankbord.web.centre.models import Agent, Client, Queue, Sighting, Team, TeamSpell, Touchpoint
from klankbord.web.kernel.access import ForbiddenError, the_product
from klankbord.web.kernel.models import AuditEntry
from klankbord.web.kernel.tenancy import acting_in, everywhere

FIRST = date(2026, 1, 28)
SEEN = st.builds(
    Seen,
    agent=st.sampled_from(["ann", "bea"]),
    team=st.sampled_from(["Ghent", "Liège", "Utrecht"]),
    day=st.integers(0, 12).map(lambda n: FIRST + timedelta(n)),
)


def spells():
    found = TeamSpell.objects.order_by("agent__code", "starts_on")
    return list(found.values_list("agent__code", "team__code", "starts_on", "ends_on", "by_hand"))


def test_units_that_contacts_show_are_added(acting):
    seen = Seen("Halder", "Ghent", "G1", "ann", "billing", "phone", "invoice", date(2026, 3, 2))
    learnt = learn(the_product(acting), [seen, seen])
    assert learnt == Learnt(units=dict.fromkeys(KINDS, 1), spells=1)
    team, queue = Team.objects.get(), Queue.objects.get()
    assert (team.code, team.name, team.site.code, team.client.code, team.is_news) == (
        "G1",
        "G1",
        "Ghent",
        "Halder",
        True,
    )
    assert (queue.client.code, queue.channel) == ("Halder", "phone")
    assert spells() == [("ann", "G1", date(2026, 3, 2), None, False)]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.details) == ("centre.learnt", {"units": dict.fromkeys(KINDS, 1), "spells": 1})


def test_learning_the_same_again_changes_nothing_and_logs_nothing(acting):
    seen = [Seen("Halder", "Ghent", "G1", "ann", "billing", "phone", "invoice", date(2026, 3, 2))]
    learn(the_product(acting), seen)
    assert learn(the_product(acting), seen) == Learnt()
    assert AuditEntry.objects.count() == Client.objects.count() == TeamSpell.objects.count() == 1


def test_new_unit_of_which_contacts_disagree_is_left_open(acting):
    learn(the_product(acting), [Seen(client="A", team="G1"), Seen(client="B", team="G1"), Seen(team="G1")])
    assert Team.objects.get().client is None


def test_what_is_kept_is_not_overruled_by_contacts(acting, put):
    put("client", {"code": "A"}, {"code": "B"})
    put("team", {"code": "G1", "name": "Ghent one", "client": "A", "active": False})
    learn(the_product(acting), [Seen(client="B", team="G1")])
    team = Team.objects.get()
    assert (team.name, team.client.code, team.active, team.is_news) == ("Ghent one", "A", False, False)


@pytest.mark.parametrize("code", ["", "  ", "x" * 201, "a\0b", None])
def test_code_that_no_register_can_keep_is_passed_over(acting, code):
    assert learn(the_product(acting), [Seen(touchpoint=code, agent=code, team="G1", day=FIRST)]).units == {"team": 1}
    assert not Touchpoint.objects.exists()
    assert not Sighting.objects.exists()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seen=st.lists(SEEN, max_size=14), seed=st.integers(0, 99), cuts=st.sets(st.integers(0, 14), max_size=3))
def test_spells_are_the_same_whatever_the_order_of_arrival(acting, seen, seed, cuts):
    TeamSpell.objects.all().delete()
    Sighting.objects.all().delete()
    product = the_product(acting)
    learn(product, sorted(seen, key=lambda one: one.day))
    expected = spells()
    TeamSpell.objects.all().delete()
    Sighting.objects.all().delete()
    shuffled = random.Random(seed).sample(seen, len(seen))
    edges = [0, *sorted(cuts), len(shuffled)]
    for first, last in pairwise(edges):
        learn(product, shuffled[first:last])
    assert spells() == expected
    for (agent, _, _, ends_on, _), (other, _, starts_on, _, _) in pairwise(spells()):
        assert agent != other or (ends_on is not None and ends_on < starts_on)


@pytest.mark.parametrize("hand_first", [True, False])
def test_spell_kept_by_hand_wins_whenever_contacts_come(acting, put, actor, hand_first):
    agent = put("agent", {"code": "ann"})["ann"]
    team = put("team", {"code": "Ghent"}, {"code": "Liège"})["Ghent"]
    seen = [Seen(team="Liège", agent="ann", day=date(2026, 3, day)) for day in (1, 5, 9)]
    if hand_first:
        place_agent(actor(), agent=agent, team=team, starts_on=date(2026, 3, 4), ends_on=date(2026, 3, 6))
    learn(the_product(acting), seen)
    if not hand_first:
        place_agent(actor(), agent=agent, team=team, starts_on=date(2026, 3, 4), ends_on=date(2026, 3, 6))
    assert spells() == [
        ("ann", "Liège", date(2026, 3, 1), date(2026, 3, 3), False),
        ("ann", "Ghent", date(2026, 3, 4), date(2026, 3, 6), True),
        ("ann", "Liège", date(2026, 3, 9), None, False),
    ]


def test_equal_codes_of_another_organisation_are_other_units(acting, elsewhere):
    seen = [Seen(client="Halder", team="G1", agent="ann", day=FIRST)]
    with acting_in(elsewhere):
        learn(the_product(elsewhere), seen)
        put_unit(the_product(elsewhere), kind=KINDS["team"], code="G1", name="Theirs")
    learn(the_product(acting), seen)
    assert [unit.name for unit in Team.objects.all()] == ["G1"]
    assert TeamSpell.objects.count() == 1
    with everywhere():
        assert sorted(Team.objects.values_list("name", flat=True)) == ["G1", "Theirs"]
        assert {spell.team.organisation for spell in TeamSpell.objects.all()} == {acting, elsewhere}


@pytest.mark.parametrize("role", ["privacy_officer", "lead", "agent", "client_viewer"])
@pytest.mark.usefixtures("acting")
def test_only_who_brings_in_contacts_teaches(actor, role):
    with pytest.raises(ForbiddenError):
        learn(actor(role), [Seen(team="G1")])
    assert not Team.objects.exists()


def many(rows, *, teams=20, agents=200, on=FIRST):
    return [
        Seen("c", "s", f"team {n % teams}", f"agent {n % agents}", f"queue {n % 30}", "phone", f"t{n % 50}", on)
        for n in range(rows)
    ]


def test_number_of_queries_does_not_grow_with_the_rows(acting):
    product = the_product(acting)
    learn(product, many(1_000))
    counts = []
    for rows, on in ((200, FIRST + timedelta(days=1)), (10_000, FIRST + timedelta(days=2))):
        seen = [*many(rows, on=on), Seen(touchpoint=f"new {rows}")]
        with CaptureQueriesContext(connection) as queries:
            learn(product, seen)
        counts.append(len(queries))
    assert counts[1] == counts[0] <= 16


def test_ten_thousand_rows_with_little_news_are_learnt_at_once(acting):
    product = the_product(acting)
    learn(product, many(10_000))
    spent = []
    for again in range(5):
        seen = [*many(10_000, on=FIRST + timedelta(days=1 + again)), Seen(team=f"new {again}")]
        begun = time.process_time()
        learn(product, seen)
        spent.append(time.process_time() - begun)
    assert min(spent) < 0.1
    assert Agent.objects.count() == 200
