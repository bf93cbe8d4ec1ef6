"""That a webhook has stopped is told by mail, to those who can switch it on again and to nobody else."""

import pytest

from klankbord.web.integrations.webhooks.actions import change_endpoint
from klankbord.web.integrations.webhooks.letters import tell_that_it_stopped
from klankbord.web.integrations.webhooks.models import Delivery, Endpoint
from klankbord.web.integrations.webhooks.outbox import put
from klankbord.web.kernel.jobs import work
from klankbord.web.kernel.models import Job
from klankbord.web.people.models import Membership, User

pytestmark = pytest.mark.usefixtures("acting")


@pytest.fixture(autouse=True)
def owner(member):
    return member("owner")


@pytest.fixture
def stops(organisation, endpoint, receiver):
    Endpoint.objects.filter(pk=endpoint.pk).update(url=f"{receiver.url}?key=secret", description="Data warehouse")

    def answered_gone():
        receiver.answer(410)
        put(organisation, "contacts.received", {"count": 1})
        work(until_idle=True)

    return answered_gone


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("nl", "Een webhook van Noord Telecom is gestopt"),
        ("fr", "Un webhook de Noord Telecom s’est arrêté"),
        ("de", "Ein Webhook von Noord Telecom wurde angehalten"),
        ("en", "A webhook of Noord Telecom has stopped"),
    ],
)
def test_owners_are_told_in_their_language(stops, owner, member, elsewhere, mailbox, endpoint, language, subject):
    User.objects.filter(pk=owner.user_id).update(language=language)
    member("analyst")
    member("owner", of=elsewhere)
    stops()
    (letter,) = mailbox.letters
    assert (letter["To"], letter["Subject"].strip()) == ("owner@noord.example", subject)
    told = letter.get_content()
    assert f"http://testserver/o/noord/webhooks/{endpoint.pk}" in told
    assert "Data warehouse" in told
    assert "127.0.0.1" in told
    assert "410" in told
    assert "secret" not in letter.as_string()


def test_it_is_told_once(stops, mailbox, organisation):
    stops()
    put(organisation, "contacts.received", {"count": 2})
    work(until_idle=True)
    assert len(mailbox.letters) == 1
    assert Delivery.objects.count() == 1


def test_one_that_was_switched_off_by_hand_is_no_news(actor, endpoint, mailbox):
    change_endpoint(actor(), endpoint, url=endpoint.url, events=endpoint.events, description="", active=False)
    work(until_idle=True)
    assert mailbox.letters == []


def test_a_server_that_cannot_take_it_now_is_tried_again_and_others_get_theirs_once(stops, mailbox):
    other = User.objects.create(email="second@noord.example", name="Second")
    Membership.objects.create(user=other, role="owner")
    mailbox.refused = {"owner@noord.example": "451 later"}
    stops()
    assert [letter["To"] for letter in mailbox.letters] == ["second@noord.example"]
    waiting = Job.objects.get(name="webhooks.tell_member")
    assert "owner@" not in waiting.error
    mailbox.refused = {}
    Job.objects.filter(pk=waiting.pk).update(run_at=waiting.created_at)
    work(until_idle=True)
    assert sorted(letter["To"] for letter in mailbox.letters) == ["owner@noord.example", "second@noord.example"]


def test_an_address_that_does_not_exist_is_not_tried_again(stops, mailbox):
    mailbox.refused = {"owner@noord.example": "550 no such mailbox"}
    stops()
    assert not Job.objects.exists()


def test_without_mail_nothing_waits(stops):
    stops()
    assert Endpoint.objects.get().stopped == "gone"
    assert not Job.objects.exists()


def test_one_that_was_switched_on_again_meanwhile_is_not_told(organisation, endpoint, mailbox):
    tell_that_it_stopped(organisation, endpoint)
    assert Job.objects.get().name == "webhooks.tell_member"
    work(until_idle=True)
    assert mailbox.letters == []
