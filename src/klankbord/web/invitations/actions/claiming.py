"""Claiming what is due: what came between since it was planned withholds it, and what is left is frozen and taken."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q

from klankbord.web.contacts.models import Contact
from klankbord.web.invitations.actions.planning import blocked, hold_asking, remembered
from klankbord.web.invitations.clocks import Ask, Clocks
from klankbord.web.invitations.deciding import TOO_OLD, Asking, circumstances
from klankbord.web.invitations.letters import sender_of, spoken
from klankbord.web.invitations.models import Clock, Invitation
from klankbord.web.invitations.persons import marks_of
from klankbord.web.invitations.returns import message_id_of
from klankbord.web.kernel.models import Organisation
from klankbord.web.surveys.models import Version
from klankbord.web.surveys.questionnaire import Questionnaire

# A worker that was killed holds what it claimed for so long; a batch is through much sooner.
LEASE: Final = timedelta(minutes=10)
_State = Invitation.State
_Claimed = tuple[Invitation, bool]


def claim(organisation: Organisation, *, most: int, now: datetime) -> list[_Claimed]:
    """Take up to so many that are due, each with whether it is a reminder; nobody else gets them for a while."""
    with transaction.atomic():
        hold_asking(organisation)
        while found := _due(most, now):
            taken = _Claim(organisation, found, now).taken()
            if taken:
                return taken
            # All of these were withheld or put off; those behind them may leave.
        return []


def _due(most: int, now: datetime) -> list[_Claimed]:
    there = Invitation.objects.select_related("contact", "customer", "rule__survey", "organisation", "version")
    there = there.select_for_update(of=("self",))
    first = there.filter(state__in=(_State.PLANNED, _State.SENDING), due_at__lte=now).order_by("due_at", "id")
    again = there.filter(remind_at__lte=now, state=_State.SENT).order_by("remind_at", "id")
    due: list[_Claimed] = [(one, False) for one in first[:most]]
    return due + [(one, True) for one in again[: most - len(due)]]


class _Claim:
    """One batch that is being claimed, with all that has to be known of it."""

    def __init__(self, organisation: Organisation, due: Sequence[_Claimed], now: datetime) -> None:
        self._organisation, self._due, self._now = organisation, due, now
        self._zone = ZoneInfo(organisation.zone)
        self._marks = {one.pk: _marks(one) for one, _ in due}
        whose = sorted({mark for marks in self._marks.values() for mark in marks})
        self._blocked = blocked(whose)
        self._memory = remembered(whose, Clocks.of(Clock.objects.all()), only_left=True)
        self._versions = _versions(one for one, _ in due)
        self._agents = _agents([one.contact for one, _ in due if one.contact])
        self._host = sender_of(organisation).address.rpartition("@")[2]

    def taken(self) -> list[_Claimed]:
        """Return what may leave now, claimed; write down of the others why not, or when."""
        return [(one, is_reminder) for one, is_reminder in self._due if self._is_taken(one, is_reminder=is_reminder)]

    def _is_taken(self, one: Invitation, *, is_reminder: bool) -> bool:
        quiet = Asking(one.rule, self._zone).quiet if one.rule else None
        if reason := self._reason(one, is_reminder=is_reminder):
            if is_reminder:
                _write(one, remind_at=None)
            else:
                _write(one, state=_State.WITHHELD, reason=reason)
            return False
        if quiet and quiet.holds(self._now):
            later = quiet.after(self._now)
            _write(one, **({"remind_at": later} if is_reminder else {"due_at": later, "asked_at": later}))
            return False
        if is_reminder:
            _write(one, remind_at=self._now + LEASE)
            return True
        self._freeze(one)
        return True

    def _reason(self, one: Invitation, *, is_reminder: bool) -> str:
        """Say why it must not leave, if so."""
        blocked = (self._blocked[mark] for mark in self._marks[one.pk] if mark in self._blocked)
        reason = self._missing(one) or next(blocked, "")
        if reason:
            return reason
        if is_reminder:
            over = one.answered_at or one.opted_out_at or (one.expires_at and one.expires_at <= self._now)
            return "withdrawn" if over else ""
        return self._untimely(one)

    def _missing(self, one: Invitation) -> str:
        if one.rule is None or not one.rule.live or self._versions.get(one.survey_id or 0) is None:
            return "withdrawn"
        if one.contact is None:
            return "removed"
        if one.customer is None:
            return "erased"
        return "" if one.customer.email else "no_address"

    def _untimely(self, one: Invitation) -> str:
        if one.state == _State.SENDING:
            # Its worker was killed, and it may have left: its quarantine has begun, and is of its own making.
            return ""
        if one.contact and one.rule:
            ended = one.contact.ended_at or one.contact.started_at
            if self._now - ended > TOO_OLD + timedelta(minutes=one.rule.delay_minutes):
                return "too_old"
        return "quarantine" if self._memory.forbids(self._marks[one.pk], self._ask(one)) else ""

    def _ask(self, one: Invitation) -> Ask:
        return Ask(self._now, one.metric, one.circumstances)

    def _freeze(self, one: Invitation) -> None:
        """Take it, as everything is at this moment: whoever changes the contact afterwards changes nothing here."""
        version = self._versions[one.survey_id or 0]
        customer, contact, rule = one.customer, one.contact, one.rule
        if customer is None or contact is None or rule is None:
            raise LookupError("what is not there was let through")
        agents = self._agents.get((contact.source, contact.conversation)) or [contact.agent]
        # Of somebody who is known by their address alone, person and mailbox have one mark.
        person, recipient, *_ = marks_of(customer)
        _write(
            one,
            state=_State.SENDING,
            version=version,
            language=spoken(Questionnaire.from_dict(version.content), customer.language, contact.language),
            circumstances=circumstances(contact) | {"agents": [agent for agent in agents if agent]},
            asked_at=self._now,
            due_at=self._now + LEASE,
            expires_at=self._now + timedelta(days=rule.open_days),
            tries=one.tries + 1,
            message_id=message_id_of(one, is_reminder=False, host=self._host),
            person=person,
            recipient=recipient,
        )
        self._memory.add(_marks(one), self._ask(one))


def _write(one: Invitation, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(one, name, value)
    Invitation.objects.filter(pk=one.pk).update(**changes, lake_version=F("lake_version") + 1)


def _marks(one: Invitation) -> tuple[str, ...]:
    """Return the marks of whom it is for: as known now, and as they were when it was planned."""
    known = marks_of(one.customer) if one.customer else ()
    return tuple(dict.fromkeys((*known, *(mark for mark in (one.person, one.recipient) if mark))))


def _versions(due: Iterable[Invitation]) -> dict[int, Version]:
    """Return what each survey asks now; those that ask nothing any more are not among them."""
    surveys = {one.survey_id for one in due}
    found = Version.objects.filter(survey__in=surveys, survey__archived_at=None).exclude(published_at=None)
    return {version.survey_id: version for version in found.order_by("number")}


def _agents(contacts: Sequence[Contact]) -> dict[tuple[str, str], list[str]]:
    """Return all agents of the conversations that contacts are part of, in the order of their legs."""
    talked = {(one.source, one.conversation) for one in contacts if one.conversation}
    if not talked:
        return {}
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    those = Q(source__in={source for source, _ in talked}, conversation__in={name for _, name in talked})
    for source, name, agent in (
        Contact.objects.filter(those).order_by("started_at", "leg", "id").values_list("source", "conversation", "agent")
    ):
        if agent and agent not in found[source, name]:
            found[source, name].append(agent)
    return dict(found)
