import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from klankbord.errors import OptionError
from klankbord.lake.looking import customer_rows
from klankbord.web.contacts.actions import start_upload
from klankbord.web.contacts.models import Contact, Customer, Payload, Upload
from klankbord.web.contacts.projection import rebuild
from klankbord.web.invitations.models import Invitation
from klankbord.web.kernel.access import ForbiddenError, the_product
from klankbord.web.kernel.jobs import Run, work
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import AuditEntry, Job, Organisation
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.privacy import actions, jobs
from klankbord.web.privacy.applying import apply_retention
from klankbord.web.privacy.keeping import KINDS, days_kept, limits
from klankbord.web.privacy.models import RetentionRun
from klankbord.web.responses.models import Change, Response

from .conftest import fill

OFFICER = "privacy_officer"
ZONE = ZoneInfo("Europe/Brussels")
ENGLISH = {"accept-language": "en"}


def days(**said):
    return {kind.name: kind.days for kind in KINDS} | said


def old(day):
    """For how many days something must be kept so that this day is the first to stay."""
    return (datetime.now(ZONE).date() - day).days


@pytest.fixture
def keep(held, actor):
    """Decide how long data stay, and apply it at once."""

    def kept(**said):
        with acting_in(held.organisation):
            held.organisation.refresh_from_db()
            actions.change_retention(actor(OFFICER), days=days(**said))
            held.organisation.refresh_from_db()
            return apply_retention(held.organisation).removed

    return kept


def test_a_day_is_one_of_the_organisation(organisation):
    organisation.retention = {"comment": 10}
    first = {kind.name: first for kind, first in limits(organisation)}["comment"]
    assert first == datetime.now(ZONE).date() - timedelta(days=10)


def test_what_is_young_stays(held, keep):
    assert not any(keep().values())
    with acting_in(held.organisation):
        assert Contact.objects.count() == 3


def test_comments_go_and_their_scores_stay(held, keep):
    assert keep(comment=old(date(2026, 3, 5)))["comment"] == 1
    with acting_in(held.organisation):
        old_one, young_one = customer_rows(lake_of(held.organisation), held.jan)["responses"][::-1]
        assert (old_one["comment"], old_one["score"]) == (None, 9)
        assert young_one["comment"] == "zonnebloemenveld in het register"
        others = customer_rows(lake_of(held.organisation), held.els)["responses"]
        assert {other["comment"] for other in others} == {"traag en duur"}
    assert keep(comment=old(date(2026, 11, 5)))["comment"] == 3
    with acting_in(held.organisation):
        assert {answer.comment for answer in Response.objects.all()} == {""}
        rebuild(held.organisation)
        told = customer_rows(lake_of(held.organisation), held.jan)["responses"]
        assert {(answer["comment"], answer["score"]) for answer in told} == {(None, 9)}


def test_contacts_go_from_register_and_lake(held, keep):
    assert keep(contact=old(date(2026, 11, 3)))["contact"] == 4
    with acting_in(held.organisation):
        assert [contact.external_id for contact in Contact.objects.all()] == ["c3"]
        assert lake_of(held.organisation).snapshot().rows("contacts") == 1
        assert not Customer.objects.filter(pseudonym=held.els).exists()


def test_answers_go(held, keep):
    assert keep(answer=old(date(2026, 3, 6)))["answer"] == 1
    with acting_in(held.organisation):
        assert lake_of(held.organisation).snapshot().rows("responses") == 3
    assert keep(answer=old(date(2026, 11, 5)))["answer"] == 3
    with acting_in(held.organisation):
        assert not Response.objects.exists()
        assert not Change.objects.exists()
        assert Invitation.objects.count() == 2


def test_a_rebuilt_lake_brings_nothing_back(held, keep):
    keep(comment=old(date(2026, 3, 5)), contact=old(date(2026, 11, 3)), answer=old(date(2026, 3, 4)))
    with acting_in(held.organisation):
        rebuild(held.organisation)
        snapshot = lake_of(held.organisation).snapshot()
        assert (snapshot.rows("contacts"), snapshot.rows("responses")) == (1, 3)


