import json
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from klankbord.web.centre.actions import forget_agent, put_units
from klankbord.web.centre.kinds import KINDS
from klankbord.web.centre.models import Agent, Queue, Team, TeamSpell
from klankbord.web.centre.tests.conftest import rows
from klankbord.web.kernel.access import the_product
from klankbord.web.kernel.models import AuditEntry
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.actions import create_token

DAY = date(2026, 3, 2)


@pytest.fixture
def program(actor, organisation):
    """Make a program: `program("centre:read")` returns a function that asks the API."""

    def made(*scopes, of=None):
        home = of or organisation
        with acting_in(home):
            _, raw = create_token(actor("owner", of=home), name="HR", scopes=scopes or ("centre:read", "centre:write"))

        def ask(method, path, body=None, **headers):
            return Client().generic(
                method,
                f"/api/centre/{path}",
                json.dumps(body) if body is not None else b"",
                content_type="application/json",
                headers={"Authorization": f"Bearer {raw}"} | headers,
            )

        return ask

    return made


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if not kind.personal], ids=lambda kind: kind.name)
def test_unit_is_put_as_often_as_one_likes(program, kind):
    ask = program()
    answers = [ask("PUT", f"{kind.plural}/a%2Fb", {"name": "Shown"}).json() for _ in range(2)]
    assert answers == [
        {"new": 1, "changed": 0, "unchanged": 0, "rejected": []},
        {"new": 0, "changed": 0, "unchanged": 1, "rejected": []},
    ]
    (item,) = ask("GET", kind.plural).json()["items"]
    assert (item["code"], item["name"], item["active"]) == ("a/b", "Shown", True)


def test_many_units_are_put_at_once_and_wrong_ones_are_told(program, organisation):
    ask = program()
    ask("PUT", "clients/halder", {})
    items = [
        {"code": "q1", "client": "halder", "channel": "phone", "threshold_s": 20},
        {"code": "q2", "client": "haldr"},
        {"code": "q3", "threshold_s": -1},
    ]
    answer = ask("PUT", "queues", {"items": items})
    assert answer.status_code == 200
    assert answer.json() == {
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "rejected": [
            {"item": 1, "field": "client", "message": "haldr is not known.", "hint": "Did you mean halder?"},
            {
                "item": 2,
                "field": "threshold_s",
                "message": "-1 is no number of seconds.",
                "hint": "Write a whole number of seconds, such as 20.",
            },
        ],
    }
    assert ask("GET", "queues").json()["items"] == [
        {"code": "q1", "name": "q1", "client": "halder", "channel": "phone", "threshold_s": 20, "active": True}
    ]
    with acting_in(organisation):
        assert AuditEntry.objects.filter(actor_kind="token").count() == 2


def test_what_is_not_sent_stays_and_null_takes_away(program, organisation):
    ask = program()
    ask("PUT", "clients/halder", {})
    ask("PUT", "queues/q", {"name": "Billing", "client": "halder", "channel": "chat", "threshold_s": 30})
    ask("PUT", "queues/q", {"active": False})
    with acting_in(organisation):
        queue = Queue.objects.select_related("client").get()
    assert (queue.name, queue.client.code, queue.channel, queue.threshold_s, queue.active) == (
        "Billing", "halder", "chat", 30, False
    )  # fmt: skip
    ask("PUT", "queues/q", {"client": None, "channel": None, "threshold_s": None})
    queue.refresh_from_db()
    assert (queue.client_id, queue.channel, queue.threshold_s) == (None, "", None)


def test_agents_are_put_with_their_teams_and_never_by_address(program, organisation):
    ask = program("centre:write")
    ask("PUT", "teams", {"items": [{"code": "G1"}, {"code": "G2"}]})
    items = [
        {"code": "ann@noord.example", "name": "Ann", "team": "G1", "starts_on": "2026-01-01"},
        {"code": "ann@noord.example", "team": "G2", "starts_on": "2026-02-01"},
    ]
    for _ in range(2):
        assert ask("PUT", "agents", {"items": items}).status_code == 200
    with acting_in(organisation):
        assert [(spell.team.code, spell.starts_on) for spell in TeamSpell.objects.all()] == [
            ("G2", date(2026, 2, 1)),
            ("G1", date(2026, 1, 1)),
        ]
    assert ask("PUT", "agents/ann@noord.example", {}).status_code in {404, 405}


