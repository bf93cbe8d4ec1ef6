"""The register as a whole: its kind, a copy of it as it stood at one moment, and putting such a copy back."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

from django.conf import settings

from klankbord.errors import KlankbordError

_ORGANISATIONS = "kernel_organisation"
# Dropped in the transaction that loads the copy: either the old tables are there, or the restored ones.
_EMPTY = (
    "do $$ declare one text; begin for one in select tablename from pg_tables where schemaname = current_schema() "
    "loop execute format('drop table %I cascade', one); end loop; end $$;"
)


class RegisterError(KlankbordError):
    """The register cannot be copied or put back."""

    code = "bad_register"


class Register(Protocol):
    """What backup and restore need of a register."""

    kind: ClassVar[str]

    def pinned(self) -> AbstractContextManager[Callable[[Path], None]]:
        """Hold on to the register as it stands, and give what copies it into a folder."""

    def load(self, folder: Path) -> None:
        """Put a copy back; what it replaces is gone then, and untouched if it fails."""

    def contents(self) -> str:
        """Name what is there already, if anything is."""


@dataclass(frozen=True, slots=True)
class SqliteRegister:
    """A register in one file of the home."""

    kind: ClassVar[str] = "sqlite"
    path: Path

    @contextmanager
    def pinned(self) -> Iterator[Callable[[Path], None]]:
        """Hold on to the register as it stands: a reader of a write-ahead log sees what it saw first."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as source:
            source.execute("begin")
            source.execute("select count(*) from sqlite_master").fetchone()

            def copy(folder: Path) -> None:
                with closing(sqlite3.connect(folder / "register.sqlite3")) as target:
                    source.backup(target)

            yield copy

    def load(self, folder: Path) -> None:
        """Do nothing: the file has taken its place with the others."""

    def contents(self) -> str:
        """Name the file, if it is there."""
        return str(self.path) if self.path.exists() else ""


@dataclass(frozen=True, slots=True)
class PostgresRegister:
    """A register in a PostgreSQL database, copied and put back by PostgreSQL's own programs."""

    kind: ClassVar[str] = "postgresql"
    options: Mapping[str, Any]

    @contextmanager
    def pinned(self) -> Iterator[Callable[[Path], None]]:
        """Hold on to a snapshot that the dumping program then reads."""
        with self._connected() as source:
            source.execute("set transaction isolation level repeatable read, read only")
            ((snapshot,),) = source.execute("select pg_export_snapshot()").fetchall()

            def copy(folder: Path) -> None:
                into = f"--file={folder / 'register.sql'}"
                self._run("pg_dump", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", into)

            yield copy

    def load(self, folder: Path) -> None:
        """Replace the tables by those of the copy, in one transaction."""
        script = f"--file={folder / 'register.sql'}"
        options = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null")
        self._run("psql", *options, f"--command={_EMPTY}", script)

    def contents(self) -> str:
        """Name the database if there is an organisation in it; empty tables are made by any first start."""
        with self._connected() as there:
            ((made,),) = there.execute("select to_regclass(%s) is not null", [_ORGANISATIONS]).fetchall()
            held = made and there.execute(f"select 1 from {_ORGANISATIONS} limit 1").fetchall()  # noqa: S608
        return f"database {self.options['NAME']}" if held else ""

    def _connected(self) -> Any:
        import psycopg  # noqa: PLC0415  not needed on SQLite

        names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
        given = {name: str(self.options[option]) for name, option in names.items() if self.options.get(option)}
        try:
            return psycopg.connect(**given)  # type: ignore[arg-type]
        except psycopg.OperationalError as error:
            hint = "check KLANKBORD_DATABASE_URL, and that the database runs"
            raise RegisterError("the register's database cannot be reached", hint=hint) from error

    def _run(self, program: str, *options: str) -> None:
        found = shutil.which(program)
        if found is None:
            hint = "install the client programs of PostgreSQL, of the server's version or later"
            raise RegisterError(f"{program} is not installed", hint=hint)
        names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
        given = {name: str(self.options[option]) for name, option in names.items() if self.options.get(option)}
        done = subprocess.run(  # noqa: S603
            [found, *options], env=os.environ | given, capture_output=True, text=True, check=False
        )
        if done.returncode:
            said = done.stderr.strip().splitlines() or ["it gave no reason"]
            raise RegisterError(f"{program} failed: {said[-1]}", hint="nothing was changed")


REGISTERS = {SqliteRegister.kind, PostgresRegister.kind}


def the_register(path: Path | None = None) -> Register:
    """Return the register that the settings name; on SQLite, at another path if one is given."""
    options = settings.DATABASES["default"]
    if options["ENGINE"].endswith("sqlite3"):
        return SqliteRegister(path or Path(options["NAME"]))
    return PostgresRegister(options)
