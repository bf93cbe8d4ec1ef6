"""Letters on their way: to a real server, claimed once, looked at again, put off, given up, and never lost."""

import contextlib
from datetime import timedelta
from email.utils import parseaddr

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.utils import timezone

from klankbord.web.invitations import actions
from klankbord.web.invitations.actions import sending
from klankbord.web.invitations.links import invitation_by, score_url, stop_url, token_of
from klankbord.web.invitations.models import Block, Invitation, Sender
from klankbord.web.invitations.tests.conftest import NOON
from klankbord.web.kernel.mail import MailError
from klankbord.web.kernel.options import read_options
from klankbord.web.kernel.signing_mail import published_record
from klankbord.web.kernel.statements import write


@pytest.fixture
def planned(rule, came, acting):
    """Have customers planned to be asked, about contacts of just now."""

    def made(*customers, at=None, contact=None, **changes):
        asking = rule(**changes)
        for customer in customers or ("an",):
            came(customer=customer, at=at or timezone.now() - timedelta(minutes=1), **(contact or {}))
        actions.plan_contacts(acting, now=at)
        return asking

    return made


@pytest.fixture
def send(acting, mailbox):  # noqa: ARG001
    return lambda **said: actions.send_due(acting, **said)


def states():
    return sorted(Invitation.objects.values_list("state", "reason"))


def test_a_letter_leaves_once_and_is_frozen_as_it_leaves(planned, send, mailbox, survey, came):
    planned(contact={"conversation": "c1", "leg": 2, "agent": "A2", "team": "T1"})
    came(
        customer="x", conversation="c1", leg=1, agent="A1", transferred_to="T1", at=timezone.now() - timedelta(hours=1)
    )
    assert (send(), send()) == (1, 0)
    (letter,) = mailbox.letters
    one = Invitation.objects.get()
    assert (one.state, one.version, one.language) == ("sent", survey.current, "nl")
    assert one.circumstances == {"agent": "A2", "agents": ["A1", "A2"], "channel": "phone", "team": "T1"}
    assert one.expires_at - one.sent_at > timedelta(days=13)
    came(external_id=one.contact.external_id, agent="A9")
    assert Invitation.objects.get().circumstances["agent"] == "A2"
    assert letter["To"] == "an@noord.example"
    assert parseaddr(letter["From"]) == ("Noord Telecom", "klankbord@localhost")
    assert letter["Message-ID"] == one.message_id


def test_who_is_known_by_their_address_alone_is_asked_once_too(planned, send, mailbox):
    planned({"email": "an@noord.example"}, {"email": "AN@noord.example"})
    assert send() == 1
    (letter,) = mailbox.letters
    assert letter["To"] == "an@noord.example"
    one = Invitation.objects.get()
    assert one.person == one.recipient != ""


def test_a_letter_holds_a_link_for_each_score_in_both_parts_and_no_picture(planned, send, mailbox):
    planned()
    send()
    one, (letter,) = Invitation.objects.get(), mailbox.letters
    text = letter.get_body(("plain",)).get_content()
    html = letter.get_body(("html",)).get_content()
    for score in range(11):
        assert f"\n{score_url(one, score)}\n" in text.replace("\r", "")
        assert f'href="{score_url(one, score)}"' in html
    assert stop_url(one) in text
    assert stop_url(one) in html
    assert "<img" not in html
    assert "src=" not in html
    assert "/more/" in html
    assert "/more/" not in text
    assert invitation_by(token_of(one)).is_open


def test_unsubscribing_is_one_click_as_rfc_8058_has_it(planned, send, mailbox, settings):
    settings.OPTIONS = with_options(settings, KLANKBORD_MAIL_BOUNCES="bounces@mail.noord.example")
    planned()
    send()
    one, (letter,) = Invitation.objects.get(), mailbox.letters
    https, mailto = str(letter["List-Unsubscribe"]).split(",")
    assert https.strip() == f"<{stop_url(one)}>"
    mailto = mailto.strip()
    assert mailto.startswith("<mailto:bounces+stop-")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mailbox.senders == [mailto.removeprefix("<mailto:").replace("stop-", "").partition("?")[0]]


