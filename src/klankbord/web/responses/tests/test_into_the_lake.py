"""Answers and the asking reach the lake, once, as they were when the question left; a rebuilt lake has the same."""

import json
from datetime import date

import pytest
from django.utils import timezone

from klankbord.lake.engine import connect
from klankbord.web.contacts.actions import receive_contacts
from klankbord.web.contacts.models import Contact
from klankbord.web.contacts.projection import project, rebuild
from klankbord.web.invitations.links import page_url
from klankbord.web.invitations.models import Allowance, Invitation, Passed, Rule
from klankbord.web.kernel.access import the_product
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.responses import projection
from klankbord.web.responses.actions import decide
from klankbord.web.responses.keeping import forget_agent
from klankbord.web.responses.models import Response

pytestmark = pytest.mark.usefixtures("unhurried", "acting")
STAGES = ("eligible", "invited", "sent", "delivered", "opened", "started", "scored", "commented")


def asked(organisation, columns, of="responses"):
    with connect() as engine:
        engine.execute("set timezone = 'UTC'")
        there = lake_of(organisation).snapshot().relation(of)
        return engine.execute(f"select {columns} from {there} order by all").fetchall()  # noqa: S608  ours


def everything(organisation):
    """All rows of both tables, without what says in which write they came."""
    rows = {}
    for table in ("contacts", "responses"):
        with connect() as engine:
            there = lake_of(organisation).snapshot().relation(table)
            found = engine.execute(f"select columns(* exclude (import_id, updated_at))::varchar from {there}")  # noqa: S608
            rows[table] = sorted(map(str, found.fetchall()))
    return rows


def test_an_answer_is_in_the_lake_with_its_contact_and_its_survey(organisation, survey, invite, visitor):
    invitation, somebody = invite(team="Ghent", agent="mila", queue="Bills"), visitor()
    sent = somebody.answers(page_url(invitation), 3)
    somebody.opens(sent["Location"])
    somebody.sends(3, shown="3", why="Bel mij op 0470 12 34 56", call="yes")
    assert project(organisation)
    assert asked(
        organisation,
        "source, contact_source, contact, team, queue, channel, language, survey, survey_version, survey_channel, "
        "metric, score, status, counted, not_counted_reason, comment, attributes, customer is not null",
    ) == [
        (
            *("klankbord", "genesys", "c1", "Ghent", "Bills", "phone", "nl", "after-contact", "1", "email", "nps", 3),
            *("complete", True, None, "Bel mij op [phone number]", {"wants_call": "yes"}, True),
        )
    ]
    assert asked(organisation, ", ".join(STAGES), of="contacts") == [(True,) * 8]
    assert asked(organisation, "survey, survey_channel, invited_at is not null", of="contacts") == [
        (survey.code, "email", True)
    ]
    assert project(organisation) == 0
    assert not projection.ahead(Response).exists()


def test_what_changes_in_the_contact_afterwards_does_not_move_the_answer(organisation, invite, visitor):
    visitor().answers(page_url(invite(team="Ghent")), 9)
    project(organisation)
    contact = Contact.objects.get()
    row = {"external_id": "c1", "started_at": contact.started_at.isoformat(), "team": "Lille", "wait_s": 7}
    receive_contacts(actor=the_product(organisation), source="genesys", rows=[row])
    project(organisation)
    assert asked(organisation, "team, wait_s") == [("Ghent", 7)]
    assert asked(organisation, "team", of="contacts") == [("Lille",)]


def test_an_answer_that_is_left_out_leaves_the_numbers_and_may_come_back(organisation, actor, invite, visitor):
    visitor().answers(page_url(invite()), 9)
    project(organisation)
    response = Response.objects.get()
    for decision, counted in (("leave_out", False), ("count", True), ("leave_out", False), ("by_rule", True)):
        decide(actor("analyst"), response=response, decision=decision)
        project(organisation)
        assert asked(organisation, "counted, score") == [(counted, 9)]
        assert asked(organisation, "scored", of="contacts") == [(counted,)]


