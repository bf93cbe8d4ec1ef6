"""Files of units between their dry run and their being brought in."""

import json
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from klankbord.web.centre.actions.keeping import require_keeper
from klankbord.web.centre.actions.units import Brought, put_units
from klankbord.web.centre.kinds import Kind, kind_named
from klankbord.web.centre.models import BroughtFile
from klankbord.web.centre.rows import Row
from klankbord.web.kernel.access import Actor

_KEPT = timedelta(days=1)


def hold_file(actor: Actor, *, kind: Kind, rows: Sequence[Row]) -> BroughtFile:
    """Keep the rows of a file until somebody has seen the dry run; they are kept encrypted, and a day at most."""
    require_keeper(actor)
    drop_stale_files()
    told = json.dumps([[row.number, dict(row.values)] for row in rows], ensure_ascii=False)
    held: BroughtFile = BroughtFile.objects.create(kind=kind.name, rows=told, user_id=actor.id)
    return held


def rows_of(file: BroughtFile) -> list[Row]:
    """Return the rows of a file that is kept."""
    return [Row(number=number, values=values) for number, values in json.loads(file.rows or "[]")]


def try_file(actor: Actor, *, file: BroughtFile) -> Brought:
    """Say what would become of the rows of a file."""
    return put_units(actor, kind=kind_named(file.kind), rows=rows_of(file), dry_run=True)


def bring_in(actor: Actor, *, file: BroughtFile) -> Brought:
    """Bring in the rows of a file that are right, all in one step, and keep the file no longer."""
    with transaction.atomic():
        brought = put_units(actor, kind=kind_named(file.kind), rows=rows_of(file))
        BroughtFile.objects.filter(pk=file.pk).delete()
    return brought


def drop_stale_files() -> None:
    """Forget files that nobody brought in."""
    BroughtFile.objects.filter(created_at__lt=timezone.now() - _KEPT).delete()
