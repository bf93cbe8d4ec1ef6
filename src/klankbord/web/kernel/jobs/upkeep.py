"""What keeps the list of jobs short: those that are done go after two weeks, dead ones after three months."""

from datetime import timedelta

from django.utils import timezone

from klankbord.web.kernel.jobs.registry import every, job
from klankbord.web.kernel.jobs.run import Run
from klankbord.web.kernel.models import Job

KEPT = {Job.State.DONE: timedelta(days=14), Job.State.DEAD: timedelta(days=90)}
_AT_ONCE = 5000


@job("kernel.tidy_jobs", quiet=True)
def tidy_jobs(run: Run) -> None:
    """Remove jobs that ended long ago, in portions that hold up nobody."""
    removed = 0
    for state, kept in KEPT.items():
        old = Job.objects.filter(state=state, finished_at__lt=timezone.now() - kept).order_by("id")
        while some := list(old.values_list("pk", flat=True)[:_AT_ONCE]):
            removed += Job.objects.filter(pk__in=some).delete()[0]
            run.progress(removed, 0)


every(timedelta(hours=6), tidy_jobs, per_organisation=False)
