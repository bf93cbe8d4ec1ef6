"""Messages of and to other systems, within reach of the rights of whom they are about, and of nobody else's."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client

from klankbord.web.contacts.actions import make_intake
from klankbord.web.contacts.models import Payload
from klankbord.web.contacts.raw import unpacked
from klankbord.web.integrations.webhooks.models import Attempt, Delivery, Endpoint
from klankbord.web.integrations.webhooks.outbox import put
from klankbord.web.kernel.access import the_product
from klankbord.web.kernel.jobs import work
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.privacy import actions
from klankbord.web.privacy.models import Erasure

pytestmark = pytest.mark.usefixtures("acting")
SECRET = "s" * 20
CALL = {
    "ticket_id": 209,
    "agent_id": 135,
    "call_group_id": 44,
    "direction": "inbound",
    "completion_status": "completed",
    "created_at": "2026-11-20T10:00:00Z",
    "updated_at": "2026-11-20T10:10:00Z",
    "wait_time": 20,
    "talk_time": 300,
    "duration": 365,
}


def call(number, customer, **more):
    return CALL | {"id": number, "customer_id": customer} | more


def message(*calls):
    return json.dumps({"calls": calls})


@pytest.fixture
def officer(actor):
    return actor("privacy_officer")


@pytest.fixture
def send(acting):
    intake = make_intake(actor=the_product(acting), name="Zendesk", scheme="token", header="X-Key", secret=SECRET)[0]

    def sent(*messages):
        place = f"/api/intake/{intake.public_id}"
        for body in messages:
            assert Client().post(place, body, "application/json", headers={"X-Key": SECRET}).status_code == 202
        work(until_idle=True)
        assert not Payload.objects.exclude(state="read").exists(), list(Payload.objects.values_list("problem"))

    return sent


@pytest.fixture
def copy(acting, officer):
    def made(*identifiers):
        pseudonyms = [lake_of(acting).key.pseudonym(one) for one in identifiers]
        export = actions.ask_export(officer, pseudonyms=pseudonyms, language="nl")
        work(until_idle=True)
        with ZipFile(BytesIO(actions.collect_export(officer, reference=str(export.reference)))) as archive:
            return {name: archive.read(name).decode() for name in archive.namelist()}

    return made


@pytest.fixture
def erase(acting, officer):
    def done(*identifiers):
        pseudonyms = [lake_of(acting).key.pseudonym(one) for one in identifiers]
        actions.ask_erasure(officer, pseudonyms=pseudonyms)
        work(until_idle=True)
        return Erasure.objects.get(done_at__isnull=False)

    return done


def messages(files):
    return [one for record in json.loads(files["data.json"])["records"] for one in record["register"]["messages"]]


def contents():
    return b"\n".join(unpacked(payload) for payload in Payload.objects.all()).decode()


def test_messages_that_were_read_together_stay_apart_in_a_copy(send, copy):
    send(message(call(900001, 80001, note="secret of Jan")), message(call(900002, 80002, note="secret of An")))
    assert Payload.objects.filter(state="read").count() == 2
    files = copy("80001")
    (told,) = messages(files)
    assert (told["sender"], told["content"]["calls"][0]["note"]) == ("Zendesk", "secret of Jan")
    assert "secret of An" not in "".join(files.values())
    page = next(text for name, text in files.items() if name.endswith(".html"))
    assert "secret of Jan" in page
    assert "Berichten van andere systemen" in page


def test_an_earlier_state_of_a_contact_that_came_with_a_newer_one_is_found_too(send, copy):
    old = call(900001, 80001, note="first", updated_at="2026-11-14T08:02:00Z")
    new = call(900001, 80001, note="second", updated_at="2026-11-14T09:00:00Z")
    send(message(old), message(new), message(call(900002, 80002)))
    assert [one["content"]["calls"][0]["note"] for one in messages(copy("80001"))] == ["first", "second"]


def test_a_message_about_two_people_is_counted_and_not_shown_to_one(send, copy):
    send(message(call(900001, 80001, note="secret of Jan"), call(900002, 80002, note="secret of An")))
    files = copy("80001")
    assert messages(files) == []
    assert json.loads(files["data.json"])["records"][0]["register"]["messages_with_others"] == 1
    assert "secret of An" not in "".join(files.values())
    together = messages(copy("80001", "80002"))
    assert "secret of Jan" in str(together)
    assert "secret of An" in str(together)


def test_erasure_takes_the_messages_of_one_and_leaves_those_of_others(send, erase):
    send(message(call(900001, 80001, note="secret of Jan")), message(call(900002, 80002, note="secret of An")))
    certificate = erase("80001")
    assert certificate.found["raw"] == 1
    assert not any(certificate.left.values())
    assert "secret of Jan" not in contents()
    assert "secret of An" in contents()


def test_what_was_sent_about_somebody_is_told_and_forgotten(acting, send, copy, erase, elsewhere):
    send(message(call(900001, 80001)), message(call(900002, 80002)))
    key = lake_of(acting).key
    endpoint = Endpoint.objects.create(url="https://warehouse.example/hook?key=1", events=["test.told"], secret=SECRET)
    for customer, word in (("80001", "secret of Jan"), ("80002", "secret of An")):
        put(acting, "test.told", {"word": word}, about=key.pseudonym(customer))
    put(acting, "test.told", {"count": 3})
    Attempt.objects.create(
        delivery=Delivery.objects.get(body__contains="Jan"),
        at=endpoint.created_at,
        status=200,
        excerpt="thanks for the secret of Jan",
        took_ms=1,
    )
    with acting_in(elsewhere):
        Endpoint.objects.create(url="https://other.example/hook", events=["test.told"], secret=SECRET)
        put(elsewhere, "test.told", {"word": "of another house"}, about=key.pseudonym("80001"))
    files = copy("80001")
    (record,) = json.loads(files["data.json"])["records"]
    (sent,) = record["elsewhere"]["webhooks.deliveries"]
    assert (sent["recipient"], sent["content"]["data"]["word"]) == ("warehouse.example", "secret of Jan")
    assert "secret of Jan" in next(text for name, text in files.items() if name.endswith(".html"))
    assert not [word for word in ("secret of An", "another house", "key=1") if word in "".join(files.values())]
    certificate = erase("80001")
    assert certificate.found["webhooks.deliveries"] == 1
    assert certificate.left["webhooks.deliveries"] == 0
    assert sorted(
        json.loads(body)["data"].get("word", "") for body in Delivery.objects.values_list("body", flat=True)
    ) == [
        "",
        "secret of An",
    ]
    assert not Attempt.objects.exists()
    with acting_in(elsewhere):
        assert Delivery.objects.count() == 1


def test_the_certificate_names_the_place(send, erase, browse):
    send(message(call(900001, 80001)))
    certificate = erase("80001")
    page = browse("privacy_officer").get(f"/o/noord/rights/erasures/{certificate.reference}")
    assert "Messages sent to other systems" in page.content.decode()
