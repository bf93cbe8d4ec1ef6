"""Answers taken a second, and the slowest of a hundred, against a bare handler with the same INSERT in the same server.

Both are acknowledged only when they are on disk. KLANKBORD_DATABASE_URL runs it on PostgreSQL.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode
from uuid import uuid4

os.environ.setdefault("KLANKBORD_HOME", tempfile.mkdtemp(prefix="klankbord-bench-"))
os.environ |= {"DJANGO_SETTINGS_MODULE": "klankbord.web.kernel.settings", "KLANKBORD_URL": "http://127.0.0.1:8765"}

import django

django.setup()

from django.db import close_old_connections, connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from klankbord.web.contacts.actions import receive_contacts  # noqa: E402
from klankbord.web.contacts.models import Contact  # noqa: E402
from klankbord.web.invitations.links import page_url  # noqa: E402
from klankbord.web.invitations.models import Invitation  # noqa: E402
from klankbord.web.kernel.access import the_product  # noqa: E402
from klankbord.web.kernel.tenancy import acting_in  # noqa: E402
from klankbord.web.people.actions import create_organisation  # noqa: E402
from klankbord.web.responses.models import Response  # noqa: E402
from klankbord.web.responses.page_views import new_view  # noqa: E402
from klankbord.web.site.serving import collect_static  # noqa: E402
from klankbord.web.site.setting_up import migrate  # noqa: E402
from klankbord.web.site.wsgi import application as product  # noqa: E402
from klankbord.web.surveys.library import starting_point  # noqa: E402
from klankbord.web.surveys.models import Survey, Version  # noqa: E402

PORT, ANSWERS, AT_ONCE, ROUNDS = 8765, 1_500, 8, 3
Job = tuple[str, str, dict[str, str]]


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answer at /bare/ with one INSERT, and everywhere else as the product does."""
    if not environ["PATH_INFO"].startswith("/bare/"):
        return product(environ, start)
    told = parse_qs(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode())
    close_old_connections()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_INSERT, _row(int(told["organisation"][0]), int(told["version"][0]), int(told["score"][0])))
    start("303 See Other", [("Location", "/"), ("Content-Length", "0")])
    return [b""]


_FIELDS = [field for field in Response._meta.concrete_fields if not field.primary_key]  # noqa: SLF001
_INSERT = (
    f"insert into responses_response ({', '.join(str(field.column) for field in _FIELDS)}) "
    f"values ({', '.join('%s' for _ in _FIELDS)})"
)


def _row(organisation: int, version: int, score: int) -> list[Any]:
    now = timezone.now()
    known: dict[str, Any] = {
        "organisation_id": organisation,
        "external_id": uuid4() if connection.vendor == "postgresql" else uuid4().hex,
        "version_id": version,
        "invitation_id": None,
        "circumstances": json.dumps({"team": "Ghent"}),
        "choices": "{}",
        "score": score,
        "counted": True,
        "public_id": uuid4().hex[:16],
        "comment": None,
        "language": "nl",
    }
    return [known.get(str(field.column), _plain(field, now)) for field in _FIELDS]


def _plain(field: Any, now: Any) -> Any:
    kind = field.get_internal_type()
    if kind == "DateTimeField":
        return now if connection.vendor == "postgresql" else now.replace(tzinfo=None).isoformat(" ")
    return {"CharField": "nps", "BooleanField": False}.get(kind, 0)


