"""Jobs as handlers and rooms meet them: asked for, done, tried again, dead, coming back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from klankbord.errors import DataError
from klankbord.web.kernel.jobs import LostError, Run, enqueue, every, job, queue, work
from klankbord.web.kernel.jobs.registry import PAUSES, SCHEDULES
from klankbord.web.kernel.jobs.schedules import keep_schedules
from klankbord.web.kernel.jobs.upkeep import tidy_jobs
from klankbord.web.kernel.models import Job
from klankbord.web.kernel.tenancy import NoOrganisationError, here

SAID: list[object] = []
TROUBLE: list[Exception] = []


@job("test.say")
def say(run: Run, *, word: str) -> None:
    SAID.append((here().slug, word, run.actor.kind))
    run.progress(3, 4)


@job("test.whisper", quiet=True)
def whisper(run: Run) -> None:
    del run
    SAID.append("whisper")


@job("test.stumble", attempts=3)
def stumble(run: Run) -> None:
    del run
    if TROUBLE:
        raise TROUBLE[0]


@job("test.toil", long=True)
def toil(run: Run) -> None:
    del run


@job("test.installation")
def installation(run: Run) -> None:
    with pytest.raises(NoOrganisationError):
        here()
    with pytest.raises(LookupError):
        run.actor  # noqa: B018


@pytest.fixture(autouse=True)
def quiet_start():
    SAID.clear()
    TROUBLE.clear()


@pytest.fixture
def scheduled():
    before = dict(SCHEDULES)
    SCHEDULES.clear()
    yield every
    SCHEDULES.clear()
    SCHEDULES.update(before)


def let_pass(pause):
    """Move the clock: what waits is due that much earlier."""
    for row in Job.objects.exclude(run_at=None):
        Job.objects.filter(pk=row.pk).update(run_at=row.run_at - pause)


def test_job_runs_in_its_organisation(organisation):
    enqueue(say, organisation, word="hello")
    work(until_idle=True)
    assert SAID == [("noord", "hello", "system")]
    done = Job.objects.get()
    assert (done.state, done.run_at, done.done, done.total, done.attempts) == ("done", None, 3, 4, 1)
    assert done.started_at is None
    assert done.finished_at >= done.created_at


@pytest.mark.usefixtures("db")
def test_job_of_the_installation_is_in_no_organisation():
    enqueue(installation, None)
    work(until_idle=True)
    assert Job.objects.get().state == "done"


def test_quiet_job_leaves_no_trace(organisation):
    enqueue(whisper, organisation)
    work(until_idle=True)
    assert SAID == ["whisper"]
    assert not Job.objects.exists()


def test_job_is_left_until_its_time(organisation):
    enqueue(say, organisation, word="later", after=timedelta(minutes=1))
    work(until_idle=True)
    assert not SAID
    let_pass(timedelta(minutes=1))
    work(until_idle=True)
    assert len(SAID) == 1


def test_one_waits_under_a_key(organisation, elsewhere):
    for _ in range(3):
        enqueue(say, organisation, word="once", key="k")
        enqueue(say, elsewhere, word="once", key="k")
        enqueue(installation, None, key="k")
        enqueue(say, organisation, word="each")
    assert Job.objects.filter(key="k").count() == 3
    assert Job.objects.filter(key="").count() == 3


def test_asking_under_the_key_of_a_running_job_waits_for_its_end(organisation, elsewhere):
    enqueue(say, organisation, word="first", key="k")
    first = queue.claim("w")
    enqueue(say, organisation, word="second", key="k")
    assert queue.claim("w") is None
    assert queue.next_due() == first.run_at
    enqueue(say, elsewhere, word="theirs", key="k")
    assert queue.claim("w").arguments == {"word": "theirs"}
    queue.succeed(first, (0, 0))
    assert queue.claim("w").arguments == {"word": "second"}


@pytest.mark.usefixtures("db")
def test_one_of_a_key_runs_for_the_installation_too():
    enqueue(installation, None, key="k")
    first = queue.claim("w")
    enqueue(installation, None, key="k")
    enqueue(installation, None, key="other")
    assert queue.claim("w").key == "other"
    assert queue.claim("w") is None
    queue.succeed(first, (0, 0))
    assert queue.claim("w").key == "k"


def test_failed_job_makes_one_of_itself_and_the_one_that_waits(organisation):
    TROUBLE.append(DataError("no", hint="later"))
    enqueue(stumble, organisation, key="k")
    claimed = queue.claim("w")
    enqueue(stumble, organisation, key="k")
    queue.fail(claimed, DataError("no"))
    left = Job.objects.get()
    assert (left.pk, left.state, left.attempts) == (claimed.pk, "waiting", 1)


def test_failing_job_pauses_longer_each_time_and_dies(organisation):
    TROUBLE.append(DataError("the file is empty", hint="export it again"))
    enqueue(stumble, organisation)
    for attempt in (1, 2):
        work(until_idle=True)
        waiting = Job.objects.get()
        pause = (waiting.run_at - timezone.now()) / PAUSES[attempt - 1]
        assert (waiting.state, waiting.attempts) == ("waiting", attempt)
        assert 0.75 < pause < 1.2
        let_pass(timedelta(hours=2))
    work(until_idle=True)
    dead = Job.objects.get()
    assert (dead.state, dead.run_at, dead.attempts) == ("dead", None, 3)
    assert dead.error == "DataError: the file is empty\nexport it again"


def test_error_of_others_is_told_without_its_words(organisation, caplog):
    TROUBLE.append(ValueError("jan@voorbeeld.example is no number"))
    enqueue(stumble, organisation)
    work(until_idle=True)
    error = Job.objects.get().error
    assert error.startswith("ValueError\n")
    assert "in stumble" in error
    assert "voorbeeld" not in error
    assert "voorbeeld" not in caplog.text
    assert "in stumble" in caplog.text


def test_job_that_recovers_forgets_its_error(organisation):
    TROUBLE.append(DataError("no"))
    enqueue(stumble, organisation)
    work(until_idle=True)
    TROUBLE.clear()
    let_pass(timedelta(minutes=1))
    work(until_idle=True)
    done = Job.objects.get()
    assert (done.state, done.error, done.attempts) == ("done", "", 2)


def test_job_of_a_killed_worker_is_taken_up_when_its_lease_is_over(organisation):
    enqueue(say, organisation, word="again")
    first = queue.claim("killed")
    work(until_idle=True)
    assert not SAID
    let_pass(queue.LEASE)
    work(until_idle=True)
    assert len(SAID) == 1
    assert not queue.keep(first, (1, 2))
    queue.fail(first, DataError("too late to say so"))
    assert Job.objects.get().state == "done"


def test_job_that_always_loses_its_worker_dies(organisation):
    enqueue(stumble, organisation)
    for _ in range(3):
        assert queue.claim("killed")
        let_pass(queue.LEASE)
    work(until_idle=True)
    dead = Job.objects.get()
    assert dead.state == "dead"
    assert "3 times" in dead.error


def test_progress_stops_a_handler_whose_job_is_gone(organisation):
    enqueue(say, organisation, word="x")
    run = Run(queue.claim("w"))
    run.progress(1, 2)
    run.lost = True
    with pytest.raises(LostError):
        run.progress(2, 2)


def test_job_that_this_version_does_not_know_waits_for_one_that_does(organisation):
    Job.objects.create(organisation=organisation, name="test.of_next_year", run_at=timezone.now())
    assert queue.claim("w") is None
    assert queue.next_due() is None


def test_next_due_is_the_earliest(organisation):
    enqueue(say, organisation, word="b", after=timedelta(minutes=5))
    enqueue(say, organisation, word="a", after=timedelta(minutes=1))
    assert timedelta(seconds=58) < queue.next_due() - timezone.now() <= timedelta(minutes=1)


@pytest.mark.usefixtures("organisation", "elsewhere")
def test_schedule_is_one_row_an_organisation_that_comes_back(scheduled):
    scheduled(timedelta(minutes=5), whisper)
    scheduled(timedelta(hours=1), installation, per_organisation=False)
    for _ in range(2):
        keep_schedules()
    assert Job.objects.filter(recurring=True).count() == 3
    work(until_idle=True)
    assert SAID == ["whisper"] * 2
    work(until_idle=True)
    assert SAID == ["whisper"] * 2
    let_pass(timedelta(minutes=5))
    work(until_idle=True)
    assert SAID == ["whisper"] * 4
    assert Job.objects.count() == 3


def test_schedule_is_made_for_new_organisations_and_goes_when_it_is_dropped(organisation, scheduled, elsewhere):
    scheduled(timedelta(minutes=5), whisper)
    keep_schedules()
    elsewhere.delete()
    assert Job.objects.get().organisation == organisation
    SCHEDULES.clear()
    keep_schedules()
    assert not Job.objects.exists()


@pytest.mark.usefixtures("organisation")
def test_schedule_that_fails_shows_it_and_goes_on(scheduled):
    scheduled(timedelta(seconds=2), stumble)
    TROUBLE.append(DataError("the lake is locked"))
    keep_schedules()
    for _ in range(5):
        work(until_idle=True)
        let_pass(timedelta(hours=2))
    failing = Job.objects.get()
    assert (failing.state, failing.attempts, failing.error) == ("waiting", 5, "DataError: the lake is locked")
    TROUBLE.clear()
    work(until_idle=True)
    well = Job.objects.get()
    assert (well.state, well.attempts, well.error) == ("waiting", 0, "")


def test_old_jobs_are_removed(organisation):
    now = timezone.now()
    for state, days in [("done", 13), ("done", 15), ("dead", 89), ("dead", 91)]:
        Job.objects.create(
            organisation=organisation, name=f"{state} {days}", state=state, finished_at=now - timedelta(days)
        )
    enqueue(tidy_jobs, None)
    work(until_idle=True)
    assert set(Job.objects.values_list("name", flat=True)) == {"done 13", "dead 89"}


def test_two_handlers_of_one_name_are_refused():
    with pytest.raises(LookupError):
        job("test.say")(quiet_start)


def test_long_ones_are_passed_over_where_enough_of_them_run(organisation):
    enqueue(toil, organisation)
    assert queue.next_due() is not None
    assert queue.next_due(long=False) is None
    assert queue.claim("worker", long=False) is None
    enqueue(whisper, organisation)
    assert queue.claim("worker", long=False).name == whisper.name
    assert queue.claim("worker").name == toil.name
