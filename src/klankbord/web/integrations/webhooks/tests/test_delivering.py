"""Events on their way to a real receiver, every signature checked by the reference implementation."""

from datetime import timedelta

import pytest
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from klankbord.web.contacts.events import ContactsReceived
from klankbord.web.integrations.webhooks import actions, delivering
from klankbord.web.integrations.webhooks.delivering import GIVEN_UP_AFTER, LADDER
from klankbord.web.integrations.webhooks.jobs import tidy
from klankbord.web.integrations.webhooks.models import Attempt, Delivery, Endpoint
from klankbord.web.integrations.webhooks.outbox import put
from klankbord.web.kernel.events import emit
from klankbord.web.kernel.jobs import enqueue, work
from klankbord.web.kernel.models import AuditEntry, Job
from klankbord.web.kernel.tenancy import acting_in

pytestmark = pytest.mark.usefixtures("acting")
A_MOMENT = timedelta(seconds=1)


@pytest.fixture
def happens(organisation, endpoint):
    del endpoint

    def put_and_send(count=1):
        put(organisation, "contacts.received", {"count": count})
        work(until_idle=True)

    return put_and_send


def statuses():
    return [attempt.status for attempt in Attempt.objects.order_by("id")]


def test_event_arrives_signed(organisation, endpoint, receiver, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        emit(ContactsReceived(organisation=organisation, count=250))
    work(until_idle=True)
    (got,) = receiver.received
    told = Webhook(endpoint.secret).verify(got.body, got.headers)
    assert (told["type"], told["data"]) == ("contacts.received", {"organisation": "noord", "count": 250})
    assert got.headers["Content-Type"] == "application/json"
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.message, delivery.next_at) == ("delivered", got.headers["webhook-id"], None)
    attempt = Attempt.objects.get()
    assert (attempt.status, attempt.excerpt) == (200, "thanks")
    assert not Job.objects.exists()


def test_changed_body_or_other_secret_does_not_verify(endpoint, receiver, happens):
    happens()
    (got,) = receiver.received
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secret).verify(got.body.replace(b"1", b"2"), got.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 43).verify(got.body, got.headers)


def test_secret_is_encrypted_where_it_lies(endpoint):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM webhooks_endpoint")
        lying = bytes(cursor.fetchone()[0])
    assert endpoint.secret.startswith("whsec_")
    assert endpoint.secret.encode() not in lying
    assert Endpoint.objects.get().secret == endpoint.secret


def test_both_secrets_sign_for_a_day_and_then_the_new_one(actor, endpoint, receiver, happens):
    old = endpoint.secret
    new = actions.rotate_secret(actor(), endpoint)
    happens()
    for secret in (old, new):
        Webhook(secret).verify(receiver.received[0].body, receiver.received[0].headers)
    Endpoint.objects.update(former_until=timezone.now() - A_MOMENT)
    happens()
    Webhook(new).verify(receiver.received[1].body, receiver.received[1].headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(receiver.received[1].body, receiver.received[1].headers)


def test_event_goes_to_those_who_want_it_and_to_nobody_else(endpoint, receiver, elsewhere, happens):
    with acting_in(elsewhere):
        Endpoint.objects.create(url=receiver.url, events=["contacts.received"], secret=endpoint.secret)
    Endpoint.objects.create(url=receiver.url, events=["other.type"], secret=endpoint.secret)
    Endpoint.objects.create(url=receiver.url, events=["contacts.received"], secret=endpoint.secret, stopped="by_hand")
    happens()
    assert len(receiver.received) == 1
    assert Delivery.objects.get().endpoint == endpoint


def test_trouble_and_then_success(endpoint, receiver, happens, later):
    receiver.answer(500, 503, 204)
    happens()
    assert statuses() == [500]
    endpoint.refresh_from_db()
    assert endpoint.failing_since
    later(LADDER[0])
    later(LADDER[1])
    assert statuses() == [500, 503, 204]
    assert Delivery.objects.get().state == "delivered"
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None
    assert len({got.headers["webhook-id"] for got in receiver.received}) == 1
    assert len({got.body for got in receiver.received}) == 1


@pytest.mark.parametrize("status", [100 + 199, 300, 302, 400, 401, 404, 429, 500])
def test_only_2xx_is_success(receiver, happens, status):
    receiver.answer(status, Location=receiver.url.replace("hook", "elsewhere"))
    happens()
    assert Delivery.objects.get().state == ("delivered" if status == 299 else "waiting")
    assert [got.path for got in receiver.received] == ["/hook"]


def test_ladder_is_that_of_the_standard(receiver, happens, later):
    receiver.answer(500)
    happens()
    for step, pause in enumerate(LADDER, start=1):
        waiting = Delivery.objects.get()
        assert waiting.tries == step
        assert abs(waiting.next_at - timezone.now() - pause) < timedelta(seconds=5)
        later(pause - timedelta(seconds=5) if step > 1 else pause - timedelta(seconds=4))
        assert len(receiver.received) == step
        later(timedelta(seconds=6))
        assert len(receiver.received) == step + 1
    failed = Delivery.objects.get()
    assert (failed.state, failed.next_at) == ("failed", None)
    assert Endpoint.objects.get().stopped == ""
    hours = [pause / timedelta(hours=1) for pause in LADDER]
    assert hours[3:] == [2, 5, 10, 14, 20, 24]
    assert LADDER[:3] == (timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30))