def test_addresses_go_and_customers_stay(held, keep):
    with acting_in(held.organisation):
        Customer.objects.filter(pseudonym=held.jan).update(
            email_at=timezone.now() - timedelta(days=40), phone_at=timezone.now() - timedelta(days=40)
        )
    assert keep(address=30)["address"] >= 1
    with acting_in(held.organisation):
        jan, els = Customer.objects.get(pseudonym=held.jan), Customer.objects.get(pseudonym=held.els)
        assert (jan.email, jan.phone, els.email) == ("", "", "els@voorbeeld.example")


def test_raw_records_go_and_with_them_files_that_nobody_brought_in(held, keep, home):
    with acting_in(held.organisation):
        product = the_product(held.organisation)
        start_upload(actor=product, files=[SimpleUploadedFile("calls.csv", b"Call ID,Start\nx1,2026-03-02 09:01\n")])
        work(until_idle=True)
        Upload.objects.update(created_at=timezone.now() - timedelta(days=40))
        Payload.objects.update(received_at=timezone.now() - timedelta(days=40))
    assert list(home.files.rglob("*.csv"))
    assert keep(raw=30)["raw"] == 2
    assert not list(home.files.rglob("*.csv"))


def test_the_log_keeps_what_is_young(held, keep):
    with acting_in(held.organisation):
        AuditEntry.objects.filter(action="test.looked_at_customer").update(at=timezone.now() - timedelta(days=400))
    assert keep(audit=365)["audit"] == 1
    with acting_in(held.organisation):
        assert AuditEntry.objects.exists()


def test_another_organisation_keeps_its_own(keep, elsewhere, actor):
    fill(elsewhere, actor(OFFICER, of=elsewhere))
    keep(contact=1, answer=1, comment=1, address=1, raw=1, upload=1)
    with acting_in(elsewhere):
        assert Contact.objects.count() == 3
        assert lake_of(elsewhere).snapshot().rows("responses") == 4
        assert (Invitation.objects.count(), Response.objects.count()) == (2, 2)
        assert Payload.objects.count() == 1


def test_deciding_is_audited_and_only_what_changed(acting, actor):
    officer = actor(OFFICER)
    actions.change_retention(officer, days=days(comment=100))
    entry = AuditEntry.objects.get(action="privacy.retention_changed")
    assert entry.details == {"comment": "730 → 100"}
    actions.change_retention(officer, days=days(comment=100))
    assert AuditEntry.objects.filter(action="privacy.retention_changed").count() == 1
    acting.refresh_from_db()
    assert acting.retention == {"comment": 100}
    assert {kind.name: days_kept(acting, kind) for kind in KINDS} == days(comment=100)


@pytest.mark.parametrize("said", [{"comment": 0}, {"audit": 30}, {"raw": 99999}])
def test_days_out_of_bounds_are_refused(acting, actor, browse, said):
    with pytest.raises(OptionError):
        actions.change_retention(actor(OFFICER), days=days(**said))
    assert browse(OFFICER).post("/o/noord/privacy", days(**said)).status_code == 200
    acting.refresh_from_db()
    assert acting.retention == {}


@pytest.mark.parametrize("role", ["analyst", "lead", "agent", "client_viewer"])
def test_others_decide_nothing(acting, actor, browse, role):
    del acting
    with pytest.raises(ForbiddenError):
        actions.change_retention(actor(role), days=days())
    with pytest.raises(ForbiddenError):
        actions.change_attribution(actor(role), level="named", reason="because")
    assert browse(role).get("/o/noord/privacy").status_code == 403
    assert browse(role).post("/o/noord/privacy/attribution", {"level": "named", "reason": "x"}).status_code == 403


def test_the_page_saves_and_shows_the_last_run(browse, organisation, django_assert_max_num_queries):
    browser = browse(OFFICER)
    with django_assert_max_num_queries(12):
        assert "Not applied yet" in browser.get("/o/noord/privacy", headers=ENGLISH).content.decode()
    answer = browser.post("/o/noord/privacy", days(raw=45), follow=True, headers=ENGLISH)
    assert 'value="45"' in answer.content.decode()
    with acting_in(organisation):
        RetentionRun.objects.create(removed={"comment": 1204})
    assert "1,204" in browser.get("/o/noord/privacy", headers=ENGLISH).content.decode()


