"""Visitors: known for a day by a digest of address and browser, which leads to nobody."""

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

_SALT = "klankbord.responses.visitors"


def visitor_of(request: HttpRequest, now: datetime) -> str:
    """Return what a visitor is known by today; tomorrow it is something else."""
    told = f"{now.astimezone(UTC):%Y-%m-%d} {address_of(request)} {request.META.get('HTTP_USER_AGENT', '')}"
    return salted_hmac(_SALT, told, algorithm="sha256").hexdigest()[:24]


def address_of(request: HttpRequest) -> str:
    """Return the address that asks, as far as the proxies in front of us are to be believed."""
    trusted: int = settings.OPTIONS.trusted_proxies
    told: str = request.META.get("HTTP_X_FORWARDED_FOR", "")
    passed = [part.strip() for part in told.split(",") if part.strip()]
    if trusted and len(passed) >= trusted:
        return passed[-trusted]
    return str(request.META.get("REMOTE_ADDR", ""))
