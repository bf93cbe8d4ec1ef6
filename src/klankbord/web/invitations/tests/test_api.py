"""The API of asking."""

import pytest
from django.test import Client

from klankbord.web.invitations import actions
from klankbord.web.invitations.models import Block
from klankbord.web.invitations.returns import tag_of
from klankbord.web.invitations.tests.conftest import NOON
from klankbord.web.invitations.tests.test_returning import report
from klankbord.web.people.actions import create_token


@pytest.fixture
def client(acting, actor):  # noqa: ARG001
    def made(*scopes):
        _, secret = create_token(actor("owner"), name="crm", scopes=scopes or ["surveys:read", "surveys:write"])
        return Client(headers={"authorization": f"Bearer {secret}"})

    return made


def test_rules_are_read(rule, client):
    rule(conditions={"channel": ["phone"]}, share=0.25)
    (told,) = client("surveys:read").get("/api/invitations/rules").json()
    assert (told["survey"], told["share"], told["conditions"]) == ("after-call", 0.25, {"channel": ["phone"]})


def test_what_became_of_asking_is_told_without_saying_of_whom(rule, came, client, acting):
    rule()
    (asked,) = came(customer="an")
    (passed,) = came(customer="an")
    (waiting,) = came(customer="bo", ended_at=None)
    actions.plan_contacts(acting, now=NOON)
    told = [client().get(f"/api/invitations/contacts/test/{one.external_id}") for one in (asked, passed, waiting)]
    said = [(one.json()["state"], one.json()["reason"], one.json()["eligible"]) for one in told]
    assert said == [("planned", "", True), ("not_asked", "quarantine", True), ("undecided", "", None)]
    assert "customer" not in told[0].content.decode()
    assert client().get("/api/invitations/contacts/test/none").status_code == 404


def test_somebody_is_blocked_and_lifted_and_an_opt_out_only_by_name(client):
    post = client().post
    for reason in ("open_complaint", "opted_out"):
        told = {"customer": "an@noord.example", "reason": reason}
        assert post("/api/invitations/blocks", told, content_type="application/json").json() == {"changed": 1}
        assert post("/api/invitations/blocks", told, content_type="application/json").json() == {"changed": 0}
    lifted = post("/api/invitations/blocks/lift", {"customer": "AN@noord.example"}, content_type="application/json")
    assert lifted.json() == {"changed": 1}
    assert [one.reason for one in Block.objects.all()] == ["opted_out"]
    named = {"customer": "an@noord.example", "reason": "opted_out"}
    assert post("/api/invitations/blocks/lift", named, content_type="application/json").json() == {"changed": 1}


def test_mail_that_came_back_is_taken(invited, client):
    raw = report(to=f"bounces+{tag_of(invited())}@mail.example")
    told = client().post("/api/invitations/returned", raw, content_type="text/plain")
    assert told.json() == {"kind": "bounced"}
    assert Block.objects.count() == 1


@pytest.mark.parametrize("path", ["blocks", "blocks/lift", "returned"])
def test_who_may_only_read_changes_nothing(client, path):
    body = {"customer": "an", "reason": "opted_out"}
    answer = client("surveys:read").post(f"/api/invitations/{path}", body, content_type="application/json")
    assert answer.status_code == 403
    assert Block.objects.count() == 0
