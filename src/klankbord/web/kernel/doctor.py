"""Whether an installation is well: each thing that can be wrong with it is looked at, and told with what to do."""

import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import Literal
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model
from django.utils import timezone

from klankbord.errors import KlankbordError
from klankbord.lake import Lake
from klankbord.lake.schema import TABLES
from klankbord.web.kernel.encryption import EncryptedTextField
from klankbord.web.kernel.mail import is_set_up
from klankbord.web.kernel.models import AuditEntry, Job, Organisation
from klankbord.web.kernel.tenancy import everywhere

Severity = Literal["ok", "doubt", "problem"]
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_LEFT_BEHIND = {
    ".backup": "a backup was cut short; the next one clears what it left",
    ".restoring": "a restore was cut short: run it again with force, and nothing else before it",
    ".replaced-*": "an earlier state was laid aside by a restore; remove it when it is no longer needed",
}
_GIGABYTE = 1_000_000_000
_LEEWAY = timedelta(seconds=30)
_PATIENCE = timedelta(minutes=2)  # schedules come every few seconds; nobody is that busy for so long
REACH = "see that the database runs, and that KLANKBORD_DATABASE_URL names its host, port, user and name"


def first_line(error: Exception) -> str:
    """Return what an error says first; drivers go on with advice for others."""
    return str(error).strip().partition("\n")[0]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and what to do about it where it is not well."""

    code: str
    severity: Severity
    message: str
    hint: str = ""


Examination = Callable[[], Iterable[Finding]]
_EXAMINATIONS: list[Examination] = []


def examination(look: Examination) -> Examination:
    """Register something to look at; rooms further up register theirs at start."""
    if look not in _EXAMINATIONS:
        _EXAMINATIONS.append(look)
    return look


def examine() -> list[Finding]:
    """Look at everything; what cannot be looked at is a problem, and the rest is looked at all the same."""
    findings: list[Finding] = []
    for look in _EXAMINATIONS:
        topic = look.__name__.strip("_")
        try:
            with everywhere():
                findings += look()
        except KlankbordError as error:
            findings.append(Finding(topic, "problem", error.message, error.hint or ""))
        except (DatabaseError, OSError) as error:
            if isinstance(error, DatabaseError) and _has_told_of_the_register(findings):
                continue  # what lies in it cannot be looked at, which is told already
            findings.append(
                Finding(topic, "problem", f"this could not be looked at: {error}", "see the other findings")
            )
    return findings


def _has_told_of_the_register(findings: Iterable[Finding]) -> bool:
    return any(one.code.startswith("database.") and one.severity == "problem" for one in findings)


@examination
def home() -> Iterator[Finding]:
    """See that the folder can be written, and looked into by its owner only."""
    place = settings.HOME
    with TemporaryFile(dir=place.folder):
        yield Finding("home.writable", "ok", f"{place.folder} can be written")
    private = (place.folder, place.lakes, place.files, place.secrets, *place.secrets.iterdir(), *_lake_keys())
    if os.name == "posix" and (open_to_others := [str(path) for path in private if _is_open(path)]):
        kind: Severity = "problem" if any(Path(path).is_file() for path in open_to_others) else "doubt"
        hint = f"chmod -R go-rwx {place.folder}"
        yield Finding("home.private", kind, f"others may look into {', '.join(open_to_others)}", hint)
    else:
        yield Finding("home.private", "ok", "nobody but the owner may look into it")
    for pattern, hint in _LEFT_BEHIND.items():
        for path in place.folder.glob(pattern):
            yield Finding("home.left_behind", "doubt", f"{path} holds data", hint)


@examination
def disk() -> Iterator[Finding]:
    """See that there is room to go on."""
    there = shutil.disk_usage(settings.HOME.folder)
    message = f"{there.free / _GIGABYTE:.1f} GB of {there.total / _GIGABYTE:.1f} GB are free"
    share = there.free / there.total
    severity: Severity = "problem" if there.free < _GIGABYTE or share < 0.02 else "doubt" if share < 0.1 else "ok"
    yield Finding("disk.space", severity, message, "" if severity == "ok" else "make room, or move to a larger disk")


@examination
def database() -> Iterator[Finding]:
    """See that the register can be reached, and that its tables are those of this version."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError as error:
        yield Finding("database.reachable", "problem", f"the register cannot be reached: {first_line(error)}", REACH)
        return
    yield Finding("database.reachable", "ok", f"the register ({connection.vendor}) can be reached")
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        message = f"changes to its tables have not been made yet: {len(waiting)}"
        yield Finding("database.migrated", "problem", message, "run klankbord setup, or restart klankbord serve")
    else:
        yield Finding("database.migrated", "ok", "its tables are those of this version")


