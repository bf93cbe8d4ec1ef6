"""All that people and programs do to webhooks."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from klankbord.web.integrations.webhooks.delivering import stop
from klankbord.web.integrations.webhooks.errors import WebhookError, require_destination
from klankbord.web.integrations.webhooks.jobs import ask_for
from klankbord.web.integrations.webhooks.models import Delivery, Endpoint
from klankbord.web.integrations.webhooks.outbox import TEST, put_for
from klankbord.web.integrations.webhooks.registry import EVENT_TYPES
from klankbord.web.integrations.webhooks.signing import new_secret
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission

BOTH_SECRETS_FOR = timedelta(hours=24)
MOST = 50  # endpoints of an organisation
CREATED = audit.entry_type("webhooks.created", shred=audit.keep_all)
CHANGED = audit.entry_type("webhooks.changed", shred=audit.keep_all)
REMOVED = audit.entry_type("webhooks.removed", shred=audit.keep_all)
ROTATED = audit.entry_type("webhooks.secret_rotated", shred=audit.keep_all)
TESTED = audit.entry_type("webhooks.tested", shred=audit.keep_all)
RESENT = audit.entry_type("webhooks.resent", shred=audit.keep_all)


def create_endpoint(actor: Actor, *, url: str, events: Iterable[str], description: str = "") -> tuple[Endpoint, str]:
    """Begin to tell events to an address; returns the endpoint and its secret."""
    actor.require(Permission.MANAGE_WEBHOOKS)
    require_destination(url)
    secret = new_secret()
    with transaction.atomic():
        if Endpoint.objects.count() >= MOST:
            raise WebhookError("too_many", n=MOST)
        endpoint = Endpoint.objects.create(
            url=url.strip(), events=_known(events), description=description, secret=secret
        )
        audit.record(actor, CREATED, str(endpoint), events=endpoint.events)
    return endpoint, secret


def change_endpoint(
    actor: Actor, endpoint: Endpoint, *, url: str, events: Iterable[str], description: str, active: bool
) -> Endpoint:
    """Change where an endpoint is, what it wants, and whether it is told anything at all."""
    actor.require(Permission.MANAGE_WEBHOOKS)
    require_destination(url)
    with transaction.atomic():
        held: Endpoint = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
        held.url, held.events, held.description = url.strip(), _known(events), description
        if active:
            held.stopped, held.failing_since, held.rests_until, held.silences = "", None, None, 0
        elif not held.stopped:
            stop(held, Endpoint.Stopped.BY_HAND)
        held.save()
        audit.record(actor, CHANGED, str(held), events=held.events, active=active)
    return held


def remove_endpoint(actor: Actor, endpoint: Endpoint) -> None:
    """Forget an endpoint with all its deliveries."""
    actor.require(Permission.MANAGE_WEBHOOKS)
    with transaction.atomic():
        audit.record(actor, REMOVED, str(endpoint))
        endpoint.delete()


def rotate_secret(actor: Actor, endpoint: Endpoint) -> str:
    """Replace the secret and return the new one; for a day the one before signs as well."""
    actor.require(Permission.MANAGE_WEBHOOKS)
    secret = new_secret()
    with transaction.atomic():
        held: Endpoint = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
        held.former_secret, held.former_until = held.secret, timezone.now() + BOTH_SECRETS_FOR
        held.secret = secret
        held.save(update_fields=["secret", "former_secret", "former_until"])
        audit.record(actor, ROTATED, str(held))
    return secret


def send_test(actor: Actor, endpoint: Endpoint) -> None:
    """Send an event that says nothing, to see whether it arrives."""
    actor.require(Permission.MANAGE_WEBHOOKS)
    with transaction.atomic():
        _wake(endpoint)
        put_for(actor.organisation, [endpoint], TEST, {})
        audit.record(actor, TESTED, str(endpoint))


def resend(actor: Actor, delivery: Delivery) -> None:
    """Deliver once more what was delivered or has failed: the same message, under the same id."""
    actor.require(Permission.MANAGE_WEBHOOKS)
    with transaction.atomic():
        _wake(delivery.endpoint)
        again = Delivery.objects.filter(pk=delivery.pk)
        again.update(state=Delivery.State.WAITING, tries=0, next_at=timezone.now())
        ask_for(actor.organisation, delivery.endpoint_id)
        audit.record(actor, RESENT, str(delivery.endpoint), message=delivery.message)


def _wake(endpoint: Endpoint) -> None:
    """Refuse what is switched off; one that rests is tried at once when a person asks for it."""
    if endpoint.stopped:
        raise WebhookError("stopped", status=409)
    Endpoint.objects.filter(pk=endpoint.pk).update(rests_until=None)


def _known(events: Iterable[str]) -> list[str]:
    wanted = sorted(set(events))
    unknown = [name for name in wanted if name not in EVENT_TYPES]
    if unknown or not wanted:
        raise WebhookError("events", field="events", known=", ".join(EVENT_TYPES))
    return wanted
