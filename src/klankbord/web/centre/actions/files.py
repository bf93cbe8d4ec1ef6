"""Files of units between their dry run and their being brought in."""

from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from klankbord.web.centre.actions.keeping import require_keeper
from klankbord.web.centre.actions.units import Brought, put_units
from klankbord.web.centre.kinds import Kind, kind_named
from klankbord.web.centre.models import BroughtFile
from klankbord.web.centre.rows import Problem, Reading
from klankbord.web.kernel.access import Actor

_KEPT = timedelta(days=1)


def hold_file(actor: Actor, *, kind: Kind, reading: Reading) -> BroughtFile:
    """Keep what a file holds until somebody has seen the dry run; it is kept encrypted, and a day at most."""
    require_keeper(actor)
    drop_stale_files()
    held: BroughtFile = BroughtFile.objects.create(kind=kind.name, reading=reading.to_json(), user_id=actor.id)
    return held


def try_file(actor: Actor, *, file: BroughtFile) -> Brought:
    """Say what would become of the rows of a file."""
    return _put(actor, file, dry_run=True)


def bring_in(actor: Actor, *, file: BroughtFile) -> Brought:
    """Bring in the rows of a file that are right, all in one step, and keep the file no longer."""
    with transaction.atomic():
        brought = _put(actor, file, dry_run=False)
        BroughtFile.objects.filter(pk=file.pk).delete()
    return brought


def _put(actor: Actor, file: BroughtFile, *, dry_run: bool) -> Brought:
    reading = Reading.from_json(file.reading)
    broken = tuple(Problem(row=row, column="", code="broken_row") for row in reading.broken)
    brought = put_units(actor, kind=kind_named(file.kind), rows=reading.rows, dry_run=dry_run)
    return replace(brought, problems=tuple(sorted((*broken, *brought.problems), key=lambda one: one.row)))


def drop_stale_files() -> None:
    """Forget files that nobody brought in."""
    BroughtFile.objects.filter(created_at__lt=timezone.now() - _KEPT).delete()
