"""Data that tests of this room are about: Jan, of whom everything is held, and Els, of whom it stays."""

import atexit
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from django.utils import timezone

from klankbord.lake import Lake, Settings, import_files
from klankbord.web.contacts.actions import receive_contacts
from klankbord.web.contacts.extracts import keep_extracts
from klankbord.web.contacts.models import Contact
from klankbord.web.contacts.projection import project
from klankbord.web.invitations.models import Invitation
from klankbord.web.invitations.persons import marks_of
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, the_product
from klankbord.web.kernel.lakes import lake_folder, lake_of, lake_settings
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.responses.models import Change, Response, Visit
from klankbord.web.surveys.models import Survey, Version

CALLS = """Call ID,Start,End,Queue,Team,Agent,Customer,Talk time
h1,2026-03-02 09:01,2026-03-02 09:11,Bills,Ghent,a1,JAN-4711,00:08:12
h2,2026-03-05 10:01,2026-03-05 10:11,Bills,Ghent,a2,ELS-0815,00:05:00
"""
ANSWERS = """response id,customer id,score,date,comment
r1,JAN-4711,9,2026-03-03 10:00,zonnebloemenveld achter de dijk
r2,ELS-0815,2,2026-03-06 10:00,traag en duur
"""
SEEN = audit.entry_type("test.looked_at_customer")


@pytest.fixture(autouse=True)
def static_files(settings: Any) -> None:
    """The folder of static files, which whitenoise insists on."""
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)


@dataclass(frozen=True)
class Held:
    """What is held of Jan, and by which words he can be found in it."""

    organisation: Organisation
    jan: str
    els: str

    words = ("JAN-4711", "jan.peeters@voorbeeld.example", "+32470112233", "zonnebloemenveld")


@dataclass(frozen=True)
class History:
    """A lake with the files of an organisation, under its own key."""

    folder: Path
    began: datetime


@cache
def _history(name: str, settings: Settings) -> History:
    """Bring the files in once for every organisation, and let each test have a copy."""
    place, began = Path(mkdtemp(prefix="klankbord-tests-")), timezone.now()
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    lake = Lake.create(place / name, settings)
    for file, text in (("calls.csv", CALLS), ("answers.csv", ANSWERS)):
        (place / file).write_text(text)
        import_files(lake, place / file)
    return History(place / name, began)


def ask_and_answer() -> None:
    """Ask Jan and Els about their contacts, and have both answer in words that are theirs."""
    now = datetime(2026, 11, 3, 12, tzinfo=UTC)
    survey = Survey.objects.create(name="After contact", code="after-contact", metric="nps", mode="service")
    version = Version.objects.create(survey=survey, number=1, published_at=now)
    for contact, words in (("c1", "zonnebloemenveld in het register"), ("c2", "traag en duur")):
        about = Contact.objects.get(external_id=contact)
        asked = {"survey": survey, "version": version, "metric": "nps", "channel": "email", "contact": about}
        moments = dict.fromkeys(("planned_at", "due_at", "asked_at", "sent_at"), now)
        invitation = Invitation.objects.create(
            **asked, **moments, state="sent", customer=about.customer, person=marks_of(about.customer)[0]
        )
        Visit.objects.create(invitation=invitation, at=now, kind="page", visitor="v")
        given = dict.fromkeys(("started_at", "answered_at", "changed_at"), now)
        response = Response.objects.create(
            invitation=invitation,
            customer=about.customer.pseudonym,
            circumstances={"source": "exchange", "external_id": contact},
            version=version,
            metric="nps",
            channel="email",
            language="nl",
            score=9,
            comment=words,
            **given,
        )
        Change.objects.create(response=response, at=now, kind="score", after="9")


def fill(organisation: Organisation, actor: Actor) -> Held:
    """Let Jan and Els have contact: live, and in files with answers."""
    jan = {"id": "JAN-4711", "email": "jan.peeters@voorbeeld.example", "phone": "+32470112233", "language": "nl"}
    els = {"id": "ELS-0815", "email": "els@voorbeeld.example"}
    rows = [
        {"external_id": "c1", "customer": jan, "started_at": "2026-11-02T09:00:00+01:00", "channel": "phone"},
        {"external_id": "c2", "customer": els, "started_at": "2026-11-02T10:00:00+01:00", "channel": "chat"},
        {"external_id": "c3", "customer": jan, "started_at": "2026-11-03T09:00:00+01:00", "channel": "phone"},
    ]
    with acting_in(organisation):
        history = _history(organisation.slug, lake_settings(organisation))
        shutil.copytree(history.folder, lake_folder(organisation))
        shutil.copy(f"{history.folder}.key", f"{lake_folder(organisation)}.key")
        receive_contacts(actor=the_product(organisation), source="exchange", rows=rows)
        lake = lake_of(organisation)
        keep_extracts(organisation, history.began)
        ask_and_answer()
        project(organisation)
        held = Held(organisation, lake.key.pseudonym("JAN-4711"), lake.key.pseudonym("ELS-0815"))
        audit.record(actor, SEEN, "customer", about=held.jan, shown="jan.peeters@voorbeeld.example")
    return held


@pytest.fixture
def held(organisation: Organisation, actor: Callable[..., Actor]) -> Held:
    """Everything that can be held of a customer."""
    return fill(organisation, actor("privacy_officer"))
