from datetime import date, timedelta

import pytest

from klankbord.errors import OptionError
from klankbord.web.centre.actions import (
    Seen,
    forget_agent,
    learn,
    look_over,
    place_agent,
    put_unit,
    put_units,
    take_back_spell,
)
from klankbord.web.centre.actions.keeping import UnknownUnitError
from klankbord.web.centre.events import AgentForgotten
from klankbord.web.centre.kinds import KINDS
from klankbord.web.centre.models import Agent, Client, Queue, Sighting, Team, TeamSpell
from klankbord.web.centre.queries import known, names, tallies, teams_of, today, units
from klankbord.web.centre.rows import UnitError
from klankbord.web.centre.tests.conftest import rows
from klankbord.web.kernel.access import Actor, ForbiddenError, Permission, Reach, the_product
from klankbord.web.kernel.events import listen
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import AuditEntry
from klankbord.web.kernel.tenancy import acting_in, everywhere
from klankbord.web.people.reach import suggested

pytestmark = pytest.mark.usefixtures("acting")
DAY = date(2026, 3, 2)
READERS = ["privacy_officer", "lead", "agent", "client_viewer"]


def put_all(actor, kind, *values, **options):
    return put_units(actor, kind=KINDS[kind], rows=rows(*values), **options)


def names_of(acting, level):
    acting.attribution, acting.attribution_reason = level, "agreed with the works council"
    acting.save()


def test_unit_is_added_changed_and_left_alone(actor):
    keeper = actor("analyst")
    verdicts = [
        put_unit(keeper, kind=KINDS["client"], code="HAL", **values).verdict
        for values in ({}, {"name": "Halder"}, {"name": "Halder"}, {"active": False})
    ]
    assert verdicts == ["new", "changed", "unchanged", "changed"]
    unit = Client.objects.get()
    assert (unit.code, unit.name, unit.active, unit.is_news) == ("HAL", "Halder", False, False)
    told = [(entry.action, entry.subject, entry.details) for entry in AuditEntry.objects.order_by("pk")]
    assert told == [
        ("centre.unit_added", "client HAL", {"changes": {}}),
        ("centre.unit_changed", "client HAL", {"changes": {"name": ["HAL", "Halder"]}}),
        ("centre.unit_changed", "client HAL", {"changes": {"active": [True, False]}}),
    ]


def test_what_is_not_given_stays_and_what_is_given_empty_goes(actor, put):
    put("client", {"code": "HAL"})
    put("queue", {"code": "q", "name": "Billing", "client": "HAL", "channel": "phone", "threshold_s": 20})
    put_unit(actor(), kind=KINDS["queue"], code="q", name="")
    queue = Queue.objects.get()
    assert (queue.name, queue.client.code, queue.channel, queue.threshold_s) == ("q", "HAL", "phone", 20)
    put_unit(actor(), kind=KINDS["queue"], code="q", client=None, channel="", threshold_s=None)
    queue = Queue.objects.get()
    assert (queue.client, queue.channel, queue.threshold_s) == (None, "", None)


def test_two_codes_may_be_shown_by_one_name(put):
    put("team", {"code": "G1", "name": "Ghent"}, {"code": "G2", "name": "Ghent"})
    assert names("team") == {"G1": "Ghent", "G2": "Ghent"}


@pytest.mark.parametrize(
    ("kind", "row", "column", "problem"),
    [
        ("team", {"name": "Ghent"}, "code", "no_code"),
        ("team", {"code": "x" * 201}, "code", "too_long"),
        ("team", {"code": "a\nb"}, "code", "not_text"),
        ("team", {"code": "G1", "client": "haldr"}, "client", "unknown_unit"),
        ("team", {"code": "G1", "active": "perhaps"}, "active", "not_yes_or_no"),
        ("queue", {"code": "q", "channel": "pigeon"}, "channel", "unknown_channel"),
        ("queue", {"code": "q", "threshold_s": "-1"}, "threshold_s", "not_seconds"),
        ("queue", {"code": "q", "threshold_s": "twenty"}, "threshold_s", "not_seconds"),
        ("agent", {"code": "a", "team": "G1", "starts_on": "2026-02-30"}, "starts_on", "not_a_day"),
        ("agent", {"code": "a", "starts_on": "2026-02-01"}, "team", "no_team"),
        ("agent", {"code": "a", "team": "G1", "ends_on": "2026-02-01"}, "starts_on", "no_start"),
        (
            "agent",
            {"code": "a", "team": "G1", "starts_on": DAY, "ends_on": date(2026, 3, 1)},
            "ends_on",
            "ends_before_start",
        ),
    ],
)
def test_row_that_is_wrong_is_told_and_the_others_are_kept(actor, put, kind, row, column, problem):
    put("client", {"code": "halder"})
    put("team", {"code": "G1"})
    brought = put_all(actor(), kind, row, {"code": "right"})
    (found,) = brought.problems
    assert (found.row, found.column, found.code) == (2, column, problem)
    assert found.message
    assert found.hint
    assert [line.code for line in brought.lines] == ["right"]
    assert KINDS[kind].model.objects.filter(code="right").exists()


