"""Pages of who is asked, as people use them."""

import re
from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone, translation

from klankbord.web.contacts.actions import receive_contacts
from klankbord.web.invitations import actions
from klankbord.web.invitations.models import Block, Clock, Invitation, Rule, Sender
from klankbord.web.invitations.reasons import REASONS
from klankbord.web.invitations.views import outbox
from klankbord.web.kernel.mail import Letter, posting
from klankbord.web.kernel.models import AuditEntry
from klankbord.web.kernel.options import read_options
from klankbord.web.kernel.wording import say
from klankbord.web.surveys.models import Survey

AT = "/o/noord/asking"


def form(survey, **changes):
    told = {"name": "Calls", "survey": survey.pk, "channel": ["phone"], "queue": "billing, sales", "share": "25"}
    told |= {"delay": "30", "open_days": "14", "attributes": "region: north, south", "quiet_days": ["7"]}
    return told | {"quiet_from": "20:00", "quiet_until": "08:00"} | changes


def text(answer):
    return " ".join(answer.content.decode().split())


def test_a_rule_is_made_tried_switched_on_and_off_and_removed(survey, browse, came):
    client = browse("analyst")
    answer = client.post(f"{AT}/rules/new", form(survey), follow=True)
    rule = Rule.objects.get()
    assert rule.conditions == {
        "channel": ["phone"],
        "queue": ["billing", "sales"],
        "attributes.region": ["north", "south"],
    }
    assert (rule.share, rule.weekly_per_agent, rule.quiet_days) == (0.25, None, [7])
    for said in ("billing, sales", "region", "25%", "20:00 to 08:00; Sunday", "This rule is off"):
        assert said in text(answer), said
    came(5, queue="billing", attributes={"region": "north"}, at=timezone.now())
    tried = text(client.get(f"{AT}/rules/{rule.pk}/try"))
    assert "Would have been asked" in tried
    assert Invitation.objects.count() == 0
    assert "Calls is on" in text(client.post(f"{AT}/rules/{rule.pk}/switch", {"live": "yes"}, follow=True))
    assert "Calls is off" in text(client.post(f"{AT}/rules/{rule.pk}/switch", {"live": "no"}, follow=True))
    edited = client.get(f"{AT}/rules/{rule.pk}/edit")
    assert "region: north, south" in edited.content.decode()
    client.post(f"{AT}/rules/{rule.pk}/edit", form(survey, name="Other", share="", weekly_per_agent="5"))
    rule.refresh_from_db()
    assert (rule.name, rule.share, rule.weekly_per_agent) == ("Other", None, 5)
    assert "Other is gone" in text(client.post(f"{AT}/rules/{rule.pk}/remove", follow=True))


def test_what_is_wrong_with_a_rule_is_said_at_its_field(survey, browse):
    answer = browse().post(f"{AT}/rules/new", form(survey, weekly_per_agent="5"))
    assert answer.status_code == 200
    assert 'id="id_share_error"' in answer.content.decode()
    every = [str(day) for day in range(1, 8)]
    assert "at least one day" in text(browse().post(f"{AT}/rules/new", form(survey, quiet_days=every)))
    assert Rule.objects.count() == 0


def test_a_survey_of_work_is_not_offered_to_a_rule(survey, rule, browse):
    other = Survey.objects.create(name="Working here", code="work", metric="enps", mode="research")
    page = browse().get(f"{AT}/rules/new").content.decode()
    assert f'<option value="{survey.pk}"' in page
    assert "Working here" not in page
    old = rule(survey=other, live=False)
    refused = browse().post(f"{AT}/rules/{old.pk}/switch", {"live": "yes"}, follow=True)
    assert "asks employees about their work" in text(refused)
    assert not Rule.objects.get().live
    handed = text(browse().get(f"/o/noord/surveys/{other.pk}/distribution"))
    assert "Rules ask customers" in handed


