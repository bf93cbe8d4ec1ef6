import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tarfile
import threading
from contextlib import closing
from uuid import uuid4

import pytest
from django.conf import settings as configured

from klankbord.lake import Lake
from klankbord.web.kernel.backup import RESTORING, STAGED, BackupError, backup, restore, verify_backup
from klankbord.web.kernel.home import Home
from klankbord.web.kernel.register import RegisterError, the_register

SERVER = os.environ.get("KLANKBORD_DATABASE_URL", "")
PASSWORD = "een lang wachtwoord"  # noqa: S105

MAKE = f"""
import django; django.setup()
from datetime import datetime, UTC
import pyarrow as pa
from django.conf import settings
from django.core.management import call_command
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.models import Membership, User
call_command("migrate", verbosity=0)
noord = Organisation.objects.create(name="Noord Telecom", slug="noord")
user = User.objects.create_user("els@noord.example", {PASSWORD!r}, name="Els")
with acting_in(noord):
    Membership.objects.create(user=user, role="owner")
with lake_of(noord).writing() as batch:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    rows = [{{"source": "exchange", "external_id": str(n), "month": "2026-03", "started_at": at}} for n in range(40)]
    batch.append("contacts", pa.Table.from_pylist(rows))
(settings.HOME.files / "1").mkdir()
(settings.HOME.files / "1" / "extract.parquet").write_bytes(b"as it came in")
from klankbord.web.kernel.encryption import encrypt
print(encrypt(b"open").decode())
"""
LOOK = f"""
import django; django.setup()
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Organisation
from klankbord.web.people.models import User
print(lake_of(Organisation.objects.get(slug="noord")).snapshot().rows("contacts"))
print(lake_of(Organisation.objects.get(slug="noord")).key.pseudonym("jan@voorbeeld.example"))
print(User.objects.get().check_password({PASSWORD!r}))
from klankbord.web.kernel.encryption import decrypt
import sys
kept = sys.argv[1]
print(kept and decrypt(kept.encode()).decode())
"""