def test_near_code_is_offered(actor, put):
    put("client", {"code": "halder"})
    with pytest.raises(UnitError, match="haldr is not known") as told:
        put_unit(actor(), kind=KINDS["team"], code="G1", client="haldr")
    assert told.value.hint == "Did you mean halder?"


def test_code_that_is_there_is_not_added_again(actor, put):
    put("team", {"code": "G1", "name": "Ghent"})
    with pytest.raises(UnitError, match="already"):
        put_unit(actor(), kind=KINDS["team"], code="G1", name="Other", only_new=True)
    assert Team.objects.get().name == "Ghent"


def test_code_that_stands_in_two_rows_is_told(actor):
    brought = put_all(actor(), "team", {"code": "G1", "name": "one"}, {"code": "G1", "name": "two"})
    assert [one.code for one in brought.problems] == ["twice"]
    assert Team.objects.get().name == "one"


def test_dry_run_says_what_would_happen_and_does_nothing(actor, put):
    put("team", {"code": "G1"}, {"code": "G2"})
    written = AuditEntry.objects.count()
    values = [
        {"code": "G1", "name": "Ghent"},
        {"code": "G2"},
        {"code": "G3"},
        {"code": ""},
    ]
    tried = put_all(actor(), "team", *values, dry_run=True)
    assert [line.verdict for line in tried.lines] == ["changed", "unchanged", "new"]
    assert sorted(names("team").values()) == ["G1", "G2"]
    assert AuditEntry.objects.count() == written
    assert put_all(actor(), "team", *values) == tried


def test_agents_come_with_their_teams_in_time(actor, put):
    put("team", {"code": "G1"}, {"code": "G2"})
    values = [
        {"code": "ann", "name": "Ann", "team": "G2", "starts_on": "2026-02-01"},
        {"code": "ann", "team": "G1", "starts_on": "2025-01-01"},
        {"code": "bea", "team": "G1"},
    ]
    brought = put_all(actor(), "agent", *values)
    assert not brought.problems
    spells = TeamSpell.objects.order_by("agent__code", "starts_on").values_list(
        "agent__code", "team__code", "starts_on", "ends_on"
    )
    assert list(spells) == [
        ("ann", "G1", date(2025, 1, 1), date(2026, 1, 31)),
        ("ann", "G2", date(2026, 2, 1), None),
        ("bea", "G1", today(), None),
    ]
    assert not put_all(actor(), "agent", *values).does_something


def test_log_never_knows_what_an_agent_is_called(actor, put):
    put("team", {"code": "G1"})
    put_unit(actor(), kind=KINDS["agent"], code="ann.peeters", name="Ann Peeters")
    put_unit(actor(), kind=KINDS["agent"], code="ann.peeters", name="Ann Maes", team="G1")
    place_agent(actor(), agent=Agent.objects.get(), team=Team.objects.get(), starts_on=DAY)
    forget_agent(actor(), agent=Agent.objects.get())
    told = " ".join(f"{entry.subject} {entry.details}" for entry in AuditEntry.objects.all())
    assert "agent " in told
    assert not [word for word in ("ann", "Ann", "Peeters", "Maes") if word in told]


def test_placing_is_taken_back_to_what_contacts_show(acting, actor, put):
    team = put("team", {"code": "G1"}, {"code": "G2"})["G2"]
    learn(the_product(acting), [Seen(team="G1", agent="ann", day=DAY)])
    place_agent(actor(), agent=Agent.objects.get(), team=team, starts_on=DAY - timedelta(1))
    assert [spell.team.code for spell in TeamSpell.objects.all()] == ["G2"]
    take_back_spell(actor(), spell=TeamSpell.objects.get())
    spell = TeamSpell.objects.get()
    assert (spell.team.code, spell.starts_on, spell.by_hand) == ("G1", DAY, False)
    with pytest.raises(UnknownUnitError):
        take_back_spell(actor(), spell=spell)


def test_taking_back_brings_back_what_was_said_before(actor, put):
    teams = put("team", {"code": "G1"}, {"code": "G2"})
    agent = put("agent", {"code": "ann", "team": "G1", "starts_on": DAY})["ann"]
    place_agent(actor(), agent=agent, team=teams["G2"], starts_on=DAY + timedelta(5), ends_on=DAY + timedelta(7))
    assert [spell.team.code for spell in TeamSpell.objects.all()] == ["G1", "G2", "G1"]
    take_back_spell(actor(), spell=TeamSpell.objects.get(team=teams["G2"]))
    spell = TeamSpell.objects.get()
    assert (spell.team.code, spell.starts_on, spell.ends_on) == ("G1", DAY, None)
    take_back_spell(actor(), spell=spell)
    assert not TeamSpell.objects.exists()


