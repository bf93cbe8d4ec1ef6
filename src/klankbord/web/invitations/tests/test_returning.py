"""Mail that comes back: by a pipe, by the API, by a mail service; each proved by a tag that only our letter held."""

from datetime import UTC, datetime

import pytest
from anymail.signals import AnymailTrackingEvent, tracking

from klankbord.web.invitations import actions
from klankbord.web.invitations.models import Block, Invitation
from klankbord.web.invitations.returns import invitation_tagged, message_id_of, tag_of


def report(*, to="bounces@mail.example", action="failed", status="5.1.1", message_id="<1@elsewhere>"):
    """Return a delivery report as RFC 3464 has it."""
    return f"""From: MAILER-DAEMON@mx.example
To: <{to}>
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is the mail system at mx.example.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; an@noord.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: text/rfc822-headers

From: Noord <vraag@noord.example>
To: an@noord.example
Message-ID: {message_id}

--b--
""".encode()


def complaint(message_id):
    """Return a complaint as RFC 5965 has it."""
    return f"""From: <fbl@mailbox.example>
To: <abuse@noord.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an email abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1

--b
Content-Type: message/rfc822

From: Noord <vraag@noord.example>
Message-ID: {message_id}
Subject: One question

Hello
--b--
""".encode()


def reasons():
    return set(Block.objects.values_list("reason", flat=True))


@pytest.mark.parametrize("way", ["address", "recipient", "message_id"])
def test_a_report_is_known_by_its_address_or_by_the_letter_that_it_returns(invited, way):
    one = invited()
    tag = tag_of(one).upper() if way == "address" else tag_of(one)
    told = {"to": f"bounces+{tag}@mail.example"} if way == "address" else {}
    told |= {"message_id": message_id_of(one, is_reminder=True, host="noord.example")} if way == "message_id" else {}
    recipients = [f"bounces+{tag}@mail.example"] if way == "recipient" else []
    assert actions.take_returned(report(**told), recipients).kind == "bounced"
    assert reasons() == {"bounced"}
    assert Invitation.objects.get().state == "failed"


@pytest.mark.parametrize(
    ("action", "status"), [("delayed", "4.4.1"), ("failed", "5.7.1"), ("failed", "5.2.2"), ("failed", "4.2.2")]
)
def test_what_passes_or_is_about_us_blocks_nobody(invited, action, status):
    one = invited()
    told = report(to=f"bounces+{tag_of(one)}@mail.example", action=action, status=status)
    assert actions.take_returned(told).kind == "delayed"
    assert reasons() == set()
    assert Invitation.objects.get().state == "sent"


def test_a_complaint_and_an_empty_letter_to_stop_are_opt_outs(invited):
    one = invited(customer="an")
    assert (
        actions.take_returned(complaint(message_id_of(one, is_reminder=False, host="x.example"))).kind == "complained"
    )
    other = invited(customer="bo")
    letter = f"To: bounces+stop-{tag_of(other)}@mail.example\nSubject: stop\n\n".encode()
    assert actions.take_returned(letter).kind == "stop"
    assert reasons() == {"complained", "opted_out"}


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe", b"To: x\n\nOut of office", report(), report(to="bounces+1-0123456789abcdef@m")]
)
def test_what_proves_nothing_changes_nothing(invited, raw):
    invited()
    assert actions.take_returned(raw).kind == "unknown"
    assert reasons() == set()


def test_a_letter_of_another_organisation_is_unknown_to_this_one(invited, elsewhere):
    one = invited()
    told = report(to=f"bounces+{tag_of(one)}@mail.example")
    assert actions.take_returned(told, of=elsewhere).kind == "unknown"
    assert reasons() == set()


def test_a_tag_is_no_link_and_no_other_tag_works(invited):
    one = invited()
    tag = tag_of(one)
    assert invitation_tagged(tag) == one
    assert invitation_tagged(f"{one.pk + 1}{tag[tag.index('-') :]}") is None
    assert one.public_id not in tag


@pytest.mark.parametrize(
    ("kind", "why", "expected"),
    [
        ("bounced", "bounced", {"bounced"}),
        ("bounced", "other", set()),
        ("rejected", "invalid", {"bounced"}),
        ("complained", "spam", {"complained"}),
        ("unsubscribed", None, {"opted_out"}),
        ("delivered", None, set()),
        ("clicked", None, set()),
    ],
)
def test_what_a_mail_service_tells_is_noted(invited, kind, why, expected):
    one = invited()
    at = datetime(2026, 3, 4, tzinfo=UTC)
    for reference in (tag_of(one), "1-0123456789abcdef", ""):
        event = AnymailTrackingEvent(
            event_type=kind, reject_reason=why, timestamp=at, metadata={"reference": reference}, esp_event={}
        )
        tracking.send(sender=object, event=event, esp_name="Test")
    assert reasons() == expected
    assert (Invitation.objects.get().delivered_at == at) is (kind == "delivered")
