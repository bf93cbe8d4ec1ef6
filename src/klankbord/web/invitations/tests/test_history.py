"""Whoever was asked or opted out elsewhere is left in peace here, from the first day."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from klankbord.web.contacts.actions.uploads import bring_in_upload, import_upload, look_at_upload, start_upload
from klankbord.web.contacts.models import Upload
from klankbord.web.invitations.actions import plan_contacts
from klankbord.web.invitations.hearing import remember_asks
from klankbord.web.invitations.models import Block, Clock, Invitation, Passed
from klankbord.web.kernel.jobs.run import Run
from klankbord.web.kernel.models import Job

NOW = timezone.now().replace(microsecond=0)
JUST = NOW - timedelta(minutes=20)


@pytest.fixture
def bring(acting, actor, django_capture_on_commit_callbacks):
    """Bring a file in as a person does, and do the jobs that this asks for."""

    def run_of(handler):
        asked = Job.objects.filter(organisation=acting, name=handler.name).order_by("-id").first()
        handler(Run(asked), **asked.arguments)

    def brought(name, content, *, remember=False):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        upload = start_upload(actor=actor("owner"), files=[SimpleUploadedFile(name, body)])
        run_of(look_at_upload)
        bring_in_upload(actor=actor("owner"), upload=Upload.objects.get(pk=upload.pk))
        with django_capture_on_commit_callbacks(execute=True):
            run_of(import_upload)
        if remember:
            run_of(remember_asks)
        return Upload.objects.get(pk=upload.pk)

    return brought


def outcomes():
    return dict(Passed.objects.values_list("contact__customer__email_digest", "reason"))


def test_people_of_delighted_are_blocked_or_in_quarantine(bring, came, rule, shared, acting):
    rule()
    content = json.loads((shared / "samples" / "delighted_people_bounces_unsubscribes.json").read_text())
    content["people"][0]["last_sent_at"] = (NOW - timedelta(days=3)).timestamp()
    upload = bring("people.json", content)
    assert upload.state == Upload.State.BROUGHT_IN
    assert upload.report["became"]["remembered"] == 1
    assert {block.reason for block in Block.objects.all()} == {"bounced", "opted_out"}

    for name in ("j.jansen", "weg", "stop", "nieuw"):
        # They are known here by a number of their own: their address alone says who they are.
        came(customer={"id": f"C-{name}", "email": f"{name.upper()}@voorbeeld.example"}, at=JUST)
    plan_contacts(acting)
    assert sorted(Passed.objects.values_list("reason", flat=True)) == ["bounced", "opted_out", "quarantine"]
    (asked,) = Invitation.objects.exclude(version=None, rule=None)
    assert asked.contact.customer.pseudonym


def test_told_twice_nothing_is_new(bring, shared):
    content = (shared / "samples" / "delighted_people_bounces_unsubscribes.json").read_bytes()
    bring("people.json", content)
    before = Block.objects.count(), Invitation.objects.count()
    again = bring("people.json", content)
    assert again.report["became"] == {"blocked": 0, "remembered": 0}
    assert (Block.objects.count(), Invitation.objects.count()) == before


def test_answers_of_another_tool_put_their_customers_in_quarantine(bring, came, rule, acting):
    rule()
    answered = (NOW - timedelta(days=5)).isoformat()
    rows = f"id,email,score,answered at\n1,an@noord.example,9,{answered}\n".encode()
    bring("answers.csv", rows, remember=True)
    assert Invitation.objects.get().metric == "nps"
    came(customer={"email": "an@noord.example"}, at=JUST)
    came(customer={"email": "bo@noord.example"}, at=JUST)
    plan_contacts(acting)
    assert list(Passed.objects.values_list("reason", flat=True)) == ["quarantine"]


def test_an_answer_about_something_else_leaves_the_metrics_clock_alone(bring, came, rule, acting):
    rule()
    Clock.objects.create(kind="organisation", days=0)
    Clock.objects.create(kind="metric", name="nps", days=90)
    answered = (NOW - timedelta(days=5)).isoformat()
    bring("answers.csv", f"id,email,csat,answered at\n1,an@noord.example,5,{answered}\n".encode(), remember=True)
    assert Invitation.objects.get().metric == "csat"
    came(customer={"email": "an@noord.example"}, at=JUST)
    plan_contacts(acting)
    assert not Passed.objects.exists()


def test_a_question_of_unknown_metric_counts_for_every_metric(bring, came, rule, acting):
    rule()
    Clock.objects.create(kind="organisation", days=0)
    Clock.objects.create(kind="metric", name="nps", days=90)
    bring("people.csv", f"email,last sent at,unsubscribed\nan@noord.example,{JUST.isoformat()},no\n".encode())
    came(customer={"email": "an@noord.example"}, at=JUST)
    plan_contacts(acting)
    assert list(Passed.objects.values_list("reason", flat=True)) == ["quarantine"]


def test_who_opted_out_beside_an_answer_is_blocked(bring, shared):
    content = json.loads((shared / "samples" / "asknicely_responses.json").read_text())
    content["data"][0]["dontcontact"] = "1"
    upload = bring("answers.json", content)
    assert upload.report["kind"] == "responses"
    assert upload.report["people"]["became"]["blocked"] == Block.objects.count() == 2  # of the number, and the address


def test_what_lies_years_back_is_not_kept_in_mind(bring):
    old = datetime(2019, 1, 1, tzinfo=UTC).isoformat()
    upload = bring("people.csv", f"email,last sent at,bounced\nan@noord.example,{old},no\n".encode())
    assert upload.report["became"]["remembered"] == 0
    assert not Invitation.objects.exists()


def test_another_organisation_knows_nothing_of_it(bring, shared, elsewhere):
    from klankbord.web.kernel.tenancy import acting_in

    bring("people.json", (shared / "samples" / "delighted_people_bounces_unsubscribes.json").read_bytes())
    with acting_in(elsewhere):
        assert not Block.objects.exists()
        assert not Invitation.objects.exists()
