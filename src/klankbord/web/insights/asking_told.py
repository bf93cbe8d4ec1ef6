"""How a customer was asked about one contact, step by step: for those who may see it, which no agent may."""

from collections.abc import Iterator

from klankbord.lake.looking import Line
from klankbord.web.insights.addresses import Addresses
from klankbord.web.insights.telling import Moment
from klankbord.web.invitations.models import Invitation
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.wording import say
from klankbord.web.responses.queries import answer_about
from klankbord.web.surveys.queries import is_anonymous_to

_STEPS = ("sent_at", "delivered_at", "bounced_at", "opened_at", "started_at", "reminded_at", "opted_out_at")
_OF_THE_ANSWER = ("opened_at", "started_at", "reminded_at")  # a reminder goes to whoever did not answer


def asking_of(actor: Actor, contact: Line, addresses: Addresses) -> tuple[Moment, ...]:
    """Return the steps of the asking, and where the answer is looked at; nothing where nobody was asked from here."""
    if not actor.may(Permission.SEE_SURVEYS) or contact.source is None or contact.external_id is None:
        return ()
    about = Invitation.objects.filter(contact__source=contact.source, contact__external_id=contact.external_id)
    invitation = about.select_related("survey").first()
    return tuple(_moments(actor, contact, invitation, addresses)) if invitation else ()


def _moments(actor: Actor, contact: Line, invitation: Invitation, addresses: Addresses) -> Iterator[Moment]:
    hidden = _OF_THE_ANSWER if is_anonymous_to(actor, invitation.survey) else ()
    for place, name in enumerate(_STEPS):
        if name not in hidden and (at := getattr(invitation, name)):
            yield Moment(at=at, what=say(f"insights.story.asking.{name.removesuffix('_at')}"), order=(_AFTER, place))
    response = answer_about(actor, str(contact.source), str(contact.external_id))
    if response is not None:
        url = addresses.of("answer-detail", pk=response.pk)
        yield Moment(
            at=response.answered_at, what=say("insights.story.asking.answer"), url=url, order=(_AFTER, len(_STEPS))
        )


_AFTER = 1_001  # behind what the lake tells of the same moment
