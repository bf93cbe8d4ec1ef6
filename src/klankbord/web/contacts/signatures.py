"""Whether a message comes from where it says: each way of signing, over the body as it came, in constant time."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from django.utils import timezone

from klankbord.web.contacts.models import Intake

TOLERANCE: Final = timedelta(minutes=5)
DEFAULT_HEADERS: Final = {"hmac": "Typeform-Signature", "token": "X-Apikey"}
_Scheme = Intake.Scheme


@dataclass(frozen=True, slots=True)
class Message:
    """What came in: where it was sent to, its headers and its body."""

    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_form(self) -> bool:
        """Whether the body is a form's."""
        return self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")


def is_genuine(intake: Intake, message: Message, now: datetime | None = None) -> bool:
    """Say whether a message was signed with a secret that is good at this moment."""
    now = now or timezone.now()
    check = _CHECKS[_Scheme(intake.scheme)]
    # All are tried, so that the time it takes tells nothing.
    return sum(check(intake, secret, message, now) for secret in _secrets(intake, now)) > 0


def _secrets(intake: Intake, now: datetime) -> Iterable[str]:
    yield intake.secret
    if intake.earlier_secret and intake.earlier_secret_until and now < intake.earlier_secret_until:
        yield intake.earlier_secret


def _standard(intake: Intake, secret: str, message: Message, now: datetime) -> bool:
    """Check a signature by Standard Webhooks 1.0: over id, moment and body."""
    del intake
    told = [message.headers.get(f"Webhook-{part}", "") for part in ("Id", "Timestamp", "Signature")]
    identity, stamp, signatures = told
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        sent = int(stamp)
    except (binascii.Error, ValueError):
        return False
    if abs(now.timestamp() - sent) > TOLERANCE.total_seconds():
        return False
    signed = hmac.new(key, f"{identity}.{stamp}.".encode() + message.body, hashlib.sha256).digest()
    expected = base64.b64encode(signed).decode()
    return sum(_same(one, f"v1,{expected}") for one in signatures.split()) > 0


def _hmac(intake: Intake, secret: str, message: Message, now: datetime) -> bool:
    """Check an HMAC-SHA-256 over the body, in base64 or hexadecimal, with or without `sha256=`."""
    del now
    told = message.headers.get(_header(intake), "").removeprefix("sha256=")
    signed = hmac.new(secret.encode(), message.body, hashlib.sha256).digest()
    return _same(told, base64.b64encode(signed).decode()) | _same(told, signed.hex())


def _twilio(intake: Intake, secret: str, message: Message, now: datetime) -> bool:
    """Check Twilio's HMAC-SHA-1 over address and fields; of other bodies the address holds the hash."""
    del intake, now
    text = message.url
    if message.is_form:
        fields = sorted(set(parse_qsl(message.body.decode("utf-8", "replace"), keep_blank_values=True)))
        text += "".join(name + value for name, value in fields)
    else:
        hashes = dict(parse_qsl(urlsplit(message.url).query))
        if not _same(hashes.get("bodySHA256", ""), hashlib.sha256(message.body).hexdigest()):
            return False
    signed = hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()
    return _same(message.headers.get("X-Twilio-Signature", ""), base64.b64encode(signed).decode())


def _token(intake: Intake, secret: str, message: Message, now: datetime) -> bool:
    """Check a fixed word in a header."""
    del now
    return _same(message.headers.get(_header(intake), "").removeprefix("Bearer "), secret)


def _basic(intake: Intake, secret: str, message: Message, now: datetime) -> bool:
    """Check name and password, kept as name:password."""
    del intake, now
    kind, _, told = message.headers.get("Authorization", "").partition(" ")
    return kind.lower() == "basic" and _same(told.strip(), base64.b64encode(secret.encode()).decode())


def _header(intake: Intake) -> str:
    return str(intake.header or DEFAULT_HEADERS[intake.scheme])


def _same(told: str, expected: str) -> bool:
    return hmac.compare_digest(told.encode(), expected.encode())


_CHECKS: Final[Mapping[Intake.Scheme, Callable[[Intake, str, Message, datetime], bool]]] = {
    _Scheme.STANDARD: _standard,
    _Scheme.HMAC: _hmac,
    _Scheme.TWILIO: _twilio,
    _Scheme.TOKEN: _token,
    _Scheme.BASIC: _basic,
}
