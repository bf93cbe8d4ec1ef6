"""Data that tests of this room are about: Jan, of whom everything is held, and Els, of whom it stays."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.utils import timezone

from klankbord.lake import import_files
from klankbord.web.contacts.actions import receive_contacts
from klankbord.web.contacts.extracts import keep_extracts
from klankbord.web.contacts.projection import project
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, the_product
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in

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
        receive_contacts(actor=the_product(organisation), source="exchange", rows=rows)
        lake, began = lake_of(organisation), timezone.now()
        with TemporaryDirectory() as folder:
            for name, text in (("calls.csv", CALLS), ("answers.csv", ANSWERS)):
                path = Path(folder, name)
                path.write_text(text)
                import_files(lake, path)
        keep_extracts(organisation, began)
        project(organisation)
        held = Held(organisation, lake.key.pseudonym("JAN-4711"), lake.key.pseudonym("ELS-0815"))
        audit.record(actor, SEEN, "customer", about=held.jan, shown="jan.peeters@voorbeeld.example")
    return held


@pytest.fixture
def held(organisation: Organisation, actor: Callable[..., Actor]) -> Held:
    """Everything that can be held of a customer."""
    return fill(organisation, actor("privacy_officer"))
