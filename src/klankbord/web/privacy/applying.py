"""Applying retention: where each class of data lies, and removing what is older than the organisation keeps."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from klankbord.lake.upkeep import forget_before
from klankbord.web.contacts import keeping as contacts
from klankbord.web.contacts.actions import discard_upload
from klankbord.web.contacts.models import Upload
from klankbord.web.contacts.uploaded import drop_files
from klankbord.web.kernel.access import the_product
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import AuditEntry, Organisation
from klankbord.web.privacy.keeping import limits
from klankbord.web.privacy.models import RetentionRun
from klankbord.web.responses import keeping as asking

_RUNS_KEPT = 60
_NOT_BROUGHT_IN = (Upload.State.LOOKED_AT, Upload.State.UNREADABLE, Upload.State.FAILED)


def apply_retention(organisation: Organisation) -> RetentionRun:
    """Remove what is kept too long, class by class, and write down how much it was.

    What is in the lake and in the rows kept of files is counted once: as it was in the lake.
    """
    removed = {kind.name: _REMOVING[kind.name](organisation, first) for kind, first in limits(organisation)}
    run: RetentionRun = RetentionRun.objects.create(removed=removed)
    old = RetentionRun.objects.values_list("pk", flat=True)[_RUNS_KEPT:]
    RetentionRun.objects.filter(pk__in=list(old)).delete()
    return run


def _addresses(organisation: Organisation, first: date) -> int:
    return contacts.forget_addresses(organisation, _midnight(organisation, first))


def _raw(organisation: Organisation, first: date) -> int:
    """Raw are also files that somebody uploaded and never brought in."""
    midnight = _midnight(organisation, first)
    left = list(Upload.objects.filter(organisation=organisation, created_at__lt=midnight, state__in=_NOT_BROUGHT_IN))
    for upload in left:
        drop_files(upload)  # before its row, by which they are found
        discard_upload(actor=the_product(organisation), upload=upload)
    return len(left) + contacts.forget_payloads(organisation, midnight)


def _comments(organisation: Organisation, first: date) -> int:
    contacts.forget_comments(organisation, _midnight(organisation, first))
    asking.forget_comments(organisation, _midnight(organisation, first))
    return sum(
        forget_before(lake_of(organisation), f"{table}.comment", first).rows for table in ("responses", "pulses")
    )


def _answers(organisation: Organisation, first: date) -> int:
    contacts.forget_answers(organisation, _midnight(organisation, first))
    asking.forget_answers(organisation, _midnight(organisation, first))
    return forget_before(lake_of(organisation), "responses", first).rows


def _contacts(organisation: Organisation, first: date) -> int:
    asking.forget_asking(organisation, _midnight(organisation, first))
    contacts.forget_contacts(organisation, _midnight(organisation, first))
    return sum(forget_before(lake_of(organisation), table, first).rows for table in ("contacts", "outcomes"))


def _uploads(organisation: Organisation, first: date) -> int:
    return contacts.forget_uploads(organisation, _midnight(organisation, first))


def _entries(organisation: Organisation, first: date) -> int:
    old = AuditEntry.objects.filter(organisation=organisation, at__lt=_midnight(organisation, first))
    return old.delete()[0]


def _midnight(organisation: Organisation, day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(organisation.zone))


_REMOVING: Mapping[str, Callable[[Organisation, date], int]] = {
    "address": _addresses,
    "raw": _raw,
    "comment": _comments,
    "answer": _answers,
    "contact": _contacts,
    "upload": _uploads,
    "audit": _entries,
}
