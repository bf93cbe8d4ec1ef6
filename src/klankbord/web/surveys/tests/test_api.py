"""Surveys by API, with the scopes that a token has."""

import json

import pytest

from klankbord.web.kernel.access import Permission
from klankbord.web.people.actions import create_token

ALL = (Permission.SEE_SURVEYS, Permission.MANAGE_SURVEYS)


@pytest.fixture
def call(client, actor, acting):  # noqa: ARG001
    def called(method, path="", body=None, scopes=ALL):
        _, token = create_token(actor=actor("owner"), name="t", scopes=list(scopes))
        return client.generic(
            method,
            f"/api/surveys{path}",
            body or "",
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )

    return called


NEW = '{"name": "After a contact", "brand": "Noord", "begin_with": "ces", "mode": "research", "languages": ["nl"]}'


def test_a_survey_is_made_changed_and_published(call):
    made = call("POST", body=NEW)
    assert made.status_code == 201
    assert made.json() | {"code": "after-a-contact", "metric": "ces", "asked_version": None} == made.json()
    (draft,) = call("GET", "/after-a-contact/versions").json()
    content = draft["content"] | {"brand": "Noord NV"}
    assert call("PUT", "/after-a-contact/draft", json.dumps(content)).json()["content"]["brand"] == "Noord NV"
    published = call("POST", "/after-a-contact/publish").json()
    assert (published["number"], published["wording"]) == (1, 1)
    assert call("GET", "/after-a-contact").json()["asked_version"] == 1
    assert [one["code"] for one in call("GET").json()] == ["after-a-contact"]


def test_what_is_wrong_is_a_problem_that_names_its_place(call):
    call("POST", body=NEW)
    (draft,) = call("GET", "/after-a-contact/versions").json()
    wrong = call("PUT", "/after-a-contact/draft", json.dumps(draft["content"] | {"low": {"nl": "{x}"}}))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "bad_questionnaire")
    assert "nl, low" in wrong.json()["detail"]
    call("POST", "/after-a-contact/publish")
    assert call("POST", "/after-a-contact/publish").status_code == 409
    assert call("GET", "/unknown").status_code == 404


def test_reading_takes_one_scope_and_writing_another(call):
    assert call("POST", body=NEW, scopes=[Permission.SEE_SURVEYS]).status_code == 403
    assert call("GET", scopes=[Permission.SEE_CONTACTS]).status_code == 403
    assert call("GET", scopes=[Permission.SEE_SURVEYS]).json() == []
