"""The queue: putting jobs in, and how a worker takes one, keeps it and lets it go."""

import json
import random
import traceback
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from klankbord.errors import KlankbordError
from klankbord.web.kernel.jobs.registry import HANDLERS, SCHEDULES, Handler, names
from klankbord.web.kernel.models import Job, Organisation

LEASE = timedelta(seconds=30)
_LONGEST_GAP = timedelta(minutes=5)  # of a recurring job that fails and could run more often
_WELL: dict[str, Any] = {"error": "", "problem": {}}
_State = Job.State


def enqueue(
    handler: Handler,
    organisation: Organisation | None,
    *,
    key: str = "",
    after: timedelta = timedelta(0),
    **arguments: Any,
) -> None:
    """Ask for a job, in the transaction of what makes it necessary; without an organisation, for the installation.

    While one waits under a key, asking again under that key changes nothing; and of those of one key, only one runs at
    a time.
    """
    wanted = Job(
        organisation=organisation, name=handler.name, key=key, arguments=arguments, run_at=timezone.now() + after
    )
    Job.objects.bulk_create([wanted], ignore_conflicts=bool(key))
    transaction.on_commit(wake)


def bell() -> Path:
    """Return the file whose touch tells the workers of this machine that there is something to do."""
    folder: Path = settings.HOME.folder
    return folder / "jobs.bell"


def wake() -> None:
    """Let waiting workers look at once; one that cannot hear it looks within a second anyway."""
    with suppress(OSError):
        bell().touch()


def ready(*, long: bool = True) -> QuerySet[Job]:
    """Return what may be taken up now or later, the earliest first; of one key only one runs at a time."""
    twins = Job.objects.filter(started_at__isnull=False, name=OuterRef("name"), key=OuterRef("key"))
    theirs = twins.alias(whose=Coalesce("organisation", 0)).filter(whose=Coalesce(OuterRef("organisation"), 0))
    jobs = Job.objects.filter(Q(key="") | ~Exists(theirs.exclude(pk=OuterRef("pk"))))
    return jobs.filter(run_at__isnull=False, name__in=names(long=long)).order_by("run_at", "id")


def next_due(*, long: bool = True) -> datetime | None:
    """Return when the next job may be taken up; a read that takes no lock."""
    return ready(long=long).values_list("run_at", flat=True).first()


def claim(worker: str, *, long: bool = True) -> Job | None:
    """Take the job that has waited longest, for as long as a lease lasts; None when nothing is due.

    Without `long`, long ones are passed over.

    On PostgreSQL rows that another worker is just taking are skipped; on SQLite the transaction itself lets one in.
    """
    now = timezone.now()
    with transaction.atomic():
        job = ready(long=long).filter(run_at__lte=now).select_for_update(skip_locked=True).first()
        if job is None:
            return None
        job.state, job.worker, job.started_at, job.run_at = _State.RUNNING, worker, now, now + LEASE
        job.attempts += 1
        job.done = job.total = 0
        job.save(update_fields=["state", "worker", "started_at", "run_at", "attempts", "done", "total"])
    return job


def held(job: Job) -> QuerySet[Job]:
    """Return the claimed job as long as the claim holds; nothing once it was lost."""
    return Job.objects.filter(pk=job.pk, worker=job.worker, started_at=job.started_at)


def keep(job: Job, at: tuple[int, int]) -> bool:
    """Extend the lease and write down the progress; False when the job has been lost."""
    return bool(held(job).update(run_at=timezone.now() + LEASE, done=at[0], total=at[1]))


def succeed(job: Job, at: tuple[int, int]) -> None:
    """Let go of a job that is done; a recurring one waits for its next time."""
    now = timezone.now()
    if job.recurring:
        following = max(now, (job.started_at or now) + _period(job))
        _let_go(job, _State.WAITING, run_at=following, attempts=0, **_WELL, done=at[0], total=at[1])
    elif HANDLERS[job.name].quiet:
        held(job).delete()
    else:
        _let_go(job, _State.DONE, run_at=None, **_WELL, done=at[0], total=max(at), finished_at=now)


def fail(job: Job, error: Exception) -> None:
    """Let go of a job that failed: it is tried again after a pause, or dead after the last attempt.

    A recurring job never dies, because nobody would miss it until it is too late; it shows its error and goes on.
    """
    handler, now, wrong = HANDLERS[job.name], timezone.now(), {"error": told(error), "problem": _kept(error)}
    pause = handler.pause_after(job.attempts) * random.uniform(0.8, 1.2)  # noqa: S311  spreads what failed together
    if job.recurring:
        again = now + max(min(pause, _LONGEST_GAP), _period(job))
        _let_go(job, _State.WAITING, run_at=again, **wrong)
    elif job.attempts >= handler.attempts:
        _let_go(job, _State.DEAD, run_at=None, **wrong, finished_at=now)
    else:
        wait_again(held(job), job, run_at=now + pause, **wrong)


def _let_go(job: Job, state: Job.State, **changes: Any) -> None:
    held(job).update(state=state, started_at=None, **changes)


def _period(job: Job) -> timedelta:
    schedule = SCHEDULES.get(job.name)
    return schedule.period if schedule else LEASE  # one that is no schedule any more is about to be taken away


def wait_again(rows: QuerySet[Job], job: Job, **changes: Any) -> int:
    """Let a job wait once more; one that has come to wait under its key meanwhile makes way for it."""
    while True:
        with suppress(IntegrityError), transaction.atomic():
            if job.key and rows.exists():
                twins = Job.objects.filter(organisation=job.organisation, name=job.name, key=job.key)
                twins.filter(state=_State.WAITING).exclude(pk=job.pk).delete()
            return rows.update(state=_State.WAITING, started_at=None, finished_at=None, **changes)


def told(error: Exception) -> str:
    """Say what went wrong without repeating data: our own words, or of other errors only their kind and place."""
    if isinstance(error, KlankbordError):
        return "\n".join(filter(None, (f"{type(error).__name__}: {error.message}", error.hint)))
    below = traceback.extract_tb(error.__traceback__)[2:]  # the worker's own calls lead to every error
    ours = [frame for frame in below if "klankbord" in frame.filename]
    places = [f"  {Path(frame.filename).name}, line {frame.lineno}, in {frame.name}" for frame in ours[-3:]]
    return "\n".join((type(error).__name__, *places))


def _kept(error: Exception) -> dict[str, Any]:
    """Return an error of ours as it was raised; of facts that are no JSON, what they are called."""
    if not isinstance(error, KlankbordError):
        return {}
    kept: dict[str, Any] = json.loads(json.dumps(error.to_dict(), default=str))
    return kept


def recover(workers: Iterable[str]) -> int:
    """Free what workers held that are known to be gone, without waiting for its lease to end."""
    return Job.objects.filter(state=_State.RUNNING, worker__in=workers).update(run_at=timezone.now())
