import duckdb
import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from klankbord.web.people.middleware import Acting


@pytest.fixture
def asked(member):
    """A request of an owner, as it reaches a view."""

    def of(method):
        request = RequestFactory().generic(method, "/o/noord/")
        request.user, request.session = member("owner").user, {}
        return request

    return of


@pytest.mark.parametrize(("method", "looks"), [("GET", 2), ("POST", 1)])
def test_a_page_whose_lake_was_rewritten_meanwhile_is_made_once_more(asked, method, looks):
    seen = []

    def page(request):
        seen.append(request.actor)
        if len(seen) == 1:
            duckdb.sql("select * from read_parquet('/nowhere/at-all.parquet')")  # as if erased a moment ago
        return HttpResponse("the numbers")

    def answer():
        return Acting(lambda _: HttpResponse()).process_view(asked(method), page, (), {"organisation": "noord"})

    if method == "GET":
        assert answer().content == b"the numbers"
    else:
        with pytest.raises(duckdb.IOException):
            answer()
    assert len(seen) == looks
