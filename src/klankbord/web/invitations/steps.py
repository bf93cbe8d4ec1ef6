"""What is to be done next so that customers are asked and answer: what an empty page of asking says."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.urls import reverse

from klankbord.web.contacts.models import Contact
from klankbord.web.invitations.models import Invitation, Rule
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.mail import is_set_up
from klankbord.web.kernel.wording import say
from klankbord.web.surveys.queries import for_customers

_P = Permission
# Where each step is taken, what that needs, and how the way there is called.
_PLACES: Final = {
    "survey": ("survey-new", _P.MANAGE_SURVEYS, "surveys.list.new"),
    "publish": ("survey-list", _P.MANAGE_SURVEYS, "surveys.list.title"),
    "rule": ("rule-new", _P.MANAGE_SURVEYS, "invitations.rules.new"),
    "switch": ("rule-list", _P.MANAGE_SURVEYS, "invitations.rules.title"),
    "mail": ("mail-check", _P.MANAGE_SURVEYS, "invitations.mail.title"),
    "contacts": ("intake-list", _P.MANAGE_ORGANISATION, "contacts.intakes.title"),
    "nobody": ("rule-list", _P.SEE_SURVEYS, "invitations.rules.title"),
    "waiting": ("asked-list", _P.SEE_SURVEYS, "invitations.asked.title"),
    "answers": ("asked-list", _P.SEE_SURVEYS, "invitations.asked.title"),
    "outbox": ("outbox-list", _P.SEE_NUMBERS, "invitations.outbox.title"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is to be done, and where: without an address for whoever may not do it."""

    text: str
    url: str = ""
    label: str = ""


def next_step(actor: Actor) -> Step:
    """Return the next step in words; whoever may not take it is sent to somebody who may."""
    name = _next(actor)
    address, needs, label = _PLACES[name]
    text = say(f"invitations.steps.{name}")
    if not actor.may(needs):
        return Step(text=f"{text} {say('invitations.steps.of_others')}")
    return Step(text=text, url=reverse(address, args=[actor.organisation.slug]), label=say(label))


def _next(actor: Actor) -> str:
    within = actor.reach.filter(team="contact__team", client="contact__client", agent="contact__agent")
    asked = Invitation.objects.filter(within, survey__isnull=False)
    sent, surveys, rules = asked.filter(sent_at__isnull=False), for_customers(), Rule.objects.all()
    contacts = Contact.objects.filter(actor.reach.filter(team="team", client="client", agent="agent"))
    steps: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("outbox", lambda: settings.OPTIONS.demo and sent.exists()),
        ("answers", sent.exists),
        ("survey", lambda: not surveys.exists()),
        ("publish", lambda: not surveys.filter(versions__published_at__isnull=False).exists()),
        ("rule", lambda: not rules.exists()),
        ("switch", lambda: not rules.filter(live=True).exists()),
        ("mail", lambda: not is_set_up()),
        ("waiting", asked.filter(state=Invitation.State.PLANNED).exists),
        ("contacts", lambda: not contacts.exists()),
    )
    return next((name for name, is_next in steps if is_next()), "nobody")
