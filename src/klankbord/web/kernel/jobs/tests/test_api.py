"""Jobs by API, as a program sees them that keeps watch."""

import pytest
from django.test import Client
from django.utils import timezone

from klankbord.web.kernel.jobs import enqueue, job, work
from klankbord.web.kernel.models import AuditEntry, Job
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.actions import create_token

failing: list[str] = []


@job("test.api_fails", attempts=1)
def fails(run):
    del run
    if failing:
        raise ValueError(failing[0])


@pytest.fixture
def program(organisation, actor):
    def made(*scopes):
        with acting_in(organisation):
            secret = create_token(actor("owner"), name="watch", scopes=scopes)[1]
        return Client(headers={"authorization": f"Bearer {secret}"})

    return made


@pytest.fixture
def dead(organisation):
    failing[:] = ["the secret of somebody"]
    enqueue(fails, organisation)
    work(until_idle=True)
    return Job.objects.get(name="test.api_fails")


def test_a_dead_job_is_found_and_tried_again(program, organisation, dead):
    client = program("jobs:read", "jobs:write")
    (told,) = client.get("/api/jobs", {"state": "dead"}).json()["items"]
    assert (told["id"], told["name"], told["state"], told["attempts"]) == (dead.pk, "test.api_fails", "dead", 1)
    assert told["error"].startswith("ValueError")
    assert "secret" not in told["error"]
    assert client.get(f"/api/jobs/{dead.pk}").json() == told
    failing.clear()
    assert client.post(f"/api/jobs/{dead.pk}/retry").status_code == 202
    assert client.get(f"/api/jobs/{dead.pk}").json()["state"] == "waiting"
    work(until_idle=True)
    assert client.get(f"/api/jobs/{dead.pk}").json()["state"] == "done"
    assert client.post(f"/api/jobs/{dead.pk}/retry").status_code == 404
    with acting_in(organisation):
        entry = AuditEntry.objects.get(action="kernel.job_retried")
    assert (entry.actor_kind, entry.actor_name) == ("token", "watch")


def test_a_dead_job_is_given_up(program, dead):
    client = program("jobs:read", "jobs:write")
    assert client.delete(f"/api/jobs/{dead.pk}").status_code == 204
    assert client.get(f"/api/jobs/{dead.pk}").status_code == 404


def test_who_may_look_may_not_do(program, dead):
    client = program("jobs:read")
    assert client.get(f"/api/jobs/{dead.pk}").status_code == 200
    assert client.post(f"/api/jobs/{dead.pk}/retry").status_code == 403
    assert client.delete(f"/api/jobs/{dead.pk}").status_code == 403
    assert program("contacts:write").get("/api/jobs").status_code == 403
    assert Job.objects.get(pk=dead.pk).state == "dead"


def test_jobs_of_others_and_of_the_installation_are_not_there(program, elsewhere):
    client = program("jobs:read", "jobs:write")
    for whose in (elsewhere, None):
        other = Job.objects.create(organisation=whose, name="test.api_fails", state="dead", finished_at=timezone.now())
        assert client.get(f"/api/jobs/{other.pk}").status_code == 404
        assert client.post(f"/api/jobs/{other.pk}/retry").status_code == 404
    assert client.get("/api/jobs").json() == {"items": [], "next": None}


def test_a_long_list_comes_in_parts(program, organisation):
    made = [Job.objects.create(organisation=organisation, name="test.api_fails", state="done").pk for _ in range(5)]
    client, found, after = program("jobs:read"), [], {}
    while True:
        part = client.get("/api/jobs", {"state": "done", "limit": 2} | after).json()
        found += [one["id"] for one in part["items"]]
        if part["next"] is None:
            break
        after = {"after": part["next"]}
    assert found == made[::-1]