def test_forgotten_agent_is_nobody_and_does_not_come_back(acting, actor, put, django_capture_on_commit_callbacks):
    heard = []
    listen(AgentForgotten)(heard.append)
    put("team", {"code": "G1"})
    put("agent", {"code": "ann.peeters", "name": "Ann Peeters", "team": "G1", "starts_on": DAY})
    seen = [Seen(team="G1", agent="ann.peeters", day=DAY)]
    learn(the_product(acting), seen)
    with django_capture_on_commit_callbacks(execute=True):
        forget_agent(actor("privacy_officer"), agent=Agent.objects.get())
    agent = Agent.objects.get()
    assert (agent.name, agent.active, "peeters" in agent.code) == ("", False, False)
    assert TeamSpell.objects.get().agent == agent
    assert not Sighting.objects.exists()
    assert [event.code for event in heard] == ["ann.peeters"]
    learn(the_product(acting), [*seen, Seen(team="G1", agent=" ANN.peeters", day=DAY)])
    brought = put_all(
        actor(), "agent", {"code": "ann.peeters", "name": "Ann Peeters"}, {"code": agent.code, "name": "Ann"}
    )
    assert [one.code for one in brought.problems] == ["forgotten", "forgotten"]
    assert Agent.objects.get().name == ""
    assert known("agent") == []


def test_news_is_looked_over_once(acting, actor):
    learn(the_product(acting), [Seen(team="G1"), Seen(team="G2", client="HAL")])
    assert {tally.kind: tally.news for tally in tallies(actor())}["team"] == 2
    put_unit(actor(), kind=KINDS["team"], code="G1", name="Ghent")
    assert look_over(actor("analyst"), kind=KINDS["team"]) == 1
    assert look_over(actor("analyst"), kind=KINDS["team"]) == 0
    assert [(tally.kind, tally.news) for tally in tallies(actor()) if tally.news] == [("client", 1)]


@pytest.mark.parametrize("role", READERS)
def test_only_keepers_write(actor, put, role):
    team = put("team", {"code": "G1"})["G1"]
    agent = put("agent", {"code": "ann"})["ann"]
    place_agent(actor(), agent=agent, team=team, starts_on=DAY)
    reader, written = actor(role, **({"teams": ["G1"]} if role == "lead" else {})), AuditEntry.objects.count()
    for attempt in (
        lambda: put_unit(reader, kind=KINDS["team"], code="G1", name="Mine"),
        lambda: look_over(reader, kind=KINDS["team"]),
        lambda: place_agent(reader, agent=agent, team=team, starts_on=DAY),
        lambda: take_back_spell(reader, spell=TeamSpell.objects.get()),
    ):
        with pytest.raises(ForbiddenError):
            attempt()
    assert AuditEntry.objects.count() == written
    assert Team.objects.get().name == "G1"


@pytest.mark.parametrize("role", ["analyst", "lead", "agent", "client_viewer"])
def test_only_owner_and_privacy_officer_forget(actor, put, role):
    agent = put("agent", {"code": "ann", "name": "Ann"})["ann"]
    with pytest.raises(ForbiddenError):
        forget_agent(actor(role), agent=agent)
    assert Agent.objects.get().name == "Ann"


def test_who_sees_a_part_keeps_nothing_even_with_the_permission(acting, put):
    put("team", {"code": "G1"})
    reach = Reach(dimension="team", codes=frozenset({"G1"}))
    narrow = Actor(organisation=acting, kind="person", name="x", permissions=frozenset(Permission), reach=reach)
    with pytest.raises(ForbiddenError):
        put_unit(narrow, kind=KINDS["team"], code="G1", name="Mine")


def test_units_of_another_organisation_are_neither_seen_nor_changed(actor, put, elsewhere):
    with acting_in(elsewhere):
        theirs = actor("owner", of=elsewhere)
        put_all(theirs, "team", {"code": "G1", "name": "Theirs"})
        put_all(theirs, "agent", {"code": "ann", "name": "Theirs", "team": "G1", "starts_on": DAY})
        team, agent, spell = Team.objects.get(), Agent.objects.get(), TeamSpell.objects.get()
    put("team", {"code": "G1", "name": "Ours"})
    ours = put("agent", {"code": "bea"})["bea"]
    assert names("team") == {"G1": "Ours"}
    assert [unit.name for unit in units(actor(), "team")] == ["Ours"]
    assert not teams_of(actor(), agent)
    for attempt in (
        lambda: forget_agent(actor(), agent=agent),
        lambda: place_agent(actor(), agent=agent, team=Team.objects.get(), starts_on=DAY),
        lambda: place_agent(actor(), agent=ours, team=team, starts_on=DAY),
        lambda: take_back_spell(actor(), spell=spell),
    ):
        with pytest.raises(UnknownUnitError):
            attempt()
    with everywhere():
        assert Agent.objects.get(pk=agent.pk).name == "Theirs"
        assert TeamSpell.objects.get() == spell


