"""Webhooks by API."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from standardwebhooks import Webhook

from klankbord.web.integrations.webhooks.models import Delivery, Endpoint
from klankbord.web.kernel.jobs import work
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.digests import digest_of, fresh_token
from klankbord.web.people.models import ApiToken

JSON = "application/json"


@pytest.fixture
def program(organisation):
    def made(*scopes, of=organisation):
        secret = fresh_token()
        with acting_in(of):
            ends = timezone.now() + timedelta(days=1)
            ApiToken.objects.create(name="program", digest=digest_of(secret), scopes=list(scopes), expires_at=ends)
        return Client(headers={"Authorization": f"Bearer {secret}"})

    return made


@pytest.fixture
def allowed(program):
    return program("webhooks:write")


def test_endpoint_lives_and_goes(allowed, receiver):
    sent = {"url": receiver.url, "events": ["contacts.received"], "description": "Warehouse"}
    made = allowed.post("/api/webhooks", sent, JSON)
    assert made.status_code == 201
    one = f"/api/webhooks/{made.json()['id']}"
    told = allowed.get(one).json()
    assert told == {name: value for name, value in made.json().items() if name != "secret"}
    assert (told["active"], told["stopped"], told["url"]) == (True, "", receiver.url)
    assert allowed.post(f"{one}/test").status_code == 202
    work(until_idle=True)
    Webhook(made.json()["secret"]).verify(receiver.received[0].body, receiver.received[0].headers)
    (delivery,) = allowed.get(f"{one}/deliveries").json()["items"]
    assert (delivery["state"], delivery["attempts"][0]["status"]) == ("delivered", 200)
    assert allowed.post(f"{one}/deliveries/{delivery['id']}/resend").status_code == 202
    assert allowed.post(f"{one}/secret").json()["secret"] != made.json()["secret"]
    changed = allowed.patch(one, {"active": False}, JSON).json()
    assert (changed["active"], changed["stopped"], changed["description"]) == (False, "by_hand", "Warehouse")
    assert allowed.post(f"{one}/test").status_code == 409
    assert [item["id"] for item in allowed.get("/api/webhooks").json()["items"]] == [told["id"]]
    assert allowed.delete(one).status_code == 204
    assert allowed.get(one).status_code == 404


def test_event_types_are_listed_with_examples(allowed):
    items = allowed.get("/api/webhooks/event-types").json()["items"]
    assert {"name": "contacts.received", "example": {"count": 250}} in items


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"url": "http://127.0.0.1/", "events": ["contacts.received"]}, 400),
        ({"url": "https://example.org/", "events": ["nothing"]}, 400),
        ({"url": "https://example.org/", "events": []}, 422),
        ({"url": "https://example.org/"}, 422),
        ({"url": "https://example.org/", "events": ["contacts.received"], "secret": "mine"}, 422),
    ],
)
def test_what_cannot_be_is_a_problem(allowed, sent, status):
    answer = allowed.post("/api/webhooks", sent, JSON)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_deliveries_come_in_parts(allowed, endpoint):
    for _ in range(3):
        allowed.post(f"/api/webhooks/{endpoint.pk}/test")
    first = allowed.get(f"/api/webhooks/{endpoint.pk}/deliveries?limit=2").json()
    second = allowed.get(f"/api/webhooks/{endpoint.pk}/deliveries?limit=2&after={first['next']}").json()
    ids = [item["id"] for part in (first, second) for item in part["items"]]
    with acting_in(endpoint.organisation):
        assert ids == list(Delivery.objects.values_list("pk", flat=True))
    assert (len(first["items"]), second["next"]) == (2, None)


def test_nobody_without_the_scope_or_of_others(program, endpoint, elsewhere, organisation):
    addresses = [
        "/api/webhooks",
        "/api/webhooks/event-types",
        one := f"/api/webhooks/{endpoint.pk}",
        f"{one}/deliveries",
    ]
    for client, statuses in ((Client(), {401}), (program("contacts:read"), {403})):
        assert {client.get(address).status_code for address in addresses} == statuses
    theirs = program("webhooks:write", of=elsewhere)
    assert theirs.get("/api/webhooks").json()["items"] == []
    assert theirs.get(one).status_code == 404
    assert theirs.delete(one).status_code == 404
    assert theirs.post(f"{one}/secret").status_code == 404
    with acting_in(organisation):
        assert Endpoint.objects.get().secret == endpoint.secret
