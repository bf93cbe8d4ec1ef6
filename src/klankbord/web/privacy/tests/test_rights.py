import json
import re
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.utils import timezone

from klankbord.lake.looking import customer_rows
from klankbord.web.contacts.actions import receive_contacts
from klankbord.web.contacts.models import Contact, Customer
from klankbord.web.contacts.projection import project, rebuild
from klankbord.web.kernel.access import ForbiddenError, the_product
from klankbord.web.kernel.jobs import Run, work
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import AuditEntry, Job
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.privacy import actions, erasing, persons
from klankbord.web.privacy.jobs import drop_copies
from klankbord.web.privacy.models import Erasure, Export, Objection

from .conftest import SEEN, fill

OFFICER = "privacy_officer"


@pytest.fixture
def officer(held, actor):
    with acting_in(held.organisation):
        yield actor(OFFICER)


def tokens(page):
    return re.findall(r'name="person" value="([^"]+)"', page.content.decode())


def rights(browser, **said):
    return browser.post("/o/noord/rights", said, headers={"accept-language": "en"})


def test_everything_that_is_held_is_found(held, officer):
    (record,) = persons.find(officer, ["JAN-4711"])
    assert record.held == {
        "register": 1,
        "addresses": 1,
        "contacts": 2,
        "raw": 1,
        "lake_contacts": 3,
        "lake_answers": 2,
        "lake_comments": 2,
        "responses.asking": 1,
        "responses.answers": 1,
        "lake_outcomes": 0,
        "extracts": 2,
        "audit": 1,
        "copies": 0,
        "webhooks.deliveries": 0,
    }
    assert (record.pseudonym, record.language, record.found_by) == (held.jan, "nl", "given")


@pytest.mark.parametrize(
    ("given", "how"),
    [(" jan-4711 ", "given"), ("JAN.Peeters@voorbeeld.example", "email"), ("0032 470 11 22 33", "phone")],
)
def test_a_customer_is_found_by_what_they_tell_of_themselves(held, officer, given, how):
    assert [(record.pseudonym, record.found_by) for record in persons.find(officer, [given.strip()])] == [
        (held.jan, how)
    ]


def test_a_stranger_is_not_found(officer):
    assert persons.find(officer, ["nobody@voorbeeld.example"]) == []


def test_another_organisation_finds_nothing(held, elsewhere, actor):
    with acting_in(elsewhere):
        assert persons.find(actor(OFFICER, of=elsewhere), ["JAN-4711", held.jan]) == []


def test_looking_up_stands_in_the_log(held, officer):
    actions.look_up(officer, identifiers=["JAN-4711"])
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.about, entry.details) == ("privacy.looked_up", held.jan, {})


@pytest.mark.parametrize("role", ["analyst", "lead", "agent", "client_viewer"])
def test_others_may_do_nothing_of_it(held, actor, browse, role):
    with acting_in(held.organisation):
        for attempt in (
            lambda: actions.look_up(actor(role), identifiers=["JAN-4711"]),
            lambda: actions.ask_export(actor(role), pseudonyms=[held.jan], language="nl"),
            lambda: actions.ask_erasure(actor(role), pseudonyms=[held.jan]),
            lambda: actions.object_to_contact(actor(role), pseudonym=held.jan),
        ):
            with pytest.raises(ForbiddenError):
                attempt()
    assert browse(role).get("/o/noord/rights").status_code == 403
    assert not Job.objects.filter(name__startswith="privacy.", state="waiting").exists()


def test_the_page_shows_what_is_held_and_no_identifier(held, browse):
    page = rights(browse(OFFICER), identifiers="JAN-4711\nnobody@voorbeeld.example")
    text = page.content.decode()
    assert "One record found" in text
    assert f"customer {held.jan[:6]}…" in text
    assert held.jan not in text
    assert len(tokens(page)) == 1
    assert "Nothing is held" in rights(browse(OFFICER), identifiers="nobody").content.decode()


def test_the_page_costs_few_queries(held, browse, django_assert_max_num_queries):
    del held
    browser = browse(OFFICER)
    with django_assert_max_num_queries(12):
        browser.get("/o/noord/rights")


def test_too_many_identifiers_are_refused(held, browse):
    del held
    text = rights(browse(OFFICER), identifiers="\n".join(map(str, range(11)))).content.decode()
    assert "at most 10" in text


