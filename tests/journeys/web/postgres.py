"""A PostgreSQL server of a test's own, which can be killed as a power cut would."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest


class Server:
    """A cluster in a folder; started, killed and started again."""

    def __init__(self, folder: Path, binaries: Path, port: int) -> None:
        self.folder, self.binaries, self.port = folder, binaries, port
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address of its database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
        said = [f"-p{self.port}", "-clisten_addresses=127.0.0.1", f"-cunix_socket_directories={self.folder}"]
        command = [str(self.binaries / "postgres"), "-D", str(self.folder / "data"), *said]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(_as_postgres(command), stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                psycopg.connect(self.url, connect_timeout=3).close()
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError((self.folder / "log").read_text()[-2000:])

    def kill(self) -> None:
        """Kill it and all that work for it."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            _kill_of(self.folder / "data")
            self.process.wait(timeout=20)
            self.process = None


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """Run a server in a folder; skipped where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found or shutil.which("setpriv") is None:
        pytest.skip("PostgreSQL's programs are not installed: on Debian, apt-get install postgresql")
    folder.mkdir(parents=True)
    if os.getuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        for place in folder.parents[:-2]:  # it must be able to walk there
            place.chmod(place.stat().st_mode | 0o011)
    initdb = [str(found[-1]), "-D", str(folder / "data"), "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
    subprocess.run(_as_postgres(initdb), check=True, capture_output=True, cwd=folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    running = Server(folder, found[-1].parent, port)
    running.start()
    try:
        yield running
    finally:
        running.kill()


def _as_postgres(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return command
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]


def _kill_of(data: Path) -> None:
    for place in Path("/proc").iterdir():
        if not place.name.isdigit():
            continue
        try:
            if (place / "cwd").resolve() == data.resolve():
                os.kill(int(place.name), signal.SIGKILL)
        except OSError:
            continue
