"""What the doctor looks at here: contacts that wait for the lake, unfinished erasures, nights without retention."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from klankbord.web.contacts.models import Contact
from klankbord.web.kernel.doctor import Finding, examination
from klankbord.web.kernel.models import Organisation
from klankbord.web.privacy.models import Erasure, RetentionRun

_LATE = timedelta(minutes=5)  # changes are in the lake within seconds, unless something is wrong
_MONTH = timedelta(days=30)


@examination
def projection() -> Iterator[Finding]:
    """See that what came in is in the lake soon after."""
    waiting = Contact.objects.filter(version__gt=F("projected_version")).order_by("received_at")
    oldest = waiting.values_list("received_at", flat=True).first()
    if oldest and timezone.now() - oldest > _LATE:
        message = f"contacts wait for the lake since {timezone.localtime(oldest):%Y-%m-%d %H:%M}"
        yield Finding("projection.age", "problem", message, "see that the worker runs, and what the jobs page says")
    else:
        yield Finding("projection.age", "ok", "what came in is in the lakes")


@examination
def rights() -> Iterator[Finding]:
    """See that nobody waits to be forgotten, and that retention is applied every night."""
    now = timezone.now()
    waiting = Erasure.objects.filter(done_at=None, asked_at__lt=now - _LATE).count()
    if waiting:
        severity = "problem" if Erasure.objects.filter(done_at=None, asked_at__lt=now - _MONTH).exists() else "doubt"
        message = f"{waiting} customers wait to be erased"
        yield Finding("erasure.waits", severity, message, "look at the jobs page; the law gives a month")  # type: ignore[arg-type]
    for organisation in Organisation.objects.filter(created_at__lt=now - timedelta(days=2)):
        last = RetentionRun.objects.filter(organisation=organisation).values_list("ran_at", flat=True).first()
        if last is None or now - last > timedelta(days=2):
            message = f"{organisation.slug}: data that are kept too long have not been removed for two days"
            yield Finding(
                "retention.applied", "doubt", message, "see that the worker runs, and what the jobs page says"
            )
