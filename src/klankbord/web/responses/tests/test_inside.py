"""Answers as members and programs see them: filtered, decided by hand, told live, kept from whom they are not for."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from klankbord.web.contacts.projection import project
from klankbord.web.integrations.webhooks.models import Delivery, Endpoint
from klankbord.web.invitations.links import honeypot_url, page_url
from klankbord.web.kernel.models import AuditEntry
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.actions import create_token
from klankbord.web.responses.models import Change, Response
from klankbord.web.responses.views.answers import _step
from klankbord.web.surveys.models import Survey

pytestmark = pytest.mark.usefixtures("unhurried")


@pytest.fixture
def answered(organisation, invite, visitor):
    """A person's answer about Ghent, and a machine's about Lille."""
    somebody = visitor()
    sent = somebody.answers(page_url(invite(1, team="Ghent", queue="Bills")), 9)
    somebody.opens(sent["Location"])
    somebody.sends(9, shown="9", why="Vlot geholpen, bel 0470 12 34 56")
    scanner, other = visitor("Scanner", "10.0.0.9"), invite(2, team="Lille")
    scanner.opens(honeypot_url(other))
    scanner.answers(page_url(other), 0)
    with acting_in(organisation):
        project(organisation)
        return list(Response.objects.order_by("pk"))


def test_list_shows_what_counts_and_why_not(answered, browse):
    page = browse("analyst").get("/o/noord/answers").content.decode()
    assert "Vlot geholpen" in page
    assert "0470" not in page
    assert "Followed a link that people cannot see" in page
    assert "Vlot geholpen" not in browse("analyst").get("/o/noord/answers?show=not_counted").content.decode()
    assert "Followed a link" not in browse("analyst").get("/o/noord/answers?score=9").content.decode()
    assert len(answered) == 2


@pytest.mark.usefixtures("acting")
@pytest.mark.parametrize(("before", "said"), [("", "Score 8"), ("8", "Score 8"), ("3", "Score 8 after 3")])
def test_a_score_follows_another_in_its_history_only_where_they_differ(before, said):
    step = _step(Change(at=timezone.now(), kind=Change.Kind.SCORE, before=before, after="8"))
    assert step["what"] == said


def test_somebody_decides_and_it_is_written_down(answered, organisation, browse):
    machine = answered[1]
    browser = browse("analyst")
    place = f"/o/noord/answers/{machine.pk}"
    assert browser.post(f"{place}/decide", {"decision": "count"}).status_code == 302
    page = browser.get(place).content.decode()
    assert "Decided by hand" in page
    assert "analyst noord: counts" in page
    with acting_in(organisation):
        machine.refresh_from_db()
        assert (machine.counted, machine.decided_by_hand) == (True, True)
        assert AuditEntry.objects.filter(action="responses.decided", details__decision="count").count() == 1
    browser.post(f"{place}/decide", {"decision": "by_rule"})
    with acting_in(organisation):
        machine.refresh_from_db()
        assert (machine.counted, machine.not_counted_reason) == (False, "honeypot")


def test_a_decision_by_hand_stands_over_the_rules(answered, organisation, browse, visitor):
    browse("analyst").post(f"/o/noord/answers/{answered[0].pk}/decide", {"decision": "leave_out"})
    with acting_in(organisation):
        link = page_url(answered[0].invitation)
    visitor("Another", "10.3.3.3").answers(link, 10)
    with acting_in(organisation):
        response = Response.objects.get(pk=answered[0].pk)
    assert (response.score, response.counted, response.not_counted_reason) == (10, False, "by_hand")


@pytest.mark.parametrize(("role", "status"), [("owner", 200), ("analyst", 200), ("lead", 200), ("agent", 403)])
def test_agents_see_nothing_of_it(answered, browse, role, status):
    browser = browse(role, **({"teams": ["Ghent"]} if role == "lead" else {}))
    assert browser.get("/o/noord/answers").status_code == status
    if role == "lead":
        page = browser.get("/o/noord/answers").content.decode()
        assert "Vlot geholpen" in page
        assert "Lille" not in page
        assert browser.get(f"/o/noord/answers/{answered[1].pk}").status_code == 404
        assert browser.post(f"/o/noord/answers/{answered[0].pk}/decide", {"decision": "count"}).status_code == 403


def test_of_research_the_line_sees_no_single_answer(answered, organisation, browse):
    with acting_in(organisation):
        Survey.objects.update(mode="research")
    assert "Vlot geholpen" not in browse("lead", teams=["Ghent"]).get("/o/noord/answers").content.decode()
    assert "Vlot geholpen" in browse("analyst").get("/o/noord/answers").content.decode()
    assert answered


def test_story_of_the_contact_leads_to_the_answer_and_back(answered, browse):
    browser = browse("analyst")
    story = browser.get(f"/o/noord/contacts/answer/{answered[0].pk}", follow=True).content.decode()
    assert "The invitation leaves" in story
    assert f"/o/noord/answers/{answered[0].pk}" in story


def test_an_open_overview_moves_when_an_answer_came(answered, organisation, browse, invite, visitor):
    browser = browse("analyst")
    page = browser.get("/o/noord/").content.decode()
    stamp = page.partition('"X-Seen": "')[2].partition('"')[0]
    assert len(stamp) == 24
    assert browser.get("/o/noord/", headers={"X-Seen": stamp}).status_code == 204
    visitor("Third", "10.4.4.4").answers(page_url(invite(3)), 10)
    with acting_in(organisation):
        project(organisation)
    moved = browser.get("/o/noord/", headers={"X-Seen": stamp})
    assert moved.status_code == 200
    assert stamp not in moved.content.decode()
    assert answered


@pytest.fixture
def program(organisation, actor):
    def made(*scopes):
        with acting_in(organisation):
            secret = create_token(actor("owner"), name="program", scopes=list(scopes))[1]
        return Client(headers={"Authorization": f"Bearer {secret}"})

    return made


def test_api_lists_by_change_and_a_cursor_misses_none(answered, program):
    reader = program("surveys:read")
    first = reader.get("/api/responses?limit=1").json()
    second = reader.get("/api/responses", {"limit": 1, "after": first["next"]}).json()
    told = [*first["items"], *second["items"]]
    assert [one["id"] for one in told] == [str(one.external_id) for one in answered]
    assert second["next"] is None
    assert told[0]["comment"] == "Vlot geholpen, bel [phone number]"
    assert (told[1]["counted"], told[1]["not_counted_reason"], told[1]["contact"]) == (False, "honeypot", "c2")
    since = (timezone.now() + timedelta(minutes=1)).isoformat()
    assert reader.get("/api/responses", {"since": since}).json()["items"] == []
    assert reader.get("/api/responses?after=nonsense").status_code == 422


def test_api_decides_with_the_scope_for_it(answered, program):
    place = f"/api/responses/{answered[1].external_id}"
    assert program("surveys:read").post(f"{place}/count").status_code == 403
    writer = program("surveys:read", "surveys:write")
    assert writer.post(f"{place}/count").json()["counted"] is True
    assert writer.post(f"{place}/uncount").json()["not_counted_reason"] == "by_hand"
    assert writer.post(f"{place}/by-rule").json()["decided_by_hand"] is False
    assert program("contacts:read").get("/api/responses").status_code == 403


def test_webhooks_hear_of_answers_in_counts_only(organisation, invite, visitor, django_capture_on_commit_callbacks):
    with acting_in(organisation):
        Endpoint.objects.create(
            url="https://example.org/hook",
            events=["response.created", "response.changed"],
            secret="whsec_x",  # noqa: S106  of nobody
        )
    invitation = invite()
    for score in (9, 3):
        visitor().answers(page_url(invitation), score)
        with acting_in(organisation), django_capture_on_commit_callbacks(execute=True):
            project(organisation)
    with acting_in(organisation):
        told = list(Delivery.objects.order_by("pk").values_list("type", "body"))
    assert [kind for kind, _ in told] == ["response.created", "response.changed"]
    assert all('"count":1,"counted":1,"surveys":["after-contact"]' in body for _, body in told)


def test_widget_is_shown_where_it_is_allowed_and_nowhere_else(organisation, survey, visitor):
    client = visitor().client
    place = f"/q/{survey.public_id}/"
    assert "frame-ancestors 'none'" in client.get(place)["Content-Security-Policy"]
    with acting_in(organisation):
        Survey.objects.update(widget_origins=["https://shop.example"])
    page = client.get(f"{place}?via=widget")
    assert "frame-ancestors https://shop.example" in page["Content-Security-Policy"]
    assert "X-Frame-Options" not in page.headers
    assert not page.cookies
    script = client.get(f"{place}widget.js")
    assert script["Content-Type"].startswith("text/javascript")
    assert b"cookie" not in script.content.replace(b"sets no cookie", b"")


def test_a_survey_that_is_open_to_nobody_has_no_open_link(organisation, survey, visitor):
    somebody = visitor()
    sent = somebody.answers(f"http://testserver/q/{survey.public_id}/", 8)
    assert somebody.opens(sent["Location"]).status_code == 200
    with acting_in(organisation):
        Survey.objects.update(open_link=False)
    for place in (f"/q/{survey.public_id}/", sent["Location"]):
        assert somebody.opens(place).status_code == 404


def test_too_often_is_told_kindly(survey, visitor):
    client = visitor().client
    answers = [client.get(f"/q/{survey.public_id}/?language=nl").status_code for _ in range(130)]
    assert answers[0] == 200
    assert answers[-1] == 429
    told = client.get(f"/q/{survey.public_id}/?language=nl")
    assert "Een ogenblik" in told.content.decode()
    assert told["Retry-After"] == "60"


def test_links_that_ended_and_that_never_were_are_told_the_same(invite, visitor):
    ended = page_url(invite(invitation={"expires_at": timezone.now() - timedelta(days=1)}))
    pages = [visitor().opens(url) for url in (ended, ended[:-3] + "ab/", "http://testserver/q/nothing/")]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1
