"""Organisations: making one with its first owner, and changing what it is called and where its days begin."""

from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.text import slugify

from klankbord.reports.wording import LANGUAGES
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission, Role, the_product
from klankbord.web.kernel.events import emit
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.errors import PeopleError
from klankbord.web.people.events import ZoneChanged
from klankbord.web.people.models import Membership, User
from klankbord.web.people.proof import prove

_CREATED = audit.entry_type("people.organisation_created", shred=audit.keep_all)
_CHANGED = audit.entry_type("people.organisation_changed", shred=audit.keep_all)


def create_organisation(
    *, name: str, zone: str, language: str, owner_email: str, owner_name: str, password: str | None, slug: str = ""
) -> Membership:
    """Make an organisation and its owner, and return the owner's membership.

    Nobody acts here: the first run and the command on the machine come before anybody. An owner who is a user already
    keeps their name and password.
    """
    _check(name=name, zone=zone, language=language)
    with transaction.atomic():
        organisation = Organisation.objects.create(
            name=name.strip(), slug=_free_slug(slug or name), zone=zone, language=language
        )
        owner = _owner(owner_email.strip().lower(), owner_name.strip(), password, language)
        with acting_in(organisation):
            membership: Membership = Membership.objects.create(user=owner, role=Role.OWNER)
            audit.record(the_product(organisation), _CREATED, f"organisation {organisation.slug}")
    return membership


def change_organisation(actor: Actor, *, name: str, zone: str, language: str) -> Organisation:
    """Change what an organisation is called, in which zone its days begin and what it speaks by default."""
    actor.require(Permission.MANAGE_ORGANISATION)
    _check(name=name, zone=zone, language=language)
    organisation = actor.organisation
    wanted = {"name": name.strip(), "zone": zone, "language": language}
    with transaction.atomic():
        changed = {field: value for field, value in wanted.items() if getattr(organisation, field) != value}
        Organisation.objects.filter(pk=organisation.pk).update(**wanted)
        audit.record(actor, _CHANGED, f"organisation {organisation.slug}", **changed)
        if "zone" in changed:
            emit(ZoneChanged(organisation=organisation))
    organisation.refresh_from_db()
    return organisation


def _check(*, name: str, zone: str, language: str) -> None:
    if not slugify(name):
        raise PeopleError("no_name", field="name")
    if zone not in available_timezones():
        raise PeopleError("unknown_zone", field="zone", zone=zone)
    if language not in LANGUAGES:
        raise PeopleError("unknown_language", field="language", language=language)


def _free_slug(wanted: str) -> str:
    slug = slugify(wanted)[:50] or "centre"
    taken = set(Organisation.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    candidates = (slug, *(f"{slug}-{number}" for number in range(2, len(taken) + 3)))
    return next(candidate for candidate in candidates if candidate not in taken)


def _owner(email: str, name: str, password: str | None, language: str) -> User:
    known = User.objects.filter(email=email).first()
    if known:
        return known
    if password is not None:
        validate_password(password, User(email=email, name=name))
    owner = User.objects.create_user(email, password, name=name, language=language)
    prove(owner)
    return owner
