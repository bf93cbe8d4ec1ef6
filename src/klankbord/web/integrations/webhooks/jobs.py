"""Jobs of webhooks: sending what is due, looking for what is due, and forgetting what is old."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from klankbord.web.integrations.webhooks.delivering import attempt
from klankbord.web.integrations.webhooks.models import Delivery
from klankbord.web.kernel.jobs import Run, enqueue, every, job
from klankbord.web.kernel.models import Organisation

_AT_ONCE = 50
_KEPT = timedelta(days=30)


@job("webhooks.send", quiet=True)
def send(run: Run, *, endpoint: int) -> None:
    """Send what is due to one endpoint, the oldest first, until it does not answer."""
    due = _due().filter(endpoint=endpoint).select_related("endpoint").order_by("next_at", "id")
    tried = list(due[:_AT_ONCE])
    for number, delivery in enumerate(tried):
        run.progress(number, len(tried))
        delivery.endpoint.refresh_from_db()
        if delivery.endpoint.stopped or not attempt(delivery):
            return
    if len(tried) == _AT_ONCE:
        ask_for(run.organisation, endpoint)


@job("webhooks.look", quiet=True)
def look(run: Run) -> None:
    """Ask for sending wherever something is due; the deliveries themselves are the list of what is to be done."""
    del run
    waiting = dict(_due().order_by().values_list("endpoint", "organisation").distinct())
    organisations = Organisation.objects.in_bulk(set(waiting.values()))
    for endpoint, organisation in waiting.items():
        ask_for(organisations[organisation], endpoint)


@job("webhooks.tidy", quiet=True)
def tidy(run: Run) -> None:
    """Forget deliveries of more than a month ago."""
    del run
    old = Delivery.objects.exclude(state=Delivery.State.WAITING).filter(created_at__lt=timezone.now() - _KEPT)
    while some := list(old.values_list("pk", flat=True)[:1000]):
        Delivery.objects.filter(pk__in=some).delete()


def ask_for(organisation: Organisation, endpoint: int) -> None:
    """Ask for sending to an endpoint; one job at a time for each, so that a slow one holds up only itself."""
    enqueue(send, organisation, key=f"webhook-{endpoint}", endpoint=endpoint)


def _due() -> QuerySet[Delivery]:
    now = timezone.now()
    rested = Q(endpoint__rests_until=None) | Q(endpoint__rests_until__lte=now)
    due: QuerySet[Delivery] = Delivery.objects.filter(rested, next_at__lte=now, endpoint__stopped="")
    return due


every(timedelta(seconds=5), look, per_organisation=False)
every(timedelta(hours=12), tidy, per_organisation=False)
