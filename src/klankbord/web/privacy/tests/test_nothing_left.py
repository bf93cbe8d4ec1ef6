"""After an erasure no byte of a person is left: everything on the disk and in the database is looked through."""

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from klankbord.lake.engine import connect

SERVER = os.environ.get("KLANKBORD_DATABASE_URL", "")
WORDS = ("JAN-4711", "jan.peeters@voorbeeld.example", "32470112233", "zonnebloemenveld")
OTHERS = ("ELS-0815", "els@voorbeeld.example", "traag en duur")

BEGIN = """
import sys
import django; django.setup()
from django.core.management import call_command
from klankbord.web.kernel.jobs import work
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in, everywhere
from klankbord.web.people.actors import actor_of
from klankbord.web.people.models import Membership, User
from klankbord.web.privacy import actions
from klankbord.web.privacy.tests.conftest import fill
"""
MAKE = (
    BEGIN
    + """
call_command("migrate", verbosity=0)
noord = Organisation.objects.create(name="Noord Telecom", slug="noord", zone="Europe/Brussels")
user = User.objects.create_user("officer@noord.example", "a long password", name="Officer")
with acting_in(noord):
    officer = actor_of(Membership.objects.create(user=user, role="privacy_officer"))
    held = fill(noord, officer)
    actions.look_up(officer, identifiers=["JAN-4711", "els@voorbeeld.example"])
    actions.object_to_contact(officer, pseudonym=held.jan)
    actions.ask_export(officer, pseudonyms=[held.jan], language="nl")
work(until_idle=True)
print(held.jan, held.els)
"""
)
ERASE = (
    BEGIN
    + """
with everywhere():
    officer = actor_of(Membership.objects.select_related("organisation", "user").get())
with acting_in(officer.organisation):
    actions.ask_erasure(officer, pseudonyms=[sys.argv[1]])
work(until_idle=True)
"""
)
READ = (
    BEGIN
    + """
from django.apps import apps
from klankbord.web.contacts.models import Payload
from klankbord.web.contacts.raw import unpacked
with everywhere():
    for model in apps.get_models():
        for row in model._base_manager.values():
            print(model.__name__, row)
    for payload in Payload.objects.all():
        print(unpacked(payload).decode())
"""
)


class Installation:
    """The product on a home and a database of its own, each step in a process that ends."""

    def __init__(self, home: Path, database: str) -> None:
        self.home, self.database = home, database

    def run(self, code: str, *arguments: str) -> str:
        mine = {name: value for name, value in os.environ.items() if not name.startswith("KLANKBORD_")}
        mine |= {"KLANKBORD_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "klankbord.web.kernel.settings"}
        mine |= {"KLANKBORD_DATABASE_URL": self.database} if self.database else {}
        command = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(command, env=mine, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def everything(self) -> bytes:
        """Return every byte of the disk, and what is packed or encrypted in it as it reads."""
        files = [path for path in self.home.rglob("*") if path.is_file()]
        names = "\n".join(str(path.relative_to(self.home)) for path in files).encode()
        raw = b"".join(path.read_bytes() for path in files)
        tables = "".join(self._rows(path) for path in files if path.suffix == ".parquet").encode()
        dump = (
            subprocess.run(["pg_dump", self.database], capture_output=True, check=True).stdout if self.database else b""
        )
        return b"\n".join((names, raw, tables, dump, self.run(READ).encode())).lower()

    def _rows(self, path: Path) -> str:
        with connect() as engine:
            return str(
                engine.execute(
                    "select columns(*)::varchar from read_parquet(?, hive_partitioning = false)", [str(path)]
                ).fetchall()
            )


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def installation(request, tmp_path):
    if request.param == "sqlite":
        yield Installation(tmp_path / "home", "")
        return
    if "postgresql" not in SERVER:
        pytest.skip("this run is on SQLite: tests/on_postgresql.py runs it on PostgreSQL")
    address, name = SERVER.rpartition("/")[0], f"klankbord_erase_{uuid4().hex[:8]}"
    subprocess.run(["createdb", f"--maintenance-db={address}/postgres", name], check=True)
    try:
        yield Installation(tmp_path / "home", f"{address}/{name}")
    finally:
        subprocess.run(["dropdb", "--force", f"--maintenance-db={address}/postgres", name], check=True)


def test_nothing_is_left_of_who_was_erased(installation):
    jan, els = installation.run(MAKE).split()
    before = installation.everything()
    for word in (*WORDS, jan, *OTHERS, els):
        assert word.lower().encode() in before, f"{word} must be there for this test to say something"
    installation.run(ERASE, jan)
    after = installation.everything()
    assert not [word for word in (*WORDS, jan) if word.lower().encode() in after]
    assert not [word for word in (*OTHERS, els) if word.lower().encode() not in after]
