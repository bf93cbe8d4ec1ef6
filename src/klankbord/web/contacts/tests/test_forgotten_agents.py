"""An agent who was forgotten is nowhere any more, and does not come back; what happened stays."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from klankbord.lake.engine import connect
from klankbord.web.centre.actions import forget_agent, put_unit
from klankbord.web.centre.kinds import KINDS
from klankbord.web.centre.models import Agent
from klankbord.web.contacts.actions import bring_in_upload, make_intake, start_upload
from klankbord.web.contacts.actions.intakes import take_message
from klankbord.web.contacts.extracts import path_of
from klankbord.web.contacts.models import Contact, Extract, Payload
from klankbord.web.contacts.raw import unpacked
from klankbord.web.contacts.signatures import Message
from klankbord.web.kernel.access import the_product
from klankbord.web.kernel.jobs import work
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.people.models import Membership

pytestmark = pytest.mark.django_db(transaction=True)
ANN, BOB = "ann.peeters", "bob.smets"
CSV = """Call ID,Start,End,Queue,Team,Agent,Customer,Talk time
f1,2026-11-02 09:01,2026-11-02 09:11,Bills,G1,{ann},K1,00:08:12
f2,2026-11-05 10:01,2026-11-05 10:11,Bills,G1,bob.smets,K1,00:05:00
"""
CALL = {
    "ticket_id": 209,
    "customer_id": 7882,
    "call_group_id": 44,
    "direction": "inbound",
    "completion_status": "completed",
    "created_at": "2026-11-20T10:00:00Z",
    "updated_at": "2026-11-20T10:10:00Z",
    "wait_time": 20,
    "talk_time": 300,
    "duration": 365,
}


def row(number, agent):
    return {
        "external_id": f"call-{number}",
        "channel": "phone",
        "team": "G1",
        "agent": agent,
        "started_at": f"2026-11-{number:02}T09:00:00Z",
    }


@pytest.fixture
def organisation(organisation):
    organisation.attribution, organisation.attribution_reason = "named", "agreed"
    organisation.save()
    return organisation


@pytest.fixture
def bring(acting, program):
    def brought(ann=ANN):
        assert program.send({"source": "web", "contacts": [row(3, ann), row(4, BOB)]}).status_code == 200
        file = SimpleUploadedFile("calls.csv", CSV.format(ann=ann).encode())
        upload = start_upload(actor=the_product(acting), files=[file])
        work(until_idle=True)
        upload.refresh_from_db()
        assert upload.state == "looked_at", upload.problem
        bring_in_upload(actor=the_product(acting), upload=upload)
        work(until_idle=True)

    return brought


def everything(organisation):
    """Return all that is kept of what came in, as text."""
    register = [str(one) for one in Contact.objects.values_list("agent", "external_id")]
    raw = [unpacked(payload).decode() for payload in Payload.objects.all()]
    lake = lake_of(organisation).snapshot()
    files = [*map(str, (path_of(extract) for extract in Extract.objects.all()))]
    held = [lake.relation("contacts"), *(f"read_parquet('{path}')" for path in files)]
    rows = [str(connect().sql(f"from {one} select columns(*)::varchar").fetchall()) for one in held]
    return "\n".join([*register, *raw, *rows])


def agents(organisation):
    lake = lake_of(organisation).snapshot().relation("contacts")
    return dict(connect().sql(f"from {lake}").select("external_id", "agent").fetchall())


def test_nothing_that_came_in_names_the_agent_any_more(acting, actor, member, bring):
    put_unit(actor(), kind=KINDS["agent"], code=ANN, name="Ann Peeters")
    held = member("agent", agent=ANN)
    other = member("lead", teams=["G1"])
    bring()
    assert agents(acting) == {"call-3": ANN, "call-4": BOB, "f1": ANN, "f2": BOB}
    forget_agent(actor("privacy_officer"), agent=Agent.objects.get(code=ANN))
    work(until_idle=True)
    assert agents(acting) == {"call-3": None, "call-4": BOB, "f1": None, "f2": BOB}
    told = everything(acting)
    assert ANN not in told
    assert told.count(BOB) >= 5
    lake = lake_of(acting).folder
    assert not [path for path in lake.rglob("*.parquet") if ANN.encode() in path.read_bytes()]
    assert [one.agent for one in Membership.objects.filter(pk__in=[held.pk, other.pk])] == ["", ""]
    assert Membership.objects.get(pk=other.pk).teams == ["G1"]


def test_who_comes_in_again_is_forgotten_again(acting, actor, bring):
    bring()
    forget_agent(actor("privacy_officer"), agent=Agent.objects.get(code=ANN))
    work(until_idle=True)
    bring(ann=" ANN.peeters")
    assert set(agents(acting).values()) == {None, BOB}
    assert "peeters" not in everything(acting).lower()
    assert not Agent.objects.filter(code__icontains="peeters").exists()


def test_messages_of_other_tools_that_name_the_agent_go(acting, actor, bring):
    bring()
    secret = "s" * 20
    intake = make_intake(actor=the_product(acting), name="CRM", scheme="token", header="X-Key", secret=secret)[0]
    for number, agent in ((1, ANN), (2, BOB)):
        body = json.dumps({"calls": [CALL | {"id": number, "agent_id": agent}]}).encode()
        assert take_message(intake, Message(url="", headers={"X-Key": secret}, body=body))
    work(until_idle=True)
    forget_agent(actor("privacy_officer"), agent=Agent.objects.get(code=ANN))
    work(until_idle=True)
    assert ANN not in everything(acting)
    assert Payload.objects.filter(intake=intake).count() == 1