def test_a_signature_holds_and_covers_both_headers_of_unsubscribing(planned, send, mailbox, settings):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    settings.OPTIONS = with_options(settings, KLANKBORD_DKIM_DOMAIN="noord.example", KLANKBORD_DKIM_KEY=pem)
    planned("an")
    send()
    name, record = published_record()
    asked = []

    def published(wanted, timeout=5):
        del timeout
        asked.append(wanted.decode().rstrip("."))
        return record.encode()

    (raw,) = mailbox.raw
    assert dkim.verify(raw, dnsfunc=published)
    assert asked == [name] == ["klankbord._domainkey.noord.example"]
    signed = next(
        part for part in str(mailbox.letters[0]["DKIM-Signature"]).replace(" ", "").split(";") if "h=" in part
    )
    assert {"list-unsubscribe", "list-unsubscribe-post", "from"} <= set(signed.partition("=")[2].split(":"))
    assert not dkim.verify(raw.replace(b"One-Click", b"Two-Click"), dnsfunc=published)


def test_an_organisation_writes_in_its_own_name(planned, send, mailbox):
    Sender.objects.create(name="Halder, klantendienst", address="vraag@halder.example", reply_to="help@halder.example")
    planned()
    send()
    (letter,) = mailbox.letters
    assert parseaddr(letter["From"]) == ("Halder, klantendienst", "vraag@halder.example")
    assert letter["Reply-To"] == "help@halder.example"
    assert letter["Message-ID"].endswith("@halder.example>")


@pytest.mark.parametrize(("language", "word"), [("fr", "recommandiez"), ("de", "empfehlen"), ("sv", "aanbeveelt")])
def test_a_customer_is_asked_in_their_language_and_else_in_that_of_the_survey(planned, send, mailbox, language, word):
    planned({"id": "an", "email": "an@noord.example", "language": language})
    send()
    assert word in mailbox.letters[0].get_body(("plain",)).get_content()


def test_what_came_between_withholds_it(planned, send, mailbox):
    planned("an", "bo", "cy", "di", "em")
    an, bo, cy, di, _ = Invitation.objects.order_by("id")
    an.contact.delete()
    bo.customer.delete()
    cy.customer.email, cy.customer.email_digest = None, ""
    cy.customer.save()
    Block.objects.create(mark=di.person, reason="open_complaint", source="crm", since=timezone.now())
    assert send() == 1
    assert states() == [
        ("sent", ""),
        ("withheld", "erased"),
        ("withheld", "no_address"),
        ("withheld", "open_complaint"),
        ("withheld", "removed"),
    ]
    assert [letter["To"] for letter in mailbox.letters] == ["em@noord.example"]


def test_history_that_comes_later_withholds_who_was_asked(planned, send, mailbox):
    planned()
    one = Invitation.objects.get()
    month_ago = timezone.now() - timedelta(days=30)
    told = {"planned_at": month_ago, "due_at": month_ago, "asked_at": month_ago, "sent_at": month_ago}
    Invitation.objects.create(person=one.person, metric="nps", channel="email", state="sent", **told)
    assert send() == 0
    assert ("withheld", "quarantine") in states()
    assert mailbox.letters == []


def test_a_rule_that_is_switched_off_lets_nothing_leave(planned, send):
    asking = planned()
    asking.live = False
    asking.save()
    assert send() == 0
    assert states() == [("withheld", "withdrawn")]


def test_what_would_leave_in_the_night_waits(planned, send, mailbox):
    planned(at=NOON, quiet_from="20:00", quiet_until="08:00")
    assert send(now=NOON + timedelta(hours=9)) == 0  # 22:00 in Brussels
    one = Invitation.objects.get()
    assert one.state == "planned"
    assert one.due_at == one.asked_at == NOON + timedelta(hours=19)
    assert mailbox.letters == []
    assert send(now=one.due_at) == 1


@pytest.mark.parametrize(
    ("answer", "state", "is_blocked"),
    [
        ("550 5.1.1 no such user", ("failed", "bounced"), True),
        ("550 no such user", ("failed", "bounced"), True),
        ("550 5.7.1 we do not take mail from you", ("failed", "not_delivered"), False),
        ("552 5.2.2 mailbox full", ("failed", "not_delivered"), False),
        ("451 4.7.1 try again later", ("planned", ""), False),
    ],
)
def test_a_refusal_is_final_temporary_or_about_us(planned, send, mailbox, answer, state, is_blocked):
    mailbox.refused = {"gone@noord.example": answer}
    planned("gone", "bo")
    assert send() == 1
    assert states() == sorted([state, ("sent", "")])
    assert Block.objects.filter(reason="bounced").exists() is is_blocked
    assert [letter["To"] for letter in mailbox.letters] == ["bo@noord.example"]


