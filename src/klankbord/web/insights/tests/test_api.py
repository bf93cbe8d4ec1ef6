"""The API of numbers: what it takes, what it refuses, and how it pages."""

import pytest

from klankbord.lake.questions import DEFINITIONS, ask
from klankbord.web.kernel.access import Permission

NUMBERS, CONTACTS = Permission.SEE_NUMBERS, Permission.SEE_CONTACTS


def test_answer_has_question_total_rows_and_doubts(program, lake):
    told = program(NUMBERS).get("/api/numbers?measure=nps&by=team&by=channel&where=wait_s%3E60").json()
    library = ask("nps by team, channel where wait_s>60", lake)
    assert told["question"]["text"] == "nps by team, channel where wait_s>60"
    assert (told["total"]["n"], len(told["rows"])) == (library.n, len(library))
    assert [notice["code"] for notice in told["notices"]] == [notice.code for notice in library.notices]


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("", 422, "measure"),
        ("measure=npz", 400, "npz"),
        ("measure=nps&bij=team", 400, "bij"),
        ("measure=nps&words=x", 400, "words"),
        ("measure=nps&by=customer", 400, "customer"),
        ("measure=nps&where=comment%3Dx", 400, "comment"),
        ("measure=nps&compare=previous", 400, "period"),
    ],
)
def test_question_that_cannot_be_asked_is_a_problem(program, query, status, says):
    answer = program(NUMBERS).get(f"/api/numbers?{query}")
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("application/problem+json")
    assert says in answer.json()["detail"] + str(answer.json().get("hint"))


@pytest.mark.usefixtures("lake")
def test_scopes_are_needed(program, client):
    assert program(CONTACTS).get("/api/numbers?measure=nps").status_code == 403
    assert program(NUMBERS).get("/api/numbers/contacts?measure=nps").status_code == 403
    assert client.get("/api/numbers?measure=nps").status_code == 401


def test_contacts_come_in_pages_to_the_last(program, lake):
    n, keys, query = ask("nps", lake).n, [], "measure=nps"
    while query:
        told = program(NUMBERS, CONTACTS).get(f"/api/numbers/contacts?{query}").json()
        keys += [tuple(one["response"]) for one in told["items"]]
        query = told["next"] and f"measure=nps&after={told['next']}"
    assert len(keys) == len(set(keys)) == n > 50


@pytest.mark.usefixtures("lake")
def test_contacts_of_one_row_and_part(program):
    query = "measure=nps&by=client&group=client%3DTelvoor&part=bad"
    items = program(NUMBERS, CONTACTS).get(f"/api/numbers/contacts?{query}").json()["items"]
    assert items
    assert {one["client"] for one in items} == {"Telvoor"}
    assert max(one["score"] for one in items) <= 6
    assert items[0]["at"].endswith(("Z", "+00:00"))


@pytest.mark.usefixtures("lake")
def test_measures_are_listed(program):
    items = program(NUMBERS).get("/api/numbers/measures").json()["items"]
    assert [one["name"] for one in items] == list(DEFINITIONS)
    assert all(one["definition"] for one in items)
