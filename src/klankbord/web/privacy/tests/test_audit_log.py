import csv
from datetime import date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from klankbord.web.kernel.access import ForbiddenError
from klankbord.web.kernel.audit import entry_type, keep_all, record
from klankbord.web.kernel.models import AuditEntry
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.privacy import actions, log

CHANGED = entry_type("test.changed", shred=keep_all)
ZONE = ZoneInfo("Europe/Brussels")


@pytest.fixture
def entries(organisation, elsewhere, actor):
    """Entries of two people here, and of somebody in another organisation."""
    with acting_in(organisation):
        record(actor("owner"), "privacy.looked_up", about="3f2a" + "0" * 16)
        record(actor("analyst"), CHANGED, "team Ghent", name="Gent", size=3)
        record(actor("owner"), CHANGED, "team Antwerp")
    with acting_in(elsewhere):
        record(actor("owner", of=elsewhere), CHANGED, "team Secret", about="beef" * 5)


def texts(response):
    return response.content.decode()


@pytest.mark.usefixtures("entries")
def test_the_page_tells_who_did_what_about_whom(browse):
    page = texts(browse("privacy_officer").get("/o/noord/audit", headers={"accept-language": "en"}))
    assert "analyst noord" in page
    assert "team Ghent" in page
    assert "Looked up a customer" in page
    assert "customer 3f2a00…" in page
    assert "3f2a000" not in page
    assert page.index("team Antwerp") < page.index("team Ghent")


@pytest.mark.usefixtures("entries")
def test_nothing_of_another_organisation_is_told(browse):
    client = browse("privacy_officer")
    for page in (client.get("/o/noord/audit"), client.get("/o/noord/audit?action=test.changed")):
        assert "Secret" not in texts(page)
        assert "zuid" not in texts(page)
    assert b"Secret" not in client.post("/o/noord/audit/file").getvalue()


@pytest.mark.parametrize("role", ["analyst", "lead", "agent", "client_viewer"])
def test_others_do_not_see_it(browse, actor, acting, role):
    del acting
    assert browse(role).get("/o/noord/audit").status_code == 403
    assert browse(role).post("/o/noord/audit/file").status_code == 403
    for read in (log.page_of, actions.take_log):
        with pytest.raises(ForbiddenError):
            read(actor(role), log.Wanted())
    with pytest.raises(ForbiddenError):
        log.choices(actor(role))


@pytest.mark.usefixtures("entries")
def test_the_log_is_narrowed_by_actor_and_action(organisation, actor):
    with acting_in(organisation):
        owner = actor("owner")
        assert len(log.page_of(owner, log.Wanted())[0]) == 3
        by_owner, _ = log.page_of(owner, log.Wanted(actor=f"person:{owner.id}"))
        assert [one.subject for one in by_owner] == ["team Antwerp", ""]
        assert [one.actor for one in log.page_of(owner, log.Wanted(action=CHANGED))[0]] == [
            "owner noord",
            "analyst noord",
        ]
        assert log.page_of(owner, log.Wanted(actor="person:x", action="test.none"))[0] == []


@pytest.mark.usefixtures("entries")
def test_days_are_those_of_the_organisation(browse):
    midnight = datetime(2026, 3, 2, 0, 30, tzinfo=ZONE)  # still the first of March in UTC
    AuditEntry._base_manager.filter(subject="team Ghent").update(at=midnight)
    client = browse("owner")
    assert "team Ghent" in texts(client.get("/o/noord/audit?first=2026-03-02&last=2026-03-02"))
    assert "team Ghent" not in texts(client.get("/o/noord/audit?first=2026-03-01&last=2026-03-01"))


@pytest.mark.usefixtures("entries")
@pytest.mark.parametrize(
    "query", ["first=yesterday", "actor=';--", "action=%00", "after=x", "after=" + "9" * 40, "last=0"]
)
def test_a_strange_filter_breaks_nothing(browse, query):
    assert browse("owner").get(f"/o/noord/audit?{query}").status_code == 200


def test_pages_go_on_where_the_last_one_ended(acting, actor, browse):
    del acting
    for number in range(120):
        record(actor("owner"), CHANGED, f"thing {number:03}")
    told, after = [], None
    for _ in range(3):
        page, after = log.page_of(actor("owner"), log.Wanted(), after)
        told += [one.subject for one in page]
    assert told == [f"thing {number:03}" for number in reversed(range(120))]
    assert after is None
    assert "after=" in texts(browse("owner").get("/o/noord/audit"))


def test_the_page_costs_the_same_for_one_entry_and_for_many(acting, actor, browse, django_assert_max_num_queries):
    del acting
    client = browse("owner")
    for many in (1, 3, 60):
        for number in range(many):
            record(actor("owner"), CHANGED, f"thing {number}")
        with django_assert_max_num_queries(12):
            client.get("/o/noord/audit")


@pytest.mark.usefixtures("entries")
def test_reading_leaves_no_trace_and_taking_does(browse, organisation):
    client = browse("privacy_officer")
    client.get("/o/noord/audit")
    with acting_in(organisation):
        assert AuditEntry.objects.count() == 3
    taken = client.post("/o/noord/audit/file", {"action": CHANGED})
    with acting_in(organisation):
        newest = AuditEntry.objects.first()
    assert (newest.action, newest.details) == ("privacy.log_taken", {"what": CHANGED})
    rows = list(csv.DictReader(StringIO(taken.getvalue().decode("utf-8-sig"))))
    assert [row["subject"] for row in rows] == ["team Antwerp", "team Ghent"]
    assert rows[1]["details"] == '{"name": "Gent", "size": 3}'
    assert datetime.fromisoformat(rows[0]["at"]).utcoffset() in {timedelta(hours=1), timedelta(hours=2)}
    assert date.fromisoformat(rows[0]["at"][:10])


def test_taking_is_no_get(browse):
    assert browse("owner").get("/o/noord/audit/file").status_code == 405


def test_a_spreadsheet_runs_nothing_of_the_file(acting, actor, browse):
    del acting
    record(actor("owner"), CHANGED, "=HYPERLINK(1)")
    content = browse("owner").post("/o/noord/audit/file").getvalue().decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in content
    assert ",=" not in content


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_every_kind_of_entry_of_the_product_has_a_sentence(language):
    from klankbord.web.kernel import audit

    with translation.override(language):
        missing = [
            action
            for action, kind in audit._TYPES.items()
            if not action.startswith("test.")
            and log.sentence(action) == action
            and "tests" not in kind.shred.__module__
        ]
    assert not missing


def test_an_action_without_a_sentence_is_named():
    assert log.sentence("nobody.knows") == "nobody.knows"


def test_an_empty_log_says_so(browse):
    assert "As soon as" in texts(browse("owner").get("/o/noord/audit", headers={"accept-language": "en"}))
