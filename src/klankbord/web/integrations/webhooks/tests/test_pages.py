"""The pages of webhooks."""

import pytest

from klankbord.web.integrations.webhooks.actions import MOST
from klankbord.web.integrations.webhooks.models import Delivery, Endpoint
from klankbord.web.integrations.webhooks.outbox import put
from klankbord.web.kernel.jobs import work
from klankbord.web.kernel.models import AuditEntry
from klankbord.web.kernel.tenancy import acting_in

ADDRESS = "/o/noord/webhooks"
pytestmark = pytest.mark.usefixtures("acting")


def test_first_page_says_what_to_do(browse):
    text = browse().get(ADDRESS).content.decode()
    assert "No other system is listening yet" in text
    assert f"{ADDRESS}/new" in text


def test_endpoint_is_made_and_its_secret_shown_once(browse):
    client = browse()
    assert client.get(f"{ADDRESS}/new").status_code == 200
    form = {"url": "https://example.org/hook", "description": "Warehouse", "events": ["contacts.received"]}
    text = client.post(f"{ADDRESS}/new", form).content.decode()
    endpoint = Endpoint.objects.get()
    assert endpoint.secret in text
    for page in (ADDRESS, f"{ADDRESS}/{endpoint.pk}", f"{ADDRESS}/{endpoint.pk}/edit"):
        shown = client.get(page).content.decode()
        assert "Warehouse" in shown
        assert endpoint.secret not in shown
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject) == ("webhooks.created", f"webhook {endpoint.pk}")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1/hook", "private network"),
        ("http://[::1]/hook", "private network"),
        ("http://10.0.0.1/", "private network"),
        ("ftp://example.org/", "cannot be used"),
        ("https://me:secret@example.org/", "cannot be used"),
        ("nonsense", "cannot be used"),
    ],
)
def test_address_that_cannot_be_used_is_told_at_its_field(browse, url, said):
    answer = browse().post(f"{ADDRESS}/new", {"url": url, "events": ["contacts.received"]})
    assert said in str(answer.context["form"].errors["url"])
    assert not Endpoint.objects.exists()


def test_endpoint_wants_something_that_there_is(browse):
    for events in ([], ["nothing.known"]):
        answer = browse().post(f"{ADDRESS}/new", {"url": "https://example.org/", "events": events})
        assert "events" in answer.context["form"].errors
    assert not Endpoint.objects.exists()


@pytest.mark.usefixtures("endpoint")
def test_there_is_an_end_to_endpoints(browse):
    Endpoint.objects.bulk_create([Endpoint(url="https://example.org/", secret="whsec_AA==") for _ in range(MOST - 1)])  # noqa: S106
    answer = browse().post(f"{ADDRESS}/new", {"url": "https://example.org/", "events": ["contacts.received"]})
    assert "50" in str(answer.context["form"].non_field_errors())
    assert Endpoint.objects.count() == MOST


def test_endpoint_is_switched_off_and_on(browse, endpoint, receiver, organisation):
    client, address = browse(), f"{ADDRESS}/{endpoint.pk}"
    form = {"url": receiver.url, "events": ["contacts.received"], "description": ""}
    put(organisation, "contacts.received", {"count": 1})
    assert client.post(f"{address}/edit", form).headers["Location"] == address
    work(until_idle=True)
    assert not receiver.received
    assert "switched off" in client.get(address).content.decode()
    Endpoint.objects.update(stopped="gone")
    assert "410" in client.get(address).content.decode()
    client.post(f"{address}/edit", form | {"active": "on"})
    endpoint.refresh_from_db()
    assert endpoint.stopped == ""


def test_secret_is_replaced(browse, endpoint):
    text = browse().post(f"{ADDRESS}/{endpoint.pk}/rotate").content.decode()
    now = Endpoint.objects.get()
    assert now.secret in text
    assert now.secret != endpoint.secret == now.former_secret
    assert "24 hours" in text


def test_endpoint_is_removed(browse, endpoint):
    assert browse().post(f"{ADDRESS}/{endpoint.pk}/remove").headers["Location"] == ADDRESS
    assert not Endpoint.objects.exists()


def test_test_message_and_its_result(browse, endpoint, receiver):
    client, address = browse(), f"{ADDRESS}/{endpoint.pk}"
    receiver.answer(500, body=b"<b>database down</b>")
    client.post(f"{address}/test")
    work(until_idle=True)
    assert receiver.received[0].json["type"] == "webhooks.test"
    text = client.get(address).content.decode()
    assert "&lt;b&gt;database down&lt;/b&gt;" in text
    assert "<b>500</b>" in text
    delivery = Delivery.objects.get()
    Delivery.objects.update(state="failed", next_at=None)
    receiver.answer(200)
    client.post(f"{address}/resend/{delivery.pk}")
    work(until_idle=True)
    assert Delivery.objects.get().state == "delivered"
    Endpoint.objects.update(stopped="by_hand")
    told = client.post(f"{address}/resend/{delivery.pk}", follow=True).content.decode()
    assert "Switch it on first" in told
    assert len(receiver.received) == 2


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_pages_speak_four_languages(browse, endpoint, receiver, organisation, language):
    client = browse()
    put(organisation, "contacts.received", {"count": 1})
    receiver.answer(500)
    work(until_idle=True)
    for stopped in ("", "gone", "failing", "by_hand"):
        Endpoint.objects.update(stopped=stopped)
        for page in ("", "/new", f"/{endpoint.pk}", f"/{endpoint.pk}/edit"):
            assert client.get(f"{ADDRESS}{page}", headers={"accept-language": language}).status_code == 200


def test_htmx_gets_the_deliveries_alone(browse, endpoint):
    text = browse().get(f"{ADDRESS}/{endpoint.pk}", headers={"HX-Request": "true"}).content.decode()
    assert 'id="deliveries"' in text
    assert "<html" not in text


def test_page_costs_the_same_for_one_and_many(browse, endpoint, organisation, django_assert_max_num_queries):
    client = browse()
    for _ in range(8):
        put(organisation, "contacts.received", {"count": 1})
    work(until_idle=True)
    with django_assert_max_num_queries(12):
        client.get(f"{ADDRESS}/{endpoint.pk}")


@pytest.mark.parametrize("role", ["privacy_officer", "analyst", "lead", "agent", "client_viewer"])
def test_webhooks_are_the_owners(browse, endpoint, role):
    client = browse(role)
    for page in ("", "/new", f"/{endpoint.pk}", f"/{endpoint.pk}/edit"):
        assert client.get(ADDRESS + page).status_code == 403
    for act in ("test", "rotate", "remove"):
        assert client.post(f"{ADDRESS}/{endpoint.pk}/{act}").status_code == 403
    assert Endpoint.objects.get().secret == endpoint.secret


def test_endpoint_of_others_is_not_there(browse, endpoint, elsewhere, organisation):
    with acting_in(organisation):
        put(organisation, "contacts.received", {"count": 1})
    client = browse("owner", of=elsewhere)
    theirs = f"/o/zuid/webhooks/{endpoint.pk}"
    assert client.get(theirs).status_code == 404
    for act in ("test", "rotate", "remove", f"resend/{Delivery.objects.get().pk}"):
        assert client.post(f"{theirs}/{act}").status_code == 404
    assert Endpoint.objects.get().secret == endpoint.secret
