"""Answering a customer's rights: looking them up, asking for a copy, collecting it, and asking for erasure."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from klankbord.errors import KlankbordError
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.jobs import enqueue
from klankbord.web.privacy import copies, persons
from klankbord.web.privacy.jobs import erase_person, make_copy
from klankbord.web.privacy.models import Erasure, Export

_LOOKED_UP = audit.entry_type("privacy.looked_up")
_COPY_ASKED = audit.entry_type("privacy.export_asked")
_COPY_COLLECTED = audit.entry_type("privacy.export_collected")
_ERASURE_ASKED = audit.entry_type("privacy.erasure_asked")
_KEPT = timedelta(hours=24)


class GoneError(KlankbordError):
    """A copy has been collected already, is somebody else's, or was not collected in time."""

    code = "copy_gone"


def look_up(actor: Actor, *, identifiers: Collection[str]) -> list[persons.Record]:
    """Find a customer by what they tell of themselves; that they were looked up stands in the log."""
    actor.require(Permission.MANAGE_PRIVACY)
    found = persons.find(actor, identifiers)
    with transaction.atomic():
        for record in found:
            audit.record(actor, _LOOKED_UP, about=record.pseudonym)
    return found


def ask_export(actor: Actor, *, pseudonyms: Collection[str], language: str) -> Export:
    """Let a copy of everything held of a person be made, for whoever asks to collect within a day."""
    actor.require(Permission.MANAGE_PRIVACY)
    with transaction.atomic():
        export: Export = Export.objects.create(
            pseudonyms=" ".join(sorted(pseudonyms)),
            asked_by_id=actor.id,
            language=language,
            expires_at=timezone.now() + _KEPT,
        )
        for pseudonym in pseudonyms:
            audit.record(actor, _COPY_ASKED, f"copy {export.short}", about=pseudonym)
        enqueue(make_copy, actor.organisation, export=export.pk)
    return export


def collect_export(actor: Actor, *, reference: str) -> bytes:
    """Hand out a copy, once, to whoever asked for it, and remove it."""
    actor.require(Permission.MANAGE_PRIVACY)
    now = timezone.now()
    with transaction.atomic():
        waiting = Export.objects.select_for_update().filter(
            reference=reference, asked_by_id=actor.id, ready_at__isnull=False, collected_at=None, expires_at__gt=now
        )
        export = waiting.first()
        if export is None:
            raise GoneError(
                "this copy is not there any more",
                hint="a copy can be collected once; ask for a new one",
                case="privacy.copy_gone",
            )
        content = copies.read(export)
        for pseudonym in export.persons:
            audit.record(actor, _COPY_COLLECTED, f"copy {export.short}", about=pseudonym)
        Export.objects.filter(pk=export.pk).update(collected_at=now, pseudonyms=None)
    copies.remove(export)
    return content


def ask_erasure(actor: Actor, *, pseudonyms: Collection[str]) -> Erasure:
    """Let a person be forgotten everywhere; a certificate of it stays, without saying who it was."""
    actor.require(Permission.MANAGE_PRIVACY)
    with transaction.atomic():
        erasure: Erasure = Erasure.objects.create(pseudonyms=" ".join(sorted(pseudonyms)), asked_by_id=actor.id)
        for pseudonym in pseudonyms:
            audit.record(actor, _ERASURE_ASKED, f"erasure {erasure.short}", about=pseudonym)
        enqueue(erase_person, actor.organisation, erasure=erasure.pk)
    return erasure
