"""The page of jobs, and what can be done there."""

from pathlib import Path

import pytest
from django.utils import timezone

from klankbord.errors import LakeError
from klankbord.web.kernel.access import ForbiddenError
from klankbord.web.kernel.jobs import queue
from klankbord.web.kernel.jobs.actions import JobError, discard_job, retry_job
from klankbord.web.kernel.jobs.registry import job
from klankbord.web.kernel.models import AuditEntry, Job

ADDRESS = "/o/noord/jobs"


@job("test.real")
def real(run):
    """Do nothing: pages show jobs that are made by hand."""


def page_in(client, language):
    client.cookies["language"] = language
    return client.get(ADDRESS).content.decode()


@pytest.fixture
def made(organisation):
    def make(state, **fields):
        ended = state in {"done", "dead"}
        now = timezone.now()
        fields |= {
            "run_at": None if ended else now,
            "finished_at": now if ended else None,
            "started_at": now if state == "running" else None,
        }
        return Job.objects.create(**({"organisation": organisation, "name": "test.made", "state": state} | fields))

    return make


def test_page_shows_dead_ones_first_and_nothing_of_others(browse, made, elsewhere):
    made("dead", name="test.died", error="DataError: the file is empty\nexport it again")
    made("waiting", name="test.waits")
    made("running", name="test.runs", done=1200, total=4000)
    made("done", name="test.did")
    made("waiting", name="test.ticks", recurring=True, key="recurring")
    made("waiting", name="test.limps", recurring=True, key="recurring", error="LakeError: locked")
    made("dead", name="test.theirs", organisation=elsewhere)
    made("dead", name="test.nobodys", organisation=None)
    text = browse().get(ADDRESS).content.decode()
    places = [text.index(f"test.{name}") for name in ("died", "runs", "limps", "waits")]
    assert places == sorted(places)
    assert "the file is empty<br>export it again" in text
    assert "1,200 of 4,000" in text
    for absent in ("test.did", "test.ticks", "test.theirs", "test.nobodys"):
        assert absent not in text


@pytest.mark.parametrize("state", ["dead", "running", "waiting", "done"])
def test_page_shows_one_state(browse, made, state):
    for each in ("dead", "running", "waiting", "done"):
        made(each, name=f"test.{each}_one")
    text = browse().get(ADDRESS, {"state": state}).content.decode()
    assert [each for each in ("dead", "running", "waiting", "done") if f"test.{each}_one" in text] == [state]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", "Er worden op dit moment andere rijen ingelezen."),
        ("en", "Other rows are being brought in at this moment."),
    ],
)
def test_an_error_of_ours_is_said_in_the_readers_language(browse, made, language, said):
    made("running", name="test.real")
    running = Job.objects.get()
    queue.fail(running, LakeError("somebody else writes", hint="wait", case="busy_lake", file=Path("a.csv")))
    text = page_in(browse(), language)
    assert said in text
    assert "somebody else writes" not in text
    running.refresh_from_db()
    assert running.error == "LakeError: somebody else writes\nwait"  # as the API and the log tell it
    assert running.problem["data"] == {"file": "a.csv"}


def test_an_error_of_others_stays_as_it_is_and_says_that_it_is_english(browse, made):
    made("running", name="test.real")
    queue.fail(Job.objects.get(), ValueError("jan@voorbeeld.example"))
    text = page_in(browse(), "nl")
    assert '<span lang="en">ValueError' in text
    assert "voorbeeld" not in text


def test_what_is_well_again_has_no_problem(made):
    made("running", name="test.real", problem={"message": "no"}, error="no")
    queue.succeed(Job.objects.get(), (1, 1))
    done = Job.objects.get()
    assert (done.problem, done.error) == ({}, "")


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_page_speaks_four_languages(browse, made, language):
    for state in ("dead", "running", "waiting"):
        made(state, done=1, total=2, attempts=2)
    assert f'<html lang="{language}"' in page_in(browse(), language)


def test_htmx_gets_the_list_alone(browse, made):
    made("waiting")
    text = browse().get(ADDRESS, headers={"HX-Request": "true"}).content.decode()
    assert "test.made" in text
    assert "<html" not in text


def test_page_costs_the_same_for_one_and_many(browse, made, django_assert_max_num_queries):
    client = browse()
    for _ in range(60):
        made("waiting")
    with django_assert_max_num_queries(12):
        assert client.get(ADDRESS).content.decode().count("test.made") >= 50


@pytest.mark.parametrize(
    ("role", "may_see", "may_manage"), [("owner", True, True), ("analyst", True, False), ("lead", False, False)]
)
def test_who_may_see_and_manage_jobs(browse, made, role, may_see, may_manage):
    dead = made("dead")
    client = browse(role)
    page = client.get(ADDRESS)
    assert page.status_code == (200 if may_see else 403)
    assert (f"{ADDRESS}/{dead.pk}/retry" in page.content.decode()) is may_manage
    assert client.post(f"{ADDRESS}/{dead.pk}/retry").status_code == (302 if may_manage else 403)


@pytest.mark.usefixtures("acting")
def test_dead_job_is_tried_again_with_all_its_attempts(browse, made):
    dead = made("dead", attempts=5, error="DataError: no")
    assert browse().post(f"{ADDRESS}/{dead.pk}/retry").headers["Location"] == ADDRESS
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == ("waiting", 0)
    assert dead.run_at <= timezone.now()
    assert AuditEntry.objects.get().action == "kernel.job_retried"


@pytest.mark.usefixtures("acting")
def test_dead_job_makes_way_for_none_that_waits_under_its_key(actor, made):
    dead = made("dead", key="k")
    made("waiting", key="k")
    retry_job(actor(), job=dead.pk)
    assert [(job.pk, job.state) for job in Job.objects.all()] == [(dead.pk, "waiting")]


@pytest.mark.usefixtures("acting")
def test_job_is_discarded_and_told(browse, made):
    dead = made("dead")
    browse().post(f"{ADDRESS}/{dead.pk}/discard")
    assert not Job.objects.exists()
    assert AuditEntry.objects.get().subject == f"job {dead.pk}"


@pytest.mark.usefixtures("acting")
def test_running_or_recurring_jobs_are_not_discarded(actor, made):
    for made_job in (made("running"), made("done"), made("waiting", recurring=True, key="recurring")):
        with pytest.raises(JobError):
            discard_job(actor(), job=made_job.pk)
    assert Job.objects.count() == 3
    assert not AuditEntry.objects.exists()


@pytest.mark.usefixtures("acting")
def test_job_of_others_is_neither_retried_nor_discarded(actor, made, elsewhere):
    theirs = made("dead", organisation=elsewhere)
    for act in (retry_job, discard_job):
        with pytest.raises(JobError):
            act(actor(), job=theirs.pk)
        with pytest.raises(ForbiddenError):
            act(actor("analyst"), job=theirs.pk)
    theirs.refresh_from_db()
    assert theirs.state == "dead"
    assert queue.next_due() is None
