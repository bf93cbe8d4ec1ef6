"""What can be seen of an organisation's jobs."""

from collections import Counter

from django.db.models import Case, Count, Q, QuerySet, Value, When

from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.models import Job

OPEN = "open"
_State = Job.State
_MOST_URGENT_FIRST = Case(
    When(state=_State.DEAD, then=Value(0)), When(state=_State.RUNNING, then=Value(1)), default=Value(2)
)
# A job that comes back and is well is no news.
_NEWS = Q(recurring=False) | ~Q(error="")


def jobs_of(actor: Actor, state: str = OPEN) -> QuerySet[Job]:
    """Return the jobs in a state; `open` is all that are not done, dead ones first."""
    jobs = visible(actor)
    if state != OPEN:
        return jobs.filter(state=state).order_by("-id")
    return jobs.exclude(state=_State.DONE).order_by(_MOST_URGENT_FIRST, "-id")


def count_jobs(actor: Actor) -> dict[str, int]:
    """Return how many jobs there are in each state, and how many are open."""
    rows = visible(actor).order_by().values_list("state").annotate(Count("pk"))
    counts = Counter({str(state): number for state, number in rows})
    return {OPEN: counts.total() - counts[_State.DONE], **{state.value: counts[state] for state in _State}}


def visible(actor: Actor) -> QuerySet[Job]:
    """Return every job of the organisation that is news: not those that come back and are well."""
    actor.require(Permission.SEE_JOBS)
    return Job.objects.filter(_NEWS, organisation=actor.organisation)
