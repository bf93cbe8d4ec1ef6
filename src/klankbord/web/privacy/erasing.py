"""Forgetting a customer everywhere, in steps that can each be done again, and the certificate of it."""

from django.db import transaction
from django.utils import timezone

from klankbord.errors import KlankbordError
from klankbord.lake.upkeep import erase as erase_from_lake
from klankbord.web.contacts.actions import erase_customer
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor
from klankbord.web.kernel.holdings import HOLDINGS
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.privacy import copies, persons
from klankbord.web.privacy.models import Erasure, Export, Objection

_ERASED = audit.entry_type("privacy.erased", shred=audit.keep_all)


class NotYetError(KlankbordError):
    """Something of the customer came in while they were being erased."""

    code = "erasure_not_finished"


def erase(actor: Actor, erasure: Erasure) -> None:
    """Take a person out of register, lake, raw records, extracts, copies and audit log, and certify it.

    What was found is counted before anything goes, and what is left afterwards by looking again: a run that was cut
    short is simply begun again, and its certificate says the same.
    """
    if erasure.done_at:
        return
    if not erasure.found:
        erasure.found = _held(actor, erasure)
        erasure.save(update_fields=["found"])
    for pseudonym in erasure.persons:
        erase_customer(actor, pseudonym)
    erase_from_lake(lake_of(actor.organisation), erasure.persons, pseudonyms=True)
    for holding in HOLDINGS.values():
        holding.forget(erasure.persons)
    _drop_copies(erasure.persons)
    with transaction.atomic():
        Objection.objects.filter(pseudonym__in=erasure.persons).delete()
        for pseudonym in erasure.persons:
            audit.forget_customer(pseudonym)
        left = _held(actor, erasure)
        if any(left.values()):
            raise NotYetError(
                "something of the customer came in meanwhile",
                hint="it is tried again by itself",
                case="privacy.not_yet",
            )
        erasure.left, erasure.unread = left, persons.unread()
        erasure.done_at, erasure.pseudonyms = timezone.now(), None
        erasure.save(update_fields=["left", "unread", "done_at", "pseudonyms"])
        audit.record(actor, _ERASED, f"erasure {erasure.short}", **erasure.found)


def _held(actor: Actor, erasure: Erasure) -> dict[str, int]:
    return persons.together(persons.held(actor.organisation, pseudonym) for pseudonym in erasure.persons)


def _drop_copies(pseudonyms: tuple[str, ...]) -> None:
    for export in Export.objects.exclude(pseudonyms=None):
        if set(export.persons) & set(pseudonyms):
            copies.remove(export)
            Export.objects.filter(pk=export.pk).update(pseudonyms=None, expires_at=timezone.now())
