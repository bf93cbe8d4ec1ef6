"""Delivering: one attempt at a time, and what follows from what was answered."""

import logging
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.utils import timezone

from klankbord.web.integrations.webhooks.letters import tell_that_it_stopped
from klankbord.web.integrations.webhooks.models import Attempt, Delivery, Endpoint
from klankbord.web.integrations.webhooks.signing import signed_headers
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import the_product
from klankbord.web.kernel.outgoing import Answer, OutgoingError, post

# The pauses that Standard Webhooks recommends: ten attempts in a bit more than three days.
LADDER = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
GIVEN_UP_AFTER = timedelta(days=5)
_LONGEST_REST = timedelta(minutes=5)
_TIMEOUT_S = 15.0
_EXCERPT = 500
_GONE = 410
STOPPED = audit.entry_type("webhooks.stopped", shred=audit.keep_all)
_log = logging.getLogger("klankbord.webhooks")


def attempt(delivery: Delivery) -> bool:
    """Try to deliver, write down how it went, and say whether the endpoint answered at all.

    Nothing is locked while we wait for an answer; should the worker be killed meanwhile, the same message goes out
    again under the same id.
    """
    endpoint, at, began = delivery.endpoint, timezone.now(), monotonic()
    body = delivery.body.encode()
    headers = signed_headers(secrets_of(endpoint, at), delivery.message, int(at.timestamp()), body)
    answer, reason = None, ""
    try:
        answer = post(endpoint.url, body, {"Content-Type": "application/json", **headers}, timeout_s=_TIMEOUT_S)
    except OutgoingError as error:
        reason = error.reason
        _log.info("%s was not reached: %s", endpoint, error.message)
    tried = Attempt(
        delivery=delivery,
        at=at,
        status=answer.status if answer else None,
        reason=reason,
        excerpt=answer.text[:_EXCERPT] if answer else "",
        took_ms=round(1000 * (monotonic() - began)),
    )
    with transaction.atomic():
        held = Endpoint.objects.select_for_update().filter(pk=endpoint.pk).first()
        if held is not None:  # it may have been removed while we waited
            tried.save()
            _conclude(delivery, held, answer)
    return answer is not None


def secrets_of(endpoint: Endpoint, at: datetime) -> list[str]:
    """Return the secrets that are valid: the present one, and for a day the one before."""
    both = endpoint.former_secret and endpoint.former_until and at < endpoint.former_until
    return [endpoint.secret, endpoint.former_secret] if both else [endpoint.secret]


def stop(endpoint: Endpoint, why: Endpoint.Stopped) -> None:
    """Send nothing more to an endpoint; what waits for it has failed."""
    endpoint.stopped = why
    endpoint.save(update_fields=["stopped"])
    waiting = endpoint.deliveries.filter(state=Delivery.State.WAITING)
    waiting.update(state=Delivery.State.FAILED, next_at=None)


def _conclude(delivery: Delivery, endpoint: Endpoint, answer: Answer | None) -> None:
    delivery.tries += 1
    if answer and 200 <= answer.status < 300:
        delivery.state, delivery.next_at = Delivery.State.DELIVERED, None
        endpoint.failing_since = None
    else:
        endpoint.failing_since = endpoint.failing_since or timezone.now()
        _plan_again(delivery, stopped=bool(endpoint.stopped))
    _let_rest(endpoint, silent=answer is None)
    delivery.save(update_fields=["tries", "state", "next_at"])
    endpoint.save(update_fields=["failing_since", "silences", "rests_until"])
    if answer and answer.status == _GONE:
        _stop_by_itself(endpoint, Endpoint.Stopped.GONE)
    elif endpoint.failing_since and timezone.now() - endpoint.failing_since >= GIVEN_UP_AFTER:
        _stop_by_itself(endpoint, Endpoint.Stopped.FAILING)


def _plan_again(delivery: Delivery, *, stopped: bool) -> None:
    if delivery.tries <= len(LADDER) and not stopped:
        delivery.next_at = timezone.now() + LADDER[delivery.tries - 1]
    else:
        delivery.state, delivery.next_at = Delivery.State.FAILED, None


def _let_rest(endpoint: Endpoint, *, silent: bool) -> None:
    """Leave one that does not answer alone, longer each time: waiting for it costs a worker fifteen seconds."""
    endpoint.silences = min(endpoint.silences + 1, 100) if silent else 0
    pause = min(LADDER[0] * 2 ** min(endpoint.silences - 1, 10), _LONGEST_REST) if silent else None
    endpoint.rests_until = timezone.now() + pause if pause else None


def _stop_by_itself(endpoint: Endpoint, why: Endpoint.Stopped) -> None:
    if not endpoint.stopped:
        stop(endpoint, why)
        audit.record(the_product(endpoint.organisation), STOPPED, str(endpoint), why=why.value)
        tell_that_it_stopped(endpoint.organisation, endpoint)
