"""Files that people bring in: looked at first, corrected where need be, and then brought into the lake by a job."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from klankbord.errors import KlankbordError, LakeError
from klankbord.lake import import_files
from klankbord.web.contacts import findings
from klankbord.web.contacts.events import HistoryBroughtIn
from klankbord.web.contacts.extracts import keep_extracts
from klankbord.web.contacts.lake_rows import sole_writer
from klankbord.web.contacts.models import Upload
from klankbord.web.contacts.people_files import hand_on
from klankbord.web.contacts.uploaded import drop_files, files_of, names_of, refuse_too_large, store
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.events import emit
from klankbord.web.kernel.jobs import Run, enqueue, job
from klankbord.web.kernel.lakes import lake_of

UPLOADED = audit.entry_type("contacts.upload", shred=audit.keep_all)
BROUGHT_IN = audit.entry_type("contacts.bring_in", shred=audit.keep_all)
DISCARDED = audit.entry_type("contacts.discard_upload", shred=audit.keep_all)
_State = Upload.State
_PATIENCE = 300.0


class NotNowError(KlankbordError):
    """An upload is not where this could be done with it."""

    code = "not_now"


def start_upload(*, actor: Actor, files: "Sequence[UploadedFile[bytes]]") -> Upload:
    """Take files in, and have them looked at."""
    actor.require(Permission.BRING_IN)
    size = refuse_too_large(files)
    upload: Upload = Upload.objects.create(names=names_of(files), size=size, brought_by=actor.name)
    try:
        upload.digest = store(upload, files)
        with transaction.atomic():
            upload.save(update_fields=["digest"])
            audit.record(actor, UPLOADED, f"upload {upload.pk}", files=len(files), size=size)
            enqueue(look_at_upload, actor.organisation, upload=upload.pk, key=f"look {upload.pk}")
    except BaseException:
        drop_files(upload)
        upload.delete()
        raise
    return upload


def correct_upload(*, actor: Actor, upload: Upload, said: Mapping[str, Any]) -> None:
    """Say what files hold where the guess is wrong, and have them looked at again."""
    actor.require(Permission.BRING_IN)
    with transaction.atomic():
        _move(upload, {_State.LOOKED_AT, _State.UNREADABLE, _State.FAILED}, _State.LOOKING, said=dict(said))
        enqueue(look_at_upload, actor.organisation, upload=upload.pk, key=f"look {upload.pk}")


def bring_in_upload(*, actor: Actor, upload: Upload) -> None:
    """Have files brought into the lake as they were found."""
    actor.require(Permission.BRING_IN)
    with transaction.atomic():
        _move(upload, {_State.LOOKED_AT, _State.FAILED}, _State.COMING_IN)
        audit.record(actor, BROUGHT_IN, f"upload {upload.pk}")
        enqueue(import_upload, actor.organisation, upload=upload.pk, key=f"import {upload.pk}")


def discard_upload(*, actor: Actor, upload: Upload) -> None:
    """Throw files away that were not brought in."""
    actor.require(Permission.BRING_IN)
    with transaction.atomic():
        _move(upload, {_State.LOOKED_AT, _State.UNREADABLE, _State.FAILED}, _State.ERASED)
        audit.record(actor, DISCARDED, f"upload {upload.pk}")
        Upload.objects.filter(pk=upload.pk).delete()  # which leaves its number, by which its files are found
    drop_files(upload)


@job("contacts.look_at_upload", attempts=3, long=True)
def look_at_upload(run: Run, *, upload: int) -> None:
    """Look what files are."""
    there = Upload.objects.filter(pk=upload, state=_State.LOOKING).first()
    if there is None:
        return
    try:
        found = findings.look(lake_of(run.organisation), files_of(there), there.said)
    except KlankbordError as error:
        _settle(there, _State.UNREADABLE, problem=error.to_dict())
    else:
        _settle(there, _State.LOOKED_AT, found=found, problem={})


@job("contacts.import_upload", long=True)
def import_upload(run: Run, *, upload: int) -> None:
    """Bring files in, keep what a lake can be rebuilt from, and let go of the files.

    After a kill all of it is done again: rows that are there stay as they are, and extracts know what they miss.
    """
    there = Upload.objects.filter(pk=upload, state=_State.COMING_IN).first()
    if there is None:
        return
    run.progress(1, 3)
    try:
        report = _brought_in(run, there)
    except KlankbordError as error:
        if isinstance(error, LakeError):
            raise
        _settle(there, _State.FAILED, problem=error.to_dict())
        return
    found = there.found | {"dropped": [], "headings": []}
    _settle(there, _State.BROUGHT_IN, report=report, found=found, problem={})
    drop_files(there)
    run.progress(3, 3)


def _brought_in(run: Run, upload: Upload) -> dict[str, Any]:
    """Bring files where they belong: contacts and answers into the lake, people to the rooms that keep them."""
    lake, paths = lake_of(run.organisation), files_of(upload)
    wishes = findings.wished(upload.said, lake)
    if upload.found.get("kind") == "people":
        return hand_on(run.actor, paths, wishes["zone"]) or upload.found
    with sole_writer(run.organisation, patience=_PATIENCE) as alone:
        if not alone:
            raise LakeError(
                "somebody else is bringing rows into the lake", hint="it is tried again by itself", case="busy_lake"
            )
        report = import_files(lake, *paths, **wishes)
        run.progress(2, 3)
        keep_extracts(run.organisation, upload.created_at, upload)
    told = findings.of_report(report)
    if report.table == "responses" and (people := hand_on(run.actor, paths, wishes["zone"])):
        told["people"] = people
    emit(HistoryBroughtIn(organisation=run.organisation, import_id=report.import_id))
    return told


def _move(upload: Upload, allowed: set[Upload.State], to: Upload.State, **changes: Any) -> None:
    """Take an upload to another state from one of those allowed, once only."""
    if not Upload.objects.filter(pk=upload.pk, state__in=allowed).update(state=to, **changes):
        raise NotNowError(
            "this cannot be done with the upload just now", hint="look how far it is", case="contacts.not_now"
        )


def _settle(upload: Upload, state: Upload.State, **changes: Any) -> None:
    Upload.objects.filter(pk=upload.pk).update(state=state, finished_at=timezone.now(), **changes)