def prepared() -> tuple[list[Job], list[Job]]:
    """Make invitations, and return what is sent to the product and to the bare handler."""
    migrate()
    collect_static()
    made = {"zone": "Europe/Amsterdam", "language": "en", "owner_name": "Els", "password": "een lang wachtwoord"}
    home = create_organisation(name="Bench", slug="bench", owner_email="els@bench.example", **made).organisation
    now, count = timezone.now(), ANSWERS * ROUNDS
    with acting_in(home):
        begun = (now - timedelta(hours=9)).isoformat()
        for first in range(0, count, 5_000):
            rows: list[object] = [
                {"external_id": f"c{n}", "started_at": begun, "customer": f"k{n}"} for n in range(first, first + 5_000)
            ]
            receive_contacts(actor=the_product(home), source="bench", rows=rows[: count - first])
        survey = Survey.objects.create(name="Bench", code="bench", metric="nps", mode="service")
        content = starting_point("nps", brand="Bench").to_dict()
        version = Version.objects.create(survey=survey, number=1, content=content, published_at=now)
        moments = dict.fromkeys(("planned_at", "due_at", "asked_at", "sent_at"), now - timedelta(hours=3))
        asked = {"survey": survey, "version": version, "metric": "nps", "channel": "email", "state": "sent"}
        invitations = Invitation.objects.bulk_create(
            Invitation(
                contact=one, customer_id=one.customer_id, expires_at=now + timedelta(days=9), language="en",
                started_at=now, opened_at=now, **asked, **moments,
            )
            for one in Contact.objects.order_by("pk")
        )  # fmt: skip
    seen = now - timedelta(seconds=20)
    answers: list[Job] = [
        (
            f"{page_url(one).partition(f':{PORT}')[2]}?view={new_view(one.public_id, seen)}",
            f"Visitor {number}",
            {"score": str(number % 11)},
        )
        for number, one in enumerate(invitations)
    ]
    own = {"organisation": str(home.pk), "version": str(version.pk)}
    bare: list[Job] = [("/bare/", agent, form | own) for _, agent, form in answers]
    return answers, bare


def sent(jobs: list[Job]) -> tuple[float, float]:
    """Send all, some at once, and return how many a second and the time of the slowest but one in a hundred."""
    waiting, times, begun = iter(jobs), list[float](), time.perf_counter()
    lock, wrong = threading.Lock(), list[str]()

    def work() -> None:
        link = HTTPConnection("127.0.0.1", PORT)
        while True:
            with lock:
                job = next(waiting, None)
            if job is None:
                return
            place, agent, form = job
            headers = {"User-Agent": agent, "Content-Type": "application/x-www-form-urlencoded"}
            started = time.perf_counter()
            link.request("POST", place, urlencode(form), headers)
            answer = link.getresponse()
            answer.read()
            times.append(time.perf_counter() - started)
            if answer.status != 303:
                wrong.append(f"{place}: {answer.status}")
                return

    threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise SystemExit(wrong[0])
    return len(jobs) / (time.perf_counter() - begun), sorted(times)[int(len(times) * 0.99)]


def main() -> None:
    answers, bare = prepared()
    server = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(PORT), "--workers", "1"]
    server += ["--blocking-threads", "8", "--no-access-log", "--log-level", "error", "bench_answers:application"]
    process = subprocess.Popen(server, cwd=Path(__file__).parent)
    try:
        time.sleep(6)
        best: dict[str, tuple[float, float]] = {}
        for round_ in range(ROUNDS):
            part = slice(round_ * ANSWERS, (round_ + 1) * ANSWERS)
            for name, jobs in (("bare", bare[part]), ("product", answers[part])):
                rate, slow = sent(jobs)
                best[name] = max(best.get(name, (0.0, 0.0)), (rate, slow))
    finally:
        process.terminate()
        process.wait(timeout=20)
    with acting_in(Survey._base_manager.select_related("organisation").get(code="bench").organisation):  # noqa: SLF001
        counted = Response.objects.filter(counted=True).exclude(invitation=None).count()
    rate, slow = best["product"]
    ratio = rate / best["bare"][0]
    sys.stdout.write(
        f"{connection.vendor}: {rate:,.0f} durable answers/s, p99 {slow * 1000:.0f} ms = {ratio:.2f} of a bare INSERT "
        f"({best['bare'][0]:,.0f}/s, p99 {best['bare'][1] * 1000:.0f} ms); {counted:,} counted\n"
    )


if __name__ == "__main__":
    main()
