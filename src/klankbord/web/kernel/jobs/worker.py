"""The worker: takes jobs as they become due and does them in threads, until it is told to stop."""

import logging
import os
import signal
import socket
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from queue import SimpleQueue
from secrets import token_hex
from threading import Event, Semaphore, Thread, current_thread, main_thread
from time import monotonic
from zoneinfo import ZoneInfo

from django.db import Error, connection
from django.utils import timezone

from klankbord.errors import KlankbordError
from klankbord.web.kernel.jobs import queue
from klankbord.web.kernel.jobs.heartbeat import Heartbeat
from klankbord.web.kernel.jobs.registry import HANDLERS
from klankbord.web.kernel.jobs.run import LostError, Run
from klankbord.web.kernel.jobs.schedules import keep_schedules
from klankbord.web.kernel.models import Job
from klankbord.web.kernel.tenancy import acting_in, everywhere

_GRACE_S = 10.0  # for what runs when the worker is told to stop; what takes longer is taken up by the next worker
_LISTEN_S = 0.1
_BUSY_S, _IDLE_S = 0.2, 1.0
_SCHEDULES_S = 10.0
_log = logging.getLogger("klankbord.jobs")


class AbandonedError(KlankbordError):
    """A job was begun several times, and each time the worker was gone before its end."""

    code = "abandoned_job"


def work(*, until_idle: bool = False, threads: int = 4) -> None:
    """Do jobs until told to stop by SIGTERM or SIGINT; with `until_idle`, what is due now, in this thread, and return.

    Schedules are the worker's alone: `until_idle` does not set them up.
    """
    if until_idle:
        with Heartbeat() as heartbeat:
            while job := queue.claim(_me()):
                perform(Run(job), heartbeat)
    else:
        _Worker(threads).serve()


def perform(run: Run, heartbeat: Heartbeat) -> None:
    """Do one claimed job and let go of it, whatever happens."""
    job = run.job
    try:
        _refuse_abandoned(job)
        with heartbeat.keeping(run), _place(job):
            HANDLERS[job.name](run, **job.arguments)
    except LostError:
        _log.info("%s %s was taken away while it ran", job.name, job.pk)
    except Exception as error:  # noqa: BLE001  whatever a handler raises is the job's failure, not the worker's
        # In our own words only: those of others may repeat data of a person.
        what, at = queue.told(error).partition("\n")[0], "".join(traceback.format_tb(error.__traceback__))
        _log.error("%s %s failed at attempt %s: %s\n%s", job.name, job.pk, job.attempts, what, at.rstrip())
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        queue.fail(job, error)
    else:
        queue.succeed(job, run.at)


def _refuse_abandoned(job: Job) -> None:
    if job.attempts > HANDLERS[job.name].attempts and not job.recurring:
        raise AbandonedError(
            f"the worker was gone before the end of the job, {job.attempts - 1} times",
            hint="it may need more memory than there is; see the log of the machine",
            case="kernel.abandoned_job",
            n=job.attempts - 1,
        )


@contextmanager
def _place(job: Job) -> Iterator[None]:
    with ExitStack() as stack:
        if job.organisation is None:
            stack.enter_context(everywhere())
        else:
            stack.enter_context(acting_in(job.organisation))
            stack.enter_context(timezone.override(ZoneInfo(job.organisation.zone)))
        yield


class _Worker:
    """One thread that takes jobs, some that do them, and one that keeps their leases."""

    def __init__(self, threads: int) -> None:
        self._free = Semaphore(threads)
        self._long: set[Run] = set()
        self._most_long = max(threads // 2, 1)
        self._given: SimpleQueue[Run] = SimpleQueue()
        self._stopping = Event()
        self._heartbeat = Heartbeat()
        self._hands = [Thread(target=self._labour, name=f"job-{n}", daemon=True) for n in range(threads)]
        self._busy_at = self._scheduled_at = -_SCHEDULES_S

    def serve(self) -> None:
        """Take and do jobs until told to stop, and then give those that run a while to end."""
        with self._told_by_signals(), self._heartbeat:
            for hand in self._hands:
                hand.start()
            _recover()
            while not self._stopping.is_set():
                try:
                    self._turn()
                except Error as error:
                    _log.warning("the register cannot be reached: %s", type(error).__name__)
                    connection.close()
                    self._stopping.wait(_IDLE_S)
            self._let_end()

    def _turn(self) -> None:
        if monotonic() - self._scheduled_at >= _SCHEDULES_S:
            self._scheduled_at = monotonic()
            keep_schedules()
        if not self._free.acquire(timeout=_BUSY_S):
            return
        heard, job, long = _bell(), None, len(self._long) < self._most_long
        try:
            due = queue.next_due(long=long)
            job = queue.claim(_me(), long=long) if due and due <= timezone.now() else None
        finally:
            if job is None:
                self._free.release()
        if job:
            self._busy_at = monotonic()
            run = Run(job)
            if HANDLERS[job.name].long:
                self._long.add(run)
            self._given.put(run)
        else:
            self._rest(heard, (due - timezone.now()).total_seconds() if due else _IDLE_S)

    def _rest(self, heard: int, at_most: float) -> None:
        """Wait for the bell, or for the next job that is known of; listening costs no query."""
        usual = _BUSY_S if monotonic() - self._busy_at < _IDLE_S else _IDLE_S
        end = monotonic() + max(min(usual, at_most), 0.02)
        while _bell() == heard and (left := end - monotonic()) > 0 and not self._stopping.wait(min(left, _LISTEN_S)):
            pass

    def _labour(self) -> None:
        while True:
            run = self._given.get()
            try:
                perform(run, self._heartbeat)
            except Exception:  # noqa: BLE001
                # Its lease runs out, and it is done again: better than a thread that is lost for good.
                _log.exception("%s %s could not be let go of", run.job.name, run.job.pk)
                connection.close()
            finally:
                self._long.discard(run)
                self._free.release()

    def _let_end(self) -> None:
        end = monotonic() + _GRACE_S
        for _ in self._hands:
            self._free.acquire(timeout=max(end - monotonic(), 0))

    @contextmanager
    def _told_by_signals(self) -> Iterator[None]:
        """Stop at the first signal; a second one ends the process as it usually does."""
        if current_thread() is not main_thread():
            yield
            return

        def stop(number: int, _: object) -> None:
            signal.signal(number, signal.SIG_DFL)
            self._stopping.set()

        before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@cache
def _me() -> str:
    return f"{socket.gethostname()[:60]}/{os.getpid()}/{token_hex(4)}"


def _bell() -> int:
    try:
        return queue.bell().stat().st_mtime_ns
    except OSError:
        return 0


def _recover() -> None:
    """Free what earlier workers of this machine left behind; those of other machines are waited for."""
    held = Job.objects.filter(state=Job.State.RUNNING).order_by().values_list("worker", flat=True).distinct()
    queue.recover([worker for worker in held if _is_gone(worker)])


def _is_gone(worker: str) -> bool:
    host, _, rest = worker.partition("/")
    pid, _, _ = rest.partition("/")
    if worker == _me() or host != _me().partition("/")[0] or os.name != "posix":
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return int(pid) == os.getpid()  # in a container every worker has the same number