def test_whom_nobody_asked_has_the_reason_and_who_was_withheld_too(organisation, invite):
    withheld = {"state": Invitation.State.WITHHELD, "reason": "not_delivered", "sent_at": None}
    invite(1, invitation=withheld)
    invite(2).delete()
    Passed.objects.create(
        contact=Contact.objects.get(external_id="c2"), eligible=True, reason="quarantine", decided_at=timezone.now()
    )
    invite(3, invitation={"bounced_at": timezone.now()})
    project(organisation)
    columns = "external_id, eligible, invited, sent, delivered, not_asked_reason"
    assert asked(organisation, columns, of="contacts") == [
        ("c1", True, True, False, False, "not_delivered"),
        ("c2", True, False, False, False, "quarantine"),
        ("c3", True, True, True, False, None),
    ]


def test_a_kill_between_lake_and_register_loses_and_doubles_nothing(organisation, invite, visitor, monkeypatch):
    visitor().answers(page_url(invite()), 9)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(projection, "settle", killed)
        with pytest.raises(KeyboardInterrupt):
            project(organisation)
    assert len(asked(organisation, "score")) == 1
    assert projection.ahead(Response).count() == 1
    visitor("Other", "10.0.0.9").answers(page_url(Invitation.objects.get()), 4)
    project(organisation)
    assert asked(organisation, "score") == [(4,)]
    assert not projection.ahead(Response).exists()


@pytest.mark.parametrize("level", ["team", "pseudonym", "named"])
def test_a_rebuilt_lake_is_the_same(organisation, survey, invite, visitor, level):
    organisation.attribution, organisation.attribution_reason = level, "a test"
    organisation.save()
    for number in range(1, 5):
        invitation = invite(number, team=f"Team {number % 2}", agent=f"a{number}", customer=f"k{number % 3}")
        if number < 4:
            somebody = visitor(f"Browser {number}", f"10.0.0.{number}")
            sent = somebody.answers(page_url(invitation), number * 3)
            somebody.opens(sent["Location"])
            somebody.sends(number * 3, shown=str(number * 3), why="Prima")
    somebody = visitor("Shop", "10.1.1.1")
    somebody.opens(f"http://testserver/q/{survey.public_id}/?via=qr")
    somebody.sends(8)
    project(organisation)
    before = everything(organisation)
    assert len(before["responses"]) == 4
    rebuild(organisation)
    assert everything(organisation) == before
    Response.objects.update(lake_version=7)
    project(organisation)
    assert everything(organisation) == before, json.dumps(before)[:500]


def test_an_agent_who_is_forgotten_is_in_no_answer_any_more(organisation, invite, visitor):
    invitation = invite(agent="mila")
    Invitation.objects.update(circumstances=invitation.circumstances | {"agents": ["mila", "joost"]})
    visitor().answers(page_url(invitation), 9)
    invite(2, agent="joost")
    assert forget_agent(organisation, "mila") == 2
    assert Response.objects.get().circumstances["agents"] == ["joost"]
    assert "mila" not in str([*Invitation.objects.values(), *Response.objects.values()])
    assert "joost" in Invitation.objects.get(contact__external_id="c2").circumstances["agent"]


def test_an_agent_who_is_forgotten_is_so_however_they_were_written(organisation, survey, invite):
    """In the weeks of rules that ask so many of each agent, too, and where another system writes the code otherwise."""
    rule = Rule.objects.create(name="Everybody", survey=survey, weekly_per_agent=3)
    for agent in ("mila", " Mila", "joost"):
        Allowance.objects.create(rule=rule, agent=agent, week=date(2026, 11, 2), chance=0.5)
    invite(1, agent="Mila ")
    invite(2, agent="joost")
    assert forget_agent(organisation, "mila") == 1
    assert forget_agent(organisation, "mila") == 0
    left = str([*Invitation.objects.values(), *Allowance.objects.values()])
    assert "mila" not in left.casefold()
    assert left.count("joost") == 2
