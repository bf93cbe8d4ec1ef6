"""What an empty page of asking says is to be done next, from the first survey to the first answer."""

import re

import pytest
from django.utils import timezone

from klankbord.web.invitations import actions, steps
from klankbord.web.invitations.models import Invitation
from klankbord.web.kernel.options import read_options
from klankbord.web.surveys import actions as writing
from klankbord.web.surveys.library import starting_point


@pytest.fixture
def leads_to(browse):
    """Say where an empty page leads: `leads_to("answers", "lead")`; nowhere for whoever may not go there."""

    def told(page="answers", role="owner"):
        shown = browse(role).get(f"/o/noord/{page}").content.decode()
        (box,) = re.findall(r'<div class="empty">.*?</div>', shown, re.DOTALL)
        found = re.findall(r'href="/o/noord/([^"]+)"', box)
        assert ("Ask somebody who may do that." in box) is not bool(found)
        return found[0] if found else None

    return told


def test_every_step_follows_the_one_before(acting, actor, came, leads_to, settings):
    assert leads_to() == leads_to("asking/rules") == leads_to("asking/invitations") == "surveys/new"
    assert leads_to(role="lead") is None
    work = starting_point("enps", brand="Halder")
    survey = writing.create_survey(actor=actor(), name="Work", questionnaire=work)
    writing.publish(actor=actor(), survey=survey)
    assert leads_to() == "surveys/new", "customers are not asked about work"
    survey = writing.create_survey(actor=actor(), name="Calls", questionnaire=starting_point("nps", brand="Halder"))
    assert leads_to() == "surveys"
    writing.publish(actor=actor(), survey=survey)
    assert leads_to() == leads_to("asking/rules", "analyst") == "asking/rules/new"
    rule = actions.add_rule(actor(), name="All", survey=survey, share=1.0, delay_minutes=60)
    assert leads_to() == "asking/rules"
    actions.switch_rule(actor(), rule=rule, live=True)
    assert leads_to() == "asking/mail"
    settings.OPTIONS = read_options({"KLANKBORD_MAIL_URL": "smtp://127.0.0.1:1"})
    assert leads_to("asking/invitations") == "bring-in/webhooks"
    assert leads_to("asking/invitations", "analyst") is None
    came(channel="phone", abandoned=True, at=timezone.now())
    actions.plan_contacts(acting)
    assert leads_to("asking/invitations", "lead") is None
    assert leads_to("asking/invitations") == leads_to() == "asking/rules"
    came(customer="bo", at=timezone.now())
    actions.plan_contacts(acting)
    assert leads_to() == "asking/invitations"
    Invitation.objects.update(state="sent", sent_at=timezone.now())
    assert leads_to() == "asking/invitations"


def test_in_the_demonstration_the_outbox_is_next(invited, actor, settings, monkeypatch):
    monkeypatch.setattr(steps, "reverse", lambda name, args: f"{name} of {args[0]}")  # has its address only there
    settings.OPTIONS = read_options({"KLANKBORD_DEMO": "yes", "KLANKBORD_MAIL_URL": "outbox:"})
    assert steps.next_step(actor()).url == "rule-new of noord"
    invited("an")
    assert steps.next_step(actor()).url == "outbox-list of noord"
