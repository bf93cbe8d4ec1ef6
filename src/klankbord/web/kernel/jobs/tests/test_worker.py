"""Workers as processes: side by side, killed, told to stop; on a register that several processes share."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from itertools import pairwise
from statistics import median

import pytest
from django.db import connection

from klankbord.web.kernel.jobs import enqueue
from klankbord.web.kernel.jobs.tests.workshop import labour, toil
from klankbord.web.kernel.models import Job, Organisation

pytestmark = pytest.mark.slow


@pytest.fixture
def register(transactional_db, home):
    """Put the register where other processes can open it: on SQLite in a file instead of in memory."""
    del transactional_db
    if connection.vendor == "postgresql":
        at = connection.settings_dict
        yield f"postgresql://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(home.register)])
    memory, connection.connection = connection.connection, None
    name, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], str(home.register)
    yield ""
    connection.close()
    connection.settings_dict["NAME"], connection.connection = name, memory


@pytest.fixture
def diary(tmp_path):
    path = tmp_path / "diary"
    path.touch()
    return path


@pytest.fixture
def employ(register, home, diary):
    workers = []

    def employed(*arguments):
        environment = os.environ | {
            "KLANKBORD_HOME": str(home.folder),
            "KLANKBORD_DATABASE_URL": register,
            "DJANGO_SETTINGS_MODULE": "klankbord.web.kernel.settings",
            "DIARY": str(diary),
        }
        code = (
            "import django; django.setup(); "
            f"from klankbord.web.kernel.jobs.tests.workshop import main; main{arguments!r}"
        )
        worker = subprocess.Popen([sys.executable, "-c", code], env=environment)
        workers.append(worker)
        until(diary.with_suffix(f".{worker.pid}").exists, seconds=120)  # a process begins slowly on a busy machine
        return worker

    yield employed
    for worker in workers:
        worker.kill()
        worker.wait()


@pytest.fixture
def company(register):
    del register
    return Organisation.objects.create(name="Noord Telecom", slug="noord")


def entries(diary):
    return [line.split() for line in diary.read_text().splitlines()]


def until(true, seconds=30):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def states():
    return Counter(Job.objects.values_list("state", flat=True))


def test_two_workers_do_each_job_once(company, employ, diary):
    employ(), employ()
    for name in range(60):
        enqueue(labour, company, diary=str(diary), name=str(name), lasts=0.1)
    until(lambda: states() == {"done": 60})
    told = entries(diary)
    assert Counter(name for word, name, *_ in told if word == "begin") == {str(name): 1 for name in range(60)}
    assert len({pid for _, _, pid, _ in told}) == 2


def test_job_of_a_killed_worker_is_done_by_the_next(company, employ, diary):
    enqueue(labour, company, diary=str(diary), name="a", lasts=1)
    first = employ()
    until(lambda: entries(diary))
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert Job.objects.get().state == "running"
    employ()
    until(lambda: states() == {"done": 1})
    assert [word for word, *_ in entries(diary)] == ["begin", "begin", "end"]
    assert Job.objects.get().attempts == 2


def test_job_of_a_worker_killed_on_another_machine_waits_for_its_lease(company, employ, diary):
    enqueue(labour, company, diary=str(diary), name="a", lasts=1)
    first = employ(2)
    until(lambda: entries(diary))
    first.send_signal(signal.SIGKILL)
    first.wait()
    Job.objects.update(worker="elsewhere/1/abc")
    lease_ends = Job.objects.get().run_at.timestamp()
    employ(2)
    until(lambda: states() == {"done": 1})
    assert float(entries(diary)[1][-1]) >= lease_ends


def test_lease_is_kept_and_progress_told_while_a_job_runs(company, employ, diary):
    employ(5), employ(5)
    enqueue(labour, company, diary=str(diary), name="long", lasts=9)
    seen = set()

    def finished():
        job = Job.objects.get()
        seen.add((job.done, job.total))
        return job.state == "done"

    until(finished)
    assert Counter(word for word, *_ in entries(diary)) == {"begin": 1, "end": 1}
    assert len(seen) >= 4


def test_job_begins_soon_after_it_is_asked_for(company, employ, diary):
    employ()
    enqueue(labour, company, diary=str(diary), name="warm")
    until(lambda: states() == {"done": 1})
    waited = []
    for name in "abcde":
        time.sleep(1.3)
        asked = time.time()
        enqueue(labour, company, diary=str(diary), name=name)
        until(lambda name=name: entries(diary)[-1][:2] == ["end", name])
        waited.append(next(float(at) for word, of, _, at in entries(diary) if (word, of) == ("begin", name)) - asked)
    assert median(waited) < 0.3


def test_worker_told_to_stop_ends_what_it_does_and_begins_nothing(company, employ, diary):
    for name in range(12):
        enqueue(labour, company, diary=str(diary), name=str(name), lasts=1.5)
    worker = employ()
    until(lambda: len(entries(diary)) >= 4)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=8) == 0
    assert states() == {"done": 4, "waiting": 8}
    assert Counter(word for word, *_ in entries(diary)) == {"begin": 4, "end": 4}


@pytest.mark.usefixtures("company")
def test_schedule_runs_once_a_period_with_two_workers_and_after_a_restart(employ, diary):
    first = employ(5, 1)
    employ(5, 1)
    until(lambda: len(entries(diary)) >= 4)
    first.kill()
    until(lambda: len(entries(diary)) >= 7)
    moments = [float(at) for *_, at in entries(diary)]
    assert min(after - before for before, after in pairwise(moments)) > 0.5
    assert Job.objects.get().recurring


def test_long_jobs_leave_room_for_short_ones(employ, company, diary):
    employ()
    for number in range(6):
        enqueue(toil, company, diary=str(diary), name=f"long-{number}", lasts=3)
    until(lambda: sum(word == "begin" for word, *_ in entries(diary)) == 2)
    enqueue(labour, company, diary=str(diary), name="short")
    until(lambda: any(name == "short" and word == "end" for word, name, *_ in entries(diary)))
    assert {name for word, name, *_ in entries(diary) if word == "end"} == {"short"}
    # The short job ends before its row says so: only the long ones are counted.
    assert Job.objects.filter(state="running", name="workshop.toil").count() <= 2
