"""What tests of this room share: programs with a token, and the room's own part of the API."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.digests import digest_of, fresh_token
from klankbord.web.people.models import ApiToken


class Program(Client):
    """A program with a token of an organisation."""

    def __init__(self, organisation: Organisation, *scopes: str) -> None:
        secret = fresh_token()
        with acting_in(organisation):
            ApiToken.objects.create(
                name="program",
                digest=digest_of(secret),
                scopes=list(scopes),
                expires_at=timezone.now() + timedelta(days=1),
            )
        super().__init__(headers={"Authorization": f"Bearer {secret}"})

    def send(self, body: Any) -> Any:
        """Send contacts."""
        return self.post("/api/contacts", body if isinstance(body, str) else json.dumps(body), "application/json")


@pytest.fixture(autouse=True)
def static_files(settings: Any) -> None:
    """The folder of static files, which whitenoise insists on."""
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)


@pytest.fixture
def program(organisation: Organisation) -> Program:
    """A program that may send and look up contacts."""
    return Program(organisation, "contacts:write", "contacts:read")


@pytest.fixture
def programs() -> type[Program]:
    """Make programs: `programs(organisation, "contacts:read")`."""
    return Program
