"""The heartbeat of a worker: keeps the leases of what runs and writes down its progress, on a connection of its own."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import Self

from django.db import Error, connection

from klankbord.web.kernel.jobs import queue
from klankbord.web.kernel.jobs.run import Run

_BEAT_S = 1.0
_log = logging.getLogger("klankbord.jobs")


class Heartbeat:
    """Beats once a second while it is entered, and writes only what has changed or would run out."""

    def __init__(self) -> None:
        self._runs: dict[Run, tuple[float, tuple[int, int]]] = {}
        self._stopping = Event()
        self._thread = Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        # Within a transaction nobody else can see the claim, so there is nothing to defend.
        if not connection.in_atomic_block:
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    @contextmanager
    def keeping(self, run: Run) -> Iterator[None]:
        """Keep the lease of a run while it lasts."""
        self._runs[run] = (monotonic(), run.at)
        try:
            yield
        finally:
            del self._runs[run]

    def __len__(self) -> int:
        return len(self._runs)

    def _beat(self) -> None:
        while not self._stopping.wait(_BEAT_S):
            try:
                for run, (kept, told) in tuple(self._runs.items()):
                    if run.at != told or monotonic() - kept > queue.LEASE.total_seconds() / 3:
                        self._keep(run)
            except Error as error:
                _log.warning("a heartbeat was missed: %s", type(error).__name__)
                connection.close()
        connection.close()

    def _keep(self, run: Run) -> None:
        at = run.at
        run.lost = not queue.keep(run.job, at)
        if run in self._runs:
            self._runs[run] = (monotonic(), at)
