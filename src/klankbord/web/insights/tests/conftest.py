"""Lakes for this room's tests: a small simulated centre, made once, and single rows that a test brings in itself."""

import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.test import Client
from django.utils import timezone

from klankbord.lake import Lake, bring_rows
from klankbord.twin import Centre
from klankbord.web.insights.queries import Look
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.digests import digest_of, fresh_token
from klankbord.web.people.models import ApiToken


@pytest.fixture(autouse=True)
def static_files(settings: Any, tmp_path: Path) -> None:
    """A folder of static files, which the server of static files looks for."""
    settings.STATIC_ROOT = tmp_path


@pytest.fixture(autouse=True)
def told_so(request: pytest.FixtureRequest) -> None:
    """Customers of whose answers these tests are were told that they are seen with their contact."""
    if "organisation" in request.fixturenames:
        for name in ("organisation", "elsewhere"):
            if name in request.fixturenames:
                one = request.getfixturevalue(name)
                one.history_mode = "service"
                one.save()


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of about 2,000 contacts of an outsourcer with five clients, over eight months."""
    place = tmp_path_factory.mktemp("simulated") / "lake"
    Centre(contacts=2_000, months=8, seed=3, preset="outsourcer").write(place)
    return place


@pytest.fixture
def laid(simulated: Path, settings: Any) -> Callable[[Organisation], Lake]:
    """Lay the simulated lake under an organisation."""

    def lay(organisation: Organisation) -> Lake:
        folder = settings.HOME.lakes / str(organisation.pk)
        shutil.copytree(simulated, folder)
        shutil.copy(f"{simulated}.key", f"{folder}.key")
        return Lake.open(folder)

    return lay


@pytest.fixture
def lake(acting: Organisation, laid: Callable[[Organisation], Lake]) -> Lake:
    """The simulated lake of the organisation that is acted in."""
    return laid(acting)


@pytest.fixture
def look(actor: Callable[..., Actor]) -> Callable[..., Look]:
    """Look as a member: `look("lead", teams=["Ghent"])`."""
    return lambda role="owner", **said: Look.of(actor(role, **said))


@pytest.fixture
def program(organisation: Organisation) -> Callable[..., Client]:
    """A program with a token: `program(Permission.SEE_NUMBERS)`."""

    def made(*scopes: Permission, of: Organisation | None = None) -> Client:
        secret = fresh_token()
        with acting_in(of or organisation):
            ApiToken.objects.create(
                name="program",
                digest=digest_of(secret),
                scopes=[scope.value for scope in scopes],
                expires_at=timezone.now() + timedelta(days=1),
            )
        return Client(headers={"Authorization": f"Bearer {secret}"})

    return made


@pytest.fixture
def answers(acting: Organisation) -> Callable[..., Lake]:
    """Bring in contacts with their answers: `answers([10, 3], team="Ghent")`."""
    count = 0

    def brought(scores: Iterable[int | None], *, of: Organisation = acting, **told: Any) -> Lake:
        nonlocal count
        begun = datetime(2026, 3, 2, 9, tzinfo=UTC)
        contacts, responses = [], []
        for score in scores:
            count += 1
            key = f"+3247000{count:04}"  # an id that is a telephone number, as some systems have them
            at = begun + timedelta(hours=count)
            contacts.append({"source": "exchange", "external_id": key, "started_at": at, "answered": True, **told})
            if score is not None:
                answer = {"source": "survey", "external_id": key, "metric": "nps", "score": score}
                responses.append(answer | {"answered_at": at, "contact_source": "exchange", "contact": key})
        with acting_in(of):
            lake = lake_of(of)
        bring_rows(
            lake,
            contacts=pa.Table.from_pylist(contacts),
            responses=pa.Table.from_pylist(responses) if responses else None,
        )
        return lake

    return brought
