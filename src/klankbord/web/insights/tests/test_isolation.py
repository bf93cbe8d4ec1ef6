"""Organisations beside each other: what one asked, another never gets, not even out of memory."""

import pytest

from klankbord.lake.questions import Question
from klankbord.web.insights import queries
from klankbord.web.insights.queries import Look
from klankbord.web.insights.references import UnknownReferenceError, contact_in, seal
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.actors import actor_of

NPS = Question.parse("nps")


@pytest.fixture
def there(member, elsewhere):
    """Look as the owner of the other organisation."""

    def looking(role="owner", **said):
        membership = member(role, of=elsewhere, **said)
        with acting_in(elsewhere):
            return Look.of(actor_of(membership))

    return looking


def test_answers_in_memory_belong_to_their_organisation(look, there, answers, elsewhere):
    answers([10] * 6, team="Ghent")
    answers([0] * 7, of=elsewhere, team="Ghent")
    assert look().answer(NPS).total.value == 100
    assert there().answer(NPS).total.value == -100
    assert look().answer(NPS).n, there().answer(NPS).n == (6, 7)


def test_equal_lakes_are_still_remembered_apart(look, there, laid, acting, elsewhere):
    laid(acting)
    laid(elsewhere)
    assert look().answer(NPS).n == there().answer(NPS).n > 0
    mine, theirs = (one._key("responses") for one in (look(), there()))
    assert mine != theirs
    assert mine[1:] == theirs[1:]  # the organisation alone tells them apart, and does


def test_answer_is_remembered_until_its_rows_change(look, answers):
    answers([10] * 6, team="Ghent")
    first = look().answer(NPS)
    assert look().answer(NPS) is first
    answers([0] * 6, team="Ghent")
    assert look().answer(NPS).n == 12


def test_narrowed_answers_are_remembered_apart(look, answers):
    answers([10] * 6, client="Telvoor")
    answers([0] * 6, client="Pakjesplein")
    assert look("owner").answer(NPS).n == 12
    assert look("client_viewer", client="Telvoor").answer(NPS).total.value == 100


def test_choices_in_memory_belong_to_their_reach(look, there, answers, elsewhere):
    answers([10], client="Telvoor")
    answers([10], client="Pakjesplein", of=elsewhere)
    assert [value for value, _ in look().known("client")] == ["Telvoor"]
    assert [value for value, _ in there().known("client")] == ["Pakjesplein"]


def test_reference_of_another_organisation_refers_to_nothing(look, there, answers):
    answers([10], team="Ghent")
    reference = seal(look().actor.organisation, "contact", "exchange", "+32470000001")
    assert contact_in(look().actor, reference) == ("exchange", "+32470000001")
    with pytest.raises(UnknownReferenceError):
        contact_in(there().actor, reference)


@pytest.mark.parametrize(
    "path", ["", "question?measure=nps", "contacts", "question/contacts?measure=nps", "overview/team/Ghent"]
)
def test_member_of_another_organisation_finds_no_page(browse, elsewhere, answers, path):
    answers([10] * 6, team="Ghent")
    assert browse("owner").get(f"/o/noord/{path}").status_code == 200
    assert browse("owner", of=elsewhere).get(f"/o/noord/{path}").status_code == 404


def test_program_of_another_organisation_gets_its_own_numbers(program, answers, elsewhere):
    answers([10] * 6)
    answers([0] * 7, of=elsewhere)
    scope = queries.Permission.SEE_NUMBERS
    mine, theirs = (program(scope, **of).get("/api/numbers?measure=nps").json() for of in ({}, {"of": elsewhere}))
    assert (mine["total"]["value"], theirs["total"]["value"]) == (100, -100)
