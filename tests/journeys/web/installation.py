"""A real installation for a journey: started as its user starts it, on a free port, in a folder of its own."""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psycopg

PATIENCE = 120


class Installation:
    """One running installation, whose processes can be killed and started again."""

    def __init__(
        self, home: Path, command: list[str], database: str = "", settings: dict[str, str] | None = None
    ) -> None:
        self.home, self.command, self.database, self.settings = home, command, database, settings or {}
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home.parent / f"{home.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What its commands are run with."""
        said = {
            "KLANKBORD_HOME": str(self.home),
            "KLANKBORD_URL": self.url,
            "KLANKBORD_LISTEN": f"127.0.0.1:{self.port}",
        }
        said |= {"KLANKBORD_DATABASE_URL": self.database} if self.database else {}
        said |= self.settings
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KLANKBORD_")}
        return kept | said | {"PYTHONUTF8": "1", "KLANKBORD_WORKERS": "1"}

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "klankbord", *self.command],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(self.answers, f"{self.command} does not answer:\n{self.told()[-2000:]}")

    def answers(self) -> bool:
        """Say whether pages come; one that refuses is an answer too."""
        assert self.process is None or self.process.poll() is None, self.told()[-4000:]
        try:
            with urlopen(f"{self.url}/account/login/", timeout=5):
                return True
        except HTTPError:
            return True
        except (URLError, OSError):
            return False

    def told(self) -> str:
        """Return what it printed."""
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def first_link(self) -> str:
        """Return the link that creates the owner."""
        found = re.search(r"https?://\S+", self.told().partition("Create the owner")[2])
        assert found, self.told()
        return found[0]

    def run(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run another command of the same installation."""
        command = [sys.executable, "-m", "klankbord", *arguments]
        return subprocess.run(command, env=self.environment, input=given, capture_output=True, text=True, check=False)

    def python(self, program: str) -> subprocess.CompletedProcess[str]:
        """Run a program beside it, in the same environment."""
        return subprocess.run(
            [sys.executable, "-c", program], env=self.environment, capture_output=True, text=True, check=False
        )

    def processes(self) -> list[int]:
        """Return the ids of all its processes: server, pages, worker."""
        found = []
        for place in Path("/proc").iterdir():
            try:
                told = (place / "environ").read_bytes() if place.name.isdigit() else b""
            except OSError:
                continue
            if f"KLANKBORD_HOME={self.home}\0".encode() in told:
                found.append(int(place.name))
        return found

    def kill(self) -> None:
        """Kill every process at once, as a power cut would."""
        for number in self.processes():
            _send(number, signal.SIGKILL)
        if self.process:
            self.process.wait(timeout=20)
            self.process = None

    def stop(self) -> None:
        """Stop it as its user would, and make sure that nothing is left."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=30)
        self.kill()


@contextmanager
def installed(home: Path, *command: str, **settings: str) -> Iterator[Installation]:
    """Run an installation with further settings, on a database of its own where the tests run on PostgreSQL."""
    server = os.environ.get("KLANKBORD_DATABASE_URL", "")
    with _database(server) as database:
        installation = Installation(
            home, list(command), database, {f"KLANKBORD_{name}": value for name, value in settings.items()}
        )
        try:
            installation.start()
            yield installation
        finally:
            installation.stop()


@contextmanager
def _database(server: str) -> Iterator[str]:
    if not server:
        yield ""
        return
    name, place = f"journey_{secrets.token_hex(4)}", server.rpartition("/")[0]
    with psycopg.connect(f"{place}/postgres", autocommit=True) as admin:
        admin.execute(f"create database {name}")
        try:
            yield f"{place}/{name}"
        finally:
            admin.execute(f"drop database {name} with (force)")


def until(true: object, otherwise: str, patience: float = PATIENCE) -> None:
    """Wait until something holds."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if true():  # type: ignore[operator]
            return
        time.sleep(0.2)
    raise AssertionError(otherwise)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _send(number: int, what: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(number, what)