def test_code_of_another_organisation_is_no_reference(actor, elsewhere):
    with acting_in(elsewhere):
        put_all(actor("owner", of=elsewhere), "client", {"code": "HAL"})
    assert put_all(actor(), "team", {"code": "G1", "client": "HAL"}).problems[0].code == "unknown_unit"


def test_lead_sees_own_teams_and_their_agents(acting, actor, put):
    names_of(acting, "named")
    put("client", {"code": "HAL"})
    put("team", {"code": "G1", "client": "HAL"}, {"code": "G2"})
    put(
        "agent",
        {"code": "ann", "team": "G1", "starts_on": DAY},
        {"code": "ann", "team": "G2", "starts_on": DAY + timedelta(9)},
        {"code": "bea", "team": "G2", "starts_on": DAY},
    )
    lead = actor("lead", teams=["G1"])
    assert [unit.code for unit in units(lead, "team")] == ["G1"]
    assert [unit.code for unit in units(lead, "agent")] == ["ann"]
    assert [spell.team.code for spell in teams_of(lead, Agent.objects.get(code="ann"))] == ["G1"]
    assert not teams_of(lead, Agent.objects.get(code="bea"))
    assert not units(lead, "client")
    assert known("team", reach=lead.reach) == [("G1", "G1")]
    assert {tally.kind: tally.units for tally in tallies(lead)} == {"team": 1, "agent": 1}


def test_lead_without_teams_sees_nothing(actor, put):
    put("team", {"code": "G1"})
    assert not units(actor("lead"), "team")


@pytest.mark.parametrize("role", ["agent", "client_viewer"])
def test_who_may_not_see_the_centre_is_refused(actor, put, role):
    put("team", {"code": "G1"})
    with pytest.raises(ForbiddenError):
        units(actor(role), "team")
    with pytest.raises(ForbiddenError):
        tallies(actor(role))


@pytest.mark.parametrize("level", ["off", "team", "pseudonym", "named"])
@pytest.mark.parametrize("role", ["owner", "privacy_officer", "analyst", "lead"])
def test_agents_are_named_to_those_for_whom_they_are(acting, actor, put, level, role):
    names_of(acting, level)
    put("team", {"code": "G1"})
    put("agent", {"code": "ann", "name": "Ann", "team": "G1", "starts_on": DAY})
    seen = [unit.name for unit in units(actor(role, **({"teams": ["G1"]} if role == "lead" else {})), "agent")]
    told_apart = level in {"pseudonym", "named"} or role in {"owner", "privacy_officer"}
    assert seen == (["Ann"] if told_apart else [])
    assert names("agent") == ({"ann": "Ann"} if level == "named" else {})


def test_names_take_one_query_and_channels_none(put, django_assert_num_queries):
    put("team", *({"code": f"G{n}"} for n in range(9)))
    with django_assert_num_queries(1):
        assert len(names("team")) == 9
    with django_assert_num_queries(0):
        assert names("channel")["email"] == "E-mail"
        assert names("language") == {}


def test_codes_are_suggested_where_members_are_given_their_reach(put):
    put("team", {"code": "G1", "name": "Ghent"})
    put("agent", {"code": "ann", "name": "Ann"})
    assert suggested("team") == {"G1": "Ghent"}
    assert suggested("agent") == {}


def test_unknown_kind_is_refused_with_the_nearest(actor):
    with pytest.raises(OptionError) as told:
        units(actor(), "quue")
    assert told.value.hint == "did you mean queue?"


@pytest.mark.parametrize("first", ["code", "pseudonym"])
def test_an_agent_whom_files_and_contacts_show_is_one_agent(acting, first):
    pseudonym = lake_of(acting).key.pseudonym("ann.peeters")
    told = {
        "code": Seen(team="G1", agent="ann.peeters", day=DAY),
        "pseudonym": Seen(team="G1", agent=pseudonym, day=DAY),
    }
    learn(the_product(acting), [told.pop(first)])
    learn(the_product(acting), told.values())
    (agent,) = Agent.objects.all()
    assert (agent.code, agent.name) == ("ann.peeters", "ann.peeters")
    assert TeamSpell.objects.get().agent == agent
    learn(the_product(acting), [Seen(agent="ANN.peeters")])
    assert Agent.objects.count() == 2
