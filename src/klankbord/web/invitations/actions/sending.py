"""Sending what is due: each looked at once more, claimed, and written down as soon as the mail server has it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from klankbord.web.invitations.actions.claiming import claim
from klankbord.web.invitations.actions.noting import note_bounce
from klankbord.web.invitations.events import InvitationSent
from klankbord.web.invitations.letters import From, letter_for, sender_of
from klankbord.web.invitations.models import Invitation
from klankbord.web.kernel.events import emit
from klankbord.web.kernel.mail import Letter, MailError, is_set_up, posting
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in, everywhere

BATCH: Final = 25
# After having been refused so many times, how long it waits; then it is given up.
LADDER: Final = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8), timedelta(days=1))
_PAUSE: Final = timedelta(minutes=1)  # of a server that cannot be reached
_State = Invitation.State
_Post = Callable[[Letter], None]


def send_due(
    organisation: Organisation, *, now: datetime | None = None, told: Callable[[int], None] = lambda _: None
) -> int:
    """Send what is due, and return how many letters left; `told` hears how far it is.

    A kill after the server took a letter and before that is written down sends this one letter again, ten minutes
    later and with the same Message-ID. The other order would lose it: its customer would never be asked, and count
    as one who keeps silent.

    Raises
    ------
    MailError
        When the mail server cannot be used; what was not sent waits.
    """
    if not is_set_up():
        return 0
    done = 0
    with acting_in(organisation), posting() as post:
        sender = sender_of(organisation)
        while claimed := _claimed(organisation, now):
            for place, (invitation, is_reminder) in enumerate(claimed):
                try:
                    done += _send(post, invitation, sender, is_reminder=is_reminder)
                except MailError:
                    _release(claimed[place:])
                    raise
                told(done)
    return done


def left_this_minute(most: int, now: datetime | None = None) -> int:
    """Return how many letters may still leave within this minute, of all organisations together."""
    since = (now or timezone.now()) - timedelta(minutes=1)
    with everywhere():
        gone = Invitation.objects.filter(Q(sent_at__gte=since) | Q(reminded_at__gte=since)).count()
    return max(most - int(gone), 0)


def _claimed(organisation: Organisation, now: datetime | None) -> list[tuple[Invitation, bool]]:
    free = left_this_minute(settings.OPTIONS.mail_per_minute)
    return claim(organisation, most=min(BATCH, free), now=now or timezone.now()) if free else []


def _send(post: _Post, invitation: Invitation, sender: From, *, is_reminder: bool) -> int:
    """Send one, and return whether it left; a refusal is written down, a server that fails is told."""
    to = invitation.customer.email if invitation.customer else ""
    try:
        post(letter_for(invitation, to=to, sender=sender, is_reminder=is_reminder))
    except MailError as error:
        if not error.is_refusal:
            raise
        _refused(invitation, error, is_reminder=is_reminder)
        return 0
    _left(invitation, is_reminder=is_reminder)
    return 1


def _left(invitation: Invitation, *, is_reminder: bool) -> None:
    now = timezone.now()
    after = invitation.rule.reminder_after_days if invitation.rule else None
    changes: dict[str, Any] = (
        {"reminded_at": now, "remind_at": None}
        if is_reminder
        else {
            "state": _State.SENT,
            "sent_at": now,
            "asked_at": now,
            "tries": 0,
            "remind_at": now + timedelta(days=after) if after else None,
        }
    )
    with transaction.atomic():
        # Whoever has answered or opted out in these milliseconds is not to be reminded.
        rows = Invitation.objects.filter(pk=invitation.pk)
        rows.update(**changes, lake_version=F("lake_version") + 1)
        rows.filter(Q(answered_at__isnull=False) | Q(opted_out_at__isnull=False)).update(remind_at=None)
        emit(InvitationSent(organisation=invitation.organisation, invitation_id=invitation.pk, is_reminder=is_reminder))


def _refused(invitation: Invitation, error: MailError, *, is_reminder: bool) -> None:
    """Write down that a server refused it: for good, or until later."""
    if error.is_of_the_address:
        note_bounce(invitation, source="refused")
        return
    rows = Invitation.objects.filter(pk=invitation.pk)
    if is_reminder:
        # It was asked once, which is enough; nobody is to wait for this.
        rows.update(remind_at=None)
    elif error.is_final or invitation.tries > len(LADDER):
        rows.update(state=_State.FAILED, reason="not_delivered", lake_version=F("lake_version") + 1)
    else:
        again = timezone.now() + LADDER[invitation.tries - 1]
        rows.update(state=_State.PLANNED, due_at=again, asked_at=again)


def _release(claimed: "list[tuple[Invitation, bool]]") -> None:
    """Let go of what was not sent because the server failed: that was no try of theirs."""
    again = timezone.now() + _PAUSE
    for reminders, pks in _by_kind(claimed):
        rows = Invitation.objects.filter(pk__in=pks)
        if reminders:
            rows.update(remind_at=again)
        else:
            rows.filter(state=_State.SENDING).update(
                state=_State.PLANNED, due_at=again, asked_at=again, tries=F("tries") - 1
            )


def _by_kind(claimed: "list[tuple[Invitation, bool]]") -> "Iterator[tuple[bool, list[int]]]":
    for kind in (True, False):
        yield kind, [invitation.pk for invitation, is_reminder in claimed if is_reminder is kind]
