"""What tests of webhooks share: a receiver, an endpoint that leads to it, and a clock that can be moved."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from klankbord.web.integrations.webhooks.actions import create_endpoint
from klankbord.web.integrations.webhooks.jobs import look
from klankbord.web.integrations.webhooks.models import Delivery, Endpoint
from klankbord.web.kernel.access import Actor
from klankbord.web.kernel.jobs import enqueue, work
from klankbord.web.kernel.models import Job, Organisation
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.kernel.tests.receiver import Receiver, receiving


@pytest.fixture(autouse=True)
def static_files(settings: Any) -> None:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.OUTGOING_ALLOWED = ["127.0.0.0/8"]
    with receiving() as running:
        yield running


@pytest.fixture
def endpoint(receiver: Receiver, actor: Callable[..., Actor], organisation: Organisation) -> Endpoint:
    with acting_in(organisation):
        made, _ = create_endpoint(actor(), url=receiver.url, events=["contacts.received"])
    return made


@pytest.fixture
def later(endpoint: Endpoint) -> Callable[[timedelta], None]:
    """Let time pass for what waits, and work."""

    def passed(pause: timedelta) -> None:
        for delivery in Delivery.objects.exclude(next_at=None):
            Delivery.objects.filter(pk=delivery.pk).update(next_at=delivery.next_at - pause)
        endpoint.refresh_from_db()
        if endpoint.rests_until:
            Endpoint.objects.filter(pk=endpoint.pk).update(rests_until=endpoint.rests_until - pause)
        if not Job.objects.filter(name="webhooks.look").exists():
            enqueue(look, None)
        work(until_idle=True)

    return passed
