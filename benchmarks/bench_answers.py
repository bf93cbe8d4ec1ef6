"""Answers taken a second, and the slowest of a hundred, against bare handlers in the same server.

All run in one process with the same database, interface and threads, and are acknowledged only when they are on disk.
Rivals insert one answer: a bare function, the same with what the product has for writing, which is the hardest of them,
and a view of Django behind the middleware of the product. One more writes all that the product writes of an answer: the
row, its history, and that the invitation was answered. KLANKBORD_DATABASE_URL runs it on PostgreSQL.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import cache
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
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.utils import timezone  # noqa: E402

from klankbord.web.contacts.actions import receive_contacts  # noqa: E402
from klankbord.web.contacts.models import Contact  # noqa: E402
from klankbord.web.invitations.links import page_url  # noqa: E402
from klankbord.web.invitations.models import Invitation  # noqa: E402
from klankbord.web.kernel.access import PUBLIC, needs, the_product  # noqa: E402
from klankbord.web.kernel.models import Organisation  # noqa: E402
from klankbord.web.kernel.statements import write  # noqa: E402
from klankbord.web.kernel.tenancy import acting_in  # noqa: E402
from klankbord.web.people.actions import create_organisation  # noqa: E402
from klankbord.web.responses.models import Change, Response  # noqa: E402
from klankbord.web.responses.page_views import new_view  # noqa: E402
from klankbord.web.site.setting_up import migrate  # noqa: E402
from klankbord.web.site.static_files import collect  # noqa: E402
from klankbord.web.site.urls import urlpatterns  # noqa: E402
from klankbord.web.site.wsgi import application as product  # noqa: E402
from klankbord.web.surveys.library import starting_point  # noqa: E402
from klankbord.web.surveys.models import Survey, Version  # noqa: E402

PORT, ANSWERS, AT_ONCE, ROUNDS = 8765, 1_500, 8, 3
Job = tuple[str, str, dict[str, str]]


RIVALS = {
    "/one/": "a bare INSERT of the answer",
    "/hard/": "the same, written as the product writes",
    "/s/bare/": "the same, a view behind the same middleware",
    "/all/": "all its writes, bare",
}


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answer as a bare handler where the address says so, and everywhere else as the product does."""
    kind = environ["PATH_INFO"]
    if kind not in RIVALS or kind == "/s/bare/":
        return product(environ, start)
    close_old_connections()
    bare(kind, parse_qs(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()))
    start("303 See Other", [("Location", "/"), ("Content-Length", "0")])
    return [b""]


@needs(PUBLIC)
def view(request: HttpRequest) -> HttpResponse:
    """Answer as a bare view does."""
    bare("/hard/", dict(request.POST.lists()))
    return HttpResponseRedirect("/", status=303)


urlpatterns.insert(0, path("", include([path("s/bare/", view)])))


def bare(kind: str, body: Mapping[str, Any]) -> None:
    """Write an answer, or all that is written of one."""
    told = {name: int(value) for name, (value,) in body.items()}
    own = {name: told[name] for name in ("organisation_id", "version_id", "score")}
    if kind == "/hard/":
        write([_insert(Response, _answer() | own)])
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(*_insert(Response, _answer() | own))
        if kind == "/all/":
            (response,) = cursor.fetchone()
            step = {"organisation_id": own["organisation_id"], "response_id": response, "kind": "score", "after": "9"}
            cursor.execute(*_insert(Change, step))
            cursor.execute(_NOTED, [timezone.now(), told["invitation"]])


_NOTED = "update invitations_invitation set answered_at = %s, lake_version = lake_version + 1 where id = %s"


def _insert(model: Any, known: dict[str, Any]) -> tuple[str, list[Any]]:
    statement, fields = _statement(model)
    plain = {"CharField": "nps", "BooleanField": False, "DateTimeField": timezone.now()}
    return statement, [known.get(name, plain.get(kind, 0)) for name, kind in fields]