def test_rules_are_listed_in_their_order_and_change_places(rule, browse):
    first, second = rule(name="First", position=0), rule(name="Second", position=1)
    browse().post(f"{AT}/rules/{second.pk}/move", {"to": "up"})
    page = text(browse().get(f"{AT}/rules"))
    assert page.index("Second") < page.index("First")
    assert first.name in page
    assert "Up</button>" not in text(browse("lead").get(f"{AT}/rules"))


def test_reasons_of_those_not_asked_are_counted(rule, came, browse, acting):
    rule()
    for _ in range(2):
        came(customer="an", at=timezone.now())
    actions.plan_contacts(acting)
    assert "Asked too recently" in text(browse().get(f"{AT}/rules"))


def test_invitations_are_listed_by_state_withdrawn_and_sent_again(invited, rule, browse):
    asking = rule()
    silent, failed = invited("an", rule=asking), invited("bo", rule=asking, state="failed", reason="not_delivered")
    invited("cy", rule=asking, answered_at=timezone.now())
    client = browse()
    assert text(client.get(f"{AT}/invitations")).count("Withdraw<") == 2
    page = text(client.get(f"{AT}/invitations?show=silent"))
    assert f"test {silent.contact.external_id}" in page
    assert f"test {failed.contact.external_id}<" not in page
    assert "an@noord" not in page
    assert silent.customer.pseudonym not in page
    client.post(f"{AT}/invitations/{failed.pk}/again")
    client.post(f"{AT}/invitations/{silent.pk}/again")
    failed.refresh_from_db()
    silent.refresh_from_db()
    assert (failed.state, failed.tries) == ("planned", 0)
    assert silent.remind_at <= timezone.now()
    client.post(f"{AT}/invitations/{silent.pk}/withdraw")
    assert "not possible any more" in text(client.post(f"{AT}/invitations/{silent.pk}/withdraw", follow=True))


def test_invitations_are_listed_the_last_to_leave_first(rule, actor, browse, acting):
    rule()
    now = timezone.now()
    moments = {number: (now - timedelta(hours=number)).isoformat() for number in (8, 9, 10, 11)}
    rows = [
        {
            "external_id": f"call-{number}",
            "customer": {"email": f"{number}@x.nl"},
            "started_at": at,
            "ended_at": at,
        }
        for number, at in moments.items()
    ]
    receive_contacts(actor=actor(), source="test", rows=rows)

    def listed():
        return re.findall(r"test call-(\d+)<", text(browse().get(f"{AT}/invitations")))

    actions.plan_contacts(acting)
    assert listed() == ["8", "9", "10", "11"], "all leave at once: the last contact comes first"
    early = now - timedelta(minutes=5)
    Invitation.objects.filter(contact__external_id="call-8").update(sent_at=early, asked_at=early)
    assert listed() == ["9", "10", "11", "8"]


def test_a_lead_sees_their_teams_and_changes_nothing(invited, came, browse):
    one = invited("an")
    came(external_id=one.contact.external_id, customer="an", team="T1")
    assert f"test {one.contact.external_id}" in text(browse("lead", teams=["T1"]).get(f"{AT}/invitations"))
    assert browse("lead").post(f"{AT}/invitations/{one.pk}/withdraw").status_code == 403


def test_a_lead_of_another_team_sees_nothing(invited, browse):
    one = invited("an")
    assert f"test {one.contact.external_id}" not in text(browse("lead", teams=["T2"]).get(f"{AT}/invitations"))


@pytest.mark.usefixtures("acting")
def test_clocks_are_shown_as_they_run_and_set(browse):
    page = browse().get(f"{AT}/clocks").content.decode()
    assert 'name="organisation" value="90"' in page
    told = {"organisation": "0", "nps": "90", "attribute_0": "client", "days_0": "30"}
    answer = browse().post(f"{AT}/clocks", told, follow=True)
    assert "The clocks are set" in text(answer)
    assert 'name="nps" value="90"' in answer.content.decode()
    assert set(Clock.objects.values_list("kind", "name", "days")) == {
        ("organisation", "", 0),
        ("metric", "nps", 90),
        ("attribute", "client", 30),
    }


