"""Jobs by API: how far they are, what went wrong, and trying one again."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from klankbord.web.kernel.access import Actor
from klankbord.web.kernel.jobs.actions import discard_job, retry_job
from klankbord.web.kernel.jobs.queries import jobs_of, visible
from klankbord.web.kernel.models import Job

# Who shows which token is known further up: the API as a whole asks for it.
router = Router(tags=["jobs"])


class JobTold(Schema):
    """A job as it is."""

    id: int = Field(examples=[42])
    name: str = Field(description="What kind of job it is.", examples=["contacts.import_upload"])
    state: str = Field(description="waiting, running, done or dead.", examples=["dead"])
    recurring: bool = Field(description="Whether it comes back by itself.", examples=[False])
    attempts: int = Field(description="How often it has been begun.", examples=[5])
    done: int = Field(description="How far it is, of `total`; 0 of 0 where it does not say.", examples=[2])
    total: int = Field(examples=[3])
    error: str = Field(description="What went wrong last, and what to do.", examples=["LakeError: the disk is full"])
    created_at: datetime
    next_at: datetime | None = Field(None, description="When it is begun, if it waits.")
    started_at: datetime | None = Field(None, description="Since when it runs, if it does.")
    finished_at: datetime | None = Field(None, description="When it was done, or failed for good.")

    @staticmethod
    def resolve_next_at(job: Job) -> datetime | None:
        """Return when a job that waits is begun."""
        return job.run_at if job.state == Job.State.WAITING else None


class Jobs(Schema):
    """A part of the jobs, newest first."""

    items: list[JobTold]
    next: int | None = Field(None, description="Cursor of the next part.")


class Wanted(Schema):
    """Which jobs are asked for, and which part of them."""

    state: Literal["open", "waiting", "running", "done", "dead"] = Field(
        "open", description="In which state; open are all that are not done."
    )
    after: int | None = Field(None, ge=1, description="The cursor that the part before gave as `next`.")
    limit: int = Field(50, ge=1, le=200)


@router.get("", response=Jobs, summary="List jobs", operation_id="list_jobs")
def list_jobs(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    """List jobs of the organisation; those that come back by themselves only where something is wrong with them."""
    rows = jobs_of(_actor(request), wanted.state).order_by("-id")
    if wanted.after:
        rows = rows.filter(pk__lt=wanted.after)
    found = list(rows[: wanted.limit + 1])
    shown = found[: wanted.limit]
    return {"items": shown, "next": shown[-1].pk if len(found) > len(shown) else None}


@router.get("/{int:job}", response=JobTold, summary="Get a job", operation_id="get_job")
def get_job(request: HttpRequest, job: int) -> Job:
    """Return one job, whatever its state."""
    return get_object_or_404(visible(_actor(request)), pk=job)


@router.post("/{int:job}/retry", response={202: None}, summary="Try a job again", operation_id="retry_job")
def retry(request: HttpRequest, job: int) -> Status[None]:
    """Have a job that is dead, or waits, begun at once, with all its attempts before it."""
    retry_job(_actor(request), job=job)
    return Status(202, None)


@router.delete("/{int:job}", response={204: None}, summary="Discard a job", operation_id="discard_job")
def discard(request: HttpRequest, job: int) -> Status[None]:
    """Give up a job that is dead or waits; one that comes back by itself cannot be given up."""
    discard_job(_actor(request), job=job)
    return Status(204, None)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
