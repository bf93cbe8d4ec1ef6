"""Machines: what they send is kept and does not count, and never takes the place of a person's word."""

from datetime import timedelta

import pytest
from django.utils import timezone

from klankbord.web.invitations.links import honeypot_url, page_url, score_url, stop_url
from klankbord.web.invitations.models import Block, Invitation
from klankbord.web.kernel.tenancy import everywhere
from klankbord.web.responses.models import Change, Response, Visit
from klankbord.web.responses.rules import RULES, Sitting, suspicion


@pytest.fixture(autouse=True)
def anywhere():
    with everywhere():
        yield


def stands():
    response = Response.objects.get()
    return response.score, response.counted, response.not_counted_reason


@pytest.mark.parametrize(
    ("sitting", "reason"),
    [
        ({"trapped": True}, "honeypot"),
        ({"scores_opened": 4}, "all_links"),
        ({"scores_opened": 3}, ""),
        ({"links_opened": 6}, "many_links"),
        ({"links_opened": 5}, ""),
        ({"scores_sent": 3}, "several_buttons"),
        ({"scores_sent": 2}, ""),
        ({"waited_ms": 499}, "too_quick"),
        ({"waited_ms": 500}, ""),
        ({"confirmed": False, "since_delivery_s": 59.0}, "at_delivery"),
        ({"confirmed": False, "since_delivery_s": 60.0}, ""),
        ({"confirmed": True, "since_delivery_s": 5.0}, ""),
        ({"confirmed": False, "since_delivery_s": None}, ""),
    ],
)
def test_each_rule_applies_where_it_says_and_not_before(sitting, reason):
    assert suspicion(Sitting(**({"waited_ms": 4_000} | sitting))) == reason


def test_every_rule_and_its_reason_is_documented(pytestconfig):
    text = (pytestconfig.rootpath / "docs" / "answers.md").read_text(encoding="utf-8")
    assert not [rule.reason for rule in RULES if f"`{rule.reason}`" not in text]


def test_faster_than_anybody_reads_does_not_count(link, visitor):
    visitor().answers(link, 10)
    assert stands() == (10, False, "too_quick")
    assert Invitation.objects.get().answered_at is None, "a reminder may still go"


@pytest.mark.usefixtures("unhurried")
class TestUnhurried:
    def test_whoever_opens_every_score_is_counted_nowhere(self, invite, visitor):
        invitation, scanner = invite(), visitor("Scanner")
        for score in range(11):
            scanner.opens(score_url(invitation, score))
            scanner.sends(score, provisional="yes")
        assert stands()[1:] == (False, "all_links")
        assert not Change.objects.filter(kind="score", suspect="").exists()

    def test_what_was_counted_is_taken_back_when_its_sender_goes_on_to_every_score(self, invite, visitor):
        invitation, scanner = invite(), visitor("Scanner")
        scanner.answers(score_url(invitation, 9), 9)
        assert stands() == (9, True, "")
        for score in range(4):
            scanner.opens(score_url(invitation, score))
        assert stands() == (9, False, "all_links")

    def test_hidden_link_gives_a_machine_away(self, invite, visitor):
        invitation, scanner = invite(), visitor("Scanner")
        assert scanner.opens(honeypot_url(invitation)).status_code == 302
        scanner.answers(page_url(invitation), 8)
        assert stands() == (8, False, "honeypot")

    def test_every_button_of_one_page_counts_nowhere(self, link, visitor):
        scanner = visitor("Scanner")
        scanner.opens(link)
        for score in range(11):
            scanner.sends(score)
        assert stands()[1:] == (False, "several_buttons")

    def test_one_visitor_with_the_links_of_many_customers_counts_nowhere(self, invite, visitor):
        scanner = visitor("Gateway")
        for number in range(1, 8):
            scanner.answers(page_url(invite(number)), 9)
        assert set(Response.objects.values_list("counted", "not_counted_reason")) == {(False, "many_links")}

    def test_page_that_sends_by_itself_just_after_delivery_waits_for_a_button(self, invite, visitor):
        invitation = invite(sent=timedelta(seconds=5))
        somebody = visitor()
        somebody.opens(score_url(invitation, 9))
        assert somebody.sends(9, provisional="yes").status_code == 204
        assert stands() == (9, False, "at_delivery")
        somebody.sends(9, shown="9", why="Prima")
        assert stands() == (9, True, "")
        assert Response.objects.get().comment == "Prima"

    def test_person_after_a_machine_is_counted_and_gets_none_of_its_words(self, invite, visitor):
        invitation, scanner = invite(), visitor("Scanner")
        scanner.opens(honeypot_url(invitation))
        scanner.opens(score_url(invitation, 0))
        scanner.sends(0, shown="0", why="asdf")
        assert stands() == (0, False, "honeypot")
        visitor("Safari", "10.9.9.9").answers(page_url(invitation), 9)
        response = Response.objects.get()
        assert (response.score, response.counted, response.comment, response.confirmed) == (9, True, "", True)

    def test_machine_after_a_person_changes_nothing_and_is_kept_in_the_history(self, invite, visitor):
        invitation = invite()
        visitor("Safari", "10.9.9.9").answers(score_url(invitation, 9), 9, shown="9", why="Prima")
        scanner = visitor("Scanner")
        for score in range(11):
            scanner.opens(score_url(invitation, score))
            scanner.sends(score, shown=str(score), why="asdf")
        response = Response.objects.get()
        assert (response.score, response.counted) == (9, True)
        assert Change.objects.filter(kind="score").exclude(suspect="").count() >= 4

    def test_who_only_looks_at_the_way_out_is_not_opted_out(self, invite, visitor):
        invitation, scanner = invite(), visitor("Scanner")
        for _ in range(3):
            scanner.opens(stop_url(invitation))
        assert not Block.objects.exists()

    def test_one_press_opts_out_for_good(self, invite, visitor):
        invitation, somebody = invite(), visitor()
        somebody.opens(stop_url(invitation))
        assert somebody.sends().status_code == 200
        assert set(Block.objects.values_list("reason", flat=True)) == {"opted_out"}

    def test_machine_that_opened_everything_is_asked_once_more_before_anybody_is_opted_out(self, invite, visitor):
        invitation, scanner = invite(), visitor("Scanner")
        for score in range(5):
            scanner.opens(score_url(invitation, score))
        scanner.opens(stop_url(invitation))
        scanner.page = scanner.sends()
        assert not Block.objects.exists()
        scanner.sends()  # somebody who takes a few seconds over the second page is believed
        assert Block.objects.exists()

    def test_mail_program_opts_out_without_a_page(self, invite, visitor):
        invitation = invite()
        client = visitor("Mail program").client
        answer = client.post(stop_url(invitation).replace("http://testserver", ""), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert Block.objects.exists()


def test_visits_are_forgotten_after_days_and_with_them_who_came(link, visitor, organisation):
    from klankbord.web.responses.keeping import forget_visits

    visitor().answers(link, 9)
    Visit.objects.update(at=timezone.now() - timedelta(days=8))
    Change.objects.update(at=timezone.now() - timedelta(days=8))
    assert forget_visits(organisation, timezone.now() - timedelta(days=7)) == 1
    assert not Visit.objects.exists()
    assert set(Change.objects.values_list("visitor", flat=True)) == {""}