def test_gone_stops_the_endpoint(endpoint, receiver, happens, organisation):
    put(organisation, "contacts.received", {"count": 1})
    receiver.answer(410)
    happens()
    endpoint.refresh_from_db()
    assert endpoint.stopped == "gone"
    assert len(receiver.received) == 1
    assert set(Delivery.objects.values_list("state", "next_at")) == {("failed", None)}
    assert AuditEntry.objects.filter(action="webhooks.stopped").count() == 1
    happens()
    assert len(receiver.received) == 1


def test_five_days_of_failure_stop_the_endpoint(receiver, happens):
    receiver.answer(500)
    happens()
    Endpoint.objects.update(failing_since=timezone.now() - GIVEN_UP_AFTER + timedelta(minutes=1))
    happens()
    assert Endpoint.objects.get().stopped == ""
    Endpoint.objects.update(failing_since=timezone.now() - GIVEN_UP_AFTER)
    happens()
    assert Endpoint.objects.get().stopped == "failing"


def test_silent_receiver_is_left_alone_and_holds_up_nothing(receiver, happens, later, organisation, monkeypatch):
    monkeypatch.setattr(delivering, "_TIMEOUT_S", 0.3)
    receiver.answer(200, body=b"x" * 20)
    receiver.drip_s = 0.1
    for _ in range(5):
        put(organisation, "contacts.received", {"count": 1})
    work(until_idle=True)
    assert len(receiver.received) == 1
    attempt = Attempt.objects.get()
    assert (attempt.status, attempt.reason) == (None, "no_answer")
    assert attempt.took_ms < 3000
    happens()
    assert len(receiver.received) == 1
    receiver.drip_s = 0
    later(LADDER[0])
    assert len(receiver.received) == 7
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}


def test_nobody_listening_is_written_down(receiver, happens, settings):
    Endpoint.objects.update(url="http://127.0.0.1:9/hook")
    happens()
    Endpoint.objects.update(url="http://nowhere.invalid/hook", rests_until=None)
    happens()
    settings.OUTGOING_ALLOWED = []
    Endpoint.objects.update(url=receiver.url, rests_until=None)
    happens()
    assert [attempt.reason for attempt in Attempt.objects.all()][:1] == ["no_connection"]
    assert {"no_host", "private"} <= {attempt.reason for attempt in Attempt.objects.all()}
    assert not receiver.received


def test_excerpt_is_five_hundred_characters_without_controls(receiver, happens):
    receiver.answer(500, body="é\x00".encode() * 4000)
    happens()
    assert Attempt.objects.get().excerpt == "é" * 500


def test_endpoint_removed_while_a_delivery_waits(actor, endpoint, receiver, organisation):
    put(organisation, "contacts.received", {"count": 1})
    actions.remove_endpoint(actor(), endpoint)
    work(until_idle=True)
    assert not receiver.received
    assert not Job.objects.filter(state="dead").exists()


def test_worker_that_stumbles_leaves_the_delivery_to_the_next_look(receiver, organisation, later):
    put(organisation, "contacts.received", {"count": 1})
    Job.objects.all().delete()
    later(A_MOMENT)
    assert len(receiver.received) == 1


def test_resent_message_has_the_same_id_and_begins_a_new_round(actor, receiver, happens):
    receiver.answer(500)
    happens()
    Delivery.objects.update(state="failed", next_at=None, tries=10)
    receiver.answer(200)
    actions.resend(actor(), Delivery.objects.get())
    work(until_idle=True)
    assert Delivery.objects.get().state == "delivered"
    assert statuses() == [500, 200]
    assert len({got.headers["webhook-id"] for got in receiver.received}) == 1


def test_old_deliveries_are_forgotten(happens, receiver):
    happens()
    happens()
    receiver.answer(500)
    happens()
    old = timezone.now() - timedelta(days=31)
    Delivery.objects.filter(pk__in=[Delivery.objects.last().pk, Delivery.objects.first().pk]).update(created_at=old)
    enqueue(tidy, None)
    work(until_idle=True)
    assert list(Delivery.objects.values_list("state", flat=True)) == ["waiting", "delivered"]
    assert Attempt.objects.count() == 2
