"""Power cuts in the middle of an import: what was acknowledged stays, once; what was not can simply be sent again."""

import json
import time
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import duckdb
import pytest
from tests.journeys.web.installation import until
from tests.journeys.web.killing import installation_on, killed_again_and_again

from klankbord.lake import Lake

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
CONTACTS, BATCH, CUTS = 100_000, 10_000, 6
_BEGUN = datetime(2026, 9, 1, 8, tzinfo=UTC)
_PREPARE = """
import sys; sys.path.insert(0, "."); import os
os.environ["DJANGO_SETTINGS_MODULE"] = "klankbord.web.kernel.settings"
import django; django.setup()
from klankbord.web.site.setting_up import migrate
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.actions import create_organisation, create_token
from klankbord.web.people.actors import actor_of
migrate()
owner = create_organisation(name="Noord", slug="noord", zone="Europe/Brussels", language="nl",
                            owner_email="els@noord.example", owner_name="Els", password="een lang wachtwoord")
with acting_in(owner.organisation):
    print("TOKEN", create_token(actor_of(owner), name="feed", scopes=["contacts:write", "contacts:read"])[1])
"""


def contact(number):
    begun = _BEGUN + timedelta(seconds=37 * number)
    return {
        "external_id": f"call-{number}",
        "channel": "phone",
        "team": f"Team {number % 7}",
        "queue": f"Queue {number % 11}",
        "started_at": begun.isoformat(),
        "ended_at": (begun + timedelta(seconds=200)).isoformat(),
        "answered": True,
        "wait_s": number % 60,
        "customer": f"customer-{number % 40_000}",
    }


def send(installation, token, batch):
    body = json.dumps({"source": "exchange", "contacts": batch}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = Request(f"{installation.url}/api/contacts", data=body, headers=headers, method="POST")
    while True:
        try:
            with urlopen(request, timeout=60) as answer:
                told = json.load(answer)
                assert not told["rejected"], told["rejected"][:3]
                return
        except HTTPError as refused:
            assert refused.code >= 500, refused.read()
        except (URLError, OSError):
            pass
        time.sleep(0.3)  # as a feed does: not acknowledged, so sent again


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_is_lost_or_doubled_when_everything_is_killed(tmp_path, kind):
    with installation_on(kind, tmp_path) as (installation, database):
        made = installation.python(_PREPARE)
        assert made.returncode == 0, made.stderr
        token = made.stdout.split("TOKEN ")[1].split()[0]
        installation.start()
        with killed_again_and_again(installation, database, times=CUTS, between=(1.0, 5.0)) as cuts:
            for first in range(0, CONTACTS, BATCH):
                send(installation, token, [contact(number) for number in range(first, first + BATCH)])
        assert cuts, "nothing was killed: the import was too quick for the test to mean anything"
        lake = Lake.open(installation.home / "lakes" / "1")
        until(lambda: lake.snapshot().rows("contacts") >= CONTACTS, "the lake lacks contacts", patience=240)
        time.sleep(5)  # long enough for a doubled row to arrive
        assert lake.snapshot().rows("contacts") == CONTACTS
        assert distinct_keys(lake) == CONTACTS
        installation.stop()


def distinct_keys(lake):
    files = [str(path) for path in lake.snapshot().files("contacts")]
    query = "select count(distinct external_id) from read_parquet(?)"
    return duckdb.connect().execute(query, [files]).fetchone()[0]
