"""The product against the bare thing it stands on: contacts in against INSERTs, the overview against one query.

SCALE=full makes the lake 20 million contacts; KLANKBORD_DATABASE_URL runs the first part on PostgreSQL.
"""

import json
import os
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

HOME = Path(tempfile.mkdtemp(prefix="klankbord-bench-"))
os.environ |= {"KLANKBORD_HOME": str(HOME), "DJANGO_SETTINGS_MODULE": "klankbord.web.kernel.settings"}
os.environ["KLANKBORD_URL"] = "http://testserver"

import django  # noqa: E402

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from klankbord.lake.engine import connect  # noqa: E402
from klankbord.twin import Centre  # noqa: E402
from klankbord.web.contacts.models import Contact  # noqa: E402
from klankbord.web.contacts.projection import project  # noqa: E402
from klankbord.web.kernel.lakes import lake_folder, lake_of, lake_settings  # noqa: E402
from klankbord.web.kernel.models import Organisation  # noqa: E402
from klankbord.web.kernel.tenancy import acting_in  # noqa: E402
from klankbord.web.people.actions import create_organisation, create_token  # noqa: E402
from klankbord.web.people.actors import actor_of  # noqa: E402
from klankbord.web.people.models import Membership  # noqa: E402
from klankbord.web.site.serving import collect_static  # noqa: E402
from klankbord.web.site.setting_up import migrate  # noqa: E402

BATCH, BATCHES, TIMES = 10_000, 3, 3
CONTACTS = 20_000_000 if os.environ.get("SCALE") == "full" else 200_000
BEGUN = datetime(2026, 9, 1, 8, tzinfo=UTC)


def told(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def contact(number: int, *, address: bool) -> dict[str, object]:
    begun = BEGUN + timedelta(seconds=17 * number)
    customer = {"id": f"k-{number % 9000}"} | ({"email": f"k{number % 9000}@voorbeeld.example"} if address else {})
    return {
        "external_id": f"call-{number}",
        "channel": "phone",
        "team": f"Team {number % 9}",
        "queue": f"Queue {number % 20}",
        "agent": f"a-{number % 80}",
        "started_at": begun.isoformat(),
        "ended_at": (begun + timedelta(seconds=300)).isoformat(),
        "answered": True,
        "wait_s": number % 90,
        "customer": customer,
    }


def bare_inserts(organisation: Organisation) -> float:
    """Insert the same columns of the same rows in one transaction a batch, and take them out again."""
    with acting_in(organisation):
        names = [field.column for field in fields()]
        rows = list(Contact.objects.order_by("pk").values_list(*[field.attname for field in fields()])[:BATCH])
    marks = ", ".join(["%s"] * len(names))
    quoted = ", ".join(connection.ops.quote_name(str(name)) for name in names)
    ready = [[adapted(value, at) for value in row] for at, row in enumerate(rows)]
    begun = perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(f"insert into contacts_contact ({quoted}) values ({marks})", ready)
    return perf_counter() - begun


def fields() -> list[Any]:
    return [field for field in Contact._meta.concrete_fields if not field.primary_key]  # noqa: SLF001


def adapted(value: Any, at: int) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value)
    return f"bare-{at}" if isinstance(value, str) and value.startswith("call-") else value


def contacts_in(owner: Membership) -> None:
    with acting_in(owner.organisation):
        secret = create_token(actor_of(owner), name="feed", scopes=["contacts:write"])[1]
    client = Client(headers={"authorization": f"Bearer {secret}"})
    taken: dict[bool, list[float]] = {False: [], True: []}
    for part, address in enumerate([False, True] * BATCHES):
        rows = [contact(part * BATCH + at, address=address) for at in range(BATCH)]
        body = json.dumps({"source": "exchange", "contacts": rows})
        begun = perf_counter()
        answer = client.post("/api/contacts", body, content_type="application/json")
        taken[address].append(perf_counter() - begun)
        if answer.status_code != 200:
            raise SystemExit(answer.content[:500].decode())
    bare = bare_inserts(owner.organisation)
    for address, times in taken.items():
        kind = "with addresses" if address else "without addresses"
        rate = f"{BATCH / min(times):,.0f} contacts/s {kind}"
        told(f"{connection.vendor}: {rate} = {bare / min(times):.2f} of bare INSERTs")


def projected(owner: Membership) -> None:
    with acting_in(owner.organisation):
        begun = perf_counter()
        project(owner.organisation)
        told(f"projection of {2 * BATCHES * BATCH:,} contacts: {perf_counter() - begun:.1f} s")
        Contact.objects.filter(external_id="call-7").update(wait_s=99, version=5)
        begun = perf_counter()
        project(owner.organisation)
        told(f"projection of one change: {perf_counter() - begun:.2f} s")


def pages(owner: Membership) -> None:
    browser = Client()
    browser.force_login(owner.user)
    lake = lake_of(owner.organisation).snapshot()
    query = (
        f"select month, score, count(*) from {lake.relation('responses')} where counted and metric = 'nps' group by all"
    )
    bare = min(timed(lambda: connect().execute(query).fetchall()) for _ in range(TIMES))
    for path in ("", "contacts", "question?measure=nps&by=team", "centre", "people", "jobs", "audit", "privacy"):
        place = f"/o/{owner.organisation.slug}/{path}"
        cold = timed(lambda place=place: browser.get(place))
        with CaptureQueriesContext(connection) as queries:
            warm = timed(lambda place=place: browser.get(place))
        size = len(browser.get(place).content)
        ratio = f", cold {cold / bare:.0f} x the bare query" if path == "" else ""
        times = f"{cold:.2f} s cold, {warm:.3f} s again{ratio}"
        told(f"/{path or 'overview'}: {size / 1000:.0f} kB, {len(queries)} queries, {times}")


def timed(call: object) -> float:
    begun = perf_counter()
    call()  # type: ignore[operator]
    return perf_counter() - begun


def main() -> None:
    migrate()
    collect_static()
    made = {"zone": "Europe/Amsterdam", "language": "en", "owner_name": "Els", "password": "een lang wachtwoord"}
    feed = create_organisation(name="Feed", slug="feed", owner_email="els@feed.example", **made)
    contacts_in(feed)
    projected(feed)
    seen = create_organisation(name="Seen", slug="seen", owner_email="els@seen.example", **made)
    centre = Centre(contacts=CONTACTS, months=24, agents=None if CONTACTS > 1_000_000 else 120)
    centre.write(lake_folder(seen.organisation), settings=lake_settings(seen.organisation))
    told(f"pages over {lake_of(seen.organisation).snapshot().rows('contacts'):,} contacts")
    pages(seen)


if __name__ == "__main__":
    main()