@examination
def keys() -> Iterator[Finding]:
    """See that the keys are there, and read what was encrypted with them."""
    for key in settings.FIELD_KEYS:
        try:
            Fernet(key)
        except ValueError:
            hint = "put the right key back, from a backup or KLANKBORD_FIELD_KEYS"
            yield Finding("keys.fields", "problem", "a key of encrypted fields is no key", hint)
            return
    unreadable = [model._meta.label for model in apps.get_models() if not _readable(model)]  # noqa: SLF001
    if unreadable:
        message = f"the keys do not read what is in {', '.join(unreadable)}"
        yield Finding(
            "keys.fields", "problem", message, "put the earlier keys back behind the newest in KLANKBORD_FIELD_KEYS"
        )
    else:
        yield Finding("keys.fields", "ok", "encrypted fields can be read")


@examination
def lakes() -> Iterator[Finding]:
    """See that every lake has its key and its files."""
    for organisation in Organisation.objects.order_by("pk"):
        folder = settings.HOME.lakes / str(organisation.pk)
        if not Lake.is_at(folder):
            yield Finding("lake.there", "ok", f"{organisation.slug} has no lake yet; its first contacts make one")
            continue
        try:
            yield from _lake(organisation.slug, Lake.open(folder))
        except KlankbordError as error:
            yield Finding("lake.opens", "problem", f"{organisation.slug}: {error.message}", error.hint or "")


@examination
def worker() -> Iterator[Finding]:
    """See that somebody does the jobs, and that none of them has failed for good."""
    now = timezone.now()
    recurring = Job.objects.filter(recurring=True)
    late = recurring.filter(run_at__lt=now - _PATIENCE).order_by("run_at").first()
    start = "start klankbord worker, or klankbord serve, which has one"
    if late and late.run_at:
        message = f"nothing has been done since {timezone.localtime(late.run_at):%Y-%m-%d %H:%M}: {late.name} waits"
        yield Finding("worker.alive", "problem", message, start)
    elif not recurring.exists() and Organisation.objects.exists():
        yield Finding("worker.alive", "problem", "no worker has ever run", start)
    else:
        yield Finding("worker.alive", "ok", "jobs are being done")
    dead = list(Job.objects.filter(state=Job.State.DEAD).order_by("name").values_list("name", flat=True).distinct())
    if dead:
        message = f"jobs have failed for good: {', '.join(dead)}"
        yield Finding("jobs.dead", "doubt", message, "look at the jobs page: try them again, or discard them")


@examination
def clock() -> Iterator[Finding]:
    """See that the clock is not before what has already happened, nor far from the database's."""
    now = timezone.now()
    latest = AuditEntry.objects.order_by("-id").values_list("at", flat=True).first()
    if latest and latest - now > _LEEWAY:
        message = f"this machine's clock is {_seconds(latest - now)} s behind what has been written down already"
        yield Finding("clock.right", "problem", message, "let the system set its clock by NTP")
    elif abs(apart := _from_the_database(now)) > _LEEWAY:
        side = "ahead of" if apart > timedelta(0) else "behind"
        message = f"this machine's clock is {_seconds(abs(apart))} s {side} the database's"
        yield Finding("clock.right", "problem", message, "let both machines set their clocks by NTP")
    else:
        yield Finding("clock.right", "ok", "the clock is right, as far as can be told")


