"""From the register into the lake: what is ahead of it is brought in small batches, at least once and never twice."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from klankbord.lake import Lake, bring_rows
from klankbord.web.contacts.beside import rooms_beside
from klankbord.web.contacts.extracts import take_out_of_extracts
from klankbord.web.contacts.lake_rows import COLUMNS, LOOKED_UP, arrow, sole_writer
from klankbord.web.contacts.learning import UNITS, learn_from
from klankbord.web.contacts.models import Contact, Removal
from klankbord.web.contacts.rebuilding import rebuild
from klankbord.web.contacts.staging import changed, fetched, for_change, moment_writer, staged
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Organisation

__all__ = ["ahead", "project", "rebuild"]

BATCH: Final = 20_000
_OWN = ("id", "version", "lake_month", "earlier_months")


def ahead() -> "QuerySet[Contact]":
    """Return the contacts of which the lake does not know the newest state."""
    return Contact.objects.filter(version__gt=F("projected_version"))


def project(organisation: Organisation) -> int:
    """Bring what the register is ahead into the lake, and return how many rows that were.

    Only when the lake has a batch does the register say so: a kill between the two brings it again, which the lake
    takes for what it is. Where somebody else is at it, nothing is done.
    """
    done = 0
    with sole_writer(organisation) as alone:
        while alone:
            counts = [_take_out(organisation), _bring(organisation)]
            counts += [beside.bring(organisation) for beside in rooms_beside()]
            done += sum(counts)
            if max(counts) < BATCH:
                break
    return done


def _take_out(organisation: Organisation) -> int:
    """Take out what was removed, before anything comes in: a contact may have been sent anew after it was removed."""
    removals = list(Removal.objects.order_by("id")[:BATCH])
    if not removals:
        return 0
    keys = [(removal.source, removal.external_id) for removal in removals]
    months = {month for removal in removals for month in removal.months}
    bring_rows(lake_of(organisation), gone={"contacts": keys}, months=months, name="register")
    take_out_of_extracts(organisation, "contacts", keys)
    Removal.objects.filter(pk__in=[removal.pk for removal in removals]).delete()
    return len(removals)


def _bring(organisation: Organisation) -> int:
    told = Coalesce("updated_at", "received_at")
    found = ahead().order_by("id").annotate(told_at=told).values_list(*_OWN, *LOOKED_UP)[:BATCH]
    rows = list(found)
    if rows:
        bring(lake_of(organisation), rows)
        settle(organisation, rows)
    return len(rows)


def bring(lake: Lake, rows: Sequence[Sequence[Any]]) -> None:
    """Bring rows into the lake; where an earlier state may lie, the register has kept in mind."""
    months = {month for row in rows for month in f"{row[2]} {row[3]}".split()}
    bring_rows(
        lake, contacts=arrow([row[len(_OWN) :] for row in rows]), customers="pseudonyms", months=months, name="register"
    )


def settle(organisation: Organisation, rows: Sequence[Sequence[Any]]) -> None:
    """Write down which versions the lake has; where a contact changed meanwhile, it stays ahead."""
    with transaction.atomic(), staged(Contact, ("id", "version"), [row[:2] for row in rows]) as came:
        # In the order in which contacts come in, so that nobody waits for each other in a ring.
        fetched(
            f"select 1 from contacts_contact where id in (select id from {came}) "  # noqa: S608  names are ours
            f"order by source, external_id {for_change()}"
        )
        changed(
            "update contacts_contact as c set projected_version = came.version, projected_at = %s, "  # noqa: S608
            "earlier_months = case when c.version = came.version then '' else c.earlier_months end "
            f"from {came} as came where c.id = came.id",
            [moment_writer()(timezone.now())],
        )
        learn_from(organisation, _units(organisation, rows))


def _units(organisation: Organisation, rows: Sequence[Sequence[Any]]) -> Collection[tuple[Any, ...]]:
    zone = ZoneInfo(organisation.zone)
    place = {name: len(_OWN) + number for number, name in enumerate(COLUMNS)}
    chosen = [place[name] for name in UNITS]
    started = place["started_at"]
    return {(*(row[number] for number in chosen), f"{row[started].astimezone(zone):%Y-%m-%d}") for row in rows}
