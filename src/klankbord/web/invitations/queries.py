"""What is read of rules, invitations and blocks, narrowed to what an actor may see."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from klankbord.web.contacts.models import Contact
from klankbord.web.invitations.models import Block, Invitation, Passed, Rule
from klankbord.web.invitations.persons import marks
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.surveys.models import Survey
from klankbord.web.surveys.queries import is_anonymous_to

_LOOKED_UP = audit.entry_type("invitations.block_looked_up")
_State = Invitation.State
_OF_THE_ANSWER: Final = ("opened_at", "started_at", "answered_at")
STATES: Final[Mapping[str, Q]] = {
    "all": Q(),
    "waiting": Q(state__in=(_State.PLANNED, _State.SENDING)),
    "silent": Q(state=_State.SENT, answered_at=None, opted_out_at=None),
    "answered": Q(answered_at__isnull=False),
    "failed": Q(state=_State.FAILED),
    "withheld": Q(state=_State.WITHHELD),
}


def rules(actor: Actor) -> "QuerySet[Rule]":
    """Return the rules in their order, each with how many it asked."""
    actor.require(Permission.SEE_SURVEYS)
    found: QuerySet[Rule] = Rule.objects.select_related("survey").annotate(
        asked=Count("invitations", filter=Q(invitations__sent_at__isnull=False))
    )
    return found.order_by("position", "id")


def invitations(actor: Actor, show: str = "all", rule: int | None = None) -> "QuerySet[Invitation]":
    """Return the invitations that an actor may see, the last to leave first; those of history are not among them.

    Who answered research, and so who did not, is not told to the line.
    """
    actor.require(Permission.SEE_SURVEYS)
    within = actor.reach.filter(team="contact__team", client="contact__client", agent="contact__agent")
    there = Invitation.objects.filter(within, STATES[show], survey__isnull=False)
    if show in {"answered", "silent"} and not actor.may(Permission.SEE_RESEARCH):
        there = there.exclude(survey__mode=Survey.Mode.RESEARCH)
    found: QuerySet[Invitation] = there.filter(rule=rule) if rule else there
    return found.select_related("survey", "rule", "contact").order_by("-asked_at", "-id")


def passed_lately(actor: Actor, days: int = 30) -> list[tuple[str, int]]:
    """Return how many contacts of the last days were not asked about, by reason, the most frequent first."""
    actor.require(Permission.SEE_SURVEYS)
    within = actor.reach.filter(team="contact__team", client="contact__client", agent="contact__agent")
    since = timezone.now() - timedelta(days=days)
    rows = Passed.objects.filter(within, decided_at__gte=since).values_list("reason").annotate(n=Count("pk"))
    return list(rows.order_by("-n", "reason"))


def blocks(actor: Actor) -> "QuerySet[Block]":
    """Return the blocks, the newest first; they say of nobody who it is."""
    actor.require(Permission.SEE_PERSONAL)
    found: QuerySet[Block] = Block.objects.order_by("-since", "-id")
    return found


def block_counts(actor: Actor) -> dict[str, int]:
    """Return how many blocks there are, by reason."""
    actor.require(Permission.SEE_SURVEYS)
    return dict(Block.objects.values_list("reason").annotate(n=Count("pk")).order_by())


def blocks_of(actor: Actor, identifier: str) -> "list[Block]":
    """Return the blocks of who is known by an identifier or an address; that somebody looked is written down."""
    actor.require(Permission.SEE_PERSONAL)
    digest = lake_of(actor.organisation).key.pseudonym(identifier)
    audit.record(actor, _LOOKED_UP, about=digest)
    return list(Block.objects.filter(mark__in=marks([digest])).order_by("-since"))


def asking_of(actor: Actor, source: str, external_id: str) -> dict[str, Any] | None:
    """Return what became of the asking about a contact; nothing when there is none in reach."""
    actor.require(Permission.SEE_SURVEYS)
    within = actor.reach.filter(team="team", client="client", agent="agent")
    there = Contact.objects.filter(within, source=source, external_id=external_id)
    contact = there.select_related("invitation__rule", "invitation__survey", "passed__rule").first()
    if contact is None:
        return None
    invitation, passed = getattr(contact, "invitation", None), getattr(contact, "passed", None)
    told = invitation or passed
    hidden = _OF_THE_ANSWER if invitation and is_anonymous_to(actor, invitation.survey) else ()
    return {
        "source": source,
        "external_id": external_id,
        "state": invitation.state if invitation else "not_asked" if passed else "undecided",
        "reason": told.reason if told else "",
        "eligible": True if invitation else passed.eligible if passed else None,
        "rule": told.rule_id if told else None,
        "chance": invitation.chance if invitation else None,
    } | {
        name: None if name in hidden else getattr(invitation, name, None)
        for name in ("due_at", "sent_at", "bounced_at", "opened_at", "started_at", "answered_at", "opted_out_at")
    }


audit.called("invitations.rule", Rule, permission=Permission.SEE_SURVEYS)
audit.called("invitations.survey", Survey, permission=Permission.SEE_SURVEYS)