@cache
def _statement(model: Any) -> tuple[str, list[tuple[str, str]]]:
    fields = [
        (str(field.column), field.get_internal_type())
        for field in model._meta.concrete_fields  # noqa: SLF001
        if not field.primary_key
    ]
    columns, blanks = ", ".join(name for name, _ in fields), ", ".join("%s" for _ in fields)
    return f"insert into {model._meta.db_table} ({columns}) values ({blanks}) returning id", fields  # noqa: SLF001


def _answer() -> dict[str, Any]:
    return {
        "external_id": uuid4() if connection.vendor == "postgresql" else uuid4().hex,
        "invitation_id": None,
        "circumstances": json.dumps({"team": "Ghent"}),
        "choices": "{}",
        "counted": True,
        "public_id": uuid4().hex[:16],
        "comment": None,
        "language": "nl",
    }


def prepared() -> dict[str, list[Job]]:
    """Make invitations, and return what is sent to each handler, the product last."""
    migrate()
    collect()
    made = {"zone": "Europe/Amsterdam", "language": "en", "owner_name": "Els", "password": "een lang wachtwoord"}
    home = create_organisation(
        name="Bench", slug=f"bench-{uuid4().hex[:8]}", owner_email="els@bench.example", **made
    ).organisation
    with acting_in(home):
        version, invitations = asked(home, ANSWERS * ROUNDS)
    seen = timezone.now() - timedelta(seconds=20)
    answers: list[Job] = [
        (
            f"{page_url(one).partition(f':{PORT}')[2]}?view={new_view(one.public_id, seen)}",
            f"Visitor {number}",
            {"score": str(number % 11)},
        )
        for number, one in enumerate(invitations)
    ]
    own = {"organisation_id": str(home.pk), "version_id": str(version.pk)}

    mine = [form | own | {"invitation": str(one.pk)} for (_, _, form), one in zip(answers, invitations, strict=True)]
    rivals = {kind: [(kind, agent, form) for (_, agent, _), form in zip(answers, mine, strict=True)] for kind in RIVALS}
    return rivals | {"product": answers}


def asked(home: Organisation, count: int) -> tuple[Version, list[Invitation]]:
    """Let contacts come in, and return the version by which each was asked, and the invitations."""
    now = timezone.now()
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
    how = {"survey": survey, "version": version, "metric": "nps", "channel": "email", "state": "sent"}
    invitations = Invitation.objects.bulk_create(
        Invitation(
            contact=one, customer_id=one.customer_id, expires_at=now + timedelta(days=9), language="en",
            started_at=now, opened_at=now, **how, **moments,
        )
        for one in Contact.objects.order_by("pk")
    )  # fmt: skip
    return version, invitations


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
    jobs = prepared()
    server = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(PORT), "--workers", "1"]
    server += ["--blocking-threads", "8", "--no-access-log", "--log-level", "error", "bench_answers:application"]
    process = subprocess.Popen(server, cwd=Path(__file__).parent)
    try:
        time.sleep(6)
        best: dict[str, tuple[float, float]] = {}
        for round_ in range(ROUNDS):
            part = slice(round_ * ANSWERS, (round_ + 1) * ANSWERS)
            for name in jobs:
                best[name] = max(best.get(name, (0.0, 0.0)), sent(jobs[name][part]))
    finally:
        process.terminate()
        process.wait(timeout=20)
    with acting_in(Survey._base_manager.select_related("organisation").latest("pk").organisation):  # noqa: SLF001
        counted = Response.objects.filter(counted=True).exclude(invitation=None).count()
    rate, slow = best["product"]
    sys.stdout.write(
        f"{connection.vendor}: {rate:,.0f} durable answers/s, p99 {slow * 1000:.0f} ms; {counted:,} counted\n"
    )
    for name, told in RIVALS.items():
        bare_rate, bare_slow = best[name]
        sys.stdout.write(f"  = {rate / bare_rate:.2f} of {told} ({bare_rate:,.0f}/s, p99 {bare_slow * 1000:.0f} ms)\n")


if __name__ == "__main__":
    main()
