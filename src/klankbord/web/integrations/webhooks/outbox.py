"""The outbox: an event becomes one delivery for each endpoint that wants it, and a job that sends them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from klankbord.web.integrations.webhooks.jobs import ask_for
from klankbord.web.integrations.webhooks.models import Delivery, Endpoint
from klankbord.web.integrations.webhooks.signing import new_message
from klankbord.web.kernel.models import Organisation

TEST = "webhooks.test"  # what the button on an endpoint's page sends, whatever the endpoint wants otherwise


def put(organisation: Organisation, kind: str, data: Mapping[str, Any], *, about: str = "") -> None:
    """Put an event in the outbox for every active endpoint that wants its type; `about` is a customer's pseudonym."""
    wanting = [endpoint for endpoint in Endpoint.objects.filter(stopped="") if kind in endpoint.events]
    put_for(organisation, wanting, kind, data, about=about)


def put_for(
    organisation: Organisation, endpoints: Iterable[Endpoint], kind: str, data: Mapping[str, Any], *, about: str = ""
) -> None:
    """Put an event in the outbox for some endpoints."""
    now = timezone.now()
    told = {"type": kind, "timestamp": now.isoformat(), "data": {"organisation": organisation.slug, **data}}
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    with transaction.atomic():
        for endpoint in endpoints:
            Delivery.objects.create(
                endpoint=endpoint, message=new_message(), type=kind, body=body, about=about, next_at=now
            )
            ask_for(organisation, endpoint.pk)
