"""Webhooks by API: the endpoints, their secrets, and what was delivered."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from klankbord.web.integrations.webhooks import actions, queries
from klankbord.web.integrations.webhooks.models import Delivery, Endpoint
from klankbord.web.integrations.webhooks.registry import EVENT_TYPES
from klankbord.web.kernel.access import Actor
from klankbord.web.people.tokens import TokenAuth

router = Router(tags=["webhooks"], auth=TokenAuth())
_EVENTS = "Types of events that are told to it; see /api/webhooks/event-types."


class EndpointSent(Schema):
    """A new endpoint."""

    model_config = {"extra": "forbid"}
    url: str = Field(
        max_length=500, description="http or https, on the internet.", examples=["https://example.org/hook"]
    )
    events: list[str] = Field(min_length=1, max_length=50, description=_EVENTS, examples=[["contacts.received"]])
    description: str = Field("", max_length=200, examples=["Data warehouse"])


class EndpointChange(Schema):
    """What changes of an endpoint; what is not sent stays as it is."""

    model_config = {"extra": "forbid"}
    url: str = Field("", min_length=1, max_length=500, examples=["https://example.org/hook"])
    events: list[str] = Field([], min_length=1, max_length=50, description=_EVENTS, examples=[["contacts.received"]])
    description: str = Field("", max_length=200, examples=["Data warehouse"])
    active: bool = Field(True, description="False stops it; true starts it again, also after it stopped by itself.")


class EndpointTold(Schema):
    """An endpoint as it is."""

    id: int = Field(examples=[3])
    url: str = Field(examples=["https://example.org/hook"])
    description: str = Field(examples=["Data warehouse"])
    events: list[str] = Field(description=_EVENTS, examples=[["contacts.received"]])
    active: bool = Field(examples=[True])
    stopped: str = Field(
        description="Why it is not active: by_hand, gone (it answered 410), failing (5 days).", examples=[""]
    )
    failing_since: datetime | None = Field(None, description="Since when nothing has been delivered, if so.")
    created_at: datetime

    @staticmethod
    def resolve_active(endpoint: Endpoint) -> bool:
        """Say whether it is told anything."""
        return not endpoint.stopped


class EndpointMade(EndpointTold):
    """A new endpoint with its secret, which is told only now."""

    secret: str = Field(
        description="Verifies signatures as in Standard Webhooks 1.0.", examples=["whsec_MfKQ9r8GKYqrTwjU"]
    )


class Endpoints(Schema):
    """All endpoints of the organisation."""

    items: list[EndpointTold]
    next: int | None = Field(None, description="Always null: there are never more than fifty.")


class Secret(Schema):
    """A secret, which is told only now."""

    secret: str = Field(examples=["whsec_MfKQ9r8GKYqrTwjU"])


class EventTypeTold(Schema):
    """A type of event."""

    name: str = Field(examples=["contacts.received"])
    example: dict[str, Any] = Field(description="What `data` holds beside the organisation.", examples=[{"count": 250}])


class EventTypes(Schema):
    """All types of events."""

    items: list[EventTypeTold]
    next: int | None = Field(None, description="Always null.")


class AttemptTold(Schema):
    """One try to deliver."""

    at: datetime
    status: int | None = Field(None, description="Status that was answered; null when nothing was.", examples=[200])
    reason: str = Field(description="Why nothing was answered.", examples=["no_answer"])
    excerpt: str = Field(description="The first 500 characters of the answer.", examples=["ok"])
    took_ms: int = Field(examples=[84])


class DeliveryTold(Schema):
    """One event for one endpoint."""

    id: int = Field(examples=[12])
    message: str = Field(description="The webhook-id that it is sent under.", examples=["msg_2fYk8"])
    type: str = Field(examples=["contacts.received"])
    state: str = Field(description="waiting, delivered or failed.", examples=["delivered"])
    next_at: datetime | None = Field(None, description="When it is tried next, if it waits.")
    created_at: datetime
    attempts: list[AttemptTold]

    @staticmethod
    def resolve_attempts(delivery: Delivery) -> list[Any]:
        """Return the attempts, the first one first."""
        return list(delivery.attempts.all())


class Deliveries(Schema):
    """A part of the deliveries, newest first."""

    items: list[DeliveryTold]
    next: int | None = Field(None, description="Cursor of the next part.")


class Paging(Schema):
    """Which part of a list is asked for."""

    after: int | None = Field(None, ge=1, description="The cursor that the part before gave as `next`.")
    limit: int = Field(50, ge=1, le=200)


@router.get("", response=Endpoints, summary="List endpoints", operation_id="list_webhooks")
def list_endpoints(request: HttpRequest) -> dict[str, Any]:
    """List the endpoints of the organisation."""
    return {"items": list(queries.endpoints(_actor(request))), "next": None}


@router.post("", response={201: EndpointMade}, summary="Add an endpoint", operation_id="create_webhook")
def create_endpoint(request: HttpRequest, body: EndpointSent) -> Status[Endpoint]:
    """Begin to tell events to an address."""
    endpoint, _ = actions.create_endpoint(_actor(request), **body.model_dump())
    return Status(201, endpoint)


@router.get("/event-types", response=EventTypes, summary="List types of events", operation_id="list_event_types")
def list_event_types(request: HttpRequest) -> dict[str, Any]:
    """List what endpoints can be told."""
    queries.endpoints(_actor(request))
    return {"items": [{"name": kind.name, "example": kind.example} for kind in EVENT_TYPES.values()], "next": None}


@router.get("/{int:endpoint}", response=EndpointTold, summary="Get an endpoint", operation_id="get_webhook")
def get_endpoint(request: HttpRequest, endpoint: int) -> Endpoint:
    """Return one endpoint."""
    return _endpoint(request, endpoint)


@router.patch("/{int:endpoint}", response=EndpointTold, summary="Change an endpoint", operation_id="change_webhook")
def change_endpoint(request: HttpRequest, endpoint: int, body: EndpointChange) -> Endpoint:
    """Change what is sent of an endpoint and leave the rest as it is."""
    found = _endpoint(request, endpoint)
    now = {"url": found.url, "events": found.events, "description": found.description, "active": not found.stopped}
    return actions.change_endpoint(_actor(request), found, **now | body.model_dump(exclude_unset=True))


@router.delete("/{int:endpoint}", response={204: None}, summary="Remove an endpoint", operation_id="remove_webhook")
def remove_endpoint(request: HttpRequest, endpoint: int) -> Status[None]:
    """Forget an endpoint with all its deliveries."""
    actions.remove_endpoint(_actor(request), _endpoint(request, endpoint))
    return Status(204, None)


@router.post(
    "/{int:endpoint}/secret", response=Secret, summary="Replace the secret", operation_id="rotate_webhook_secret"
)
def rotate_secret(request: HttpRequest, endpoint: int) -> dict[str, str]:
    """Replace the secret; for 24 hours the one before signs as well."""
    return {"secret": actions.rotate_secret(_actor(request), _endpoint(request, endpoint))}


@router.post("/{int:endpoint}/test", response={202: None}, summary="Send a test event", operation_id="test_webhook")
def send_test(request: HttpRequest, endpoint: int) -> Status[None]:
    """Send an event of type webhooks.test."""
    actions.send_test(_actor(request), _endpoint(request, endpoint))
    return Status(202, None)


@router.get(
    "/{int:endpoint}/deliveries", response=Deliveries, summary="List deliveries", operation_id="list_deliveries"
)
def list_deliveries(request: HttpRequest, endpoint: int, paging: Query[Paging]) -> dict[str, Any]:
    """List what was delivered to an endpoint or is to be."""
    rows = queries.deliveries(_actor(request), _endpoint(request, endpoint))
    if paging.after:
        rows = rows.filter(pk__lt=paging.after)
    found = list(rows[: paging.limit + 1])
    shown = found[: paging.limit]
    return {"items": shown, "next": shown[-1].pk if len(found) > len(shown) else None}


@router.post(
    "/{int:endpoint}/deliveries/{int:delivery}/resend",
    response={202: None},
    summary="Deliver once more",
    operation_id="resend_delivery",
)
def resend(request: HttpRequest, endpoint: int, delivery: int) -> Status[None]:
    """Deliver something once more, under the same id."""
    actor = _actor(request)
    found = get_object_or_404(queries.deliveries(actor, _endpoint(request, endpoint)), pk=delivery)
    actions.resend(actor, found)
    return Status(202, None)


def _endpoint(request: HttpRequest, endpoint: int) -> Endpoint:
    return get_object_or_404(queries.endpoints(_actor(request)), pk=endpoint)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