@examination
def mail() -> Iterator[Finding]:
    """See that mail can be sent."""
    if not is_set_up():
        hint = "set KLANKBORD_MAIL_URL if it should send any; until then links are copied by hand"
        yield Finding("mail.connects", "doubt", "no mail server is set", hint)
        return
    url = urlsplit(settings.OPTIONS.mail_url)
    place = url.hostname if url.hostname and url.scheme.startswith("smtp") else url.scheme  # others hold a key there
    try:
        with closing(get_connection(timeout=5)) as server:
            server.open()
    except OSError as error:
        message = f"the mail server {place} does not let us in: {error.strerror or type(error).__name__}"
        yield Finding("mail.connects", "problem", message, "check KLANKBORD_MAIL_URL: address, port, user and password")
    else:
        yield Finding("mail.connects", "ok", f"the mail server {place} answers")


@examination
def address() -> Iterator[Finding]:
    """See that people can reach the address safely."""
    options, url = settings.OPTIONS, urlsplit(settings.OPTIONS.url)
    if url.hostname is None:
        hint = "write it as https://klankbord.example.com"
        yield Finding("address.url", "problem", f"KLANKBORD_URL is no address: {options.url}", hint)
    elif url.scheme != "https" and url.hostname not in _LOOPBACK:
        message = f"{options.url} is not encrypted: passwords and answers travel in the open"
        yield Finding(
            "address.url", "doubt", message, "put a proxy with a certificate before it, and set KLANKBORD_URL to https"
        )
    elif url.scheme == "https" and not options.trusted_proxies:
        message = "KLANKBORD_URL is https, and no proxy is trusted to say so"
        yield Finding(
            "address.url", "doubt", message, "set KLANKBORD_TRUSTED_PROXIES to the number of proxies before it"
        )
    else:
        yield Finding("address.url", "ok", f"people reach it at {options.url}")
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding("address.hosts", "problem", "any host name is answered to", "name them in KLANKBORD_HOSTS")
    for name in ("debug", "demo"):
        if getattr(options, name) and url.hostname not in _LOOPBACK:
            message = f"KLANKBORD_{name.upper()} is on, where others can reach it"
            yield Finding(f"address.{name}", "problem", message, f"turn KLANKBORD_{name.upper()} off")


def _lake(name: str, lake: Lake) -> Iterator[Finding]:
    key, snapshot = lake.key, lake.snapshot()  # asking for the key holds it to the lake
    broken = [
        file.path
        for table in TABLES
        for file in snapshot.data_files(table)
        if _size(lake.folder / table / file.path) != file.size
    ]
    if broken:
        message = f"{name}: {len(broken)} files of its lake are missing or cut short, such as {broken[0]}"
        yield Finding("lake.whole", "problem", message, "restore a backup, or run klankbord rebuild")
    else:
        message = f"{name}: its lake is whole, with {snapshot.rows('contacts'):,} contacts, under key {key.fingerprint}"
        yield Finding("lake.whole", "ok", message)


def _readable(model: type[Model]) -> bool:
    """Say whether the newest value of every encrypted field of a table can be read."""
    for field in model._meta.get_fields():  # noqa: SLF001
        if isinstance(field, EncryptedTextField):
            values = model._base_manager.exclude(**{field.name: None}).order_by("-pk")  # noqa: SLF001
            try:
                values.values_list(field.name, flat=True).first()
            except InvalidToken:
                return False
    return True


def _from_the_database(now: datetime) -> timedelta:
    if connection.vendor != "postgresql":  # SQLite has the clock of this machine
        return timedelta(0)
    with connection.cursor() as cursor:
        cursor.execute("select %s - clock_timestamp()", [now])
        apart: timedelta = cursor.fetchone()[0]
    return apart


def _seconds(time: timedelta) -> str:
    return f"{time.total_seconds():.0f}"


def _is_open(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _lake_keys() -> list[Path]:
    return sorted(settings.HOME.lakes.glob("*.key"))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else -1
