"""Work of this room apart from requests."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from klankbord.web.contacts.events import ContactsReceived
from klankbord.web.invitations.actions import plan_contacts, send_due
from klankbord.web.invitations.models import Invitation
from klankbord.web.kernel.events import listen
from klankbord.web.kernel.jobs import Run, enqueue, every, job
from klankbord.web.kernel.mail import is_set_up
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import everywhere

_State = Invitation.State


@job("invitations.plan", attempts=8, quiet=True)
def plan(run: Run) -> None:
    """Decide about contacts that came in."""
    plan_contacts(run.organisation)


@job("invitations.plan_again", quiet=True)
def plan_again(run: Run) -> None:
    """Decide about contacts that nobody told of, and about those that were still going on."""
    plan_contacts(run.organisation)


@job("invitations.send", attempts=12, quiet=True)
def send(run: Run) -> None:
    """Send what is due."""
    send_due(run.organisation, told=lambda done: run.progress(done, done))


@job("invitations.look_due", quiet=True)
def look_due(run: Run) -> None:
    """See which organisations have something to send; usually none has."""
    del run
    if not is_set_up():
        return
    now = timezone.now()
    first = Q(state__in=(_State.PLANNED, _State.SENDING), due_at__lte=now)
    with everywhere():
        due = Invitation.objects.filter(first | Q(remind_at__lte=now, state=_State.SENT))
        waiting = set(due.values_list("organisation", flat=True).order_by().distinct())
    for organisation in Organisation.objects.filter(pk__in=waiting) if waiting else ():
        enqueue(send, organisation, key="send")


@listen(ContactsReceived)
def plan_soon(event: ContactsReceived) -> None:
    """Do not wait for the next look."""
    enqueue(plan, event.organisation, key="plan")


every(timedelta(seconds=5), look_due, per_organisation=False)
every(timedelta(minutes=2), plan_again)
