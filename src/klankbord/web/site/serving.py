"""Starting it all: the server of pages and API, and a worker beside it."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time

from django.conf import settings
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from klankbord.errors import OptionError
from klankbord.web.kernel.in_use import hold
from klankbord.web.people import first_run
from klankbord.web.site.static_files import collect

_log = logging.getLogger("klankbord.serve")
_THREADS = 8  # a process; most of a request is spent in SQLite, PostgreSQL or DuckDB, which let other threads run


def serve() -> None:
    """Serve until told to stop."""
    host, _, port = settings.OPTIONS.listen.rpartition(":")
    _see_that_nobody_listens(host, int(port))
    hold(settings.HOME.folder)
    collect()
    _greet()
    stopping = threading.Event()
    jobs = threading.Thread(target=_keep_working, args=(stopping,), daemon=True)
    jobs.start()
    try:
        Granian(
            "klankbord.web.site.served:application",
            address=host,
            port=int(port),
            interface=Interfaces.WSGI,
            workers=settings.OPTIONS.workers,
            blocking_threads=_THREADS,
            backpressure=settings.OPTIONS.workers * 64,
            respawn_failed_workers=True,
            websockets=False,
            log_access=False,
            log_level=LogLevels.error,
        ).serve()
    finally:
        stopping.set()
        jobs.join(timeout=20)


def _see_that_nobody_listens(host: str, port: int) -> None:
    """Refuse an address that is taken: the server would share it, and answer every other request.

    Processes of a server that was killed take a moment to leave.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for patience in (*[0.5] * 6, 0):
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host.strip("[]"), port))
            except OSError as error:
                reason = error.strerror
            else:
                return
        time.sleep(patience)
    message = f"nothing can listen at {settings.OPTIONS.listen}: {reason}"
    raise OptionError(message, hint="stop what is there, perhaps another klankbord serve, or set KLANKBORD_LISTEN")


def _greet() -> None:
    sys.stdout.write(f"Klankbord is at {settings.OPTIONS.url} (Ctrl-C to stop)\n")
    if link := first_run.link():
        sys.stdout.write(f"Create the owner here, within a day: {link}\n")
    sys.stdout.flush()


def _keep_working(stopping: threading.Event) -> None:
    """Keep a worker running; one that dies is replaced, and its jobs are taken up again."""
    command = [sys.executable, "-m", "klankbord", "worker", "--beside"]
    environment = os.environ | {"KLANKBORD_HOME": str(settings.HOME.folder)}
    while not stopping.is_set():
        worker = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603
        while worker.poll() is None and not stopping.wait(0.5):
            pass
        if stopping.is_set():
            worker.send_signal(signal.SIGTERM)
            worker.wait(timeout=15)
        elif not stopping.wait(1):
            _log.warning("the worker left with %s and is started again", worker.returncode)


def stop_with_parent() -> None:
    """Stop this process when the one that started it is gone, however it went: its end of the pipe closes."""
    stdin = sys.stdin.fileno()

    def watch() -> None:
        # Not by `sys.stdin`, whose lock this thread would still hold when the interpreter ends.
        while os.read(stdin, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
