"""What people do about jobs: have one tried again at once, or give it up."""

from django.db import transaction
from django.utils import timezone

from klankbord.errors import KlankbordError
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.jobs.queue import wait_again, wake
from klankbord.web.kernel.models import Job
from klankbord.web.kernel.wording import say

RETRIED = audit.entry_type("kernel.job_retried", shred=audit.keep_all)
DISCARDED = audit.entry_type("kernel.job_discarded", shred=audit.keep_all)
_AT_REST = (Job.State.DEAD, Job.State.WAITING)


class JobError(KlankbordError):
    """A job is not there, or not in a state in which this can be done."""

    code = "job_not_at_rest"


def retry_job(actor: Actor, *, job: int) -> None:
    """Have a job that is dead or waits tried at once, with all its attempts before it."""
    actor.require(Permission.MANAGE_JOBS)
    with transaction.atomic():
        found = _at_rest(actor, job)
        attempts = found.attempts if found.recurring else 0
        wait_again(Job.objects.filter(pk=found.pk), found, run_at=timezone.now(), attempts=attempts)
        audit.record(actor, RETRIED, f"job {found.pk}", name=found.name)
        transaction.on_commit(wake)


def discard_job(actor: Actor, *, job: int) -> None:
    """Give up a job that is dead or waits; one that comes back by itself cannot be given up."""
    actor.require(Permission.MANAGE_JOBS)
    with transaction.atomic():
        found = _at_rest(actor, job)
        if found.recurring:
            raise JobError(say("kernel.jobs.errors.recurring.message"), hint=say("kernel.jobs.errors.recurring.hint"))
        found.delete()
        audit.record(actor, DISCARDED, f"job {job}", name=found.name)


def _at_rest(actor: Actor, job: int) -> Job:
    mine = Job.objects.select_for_update(of=("self",)).filter(organisation=actor.organisation, state__in=_AT_REST)
    found = mine.filter(pk=job).first()
    if found is None:
        hint = say("kernel.jobs.errors.not_at_rest.hint")
        raise JobError(say("kernel.jobs.errors.not_at_rest.message"), hint=hint, status=404)
    return found
