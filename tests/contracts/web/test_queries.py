"""What a page asks of the register does not grow with what it shows, and is little."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.contracts.web.addresses import addresses
from tests.contracts.web.filling import filled
from tests.contracts.web.populating import populate

AT_MOST = 12
PAGES = [one for one in addresses() if one.is_of_an_organisation]


def asked(browser, path):
    browser.get(path)  # what is only asked the first time in a process is not counted
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(path)
    return answer.status_code, [query["sql"] for query in queries]


@pytest.mark.parametrize("address", PAGES, ids=lambda one: one.name)
def test_a_page_asks_as_much_for_three_rows_as_for_one(address, organisation, browse):
    browser = browse("owner")
    rows = populate(organisation, "Rij")
    status, one = asked(browser, filled(address, "noord", rows))
    if status != 200:
        pytest.skip(f"answers {status} to GET")
    populate(organisation, "Rij", rows=4)
    _, several = asked(browser, filled(address, "noord", rows))
    assert len(several) == len(one), "\n".join(sorted(set(several) - set(one)))
    assert len(one) <= AT_MOST, "\n".join(one)
