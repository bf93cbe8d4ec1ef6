"""The first minute of an installation: one link, once, to make the first organisation and its owner."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from klankbord.web.people.actions import create_organisation
from klankbord.web.people.digests import digest_of, fresh_link_secret, is_secret_of
from klankbord.web.people.errors import PeopleError
from klankbord.web.people.models import FirstRunLink, Membership, User

_HOURS_OPEN = 24


def link() -> str:
    """Return a new link to make the first owner, or nothing where there is anybody; earlier links end."""
    if User.objects.exists():
        return ""
    secret = fresh_link_secret()
    with transaction.atomic():
        FirstRunLink.objects.all().delete()
        FirstRunLink.objects.create(digest=digest_of(secret), expires_at=timezone.now() + timedelta(hours=_HOURS_OPEN))
    return f"{settings.OPTIONS.url.rstrip('/')}{reverse('first-run', kwargs={'secret': secret})}"


def is_open(secret: str) -> bool:
    """Say whether a link still leads somewhere."""
    good = FirstRunLink.objects.filter(digest=digest_of(secret), expires_at__gt=timezone.now()).first()
    return good is not None and is_secret_of(secret, good.digest) and not User.objects.exists()


def begin(
    secret: str, *, organisation: str, zone: str, language: str, name: str, email: str, password: str
) -> Membership:
    """Make the first organisation and its owner; of two who try at once, one does."""
    with transaction.atomic():
        used, _ = FirstRunLink.objects.filter(digest=digest_of(secret)).delete()
        if not used or User.objects.exists():
            raise PeopleError("first_run_over")
        return create_organisation(
            name=organisation, zone=zone, language=language, owner_name=name, owner_email=email, password=password
        )
