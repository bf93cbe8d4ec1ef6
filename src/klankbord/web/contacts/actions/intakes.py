"""Systems that send by webhook: made, changed, and what they send taken in before anything else is done with it."""

import hashlib
import secrets
from base64 import b64encode
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from klankbord.errors import OptionError
from klankbord.web.contacts.actions.reading import read_intake
from klankbord.web.contacts.models import Intake, Payload
from klankbord.web.contacts.raw import packed
from klankbord.web.contacts.signatures import DEFAULT_HEADERS, Message, is_genuine
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.jobs import enqueue

MADE = audit.entry_type("contacts.intake_made", shred=audit.keep_all)
ROTATED = audit.entry_type("contacts.intake_rotated", shred=audit.keep_all)
SWITCHED = audit.entry_type("contacts.intake_switched", shred=audit.keep_all)
RETRIED = audit.entry_type("contacts.intake_retried", shred=audit.keep_all)
_BOTH_GOOD: Final = timedelta(hours=24)
_Scheme = Intake.Scheme


def make_intake(*, actor: Actor, name: str, scheme: str, header: str = "", secret: str = "") -> tuple[Intake, str]:
    """Make an address that a system can send to, and return it with its secret, which is shown this once.

    Some systems give a secret of their own, such as an auth token; others take ours.
    """
    actor.require(Permission.MANAGE_ORGANISATION)
    secret = secret or fresh_secret(scheme)
    _refuse_odd(scheme, secret)
    with transaction.atomic():
        intake = Intake.objects.create(
            public_id=secrets.token_urlsafe(18),
            name=name,
            scheme=scheme,
            header=header or DEFAULT_HEADERS.get(scheme, ""),
            secret=secret,
        )
        audit.record(actor, MADE, f"webhook {intake.pk}", scheme=scheme)
    return intake, secret


def rotate_intake(*, actor: Actor, intake: Intake, secret: str = "") -> str:
    """Give a webhook another secret; the one before stays good for a day."""
    actor.require(Permission.MANAGE_ORGANISATION)
    secret = secret or fresh_secret(intake.scheme)
    _refuse_odd(intake.scheme, secret)
    with transaction.atomic():
        intake.earlier_secret, intake.earlier_secret_until = intake.secret, timezone.now() + _BOTH_GOOD
        intake.secret = secret
        intake.save(update_fields=["secret", "earlier_secret", "earlier_secret_until"])
        audit.record(actor, ROTATED, f"webhook {intake.pk}")
    return secret


def switch_intake(*, actor: Actor, intake: Intake, on: bool) -> None:
    """Have a webhook take messages, or refuse them."""
    actor.require(Permission.MANAGE_ORGANISATION)
    with transaction.atomic():
        intake.enabled = on
        intake.save(update_fields=["enabled"])
        audit.record(actor, SWITCHED, f"webhook {intake.pk}", on=on)


def retry_payloads(*, actor: Actor, intake: Intake) -> int:
    """Have everything read again that could not be read, and return how much that is."""
    actor.require(Permission.MANAGE_ORGANISATION)
    with transaction.atomic():
        unreadable = Payload.objects.filter(intake=intake, state=Payload.State.UNREADABLE)
        count = int(unreadable.update(state=Payload.State.WAITING, problem={}))
        if count:
            audit.record(actor, RETRIED, f"webhook {intake.pk}", messages=count)
            enqueue(read_intake, actor.organisation, intake=intake.pk, key=f"intake {intake.pk}")
    return count


def take_message(intake: Intake, message: Message) -> bool:
    """Keep a message that is genuine, and have it read; say whether it was.

    It is stored before it is answered: whatever happens then, nothing is lost. One that is sent again is known.
    """
    if not (intake.enabled and is_genuine(intake, message)):
        return False
    now = timezone.now()
    digest = hashlib.sha256(message.body).hexdigest()
    with transaction.atomic():
        Intake.objects.filter(pk=intake.pk).update(last_received_at=now)
        if not Payload.objects.filter(intake=intake, digest=digest).exists():
            Payload.objects.create(
                intake=intake,
                state=Payload.State.WAITING,
                content=packed(message.body),
                kind=message.headers.get("Content-Type", "").partition(";")[0][:80],
                digest=digest,
                received_at=now,
            )
            enqueue(read_intake, intake.organisation, intake=intake.pk, key=f"intake {intake.pk}")
    return True


def fresh_secret(scheme: str) -> str:
    """Return a new secret as a scheme wants it."""
    if scheme == _Scheme.STANDARD:
        return f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"
    return f"klankbord:{secrets.token_urlsafe(32)}" if scheme == _Scheme.BASIC else secrets.token_urlsafe(32)


def _refuse_odd(scheme: str, secret: str) -> None:
    if len(secret) < 16:
        raise OptionError(
            "the secret is too short",
            hint="take at least 16 characters, or leave it empty",
            case="contacts.short_secret",
        )
    if scheme == _Scheme.BASIC and ":" not in secret:
        raise OptionError(
            "name and password are wanted", hint="write name:password", case="contacts.no_name_and_password"
        )