def run(home, code, *arguments, database=""):
    """Run the product in a process of its own, as an installation does."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("KLANKBORD_")}
    mine |= {"KLANKBORD_HOME": str(home), "DJANGO_SETTINGS_MODULE": "klankbord.web.kernel.settings"}
    mine |= {"KLANKBORD_DATABASE_URL": database} if database else {}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=mine, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An installation that has been used."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "encrypted").write_text(run(folder / "home", MAKE)[0])
    return folder


@pytest.fixture
def home(made, tmp_path, settings, monkeypatch):
    """A copy of it, on SQLite whatever the tests run on."""
    shutil.copytree(made / "home", tmp_path / "home")
    settings.HOME = Home(tmp_path / "home")
    file = {"ENGINE": "django.db.backends.sqlite3", "NAME": settings.HOME.register}
    monkeypatch.setitem(configured.DATABASES, "default", file)
    return settings.HOME


def files(folder):
    kept = ("lakes", "files", "secrets")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for place in kept
        for path in (folder / place).rglob("*")
        if path.is_file() and path.suffix not in {".lock", ".making"} and path.name != ".lock"
    }


def organisations(path):
    with closing(sqlite3.connect(path)) as register:
        return [name for (name,) in register.execute("select name from kernel_organisation order by id")]


def test_a_lost_disk_comes_back_with_the_same_numbers_and_the_same_sign_in(made, home, tmp_path):
    secret = (made / "encrypted").read_text()
    before = run(home.folder, LOOK, secret)
    assert before[0] == "40"
    assert before[2:] == ["True", "open"]
    backup(tmp_path / "kept.tar.gz")
    shutil.rmtree(home.folder)
    restored = restore(tmp_path / "kept.tar.gz")
    assert restored.replaced is None
    assert run(home.folder, LOOK, secret) == before


@pytest.mark.slow
@pytest.mark.skipif(
    "postgresql" not in SERVER, reason="this run is on SQLite: tests/on_postgresql.py runs it on PostgreSQL"
)
def test_a_lost_disk_and_database_come_back_on_postgresql(tmp_path):
    name, home = f"klankbord_lost_{uuid4().hex[:8]}", Home(tmp_path / "home")
    address, _, _ = SERVER.rpartition("/")
    database = f"{address}/{name}"
    call = "from klankbord.web.kernel.backup import *; import sys, django; django.setup(); print({}(sys.argv[1]))"
    subprocess.run(["createdb", f"--maintenance-db={address}/postgres", name], check=True)
    try:
        (secret,) = run(home.folder, MAKE, database=database)
        before = run(home.folder, LOOK, secret, database=database)
        run(home.folder, call.format("backup"), str(tmp_path / "kept.tar"), database=database)
        assert verify_backup(tmp_path / "kept.tar").register == "postgresql"
        with pytest.raises(AssertionError, match="there is something already"):
            run(home.folder, call.format("restore"), str(tmp_path / "kept.tar"), database=database)
        shutil.rmtree(home.folder)
        subprocess.run(["dropdb", f"--maintenance-db={address}/postgres", name], check=True)
        subprocess.run(["createdb", f"--maintenance-db={address}/postgres", name], check=True)
        run(home.folder, call.format("restore"), str(tmp_path / "kept.tar"), database=database)
        assert run(home.folder, LOOK, secret, database=database) == before
        again = "from klankbord.web.kernel.backup import *; import sys; restore(sys.argv[1], force=True)"
        run(home.folder, again, str(tmp_path / "kept.tar"), database=database)
        assert run(home.folder, LOOK, secret, database=database) == before
    finally:
        subprocess.run(["dropdb", "--force", f"--maintenance-db={address}/postgres", name], check=True)


def test_what_a_backup_holds(home, tmp_path):
    kept = backup(tmp_path / "kept.tar")
    assert (kept.register, kept.lakes, kept.outside) == ("sqlite", 1, ())
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert verify_backup(kept.path) == kept
    restore(kept.path, tmp_path / "other")
    assert files(tmp_path / "other") == files(home.folder)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "other").rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert not [path for path in (tmp_path / "other").rglob("*") if path.stat().st_mode & 0o077]
    assert not list(home.folder.glob(".backup*"))
    assert not list((tmp_path / "other").glob(".re*"))


def test_a_backup_is_of_the_moment_at_which_it_began(home, tmp_path):
    with the_register().pinned() as copy:
        with closing(sqlite3.connect(home.register)) as register:
            register.execute("update kernel_organisation set name = 'Later'")
            register.commit()
        copy(tmp_path)
    assert organisations(tmp_path / "register.sqlite3") == ["Noord Telecom"]
    assert organisations(home.register) == ["Later"]


def test_writing_goes_on_during_a_backup(home, tmp_path):
    """Rows that the register calls brought in are in the lake of every backup, however often they are written."""
    lake, stop = Lake(home.lakes / "1"), threading.Event()
    months = [f"2026-{month:02}" for month in range(1, 13)]

    def write():
        import pyarrow as pa

        with closing(sqlite3.connect(home.register, timeout=30)) as register:
            number = 40
            while not stop.is_set():
                row = {"source": "exchange", "external_id": str(number), "month": months[number % 12]}
                with lake.writing() as batch:
                    batch.append("contacts", pa.Table.from_pylist([row]))
                number += 1
                register.execute("update kernel_organisation set name = ?", [str(number)])
                register.commit()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        kept = [backup(tmp_path / f"{number}.tar") for number in range(3)]
    finally:
        stop.set()
        writer.join()
    for number, one in enumerate(kept):
        place = tmp_path / f"back-{number}"
        restore(one.path, place)
        rows = Lake(place / "lakes" / "1").snapshot().rows("contacts")
        marked = organisations(place / "register.sqlite3")[0]
        assert rows - (40 if marked == "Noord Telecom" else int(marked)) in {0, 1}


def test_a_home_in_use_is_not_replaced(home, tmp_path):
    kept = backup(tmp_path / "kept.tar").path
    before = files(home.folder)
    with pytest.raises(BackupError, match="something already"):
        restore(kept)
    assert files(home.folder) == before


def test_a_home_in_use_is_laid_aside_when_forced(home, tmp_path):
    kept = backup(tmp_path / "kept.tar").path
    (home.files / "later.csv").write_text("came in after the backup")
    before = files(home.folder)
    restored = restore(kept, force=True)
    assert restored.replaced is not None
    assert files(restored.replaced) == before
    assert files(home.folder) == {name: held for name, held in before.items() if name != "files/later.csv"}


def test_keys_of_a_first_start_do_not_make_a_home_used(home, tmp_path):
    kept = backup(tmp_path / "kept.tar").path
    fresh = Home(tmp_path / "fresh")
    fresh.field_key()
    restore(kept, fresh.folder)
    assert fresh.field_key() == home.field_key()


def damaged(path, kind):
    content = bytearray(path.read_bytes())
    if kind == "cut":
        del content[len(content) // 2 :]
    elif kind == "no manifest":
        del content[content.rfind(b"manifest.json") :]
    elif kind == "flipped":
        content[content.index(b"as it came in")] ^= 1
    elif kind == "no archive":
        content[:] = b"this is a letter"
    path.write_bytes(content)


@pytest.mark.parametrize("kind", ["cut", "no manifest", "flipped", "no archive"])
def test_a_damaged_archive_is_refused_and_nothing_changes(home, tmp_path, kind):
    kept = backup(tmp_path / "kept.tar").path
    before = files(home.folder)
    damaged(kept, kind)
    with pytest.raises(BackupError):
        verify_backup(kept)
    with pytest.raises(BackupError):
        restore(kept, force=True)
    assert files(home.folder) == before
    assert organisations(home.register) == ["Noord Telecom"]


@pytest.mark.usefixtures("home")
def test_wherever_a_packed_archive_is_damaged_it_is_refused_in_words(tmp_path):
    whole = backup(tmp_path / "kept.tar.gz").path.read_bytes()
    broken = tmp_path / "broken.tar.gz"
    refused = 0
    for at in range(20, len(whole), max(1, len(whole) // 200)):
        broken.write_bytes(whole[:at] + b"\xff\x00\xff" + whole[at + 3 :])
        try:
            verify_backup(broken)
        except BackupError as error:
            refused += bool(error.hint)
    assert refused > 150


@pytest.mark.parametrize("word", [b'"version"', b'"files"', b'"outside"', b'"made_at": "2'])
@pytest.mark.usefixtures("home")
def test_a_damaged_manifest_is_refused_in_words(tmp_path, word):
    kept = backup(tmp_path / "kept.tar").path
    content = kept.read_bytes()
    at = content.rindex(word) + len(word) - 2
    kept.write_bytes(content[:at] + b"#" + content[at + 1 :])
    with pytest.raises(BackupError, match="cannot be read"):
        verify_backup(kept)


@pytest.mark.parametrize("name", ["../escaped", "/klankbord-escaped", "lakes/../../escaped"])
@pytest.mark.usefixtures("home")
def test_an_archive_cannot_write_outside_the_home(tmp_path, name):
    (tmp_path / "content").write_text("x")
    with tarfile.open(tmp_path / "evil.tar", "w") as archive:
        archive.add(tmp_path / "content", arcname=name)
        archive.getmembers()[0].name = name
    with pytest.raises(BackupError):
        restore(tmp_path / "evil.tar", tmp_path / "other")
    assert not (tmp_path / "escaped").exists()
    assert not (tmp_path / "other" / RESTORING).exists()


@pytest.mark.usefixtures("home")
def test_links_in_an_archive_are_refused(tmp_path):
    (tmp_path / "link").symlink_to("/etc/passwd")
    with tarfile.open(tmp_path / "evil.tar", "w") as archive:
        archive.add(tmp_path / "link", arcname="files/link")
    with pytest.raises(BackupError):
        verify_backup(tmp_path / "evil.tar")


def test_another_kind_of_register_leaves_the_home_as_it_was(home, tmp_path, monkeypatch):
    kept = backup(tmp_path / "kept.tar").path
    before = files(home.folder)
    nowhere = {"ENGINE": "django.db.backends.postgresql", "NAME": "x", "HOST": "127.0.0.1", "PORT": "1"}
    monkeypatch.setitem(configured.DATABASES, "default", nowhere)
    with pytest.raises(BackupError, match="sqlite, here it is postgresql"):
        restore(kept, force=True)
    with pytest.raises(RegisterError, match="cannot be reached"):
        restore(kept, tmp_path / "other")
    assert files(home.folder) == before


def test_what_a_killed_run_left_is_cleared_by_the_next(home, tmp_path):
    left = home.folder / STAGED / "lakes" / "1"
    left.mkdir(parents=True)
    (left / "row.parquet").write_bytes(b"somebody erased since")
    kept = backup(tmp_path / "kept.tar").path
    with tarfile.open(kept) as archive:
        assert "lakes/1/row.parquet" not in archive.getnames()
    assert not (home.folder / STAGED).exists()


@pytest.mark.parametrize("name", ["kept.zip", "kept"])
@pytest.mark.usefixtures("home")
def test_an_unknown_form_is_refused(tmp_path, name):
    with pytest.raises(BackupError, match="ending"):
        backup(tmp_path / name)


@pytest.mark.usefixtures("home")
def test_a_backup_replaces_no_other(tmp_path):
    backup(tmp_path / "kept.tar")
    with pytest.raises(BackupError, match="exists"):
        backup(tmp_path / "kept.tar")


def test_a_lake_that_is_not_whole_is_not_packed_in_silence(home, tmp_path):
    next((home.lakes / "1").rglob("*.parquet")).unlink()
    with pytest.raises(BackupError, match="missing"):
        backup(tmp_path / "kept.tar")
    assert not list(tmp_path.glob("*kept*"))
