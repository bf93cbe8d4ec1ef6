"""The demonstration: a simulated telecom centre, and a person for every role to look at it with."""

import shutil
import sys
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from klankbord.lake.looking import known_units
from klankbord.lake.looking.knowing import Unit
from klankbord.twin import Centre
from klankbord.web.contacts.extracts import keep_extracts
from klankbord.web.kernel.access import Role, the_product
from klankbord.web.kernel.lakes import lake_folder, lake_of, lake_settings
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.models import Membership, User
from klankbord.web.site.demo_centre import keep_centre
from klankbord.web.site.demo_today import let_ask
from klankbord.web.surveys.actions import create_survey, distribute, publish
from klankbord.web.surveys.library import starting_point

_MONTHS, _AGENTS = 24, 120
_SLUG, _TRADE = "demo", "telecom"
_BRAND, _SURVEY = "Halder Telecom", "after-contact"
_PEOPLE = {
    Role.OWNER: "Ines Vermeulen",
    Role.PRIVACY_OFFICER: "Karel Desmet",
    Role.ANALYST: "Anouk Bakker",
    Role.LEAD: "Youssef Amrani",
    Role.AGENT: "Lotte Peeters",
    Role.CLIENT_VIEWER: "Martin Keller",
}


def prepare(contacts: int) -> None:
    """Make the demonstration where it is not there yet."""
    if Organisation.objects.filter(slug=_SLUG).exists():
        return
    begun = time.perf_counter()
    sys.stdout.write(f"Simulating two years of a telecom centre, about {contacts:,} contacts\n")
    organisation = Organisation(
        name=_BRAND,
        slug=_SLUG,
        zone="Europe/Amsterdam",
        attribution="named",
        attribution_reason="A demonstration: these agents do not exist.",
        history_mode="service",
        history_reason="A demonstration: these customers do not exist.",
    )
    with transaction.atomic(), acting_in(organisation):
        organisation.save()
        _simulate(organisation, contacts)
        agent = keep_centre(the_product(organisation), preset=_TRADE, known=_PEOPLE[Role.AGENT])
        _add_people(organisation, agent)
        _ask(organisation)
    sys.stdout.write(f"Ready in {time.perf_counter() - begun:.0f} s; it lies in {settings.HOME.folder}\n")


def _simulate(organisation: Organisation, contacts: int) -> None:
    """Write the lake, and keep what came into it as of any import, so that it can be made anew."""
    begun_at, folder = datetime.now(UTC), lake_folder(organisation)
    shutil.rmtree(folder, ignore_errors=True)  # of a start that was cut short
    yesterday = begun_at.date() - timedelta(days=1)
    start = _month_before(yesterday, _MONTHS)
    centre = Centre(contacts=contacts, months=_MONTHS + 1, preset=_TRADE, agents=_AGENTS, start=start, end=yesterday)
    centre.write(folder, name=f"import-{begun_at:%Y%m%dT%H%M%S}-demo", settings=lake_settings(organisation))
    keep_extracts(organisation, begun_at)


def _ask(organisation: Organisation) -> None:
    """Publish a survey of the name that the simulated answers go by, so that they go on, and let it be asked."""
    actor = the_product(organisation)
    questionnaire = starting_point("nps_contact", brand=_BRAND, language="nl")
    survey = create_survey(actor=actor, name="After a contact", code=_SURVEY, questionnaire=questionnaire)
    publish(actor=actor, survey=survey)
    distribute(actor=actor, survey=survey, open_link=True, widget_origins=[])
    let_ask(actor, survey)


def _month_before(day: date, months: int) -> date:
    """Return the first day of the month that lies so many months back."""
    number = 12 * day.year + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _add_people(organisation: Organisation, agent: Unit) -> None:
    units = known_units(lake_of(organisation))
    reach: dict[Role, dict[str, Any]] = {
        Role.LEAD: {"teams": [agent.team]},
        Role.AGENT: {"agent": agent.name},
        Role.CLIENT_VIEWER: {"client": units.clients[0].name},
    }
    for role, name in _PEOPLE.items():
        email = f"{name.split()[0].lower()}@halder.example"
        user = User.objects.create_user(email, None, name=name, language="")
        Membership.objects.create(user=user, role=role, **reach.get(role, {}))
