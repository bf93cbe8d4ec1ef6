"""The whole API held to its own description, with whatever its schemas allow and much that they do not."""

import re

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.contracts.web.populating import populate

from klankbord.web.kernel.access import TOKEN_SCOPES
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.actions import create_token
from klankbord.web.site.api import api
from klankbord.web.site.wsgi import application

THEIRS = "Zuidgeheim"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = sorted((path, method) for path, methods in api.get_openapi_schema()["paths"].items() for method in methods)


@pytest.fixture(autouse=True)
def one_connection():
    """Keep the test's connection, and what it has not committed, from one request to the next."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(organisation, actor):
    """A token with every scope that a token can have."""
    with acting_in(organisation):
        return create_token(actor("owner"), name="everything", scopes=sorted(TOKEN_SCOPES))[1]


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=lambda part: part)
def test_an_operation_keeps_to_its_description(path, method, organisation, elsewhere, token):
    populate(organisation, "Noordrij")
    populate(elsewhere, THEIRS)
    operation = schemathesis.openapi.from_wsgi("/api/openapi.json", app=application)[path][method]

    @bounds(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def held(case):
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        case.validate_response(answer, checks=CHECKS)
        assert THEIRS not in answer.text

    held()


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=lambda part: part)
@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer kb_" + "x" * 40, "Basic a2I6a2I="])
def test_without_a_good_token_nothing_is_told(path, method, shown, organisation):
    del organisation
    headers = {"authorization": shown} if shown else {}
    place = re.sub("{.*?}", "1", path)
    answer = Client(headers=headers).generic(method.upper(), place, "{}", content_type="application/json")
    signed = path.startswith("/api/intake/")  # these prove themselves by a signature instead
    assert answer.status_code in ({401, 404} if signed else {401})
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=lambda part: part)
def test_a_token_without_scopes_does_nothing(path, method, organisation, actor):
    with acting_in(organisation):
        _, secret = create_token(actor("owner"), name="idle", scopes=["centre:read"])
    if "/centre" in path or path.startswith("/api/intake/"):
        pytest.skip("this is what the token may do, or takes no token")
    client = Client(headers={"authorization": f"Bearer {secret}"})
    place = re.sub("{.*?}", "1", path)
    answer = client.generic(method.upper(), place, "{}", content_type="application/json")
    assert answer.status_code in {403, 404, 422}, answer.content
