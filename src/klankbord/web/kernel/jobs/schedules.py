"""Jobs that come back: one row for every organisation and schedule, made when there is none and taken away with it."""

from collections.abc import Iterator

from django.utils import timezone

from klankbord.web.kernel.jobs.registry import SCHEDULES
from klankbord.web.kernel.models import Job, Organisation

_KEY = "recurring"  # with the organisation and the name it makes the row the only one, whoever makes it


def keep_schedules() -> None:
    """Make the rows that are missing, for organisations and schedules that are new, and drop those of old ones."""
    there = set(Job.objects.filter(recurring=True).values_list("name", "organisation_id"))
    now = timezone.now()
    missing = [
        Job(name=name, organisation_id=organisation, key=_KEY, recurring=True, run_at=now)
        for name, organisation in _wanted()
        if (name, organisation) not in there
    ]
    if missing:
        Job.objects.bulk_create(missing, ignore_conflicts=True)
    if not {name for name, _ in there} <= SCHEDULES.keys():
        Job.objects.filter(recurring=True).exclude(name__in=SCHEDULES).delete()


def _wanted() -> Iterator[tuple[str, int | None]]:
    organisations = list(Organisation.objects.values_list("pk", flat=True))
    for schedule in SCHEDULES.values():
        for organisation in organisations if schedule.per_organisation else (None,):
            yield schedule.handler.name, organisation