def test_a_level_needs_a_reason_and_the_lake_follows(held, actor, browse):
    browser = browse(OFFICER)
    browser.post("/o/noord/privacy/attribution", {"level": "off", "reason": " "})
    with acting_in(held.organisation):
        assert Organisation.objects.get(slug="noord").attribution == "team"
        with pytest.raises(OptionError):
            actions.change_attribution(actor(OFFICER), level="off", reason=" ")
    browser.post("/o/noord/privacy/attribution", {"level": "off", "reason": "nobody needs teams"})
    work(until_idle=True)
    with acting_in(held.organisation):
        lake = lake_of(Organisation.objects.get(slug="noord"))
        assert lake.settings.attribution == "off"
        assert {row["team"] for row in customer_rows(lake, held.jan)["contacts"]} == {None}
        entry = AuditEntry.objects.get(action="privacy.attribution_changed")
        assert entry.details == {"level": "team → off", "reason": "nobody needs teams"}


def test_an_unknown_level_is_refused(acting, actor):
    del acting
    with pytest.raises(OptionError):
        actions.change_attribution(actor(OFFICER), level="everything", reason="curious")


def test_a_new_reason_alone_rebuilds_nothing(held, actor):
    with acting_in(held.organisation):
        actions.change_attribution(actor(OFFICER), level="team", reason="agreed anew")
    assert not Job.objects.filter(name="privacy.change_level").exists()


@pytest.mark.parametrize(
    ("hours_ago", "hour", "applied"), [(None, 12, True), (1, 2, False), (21, 12, False), (21, 2, True), (27, 12, True)]
)
def test_retention_is_applied_once_a_night(acting, monkeypatch, hours_ago, hour, applied):
    now = timezone.localtime().replace(hour=hour)
    monkeypatch.setattr(jobs, "timezone", SimpleNamespace(localtime=lambda: now))
    if hours_ago is not None:
        RetentionRun.objects.create()
        RetentionRun.objects.update(ran_at=now - timedelta(hours=hours_ago))
    before = RetentionRun.objects.count()
    jobs.keep_within_retention(Run(Job(organisation=acting, name="test")))
    assert RetentionRun.objects.count() - before == applied


@pytest.mark.parametrize("language", ["nl", "fr", "de"])
def test_every_language_says_as_much(language):
    folder = Path(jobs.__file__).parent / "wording"

    def keys(told, before=""):
        for name, value in told.items():
            yield from keys(value, f"{before}{name}.") if isinstance(value, dict) else [f"{before}{name}"]

    told = {
        code: sorted(keys(tomllib.loads((folder / f"{code}.toml").read_text("utf-8")))) for code in ("en", language)
    }
    assert told[language] == told["en"]


def test_what_customers_of_another_tool_were_told_needs_a_reason_and_is_written_down(browse, actor, organisation):
    assert organisation.history_mode == "research"
    assert browse("owner").get("/o/noord/privacy").content.count(b'name="mode"') == 2
    browser = browse(OFFICER)
    browser.post("/o/noord/privacy/answers", {"mode": "service", "reason": " "})
    browser.post("/o/noord/privacy/answers", {"mode": "everything", "reason": "curious"})
    organisation.refresh_from_db()
    assert organisation.history_mode == "research"
    assert (
        browser.post("/o/noord/privacy/answers", {"mode": "service", "reason": "the letter says so"}).status_code == 302
    )
    organisation.refresh_from_db()
    assert organisation.history_mode == "service"
    assert b"the letter says so" in browser.get("/o/noord/privacy").content
    with acting_in(organisation):
        entry = AuditEntry.objects.get(action="privacy.history_changed")
        assert entry.details["mode"] == "research → service"
        for mode, reason in (("service", " "), ("everything", "curious")):
            with pytest.raises(OptionError):
                actions.change_history(actor(OFFICER), mode=mode, reason=reason)
        with pytest.raises(ForbiddenError):
            actions.change_history(actor("lead"), mode="service", reason="because")
