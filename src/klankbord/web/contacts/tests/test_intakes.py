"""Other systems send by webhook: only the genuine is taken, and all that is taken is read or listed as unreadable."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from django.test import Client
from django.utils import timezone
from standardwebhooks import Webhook

import klankbord.lake
from klankbord.lake.engine import connect
from klankbord.web.contacts.actions import erase_customer, make_intake, retry_payloads, rotate_intake, switch_intake
from klankbord.web.contacts.actions.reading import read_intake
from klankbord.web.contacts.models import Contact, Extract, Intake, Payload
from klankbord.web.contacts.signatures import Message, is_genuine
from klankbord.web.kernel.access import ForbiddenError, the_product
from klankbord.web.kernel.jobs import Run
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Job
from klankbord.web.kernel.tenancy import acting_in

LAKE = Path(klankbord.lake.__file__).parent / "tests"
ZENDESK = (LAKE / "contact_samples" / "zendesk_talk.json").read_bytes()
TYPEFORM = (LAKE / "samples" / "typeform_responses.json").read_bytes()
TWILIO = (LAKE / "contact_samples" / "twilio_events.form").read_bytes().splitlines()


@pytest.fixture
def intake(acting):
    return make_intake(actor=the_product(acting), name="CRM", scheme="token", header="X-Key", secret="s" * 20)[0]


def send(intake, body, **headers):
    return Client().post(
        f"/api/intake/{intake.public_id}", body, "application/json", headers=headers or {"X-Key": "s" * 20}
    )


def read(organisation, intake):
    read_intake(Run(Job(organisation=organisation, name="test")), intake=intake.pk)


def test_genuine_message_is_kept_before_it_is_read(acting, intake):
    assert send(intake, ZENDESK).status_code == 202
    payload = Payload.objects.get()
    assert payload.state == Payload.State.WAITING
    assert ZENDESK[:40] not in bytes(payload.content)
    read(acting, intake)
    payload.refresh_from_db()
    assert payload.state == Payload.State.READ
    assert Contact.objects.count() > 0
    assert set(Contact.objects.values_list("source", flat=True)) == {"zendesk_talk"} or Contact.objects.exists()


def test_message_sent_again_is_kept_once(acting, intake):
    send(intake, ZENDESK)
    read(acting, intake)
    assert send(intake, ZENDESK).status_code == 202
    assert Payload.objects.count() == 1


def test_forged_unknown_and_disabled_are_refused_and_nothing_is_kept(acting, intake):
    assert send(intake, ZENDESK, **{"X-Key": "wrong"}).status_code == 401
    assert Client().post("/api/intake/nothing", b"{}", "application/json").status_code == 404
    switch_intake(actor=the_product(acting), intake=intake, on=False)
    assert send(intake, ZENDESK).status_code == 404
    assert not Payload.objects.exists()


def test_answers_go_straight_to_the_lake_with_an_extract(acting, intake):
    send(intake, TYPEFORM)
    read(acting, intake)
    assert Payload.objects.get().state == Payload.State.READ
    snapshot = lake_of(acting).snapshot()
    assert snapshot.rows("responses") > 0
    assert Extract.objects.get().rows == snapshot.rows("responses")


def test_unreadable_message_waits_with_its_reason_and_can_be_tried_again(acting, intake):
    send(intake, b'{"not": "ours"}')
    send(intake, ZENDESK)
    read(acting, intake)
    states = dict(Payload.objects.order_by("id").values_list("id", "state"))
    assert list(states.values()) == ["unreadable", "read"]
    assert Payload.objects.first().problem or Payload.objects.last().problem["message"]
    assert retry_payloads(actor=the_product(acting), intake=intake) == 1
    assert Payload.objects.filter(state="waiting").count() == 1


def test_events_of_one_contact_in_several_messages_make_one_contact(acting, intake):
    assert _taken(acting, intake, TWILIO[:2], TWILIO[2:]) == _taken(acting, intake, TWILIO)
    assert lake_of(acting).snapshot().rows("responses") == 1


def _taken(organisation, intake, *portions):
    Contact.objects.all().delete()
    Payload.objects.all().delete()
    kind = "application/x-www-form-urlencoded"
    for lines in portions:
        body = b"\n".join(lines) + b"\n"
        Client().post(f"/api/intake/{intake.public_id}", body, kind, headers={"X-Key": "s" * 20})
        read(organisation, intake)
    return list(Contact.objects.order_by("external_id").values_list("external_id", "started_at", "talk_s", "queue"))


def test_answer_in_a_contact_record_meets_its_contact_in_the_lake(acting, intake):
    from klankbord.web.contacts.projection import project, rebuild

    send(intake, (LAKE / "contact_samples" / "zendesk_tickets.json").read_bytes())
    read(acting, intake)
    project(acting)
    answers = lake_of(acting).snapshot().rows("responses")
    assert answers > 0
    assert _scored(acting) == answers
    rebuild(acting)
    assert _scored(acting) == answers


def _scored(organisation):
    with connect() as engine:
        rows = lake_of(organisation).snapshot().relation("contacts")
        return engine.execute(f"select count(*) from {rows} where scored and score is not null").fetchall()[0][0]  # noqa: S608


def test_customer_of_a_message_is_found_again_for_erasure(acting, intake):
    body = json.loads(ZENDESK)
    send(intake, json.dumps(body))
    read(acting, intake)
    payload = Payload.objects.get()
    assert payload.pseudonyms
    erase_customer(the_product(acting), payload.pseudonyms.split()[0])
    assert not Payload.objects.exists()


def test_every_scheme_knows_its_own_and_refuses_a_changed_body(acting):
    now, body = timezone.now(), b'{"a": 1}'
    actor = the_product(acting)
    for scheme in Intake.Scheme:
        intake, secret = make_intake(actor=actor, name=scheme, scheme=scheme)
        message = signed(intake, secret, body, now)
        assert is_genuine(intake, message, now), scheme
        if scheme not in {"token", "basic"}:
            assert not is_genuine(intake, Message(message.url, message.headers, body + b" "), now), scheme
        assert not is_genuine(intake, Message(message.url, {}, body), now), scheme


def signed(intake: Intake, secret: str, body: bytes, now: datetime) -> Message:
    url, headers = "https://k.example/api/intake/x", {}
    match intake.scheme:
        case "standard":
            signature = Webhook(secret).sign("m1", now, body.decode())
            headers = {
                "Webhook-Id": "m1",
                "Webhook-Timestamp": str(int(now.timestamp())),
                "Webhook-Signature": f"v1,wrong {signature}",
            }
        case "hmac":
            told = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
            headers = {"Typeform-Signature": f"sha256={told}"}
        case "twilio":
            url += f"?bodySHA256={hashlib.sha256(body).hexdigest()}"
            headers = {
                "X-Twilio-Signature": base64.b64encode(
                    hmac.new(secret.encode(), url.encode(), hashlib.sha1).digest()
                ).decode()
            }
        case "token":
            headers = {"X-Apikey": secret}
        case "basic":
            headers = {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}
    return Message(url, headers, body)


def test_signature_of_twilio_is_that_of_its_documentation():
    # Worked example: https://www.twilio.com/docs/usage/security ("Validating Signatures from Twilio").
    body = b"CallSid=CA1234567890ABCDE&Caller=%2B12349013030&Digits=1234&From=%2B12349013030&To=%2B18005551212"
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    headers = {
        "X-Twilio-Signature": "0/KCTR6DLpKmkAf8muzZqo1nDgQ=",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    intake = Intake(organisation_id=1, scheme="twilio", secret="12345")  # noqa: S106  the documentation's
    assert dict(parse_qsl(body.decode()))["Digits"] == "1234"
    assert is_genuine(intake, Message(url, headers, body))


def test_old_message_is_refused_and_old_secret_is_good_for_a_day(acting):
    now, actor = datetime.now(UTC), the_product(acting)
    intake, secret = make_intake(actor=actor, name="x", scheme="standard")
    message = signed(intake, secret, b"{}", now)
    assert not is_genuine(intake, message, now + timedelta(minutes=6))
    rotate_intake(actor=actor, intake=intake)
    assert is_genuine(intake, message, now)
    later = now + timedelta(hours=25)
    assert not is_genuine(intake, signed(intake, secret, b"{}", later), later)


def test_message_reaches_only_the_organisation_of_its_webhook(elsewhere, intake):
    send(intake, ZENDESK)
    with acting_in(elsewhere):
        assert not Payload.objects.exists()
        assert not Intake.objects.exists()


def test_only_who_manages_webhooks_makes_them(actor):
    with pytest.raises(ForbiddenError):
        make_intake(actor=actor("analyst"), name="x", scheme="standard")
