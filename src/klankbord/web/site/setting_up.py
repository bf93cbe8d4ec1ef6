"""What an installation needs before it can be used: its tables, an organisation, an owner, a lake."""

import sys

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import OperationalError
from django.utils.text import slugify

from klankbord.errors import OptionError
from klankbord.web.contacts.projection import rebuild
from klankbord.web.kernel.doctor import REACH, first_line
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.actions import create_organisation


def migrate() -> None:
    """Bring the register up to this version."""
    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    except OperationalError as error:
        raise OptionError(f"the register cannot be reached: {first_line(error)}", hint=REACH) from error


def set_up(*, organisation: str, name: str, email: str, password: str, zone: str, language: str) -> None:
    """Make an organisation and its owner."""
    if Organisation.objects.filter(name=organisation).exists():
        raise OptionError(f"there is an organisation {organisation} already", hint="choose another name, or sign in")
    try:
        made = create_organisation(
            name=organisation,
            slug=slugify(organisation),
            zone=zone,
            language=language,
            owner_name=name,
            owner_email=email,
            password=password,
        )
    except ValidationError as error:
        raise OptionError(" ".join(error.messages), hint="choose another and try again") from None
    sys.stdout.write(f"{made.organisation} is there, with {name} as its owner. Start it: klankbord serve\n")


def rebuild_lake(slug: str) -> str:
    """Make the lake of an organisation anew."""
    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is None:
        known = ", ".join(Organisation.objects.values_list("slug", flat=True)) or "there is none yet"
        raise OptionError(f"there is no organisation {slug!r}", hint=f"organisations: {known}")
    with acting_in(organisation):
        rebuild(organisation)
    return f"The lake of {organisation} has been made anew."