@pytest.mark.usefixtures("acting")
def test_somebody_is_blocked_looked_up_and_let_free_and_nothing_says_who(browse):
    client = browse("privacy_officer")
    told = {"who": "an@noord.example", "reason": "do_not_contact"}
    page = text(client.post(f"{AT}/blocks/new", told, follow=True))
    assert "an@noord" not in page
    assert "Not to be contacted" in page
    assert "is blocked" in text(client.post(f"{AT}/blocks", {"who": "bo@noord.example"}))
    assert "Blocks of whom you looked up" in text(client.post(f"{AT}/blocks", {"who": "AN@noord.example"}))
    entries = AuditEntry.objects.filter(action__startswith="invitations.block")
    assert [entry.action.rpartition(".")[2] for entry in entries.order_by("id")] == [
        "blocked",
        "block_looked_up",
        "block_looked_up",
    ]
    assert all(entry.about and "noord.example" not in str(entry.details) for entry in entries)
    client.post(f"{AT}/blocks/{Block.objects.get().pk}/lift")
    assert Block.objects.count() == 0


def test_the_sender_is_set_and_what_mailboxes_look_for_is_said(survey, browse, mailbox):
    told = {"name": "Halder", "address": "vraag@halder.example", "reply_to": ""}
    page = text(browse().post(f"{AT}/mail", told, follow=True))
    assert Sender.objects.get().address == "vraag@halder.example"
    for said in ("v=spf1", "halder.example TXT", "are not signed by us", "_dmarc.halder.example"):
        assert said in page, said
    assert "on its way" in text(browse().post(f"{AT}/mail/test", {"survey": survey.pk, "language": "fr"}, follow=True))
    (letter,) = mailbox.letters
    assert letter["To"] == "owner@noord.example"
    assert "recommandiez" in letter.get_body(("html",)).get_content()


def test_without_a_mail_server_that_is_said(survey, browse):
    assert "No mail server is set" in text(browse().get(f"{AT}/mail"))
    assert "No mail server is set" in text(browse().get(f"{AT}/invitations"))
    answer = browse().post(f"{AT}/mail/test", {"survey": survey.pk, "language": "fr"}, follow=True)
    assert "was not sent" in text(answer)


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_every_reason_has_its_words(language):
    with translation.override(language):
        said = [say(f"invitations.reasons.{name}") for name in REASONS]
    assert len(set(said)) == len(said)


@pytest.fixture
def caught(acting, settings):
    """Have an installation that is a demonstration, whose mail is caught."""
    settings.OPTIONS = read_options({"KLANKBORD_DEMO": "yes", "KLANKBORD_MAIL_URL": "outbox:"})
    settings.EMAIL_BACKEND = "klankbord.web.kernel.outbox.EmailBackend"
    with posting() as post:
        post(Letter(to="an@noord.example", subject="Één", text="Kies http://x.example/9/", html="<p>Kies</p>"))
        post(Letter(to="bo@noord.example", subject="Twee", text="Alleen tekst"))
    return acting


def test_mail_of_the_demonstration_is_read_as_it_would_have_arrived(caught):
    from klankbord.web.kernel.outbox import kept, message

    second, first = kept()
    assert (message(first)["Subject"], message(second)["To"]) == ("Één", "bo@noord.example")
    request = RequestFactory().get("/")
    shown = outbox.outbox_html(request, first)
    assert b"<p>Kies</p>" in shown.content
    assert "style-src 'unsafe-inline'" in shown["Content-Security-Policy"]
    assert "script-src" not in shown["Content-Security-Policy"]
    assert message("../secrets") is None
    assert caught.name
