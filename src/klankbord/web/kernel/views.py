"""The page of jobs: what is waiting, running, done or dead, and what to do about it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from klankbord.errors import KlankbordError
from klankbord.reports.wording import Said
from klankbord.web.kernel.access import Actor, Permission, needs
from klankbord.web.kernel.jobs.actions import discard_job, retry_job
from klankbord.web.kernel.jobs.naming import title_of
from klankbord.web.kernel.jobs.queries import OPEN, count_jobs, jobs_of
from klankbord.web.kernel.models import Job
from klankbord.web.kernel.wording import in_words, say

_PAGE = 50


@needs(Permission.SEE_JOBS)
@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """Show the organisation's jobs; htmx asks for the list alone."""
    actor = _actor(request)
    counts = count_jobs(actor)
    state = request.GET.get("state", OPEN)
    state = state if state in counts else OPEN
    page = Paginator(jobs_of(actor, state), _PAGE).get_page(request.GET.get("page"))
    jobs = [(job, title_of(job.name), _said(job)) for job in page]
    shown = {"page": page, "jobs": jobs, "state": state, "counts": counts}
    template = "kernel/jobs_list.html" if request.headers.get("HX-Request") else "kernel/jobs.html"
    return render(request, template, shown | {"may_manage": actor.may(Permission.MANAGE_JOBS)})


@needs(Permission.MANAGE_JOBS)
@require_POST
def job_retry(request: HttpRequest, job: int) -> HttpResponse:
    """Have a job tried again."""
    retry_job(_actor(request), job=job)
    messages.success(request, say("kernel.jobs.retried"))
    return _back(request)


@needs(Permission.MANAGE_JOBS)
@require_POST
def job_discard(request: HttpRequest, job: int) -> HttpResponse:
    """Give up a job."""
    discard_job(_actor(request), job=job)
    messages.success(request, say("kernel.jobs.discarded"))
    return _back(request)


def _said(job: Job) -> Said | None:
    """Say what went wrong in the reader's language, where the error is one of ours."""
    return in_words(KlankbordError.of_dict(job.problem)) if job.problem else None


def _back(request: HttpRequest) -> HttpResponse:
    return redirect("job-list", organisation=_actor(request).organisation.slug)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