def test_a_token_of_somebody_else_is_refused(held, officer, elsewhere, actor):
    token = persons.seal(officer, held.jan)
    assert persons.unseal(officer, token) == held.jan
    with acting_in(elsewhere), pytest.raises(persons.StaleError):
        persons.unseal(actor(OFFICER, of=elsewhere), token)
    with pytest.raises(persons.StaleError):
        persons.unseal(actor("owner"), token)
    with pytest.raises(persons.StaleError):
        persons.unseal(officer, "gAAAA")


def copied(browser, held):
    browser.post("/o/noord/rights/copy", {"person": tokens(rights(browser, identifiers="JAN-4711")), "language": "nl"})
    work(until_idle=True)
    with acting_in(held.organisation):
        return Export.objects.first()


def test_a_copy_holds_everything_of_one_and_nothing_of_another(held, browse):
    browser = browse(OFFICER)
    export = copied(browser, held)
    answer = browser.post(f"/o/noord/rights/copy/{export.reference}")
    with ZipFile(BytesIO(answer.content)) as archive:
        data = archive.read("data.json").decode()
        page = archive.read(next(name for name in archive.namelist() if name.endswith(".html"))).decode()
    (record,) = json.loads(data)["records"]
    assert record["register"]["email"] == "jan.peeters@voorbeeld.example"
    assert len(record["register"]["raw"]) == 2
    assert {row["external_id"] for row in record["contacts"]} == {"c1", "c3", "h1"}
    words = {"zonnebloemenveld achter de dijk", "zonnebloemenveld in het register"}
    assert {row["comment"] for row in record["responses"]} == words
    (asked,), (answered,) = (record["elsewhere"][f"responses.{place}"] for place in ("asking", "answers"))
    assert (asked["survey"], asked["channel"], answered["comment"]) == (
        *("After contact", "email"),
        "zonnebloemenveld in het register",
    )
    assert record["looked_at"][0]["by"] == "privacy_officer noord"
    for word in (
        "zonnebloemenveld",
        "+32470112233",
        "Wachtrij",
        "Wat wij van u bewaren",
        "Klant opgezocht",
        "2 maart 2026",
    ):
        assert (word in page) == (word != "Klant opgezocht"), word
    for content in (data, page):
        assert "traag en duur" not in content
        assert "els@" not in content
        assert held.els not in content


def test_a_copy_is_collected_once_by_whoever_asked(held, browse, home):
    browser, other = browse(OFFICER), browse("owner")
    export = copied(browser, held)
    address = f"/o/noord/rights/copy/{export.reference}"
    (kept,) = (home.files / str(held.organisation.pk) / "copies").iterdir()
    assert b"zonnebloemenveld" not in kept.read_bytes()
    assert browser.get(address).status_code == 405
    assert other.post(address).status_code == 400
    assert browser.post(address).status_code == 200
    assert browser.post(address).status_code == 400
    assert not kept.exists()
    with acting_in(held.organisation):
        assert Export.objects.get().pseudonyms in {None, ""}
        assert AuditEntry.objects.filter(action="privacy.export_collected", about=held.jan).count() == 1


def test_a_copy_that_nobody_collects_is_removed(held, browse, home):
    browser = browse(OFFICER)
    export = copied(browser, held)
    with acting_in(held.organisation):
        Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert browser.post(f"/o/noord/rights/copy/{export.reference}").status_code == 400
        drop_copies(Run(Job(organisation=held.organisation, name="test")))
        assert Export.objects.get().persons == ()
    assert not list((home.files / str(held.organisation.pk) / "copies").iterdir())


def test_objecting_and_withdrawing(held, browse):
    browser = browse(OFFICER)
    person = tokens(rights(browser, identifiers="JAN-4711"))
    browser.post("/o/noord/rights/object", {"person": person})
    with acting_in(held.organisation):
        assert Objection.objects.get().pseudonym == held.jan
    assert "Does not want to be contacted" in rights(browser, identifiers="JAN-4711").content.decode()
    browser.post("/o/noord/rights/object", {"person": person, "withdraw": "on"})
    with acting_in(held.organisation):
        assert not Objection.objects.exists()
        told = AuditEntry.objects.filter(about=held.jan).values_list("action", flat=True)
        assert {"privacy.objected", "privacy.objection_withdrawn"} <= set(told)


def test_nothing_chosen_does_nothing(held, browse):
    browser = browse(OFFICER)
    for address in ("copy", "erase", "object"):
        answer = browser.post(f"/o/noord/rights/{address}", {"confirmed": "on"}, follow=True)
        assert answer.redirect_chain
    with acting_in(held.organisation):
        assert not Export.objects.exists()
        assert not Erasure.objects.exists()


