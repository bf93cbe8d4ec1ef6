"""The API of contacts: what it takes, what it refuses, and that nobody's program sees what is another's."""

import pytest
from django.test import Client

from klankbord.web.contacts.models import Contact, Removal
from klankbord.web.kernel.tenancy import acting_in

ROW = {"external_id": "c1", "started_at": "2026-03-02T09:00:00+01:00", "channel": "phone"}


def test_contacts_of_a_source_are_taken_and_wrong_ones_told(program, organisation):
    answer = program.send({"source": "genesys", "contacts": [ROW, ROW | {"external_id": "c2", "channel": "fax"}]})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["accepted"], told["changed"], told["unchanged"]) == (1, 1, 0)
    assert [(wrong["row"], wrong["field"]) for wrong in told["rejected"]] == [(2, "channel")]
    with acting_in(organisation):
        assert Contact.objects.get().external_id == "c1"


def test_one_contact_is_taken_as_it_is(program):
    assert program.send(ROW | {"source": "genesys"}).json()["accepted"] == 1
    assert program.send(ROW | {"source": "genesys"}).json()["unchanged"] == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 422),
        ("[]", 422),
        ("[" * 100_000, 422),
        ({"contacts": []}, 422),
        ({"source": "x", "contacts": {}}, 422),
        ({"source": "x", "contacts": [], "more": 1}, 422),
        ({"source": 7, "contacts": []}, 422),
        ({"source": "a b", "contacts": [ROW]}, 400),
        ({"source": "x", "contacts": [ROW] * 10_001}, 413),
    ],
)
def test_body_that_cannot_be_used_is_refused_whole(program, organisation, body, status):
    answer = program.send(body)
    assert answer.status_code == status
    assert answer.json()["status"] == status
    assert answer.json()["hint"]
    with acting_in(organisation):
        assert not Contact.objects.exists()


def test_contact_is_looked_up_with_its_customer_as_a_pseudonym(program):
    program.send(ROW | {"source": "genesys", "external_id": "a/b c", "customer": {"email": "jan@voorbeeld.example"}})
    answer = program.get("/api/contacts/genesys/a/b%20c")
    assert answer.status_code == 200
    assert answer.json()["started_at"] == "2026-03-02T08:00:00Z"
    assert len(answer.json()["customer"]) == 20
    assert answer.json()["team"] is None
    assert b"jan@" not in answer.content
    assert program.get("/api/contacts/genesys/nothing").status_code == 404


def test_contact_is_taken_out_of_the_register_and_marked_for_the_lake(program, organisation):
    program.send(ROW | {"source": "genesys"})
    assert program.delete("/api/contacts/genesys/c1").status_code == 204
    assert program.delete("/api/contacts/genesys/c1").status_code == 404
    with acting_in(organisation):
        assert not Contact.objects.exists()
        assert Removal.objects.get().months == ["2026-03"]


def test_program_of_another_organisation_finds_nothing(program, programs, elsewhere):
    program.send(ROW | {"source": "genesys"})
    other = programs(elsewhere, "contacts:write", "contacts:read")
    assert other.get("/api/contacts/genesys/c1").status_code == 404
    assert other.delete("/api/contacts/genesys/c1").status_code == 404
    assert other.send(ROW | {"source": "genesys"}).json()["changed"] == 1
    assert program.get("/api/contacts/genesys/c1").status_code == 200


def test_without_token_or_scope_nothing_is_done(programs, organisation, elsewhere):
    assert Client().post("/api/contacts", "{}", "application/json").status_code == 401
    reader = programs(organisation, "contacts:read")
    assert reader.send(ROW | {"source": "genesys"}).status_code == 403
    assert reader.delete("/api/contacts/genesys/c1").status_code == 403
    assert programs(elsewhere, "contacts:write").get("/api/contacts/genesys/c1").status_code == 403


def test_description_of_the_api_names_every_field():
    from klankbord.web.contacts.api import _BODY

    shape = _BODY["requestBody"]["content"]["application/json"]["schema"]["oneOf"][0]
    fields = shape["properties"]["contacts"]["items"]["properties"]
    assert {"external_id", "customer", "talk_s", "attributes"} <= fields.keys()
    assert fields["channel"]["enum"]