def test_who_is_refused_for_now_is_tried_on_a_ladder_and_then_given_up(planned, send, mailbox):
    mailbox.refused = {"an@noord.example": "451 later"}
    planned()
    waited = []
    for _ in range(len(sending.LADDER) + 1):
        before = timezone.now()
        send()
        one = Invitation.objects.get()
        waited.append(round((one.due_at - before) / timedelta(minutes=1)))
        Invitation.objects.filter(state="planned").update(due_at=timezone.now())
    assert waited[:-1] == [5, 30, 120, 480, 1440]
    assert states() == [("failed", "not_delivered")]


def test_who_was_refused_for_now_gets_it_later(planned, send, mailbox):
    mailbox.refused = {"an@noord.example": "451 later"}
    planned()
    send()
    mailbox.refused = {}
    Invitation.objects.update(due_at=timezone.now())
    assert send() == 1
    assert states() == [("sent", "")]


def test_a_server_that_fails_costs_nobody_a_try(planned, send, mailbox, settings):
    planned("an", "bo")
    settings.EMAIL_PORT, right = 1, settings.EMAIL_PORT
    with pytest.raises(MailError):
        send()
    assert states() == [("planned", "")] * 2
    assert set(Invitation.objects.values_list("tries", flat=True)) == {0}
    settings.EMAIL_PORT = right
    Invitation.objects.update(due_at=timezone.now())
    assert send() == 2
    assert len(mailbox.letters) == 2


class Killed(BaseException):
    """As if the process had ended there."""


def test_a_kill_after_the_server_took_it_sends_one_letter_again_and_loses_none(planned, send, mailbox, monkeypatch):
    planned("an", "bo", "cy")
    real, calls = sending._left, []

    def killed(invitation, **said):
        calls.append(invitation)
        if len(calls) == 2:
            raise Killed
        real(invitation, **said)

    monkeypatch.setattr(sending, "_left", killed)
    with contextlib.suppress(Killed):
        send()
    assert send() == 0  # what it held is nobody's until its lease ends
    assert send(now=timezone.now() + timedelta(minutes=11)) == 2
    to = [letter["To"] for letter in mailbox.letters]
    assert sorted(set(to)) == ["an@noord.example", "bo@noord.example", "cy@noord.example"]
    assert len(to) == 4
    twice = [letter["Message-ID"] for letter in mailbox.letters if to.count(letter["To"]) == 2]
    assert len(twice) == 2
    assert len(set(twice)) == 1
    assert states() == [("sent", "")] * 3


def test_who_keeps_silent_is_reminded_once(planned, send, mailbox):
    planned("an", "bo", "cy", reminder_after_days=3)
    send()
    an, bo, _ = Invitation.objects.order_by("id")
    write([actions.answered(an)])
    actions.opt_out(bo)
    later = timezone.now() + timedelta(days=3, minutes=1)
    assert send(now=later) == 1
    assert send(now=later + timedelta(days=3)) == 0
    first, reminder = [letter for letter in mailbox.letters if letter["To"] == "cy@noord.example"]
    assert reminder["Subject"].strip() == "Herinnering: één vraag over uw contact met Halder"
    assert first["Message-ID"] != reminder["Message-ID"]
    links = {letter["List-Unsubscribe"] for letter in (first, reminder)}
    assert len(links) == 1


def test_no_more_leave_in_a_minute_than_the_installation_wants(planned, send, settings):
    settings.OPTIONS = with_options(settings, KLANKBORD_MAIL_PER_MINUTE="2")
    planned("an", "bo", "cy")
    assert send() == 2
    assert send() == 0
    Invitation.objects.filter(state="sent").update(sent_at=timezone.now() - timedelta(minutes=2))
    assert send() == 1


def test_without_a_mail_server_everything_waits(planned, acting):
    planned()
    assert actions.send_due(acting) == 0
    assert states() == [("planned", "")]


def with_options(settings, **changes):
    told = {"KLANKBORD_URL": "http://testserver", "KLANKBORD_MAIL_URL": settings.OPTIONS.mail_url}
    return read_options(told | changes)
