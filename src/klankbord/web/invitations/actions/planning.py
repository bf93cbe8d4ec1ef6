"""Deciding about contacts as they come in: each exactly once, each with an invitation or the reason for none."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from klankbord.web.contacts.actions.erase import hold
from klankbord.web.contacts.models import Contact
from klankbord.web.contacts.staging import among, fetched, moment_reader
from klankbord.web.invitations import allowances
from klankbord.web.invitations.actions.writing import write_invitations, write_passed
from klankbord.web.invitations.clocks import Ask, Clocks, Memory
from klankbord.web.invitations.deciding import Asking, Candidate, Decision, Standing, decide, in_order, sift
from klankbord.web.invitations.models import Block, Clock, Invitation, Planning, Rule
from klankbord.web.invitations.persons import marks
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.surveys.queries import for_customers

BATCH: Final = 4_000
_COLUMNS: Final = tuple(
    {
        "pseudonym": "customer__pseudonym",
        "email_digest": "customer__email_digest",
        "phone_digest": "customer__phone_digest",
    }.get(name, name)
    for name in Candidate._fields
)


def plan_contacts(organisation: Organisation, *, now: datetime | None = None) -> int:
    """Decide about every contact that nobody has decided about, and return how many that were.

    It can be stopped anywhere and begun again, and two at once wait for each other: a batch is decided and written
    down in one transaction, under a lock of the organisation.
    """
    with acting_in(organisation):
        return _plan(organisation, now)


def _plan(organisation: Organisation, now: datetime | None) -> int:
    planning, _ = Planning.objects.get_or_create(organisation=organisation)
    newest = _newest(organisation)
    done, at, waiting = 0, planning.decided_through, newest + 1
    while at < newest:
        with transaction.atomic():
            hold_asking(organisation)
            found = candidates(_undecided(at, newest).order_by("id")[:BATCH])
            moment = now or timezone.now()
            over = in_order(one for one in found if not one.is_going_on(moment))
            decisions = decided(organisation, over, asking(organisation), moment)
            write_invitations(decisions, moment)
            write_passed(decisions, moment)
        done += len(over)
        waiting = min([waiting, *(one.id for one in found if one.is_going_on(moment))])
        at = found[-1].id if len(found) == BATCH else newest
    Planning.objects.filter(pk=planning.pk, decided_through__lt=waiting - 1).update(decided_through=waiting - 1)
    return done


def hold_asking(organisation: Organisation) -> None:
    """Let one at a time plan or send for an organisation: each must see whom the other has just asked."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def candidates(contacts: "QuerySet[Contact]") -> list[Candidate]:
    """Return contacts as they are decided about."""
    # Past the converters of the ORM, which take longer than all that is decided.
    rows, read = fetched(*contacts.values_list(*_COLUMNS).query.sql_with_params()), moment_reader()
    return [
        Candidate(read(begun), read(ended), json.loads(attributes), *others)  # type: ignore[arg-type]
        for begun, ended, attributes, *others in rows
    ]


def asking(organisation: Organisation, *, also: Rule | None = None) -> list[Asking]:
    """Return the rules that ask, in their order: those that are live and whose survey is; one more may be tried."""
    live = Q(live=True) if also is None else Q(live=True) & ~Q(pk=also.pk) | Q(pk=also.pk)
    rows = Rule.objects.filter(live, survey__in=for_customers()).select_related("survey")
    published = rows.filter(survey__versions__published_at__isnull=False).distinct()
    zone = ZoneInfo(organisation.zone)
    found = [also if also is not None and rule.pk == also.pk else rule for rule in published]
    return [Asking(rule, zone) for rule in found]


def decided(
    organisation: Organisation, found: Sequence[Candidate], rules: Sequence[Asking], now: datetime
) -> list[Decision]:
    """Decide about contacts, one after the other."""
    sifted = [sift(candidate, rules, now) for candidate in found]
    known = standing(organisation, sifted)
    return [decide(one, known, now) for one in sifted]


def standing(
    organisation: Organisation, sifted: Iterable[Decision], *, keep: bool = True, forgotten: Q | None = None
) -> Standing:
    """Look up what is to be known of all who might be asked; invitations that are `forgotten` never were."""
    key = lake_of(organisation).key
    maybe = [one for one in sifted if not one.reason and one.asking]

    @cache
    def of(pseudonym: str, email: str, phone: str) -> tuple[str, ...]:
        return marks((pseudonym, email, phone), key)

    def marked(one: Candidate) -> tuple[str, ...]:
        return of(one.pseudonym or "", one.email_digest or "", one.phone_digest or "")

    whose = sorted({mark for one in maybe for mark in marked(one.candidate)})
    weeks: dict[tuple[Asking, date], set[str]] = defaultdict(set)
    for one in maybe:
        if one.asking and one.asking.weekly is not None:
            weeks[one.asking, one.asking.week(one.candidate)].add(one.candidate.agent)
    clocks = Clocks.of(Clock.objects.all())
    zone = ZoneInfo(organisation.zone)
    return Standing(
        marks=marked,
        blocked=blocked(whose),
        memory=remembered(whose, clocks, forgotten=forgotten),
        allowances=allowances.standing(weeks, zone, keep=keep),
    )


def blocked(whose: Sequence[str]) -> dict[str, str]:
    """Return the first reason, in their order, for which each of these is blocked."""
    order = {reason: place for place, reason in enumerate(Block.Reason.values)}
    rows = sorted(_among(Block.objects.all(), "mark", whose).values_list("mark", "reason"), key=lambda r: -order[r[1]])
    return dict(rows)


def remembered(whose: Sequence[str], clocks: Clocks, *, only_left: bool = False, forgotten: Q | None = None) -> Memory:
    """Return whom of these was asked what; what is only planned counts too, unless only what has left is wanted."""
    memory = Memory(clocks)
    left = Q(state__in=(Invitation.State.SENDING, Invitation.State.SENT)) | Q(sent_at__isnull=False)
    counted = left if only_left else left | Q(state=Invitation.State.PLANNED)
    there = Invitation.objects.filter(counted)
    there = there if forgotten is None else there.exclude(forgotten)
    seen = set[int]()
    for field in ("person", "recipient"):
        rows = _among(there, field, whose).values_list(
            "pk", "person", "recipient", "asked_at", "metric", "circumstances"
        )
        for pk, person, recipient, at, metric, values in rows:
            if pk not in seen:
                seen.add(pk)
                memory.add({person, recipient}, Ask(at, metric, values))
    return memory


def _among(rows: "QuerySet[Any]", field: str, values: Sequence[str]) -> "QuerySet[Any]":
    which, parameter = among(values)
    table = rows.model._meta.db_table  # noqa: SLF001  Django's own door
    return rows.extra(where=[f"{table}.{field} {which}"], params=[parameter]) if values else rows.none()  # noqa: S610


def _newest(organisation: Organisation) -> int:
    """Return the id up to which every contact that will ever be there is there.

    Ids are given before what has them is committed: whoever is just bringing contacts in is waited for, so that none
    with a lesser id comes after.
    """
    with transaction.atomic():
        hold(organisation, alone=True)
        return Contact.objects.aggregate(newest=Max("id"))["newest"] or 0


def _undecided(after: int, newest: int) -> "QuerySet[Contact]":
    found: QuerySet[Contact] = Contact.objects.filter(
        id__gt=after, id__lte=newest, invitation__isnull=True, passed__isnull=True
    )
    return found
