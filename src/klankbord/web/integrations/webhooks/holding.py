"""What was sent about a customer, for their rights."""

import json
from typing import Any

from klankbord.web.integrations.webhooks.models import Delivery
from klankbord.web.kernel.holdings import Holding, Pseudonyms, hold


def _count(pseudonyms: Pseudonyms) -> int:
    return Delivery.objects.filter(about__in=pseudonyms).count()


def _tell(pseudonyms: Pseudonyms) -> list[dict[str, Any]]:
    sent = Delivery.objects.filter(about__in=pseudonyms).select_related("endpoint").order_by("id")
    return [
        {
            "at": delivery.created_at,
            "recipient": delivery.endpoint.host,
            "state": delivery.state,
            "content": json.loads(delivery.body),
        }
        for delivery in sent
    ]


def _forget(pseudonyms: Pseudonyms) -> None:
    Delivery.objects.filter(about__in=pseudonyms).delete()


DELIVERIES = hold(Holding(name="webhooks.deliveries", count=_count, tell=_tell, forget=_forget))