def test_erasing_wants_to_be_confirmed(held, browse):
    browser = browse(OFFICER)
    person = tokens(rights(browser, identifiers="JAN-4711"))
    asked = browser.post("/o/noord/rights/erase", {"person": person}, headers={"accept-language": "en"})
    assert "cannot be undone" in asked.content.decode()
    again = browser.post(
        "/o/noord/rights/erase", {"person": tokens(asked), "confirming": "on"}, headers={"accept-language": "en"}
    )
    assert "Confirm this" in again.content.decode()
    with acting_in(held.organisation):
        assert not Erasure.objects.exists()


def test_a_certificate_tells_what_went_and_not_who(held, browse):
    browser = browse(OFFICER)
    person = tokens(rights(browser, identifiers="JAN-4711"))
    asked = browser.post("/o/noord/rights/erase", {"person": person, "confirmed": "on"})
    assert b"every 2s" in browser.get(asked.url).content
    work(until_idle=True)
    page = browser.get(asked.url, headers={"accept-language": "en"}).content.decode()
    assert "Certificate of erasure" in page
    assert "every 2s" not in page
    assert held.jan[:6] not in page
    with acting_in(held.organisation):
        erasure = Erasure.objects.get()
        assert erasure.persons == ()
        assert erasure.found["lake_contacts"] == 3
        assert not any(erasure.left.values())
        assert set(persons.held(held.organisation, held.jan).values()) == {0}
        assert persons.held(held.organisation, held.els)["lake_contacts"] == 2
        assert Contact.objects.get().customer.pseudonym == held.els


def erased(held, officer):
    actions.ask_erasure(officer, pseudonyms=[held.jan])
    work(until_idle=True)


def test_who_was_erased_does_not_come_back(held, officer):
    erased(held, officer)
    row = {"external_id": "c9", "customer": {"id": "JAN-4711", "email": "jan.peeters@voorbeeld.example"}}
    receive_contacts(
        actor=the_product(held.organisation),
        source="exchange",
        rows=[row | {"started_at": "2026-11-04T09:00:00+01:00"}],
    )
    project(held.organisation)
    rebuild(held.organisation)
    assert Contact.objects.get(external_id="c9").customer is None
    assert not any(customer_rows(lake_of(held.organisation), held.jan).values())
    assert not Customer.objects.filter(pseudonym=held.jan).exists()
    assert lake_of(held.organisation).snapshot().rows("contacts") == 3


@pytest.mark.parametrize("step", ["erase_customer", "erase_from_lake", "_drop_copies"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_erasure_that_was_cut_short_is_finished_by_the_next_run(held, officer, monkeypatch, step, when):
    """The power fails in the midst: everything up to there has happened, nothing after it."""
    real = getattr(erasing, step)

    def cut(*arguments, **options):
        if when == "after":
            real(*arguments, **options)
        raise ConnectionResetError

    asked = actions.ask_erasure(officer, pseudonyms=[held.jan])
    with monkeypatch.context() as power:
        power.setattr(erasing, step, cut)
        with pytest.raises(ConnectionResetError):
            erasing.erase(the_product(held.organisation), Erasure.objects.get(pk=asked.pk))
    erasing.erase(the_product(held.organisation), Erasure.objects.get(pk=asked.pk))
    certificate = Erasure.objects.get()
    assert certificate.found["contacts"] == 2
    assert not any(certificate.left.values())
    done_at = certificate.done_at
    erasing.erase(the_product(held.organisation), certificate)
    assert Erasure.objects.get().done_at == done_at
    assert AuditEntry.objects.filter(action="privacy.erased").count() == 1


def test_erasing_one_leaves_the_same_person_elsewhere(held, officer, elsewhere, actor):
    fill(elsewhere, actor(OFFICER, of=elsewhere))
    erased(held, officer)
    with acting_in(elsewhere):
        (record,) = persons.find(actor(OFFICER, of=elsewhere), ["JAN-4711"])
    assert record.held["lake_contacts"] == 3
    assert record.held["addresses"] == 1


def test_copies_go_with_the_customer(held, officer, home):
    actions.ask_export(officer, pseudonyms=[held.jan], language="nl")
    work(until_idle=True)
    assert list((home.files / str(held.organisation.pk) / "copies").iterdir())
    erased(held, officer)
    assert not list((home.files / str(held.organisation.pk) / "copies").iterdir())


def test_the_log_keeps_that_somebody_looked_and_forgets_at_whom(held, officer):
    erased(held, officer)
    entry = AuditEntry.objects.get(action=SEEN)
    assert (entry.about, entry.subject, entry.details) == ("", "", {})