@pytest.mark.parametrize("level", ["off", "team", "named"])
def test_agents_are_listed_where_they_are_told_apart(program, organisation, put, level):
    organisation.attribution, organisation.attribution_reason = level, "agreed"
    organisation.save()
    with acting_in(organisation):
        put("team", {"code": "G1"})
        put("agent", {"code": "ann", "name": "Ann", "team": "G1", "starts_on": DAY})
    answer = program()("GET", "agents")
    if level == "named":
        assert answer.json()["items"] == [{"code": "ann", "name": "Ann", "active": True, "team": "G1"}]
    else:
        assert answer.status_code == 403
        assert (answer.json()["code"], "Ann" in answer.content.decode()) == ("withheld", False)


def test_forgotten_agent_is_not_listed(program, organisation, put, actor):
    organisation.attribution, organisation.attribution_reason = "named", "agreed"
    organisation.save()
    with acting_in(organisation):
        agents = put("agent", {"code": "ann"}, {"code": "bea"})
        forget_agent(actor(), agent=agents["ann"])
    assert [item["code"] for item in program()("GET", "agents").json()["items"]] == ["bea"]


def test_list_goes_on_where_it_ended(program, organisation, put):
    with acting_in(organisation):
        put("team", *({"code": f"G{n}"} for n in range(5)))
    ask, codes, after = program("centre:read"), [], 0
    while after is not None:
        part = ask("GET", f"teams?limit=2&after={after}").json()
        codes += [item["code"] for item in part["items"]]
        after = part["next"]
    assert codes == ["G0", "G1", "G2", "G3", "G4"]


@pytest.mark.parametrize(
    ("scopes", "method", "path", "body"),
    [
        (["centre:read"], "PUT", "teams", {"items": [{"code": "G1"}]}),
        (["centre:read"], "PUT", "teams/G1", {}),
        (["contacts:write"], "PUT", "agents", {"items": [{"code": "ann"}]}),
        (["centre:write"], "GET", "teams", None),
        (["numbers:read"], "GET", "touchpoints", None),
    ],
)
def test_scope_that_is_missing_is_told(program, organisation, scopes, method, path, body):
    answer = program(*scopes)(method, path, body)
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
    with acting_in(organisation):
        assert not Team.objects.exists()
        assert not Agent.objects.exists()


def test_nobody_is_let_in_without_a_token(organisation):
    for headers in ({}, {"Authorization": "Bearer kb_nothing"}):
        assert Client().get("/api/centre/teams", headers=headers).status_code == 401
    del organisation


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("teams", {"items": [{"name": "no code"}]}),
        ("teams", {"items": [{"code": "G1", "colour": "red"}]}),
        ("teams", {"items": [{"code": "G1"}] * 1001}),
        ("teams", {"items": [{"code": ""}]}),
        ("queues/q", {"channel": "pigeon"}),
        ("queues/q", {"threshold_s": "soon"}),
        ("agents", {"items": [{"code": "a", "starts_on": "yesterday"}]}),
        ("teams/G1", []),
    ],
)
def test_what_is_malformed_is_refused(program, organisation, path, body):
    assert program()("PUT", path, body).status_code == 422
    with acting_in(organisation):
        assert not Team.objects.exists()


def test_program_of_another_organisation_sees_and_changes_its_own(program, organisation, elsewhere, put):
    with acting_in(organisation):
        put("team", {"code": "G1", "name": "Ours"})
    ask = program(of=elsewhere)
    assert ask("GET", "teams").json() == {"items": [], "next": None}
    ask("PUT", "teams/G1", {"name": "Theirs"})
    with acting_in(organisation):
        assert Team.objects.get().name == "Ours"


def test_list_takes_as_many_queries_for_one_as_for_three(program, organisation):
    ask, counts = program("centre:read"), []
    for n in ("a", "b", "c"):
        with acting_in(organisation):
            for kind, row in {
                "client": {"code": n},
                "site": {"code": n},
                "team": {"code": n, "client": n, "site": n},
            }.items():
                put_units(the_product(organisation), kind=KINDS[kind], rows=rows(row))
        with CaptureQueriesContext(connection) as queries:
            assert len(ask("GET", "teams").json()["items"]) == len(counts) + 1
        counts.append(len(queries))
    assert counts[2] <= counts[0] <= 6
