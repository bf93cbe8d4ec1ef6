"""What can be seen of webhooks."""

from django.db.models import QuerySet

from klankbord.web.integrations.webhooks.models import Delivery, Endpoint
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission


def endpoints(actor: Actor) -> QuerySet[Endpoint]:
    """Return the endpoints of the organisation."""
    actor.require(Permission.MANAGE_WEBHOOKS)
    found: QuerySet[Endpoint] = Endpoint.objects.all()
    return found


def deliveries(actor: Actor, endpoint: Endpoint) -> QuerySet[Delivery]:
    """Return what was delivered to an endpoint or is to be, newest first, with every attempt."""
    actor.require(Permission.MANAGE_WEBHOOKS)
    found: QuerySet[Delivery] = Delivery.objects.filter(endpoint=endpoint).select_related("endpoint")
    return found.prefetch_related("attempts")


audit.called("webhooks.webhook", Endpoint, permission=Permission.MANAGE_WEBHOOKS, name="called")
