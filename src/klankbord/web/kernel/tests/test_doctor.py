import re
import shutil
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import DatabaseError, connection
from django.utils import timezone

from klankbord.web.kernel import doctor
from klankbord.web.kernel.audit import entry_type, record
from klankbord.web.kernel.home import Home
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import AuditEntry, Job
from klankbord.web.kernel.options import Options
from klankbord.web.kernel.tenancy import everywhere

DONE = entry_type("test.examined")
pytestmark = pytest.mark.django_db


def found(code):
    return [one for one in doctor.examine() if one.code == code]


def severity(code):
    return {one.severity for one in found(code)}


def job(**said):
    return Job.objects.create(**{"name": "kernel.tidy_jobs", "run_at": timezone.now(), "recurring": True, **said})


def test_a_well_installation_has_no_problem(organisation):
    lake_of(organisation)
    job()
    findings = doctor.examine()
    assert {one.code for one in findings} >= {
        "home.writable",
        "home.private",
        "disk.space",
        "database.reachable",
        "database.migrated",
        "keys.fields",
        "lake.whole",
        "worker.alive",
        "clock.right",
        "mail.connects",
        "address.url",
    }
    assert not [one for one in findings if one.severity == "problem" and one.code != "disk.space"]


def test_every_finding_that_is_not_well_says_what_to_do(organisation, home):
    lake_of(organisation)
    shutil.rmtree(home.lakes / str(organisation.pk) / "contacts")
    (home.lakes / f"{organisation.pk}.key").unlink()
    findings = [one for one in doctor.examine() if one.severity != "ok"]
    assert findings
    assert not [one for one in findings if not one.hint]


def test_a_secret_that_others_can_read_is_a_problem(home):
    home.field_key()
    assert severity("home.private") == {"ok"}
    (home.secrets / "fields.key").chmod(0o644)
    assert severity("home.private") == {"problem"}
    assert "fields.key" in found("home.private")[0].message


def test_what_a_killed_restore_left_is_told(home):
    (home.folder / ".restoring").mkdir()
    assert severity("home.left_behind") == {"doubt"}


def test_a_home_that_is_gone_does_not_stop_the_rest(settings, tmp_path):
    settings.HOME = Home(tmp_path / "gone")
    assert severity("home") == {"problem"}
    assert severity("database.reachable") == {"ok"}


def test_a_missing_lake_key_is_a_problem(organisation, home):
    lake_of(organisation)
    assert severity("lake.whole") == {"ok"}
    (home.lakes / f"{organisation.pk}.key").unlink()
    assert severity("lake.opens") == {"problem"}


def test_another_lakes_key_is_a_problem(organisation, home):
    lake_of(organisation)
    (home.lakes / f"{organisation.pk}.key").write_text("00" * 32)
    assert severity("lake.opens") == {"problem"}


def test_a_missing_file_of_a_lake_is_a_problem(organisation, home):
    import pyarrow as pa

    with lake_of(organisation).writing() as batch:
        batch.append("contacts", pa.Table.from_pylist([{"source": "x", "external_id": "1", "month": "2026-03"}]))
    assert severity("lake.whole") == {"ok"}
    next(home.lakes.rglob("*.parquet")).write_bytes(b"PAR1")
    assert severity("lake.whole") == {"problem"}


def test_a_key_that_reads_nothing_is_a_problem(settings):
    settings.FIELD_KEYS = ("not a key",)
    assert severity("keys.fields") == {"problem"}


def test_a_key_that_does_not_read_what_is_there_is_a_problem(organisation, actor, monkeypatch):
    from klankbord.web.kernel import encryption
    from klankbord.web.privacy.models import Export

    with everywhere():
        Export.objects.create(
            organisation=organisation, pseudonyms="a b", asked_by_id=actor().id, expires_at=timezone.now()
        )
    assert severity("keys.fields") == {"ok"}
    monkeypatch.setattr(encryption, "_cipher", lambda: Fernet(Fernet.generate_key()))
    assert severity("keys.fields") == {"problem"}
    assert "privacy.Export" in found("keys.fields")[0].message


