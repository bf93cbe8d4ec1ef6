"""Customers answer: from a page that they saw, once, without a cookie, and they may change their mind."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from klankbord.web.kernel.tenancy import everywhere
from klankbord.web.responses.models import Change, Response, Visit

pytestmark = pytest.mark.usefixtures("unhurried")


@pytest.fixture(autouse=True)
def anywhere():
    with everywhere():
        yield


def test_looking_stores_no_answer_and_sets_no_cookie(link, visitor):
    somebody = visitor()
    for place in (link, f"{link}9/", f"{link}stop/", f"{link}done/"):
        page = somebody.opens(place)
        assert page.status_code in {200, 302}
        assert not page.cookies
        assert "Set-Cookie" not in page.headers
    assert not Response.objects.exists()
    assert Visit.objects.count() == 3


def test_score_then_why_then_thanks(link, visitor):
    somebody = visitor()
    sent = somebody.answers(link, 9)
    assert sent.status_code == 303
    response = Response.objects.get()
    assert (response.score, response.counted, response.confirmed, response.status) == (9, True, True, "partial")
    page = somebody.opens(sent["Location"])
    assert 'value="9" checked' in page.content.decode()
    sent = somebody.sends(9, shown="9", why="  Snel geholpen ", call="yes")
    assert "/done/" in sent["Location"]
    assert "Dank" in somebody.opens(sent["Location"]).content.decode()
    response.refresh_from_db()
    assert (response.comment, response.wants_call, response.status) == ("Snel geholpen", False, "complete")
    assert [step.kind for step in Change.objects.all()] == ["score", "words"]
    assert not somebody.client.cookies


def test_first_score_takes_four_statements_and_two_messages_where_each_is_one(link, visitor):
    somebody = visitor()
    somebody.opens(link)
    with CaptureQueriesContext(connection) as queries:
        somebody.sends(9)
    said = [str(query["sql"]) for query in queries]
    said = [one for one in said if not re.match("BEGIN|COMMIT|SAVEPOINT|RELEASE", one)]
    assert len(said) <= (2 if connection.vendor == "postgresql" else 4), "\n".join(said)
