"""What this room does apart from requests: copies, erasures, retention, and the lake that follows a decision."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from klankbord.errors import KlankbordError
from klankbord.web.contacts.projection import rebuild
from klankbord.web.kernel.jobs import Run, enqueue, every, job
from klankbord.web.privacy import copies
from klankbord.web.privacy.applying import apply_retention
from klankbord.web.privacy.copying import made
from klankbord.web.privacy.erasing import erase
from klankbord.web.privacy.models import Erasure, Export, RetentionRun

_NIGHT = range(1, 6)  # hours in the organisation's zone in which nobody minds that a lake is rewritten
_OVERDUE = timedelta(hours=26)
_SOON = timedelta(hours=20)


class BusyError(KlankbordError):
    """The register is being read, and cannot be swept now."""

    code = "register_busy"


@job("privacy.make_copy")
def make_copy(run: Run, *, export: int) -> None:
    """Make the copy that a customer asked for."""
    asked = Export.objects.filter(pk=export, ready_at=None, expires_at__gt=timezone.now()).first()
    if asked and asked.persons:
        copies.write(asked, made(asked))
        Export.objects.filter(pk=asked.pk).update(ready_at=timezone.now())
    run.progress(1, 1)


@job("privacy.erase", attempts=8, long=True)
def erase_person(run: Run, *, erasure: int) -> None:
    """Forget a person everywhere, and afterwards also in the free space of the register's file."""
    erase(run.actor, Erasure.objects.get(pk=erasure))
    enqueue(sweep, None, key="sweep")


@job("privacy.drop_copies", quiet=True)
def drop_copies(run: Run) -> None:
    """Remove copies that nobody collected in time."""
    for export in Export.objects.filter(expires_at__lte=timezone.now()).exclude(pseudonyms=None):
        copies.remove(export)
        Export.objects.filter(pk=export.pk).update(pseudonyms=None)
    run.progress(1, 1)


@job("privacy.retention", quiet=True, long=True)
def keep_within_retention(run: Run) -> None:
    """Once a night, remove what is kept too long; by day only where a night was missed."""
    now = timezone.localtime()
    last = RetentionRun.objects.values_list("ran_at", flat=True).first()
    age = now - last if last else _OVERDUE
    if age >= _OVERDUE or (age >= _SOON and now.hour in _NIGHT):
        done = apply_retention(run.organisation)
        if any(done.removed.values()):
            enqueue(sweep, None, key="sweep")


@job("privacy.change_level", long=True)
def change_level(run: Run) -> None:
    """Let the lake follow the level of attribution: every row is told apart anew, or no longer."""
    rebuild(run.organisation)
    apply_retention(run.organisation)  # what a lake is made of may be kept longer than what it shows


@job("privacy.sweep", quiet=True)
def sweep(run: Run) -> None:
    """Overwrite what SQLite left of removed rows in the free space of its file; PostgreSQL sees to that itself."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("vacuum")
            cursor.execute("pragma wal_checkpoint(truncate)")
            if cursor.fetchall()[0][0]:
                raise BusyError(
                    "somebody is reading the register", hint="it is tried again by itself", case="privacy.busy"
                )
    run.progress(1, 1)


every(timedelta(hours=1), drop_copies)
every(timedelta(minutes=30), keep_within_retention)
