"""The product against the bare thing it stands on: contacts in, a change into a large lake, and its pages.

`SCALE=full` simulates a lake of 20 million contacts (three minutes, 2 GB), `small` one of 200,000;
`KLANKBORD_BENCH=DIR` keeps it between runs. Receiving is measured again on `KLANKBORD_BENCH_POSTGRES`, where a server
answers there.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

HOME = Path(os.environ.get("KLANKBORD_HOME") or tempfile.mkdtemp(prefix="klankbord-bench-"))
os.environ |= {"KLANKBORD_HOME": str(HOME), "DJANGO_SETTINGS_MODULE": "klankbord.web.kernel.settings"}
os.environ["KLANKBORD_URL"] = "http://testserver"

import django  # noqa: E402

django.setup()

import psycopg  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import F, Q  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from klankbord.lake import Lake  # noqa: E402
from klankbord.lake.engine import connect, literal  # noqa: E402
from klankbord.lake.engines.local import LocalEngine  # noqa: E402
from klankbord.lake.questions import Plan  # noqa: E402
from klankbord.lake.store import Snapshot  # noqa: E402
from klankbord.lake.store.keys import key_path  # noqa: E402
from klankbord.twin import Centre  # noqa: E402
from klankbord.web.contacts.events import ContactsReceived  # noqa: E402
from klankbord.web.contacts.models import Contact, Customer  # noqa: E402
from klankbord.web.insights import drawing, queries  # noqa: E402
from klankbord.web.kernel.events import emit  # noqa: E402
from klankbord.web.kernel.lakes import lake_folder, lake_of, lake_settings  # noqa: E402
from klankbord.web.kernel.models import Job, Organisation  # noqa: E402
from klankbord.web.kernel.tenancy import acting_in  # noqa: E402
from klankbord.web.people.actions import create_organisation, create_token  # noqa: E402
from klankbord.web.people.actors import actor_of  # noqa: E402
from klankbord.web.people.models import Membership  # noqa: E402
from klankbord.web.privacy.models import RetentionRun  # noqa: E402
from klankbord.web.site.setting_up import migrate  # noqa: E402
from klankbord.web.site.static_files import collect  # noqa: E402

CONTACTS = 20_000_000 if os.environ.get("SCALE") == "full" else 200_000
BATCH, TIMES = 10_000, 3
POSTGRES = os.environ.get("KLANKBORD_BENCH_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
BEGUN = datetime(2026, 9, 1, 8, tzinfo=UTC)
PAGES = ("", "contacts", "question?measure=nps&by=team", "centre", "people", "jobs", "audit", "privacy")


def told(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def timed(call: Callable[[], object]) -> float:
    begun = perf_counter()
    call()
    return perf_counter() - begun


def contact(number: int, customer: int, *, address: bool = False) -> dict[str, Any]:
    begun = BEGUN + timedelta(seconds=3 * number)
    email = {"email": f"k{customer}@voorbeeld.example"} if address else {}
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
        "customer": {"id": f"k-{customer}"} | email,
    }


def organisation(name: str) -> Membership:
    made = {"zone": "Europe/Amsterdam", "language": "en", "owner_name": "Els", "password": "een lang wachtwoord"}
    return create_organisation(name=name, slug=name, owner_email=f"els@{name}.example", **made)


def program(owner: Membership) -> Client:
    with acting_in(owner.organisation):
        secret = create_token(actor_of(owner), name="feed", scopes=["contacts:write"])[1]
    return Client(headers={"authorization": f"Bearer {secret}"})


def send(client: Client, rows: list[dict[str, Any]]) -> float:
    body = json.dumps({"source": "exchange", "contacts": rows})
    begun = perf_counter()
    answer = client.post("/api/contacts", body, content_type="application/json")
    took = perf_counter() - begun
    if answer.status_code != 200 or answer.json()["rejected"]:
        raise SystemExit(answer.content[:500].decode())
    return took


def receiving() -> None:
    """Print contacts a second by API against INSERTs of the same rows, by the same driver into the same server."""
    owner = organisation("feed")
    client, taken = program(owner), dict[str, float]()
    # Each kind as (first contact, whether with addresses, first customer of every batch).
    kinds = {
        "of new customers": (0, False, [0, BATCH, 2 * BATCH]),
        "of customers that are known": (100_000, False, [0, 0, 0]),
        "of new customers with addresses": (200_000, True, [200_000, 210_000, 220_000]),
        "of customers with addresses that are known": (300_000, True, [200_000, 200_000, 200_000]),
    }
    for kind, (first, address, customers) in kinds.items():
        times = []
        for part, customer in enumerate(customers):
            numbers = range(BATCH)
            rows = [contact(first + part * BATCH + at, customer + at, address=address) for at in numbers]
            times.append(send(client, rows))
        taken[kind] = min(times)
    bare = bare_inserts(owner.organisation)
    told(f"{connection.vendor}: {BATCH / bare:,.0f} bare INSERTs a second, {BATCH:,} in a transaction")
    for kind, seconds in taken.items():
        rate = f"{BATCH / seconds:,.0f} contacts a second {kind}"
        told(f"{connection.vendor}: {rate} = {bare / seconds:.2f} of bare INSERTs")


def bare_inserts(organisation: Organisation) -> float:
    fields = [field for field in Contact._meta.concrete_fields if not field.primary_key]  # noqa: SLF001
    with acting_in(organisation):
        rows = list(Contact.objects.order_by("pk").values_list(*[field.attname for field in fields])[:BATCH])
    listed = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    times = []
    for part in range(TIMES):
        ready = [[plain(cell, f"bare-{part}-{at}") for cell in row] for at, row in enumerate(rows)]
        begun = perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(f"insert into contacts_contact ({listed}) values ({marks})", ready)
        times.append(perf_counter() - begun)
    return min(times)


def plain(cell: Any, name: str) -> Any:
    if isinstance(cell, dict | list):
        return json.dumps(cell)
    return name if isinstance(cell, str) and cell.startswith("call-") else cell


def receiving_on_postgres() -> None:
    """Print the same on a PostgreSQL server, in a database that is made for it and dropped."""
    try:
        server = psycopg.connect(POSTGRES, connect_timeout=3, autocommit=True)
    except psycopg.OperationalError:
        told("PostgreSQL was not asked: no server answers")
        return
    name = f"klankbord_bench_{os.getpid()}"
    url = f"{POSTGRES.rpartition('/')[0]}/{name}"
    with server, tempfile.TemporaryDirectory() as home:
        server.execute(f"create database {name}")
        said = {"KLANKBORD_DATABASE_URL": url, "KLANKBORD_HOME": home}
        try:
            subprocess.run([sys.executable, __file__, "receiving"], env=os.environ | said, check=True)
        finally:
            server.execute(f"drop database {name} with (force)")


def simulated(organisation: Organisation) -> Lake:
    """Give an organisation a simulated lake, made once where lakes are kept."""
    settings = lake_settings(organisation)
    kept = Path(os.environ.get("KLANKBORD_BENCH", HOME), f"web-{CONTACTS}")
    if not Lake.is_at(kept):
        seconds = timed(lambda: Centre(contacts=CONTACTS, months=24).write(kept, settings=settings))
        told(f"simulated about {CONTACTS:,} contacts in {seconds:,.0f} s")
    # Files of a lake are never written again, only added and removed: links keep the original as it is.
    shutil.copytree(kept, lake_folder(organisation), copy_function=os.link)
    shutil.copy(key_path(kept), key_path(lake_folder(organisation)))
    return lake_of(organisation)


@contextmanager
def worker() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", "klankbord", "worker"], env=os.environ)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def changing(owner: Membership, lake: Lake) -> None:
    """Print how long a change takes from the request until the lake shows it, with the worker beside that does it."""
    client, before = program(owner), lake.snapshot()
    busiest = who(before)
    last = datetime.fromisoformat(f"{before.months('contacts')[-1]}-20T09:00:00+00:00")
    kinds: dict[str, dict[str, Any]] = {
        "a first contact": {},
        "a new contact": {"external_id": "new"},
        "a correction": {"wait_s": 91},
        "a contact of a year ago": {
            "external_id": "old",
            "started_at": f"{last - timedelta(days=400):%Y-%m-%dT%H:%M:%SZ}",
        },
        "a correction of its moment": {"wait_s": 92, "started_at": f"{last - timedelta(days=70):%Y-%m-%dT%H:%M:%SZ}"},
    }
    with worker():
        settled(owner.organisation)
        for kind, change in kinds.items():
            row = contact(1, 1) | {"external_id": "one", "started_at": last.isoformat(), "ended_at": None} | change
            was, begun = lake.snapshot(), perf_counter()
            send(client, [row])
            shown(lake, was, row["external_id"], f"wait_s = {row['wait_s']}")
            told(f"{kind}: in the lake of {before.rows('contacts'):,} after {perf_counter() - begun:.2f} s")
        was, begun = lake.snapshot(), perf_counter()
        give(owner.organisation, "new", busiest)
        shown(lake, was, "new", f"customer = {literal(busiest)}")
        told(f"a contact of the customer with most others: after {perf_counter() - begun:.2f} s")


def settled(organisation: Organisation) -> None:
    """Wait until what a worker does when it first sees an organisation is done, retention among it."""
    while True:
        with acting_in(organisation):
            done = RetentionRun.objects.exists()
        if done and not Job.objects.filter(Q(state="running") | Q(recurring=False, state="waiting")).exists():
            return
        sleep(0.5)


def shown(lake: Lake, before: Snapshot, external_id: str, condition: str) -> None:
    """Wait until a file that was not there before shows a contact as it is to be."""
    old, end = set(before.files("contacts")), perf_counter() + 120
    while perf_counter() < end:
        fresh = set(lake.snapshot().files("contacts")) - old
        if fresh and found(sorted(fresh), external_id, condition):
            return
        sleep(0.02)
    raise SystemExit(f"{external_id} did not come into the lake")


def found(files: list[str], external_id: str, condition: str) -> bool:
    listed = ", ".join(map(literal, files))
    where = f"source = 'exchange' and external_id = {literal(external_id)} and {condition}"
    return bool(connect().execute(f"select 1 from read_parquet([{listed}]) where {where}").fetchone())


def who(snapshot: Snapshot) -> str:
    """Return the customer with the most contacts in the last month."""
    month = snapshot.relation("contacts", snapshot.months("contacts")[-1:])
    (row,) = (
        connect()
        .execute(
            f"select customer from {month} where customer is not null group by 1 order by count(*) desc, 1 limit 1"
        )
        .fetchall()
    )
    return str(row[0])


def give(organisation: Organisation, external_id: str, pseudonym: str) -> None:
    """Give a contact of the register to a customer whom the simulation made, and say so as whoever sends it would."""
    with acting_in(organisation), transaction.atomic():
        customer = Customer.objects.create(pseudonym=pseudonym)
        Contact.objects.filter(external_id=external_id).update(customer=customer, version=F("version") + 1)
        emit(ContactsReceived(organisation=organisation, count=1))


def pages(owner: Membership, lake: Lake) -> None:
    """Print what each page weighs and asks, and the overview against its own queries put to the engine bare."""
    browser = Client()
    browser.force_login(owner.user)
    snapshot = lake.snapshot()
    told(f"pages over {snapshot.rows('contacts'):,} contacts and {snapshot.rows('responses'):,} answers")
    for path in PAGES:
        place = f"/o/{owner.organisation.slug}/{path}"
        first = timed(partial(browser.get, place))
        cold = min(timed_anew(browser, place) for _ in range(TIMES))
        warm = min(timed(partial(browser.get, place)) for _ in range(TIMES))
        with CaptureQueriesContext(connection) as asked:
            answer = browser.get(place)
        times = f"{1000 * cold:5.0f} ms cold, {1000 * warm:3.0f} ms again ({1000 * first:,.0f} ms first in a process)"
        sizes = f"{len(answer.content) / 1000:.0f} kB, {len(gzip.compress(answer.content)) / 1000:.0f} kB packed"
        told(f"  /{path or '(overview)':<32} {times}; {sizes}; {len(asked)} queries")
    place = f"/o/{owner.organisation.slug}/"
    with listening() as heard:
        timed_anew(browser, place)
    cold = min(timed_anew(browser, place) for _ in range(TIMES))
    bare = min(asked_bare(heard) for _ in range(TIMES))
    told(f"overview cold {cold:.2f} s = {cold / bare:.1f} x its {len(heard)} queries bare ({bare:.2f} s)")
    month = snapshot.relation("responses")
    one = [("responses", month, "select month, score, count(*) from responses where counted group by all")]
    alone = min(asked_bare(one) for _ in range(TIMES))
    told(f"overview cold = {cold / alone:.1f} x one bare query of all answers by month and score ({alone:.2f} s)")


def timed_anew(browser: Client, place: str) -> float:
    """Time a page of which nothing is remembered."""
    for memory in (queries._answers, queries._comments, queries._choices, drawing._drawings):  # noqa: SLF001
        memory._kept.clear()  # noqa: SLF001
    return timed(lambda: browser.get(place))


@contextmanager
def listening() -> Iterator[list[tuple[str, str, str]]]:
    """Write down which queries pages put to the engine: table, rows, SQL."""
    heard, ours = list[tuple[str, str, str]](), LocalEngine.rows

    def rows(engine: LocalEngine, plan: Plan, snapshot: Snapshot) -> list[tuple[Any, ...]]:
        heard.append((plan.table, snapshot.relation(plan.table, plan.months), plan.sql))
        return ours(engine, plan, snapshot)

    LocalEngine.rows = rows  # type: ignore[assignment,method-assign]
    try:
        yield heard
    finally:
        LocalEngine.rows = ours  # type: ignore[method-assign]


def asked_bare(queries: list[tuple[str, str, str]]) -> float:
    with connect() as engine:
        begun = perf_counter()
        for table, relation, sql in queries:
            engine.execute(f"create or replace temp view {table} as select * from {relation}")
            engine.execute(sql).fetchall()
        return perf_counter() - begun


def main() -> None:
    """Print times, sizes and ratios."""
    migrate()
    if sys.argv[1:] == ["receiving"]:
        receiving()
        return
    collect()
    receiving()
    receiving_on_postgres()
    owner = organisation("seen")
    lake = simulated(owner.organisation)
    pages(owner, lake)
    changing(owner, lake)
    shutil.rmtree(HOME)


if __name__ == "__main__":
    main()