@pytest.mark.usefixtures("organisation")
def test_a_worker_that_never_ran_or_stopped_is_a_problem():
    assert severity("worker.alive") == {"problem"}
    schedule = job()
    assert severity("worker.alive") == {"ok"}
    Job.objects.filter(pk=schedule.pk).update(run_at=timezone.now() - timedelta(minutes=5))
    assert severity("worker.alive") == {"problem"}


def test_dead_jobs_are_told_by_name(organisation):
    assert not found("jobs.dead")
    for _ in range(2):
        job(name="contacts.project", organisation=organisation, recurring=False, state=Job.State.DEAD, run_at=None)
    (finding,) = found("jobs.dead")
    assert finding.message.count("contacts.project") == 1


def test_a_clock_before_what_has_happened_is_a_problem(acting, actor):
    del acting
    record(actor(), DONE)
    assert severity("clock.right") == {"ok"}
    AuditEntry.objects.update(at=timezone.now() + timedelta(hours=1))
    assert severity("clock.right") == {"problem"}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has the clock of this machine")
@pytest.mark.parametrize(("hours", "side"), [(1, "ahead of"), (-1, "behind")])
@pytest.mark.usefixtures("organisation")
def test_a_clock_far_from_the_databases_is_a_problem(monkeypatch, hours, side):
    now = timezone.now()
    assert severity("clock.right") == {"ok"}
    monkeypatch.setattr("klankbord.web.kernel.doctor.timezone.now", lambda: now + timedelta(hours=hours))
    (finding,) = found("clock.right")
    assert finding.severity == "problem"
    assert re.search(f"36[0-9]{{2}} s {side} the database|359[0-9] s {side} the database", finding.message)


def test_a_mail_server_that_does_not_answer_is_a_problem(settings):
    settings.OPTIONS = Options({})
    assert severity("mail.connects") == {"doubt"}
    settings.OPTIONS = Options({"KLANKBORD_MAIL_URL": "smtp://127.0.0.1:1"})
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    (finding,) = found("mail.connects")
    assert (finding.severity, "127.0.0.1" in finding.message) == ("problem", True)


def test_tables_that_are_not_there_yet_are_one_problem(monkeypatch):
    def behind():
        yield doctor.Finding("database.migrated", "problem", "not made yet", "run klankbord setup")

    def without_table():
        raise DatabaseError("no such table: kernel_job")

    monkeypatch.setattr(doctor, "_EXAMINATIONS", [behind, without_table])
    assert [one.code for one in doctor.examine()] == ["database.migrated"]
    monkeypatch.setattr(doctor, "_EXAMINATIONS", [without_table])
    assert [one.severity for one in doctor.examine()] == ["problem"]


@pytest.mark.parametrize(
    ("said", "severities"),
    [
        ({"URL": "http://127.0.0.1:8000"}, {"ok"}),
        ({"URL": "http://klankbord.example"}, {"doubt"}),
        ({"URL": "https://klankbord.example"}, {"doubt"}),
        ({"URL": "https://klankbord.example", "TRUSTED_PROXIES": "1"}, {"ok"}),
        ({"URL": "klankbord.example"}, {"problem"}),
    ],
)
def test_the_address(settings, said, severities):
    settings.OPTIONS = Options({f"KLANKBORD_{name}": value for name, value in said.items()})
    assert severity("address.url") == severities


@pytest.mark.parametrize("name", ["DEBUG", "DEMO"])
def test_what_is_for_trying_out_is_a_problem_where_others_come(settings, name):
    settings.OPTIONS = Options({f"KLANKBORD_{name}": "1", "KLANKBORD_URL": "http://127.0.0.1"})
    assert not found(f"address.{name.lower()}")
    settings.OPTIONS = Options({f"KLANKBORD_{name}": "1", "KLANKBORD_URL": "https://klankbord.example"})
    assert severity(f"address.{name.lower()}") == {"problem"}
