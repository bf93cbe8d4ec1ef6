"""An objection keeps a customer from being asked, by whatever they are known, and beyond their erasure."""

import pytest

from klankbord.web.contacts.actions import receive_contacts
from klankbord.web.contacts.models import Customer
from klankbord.web.invitations.models import Block
from klankbord.web.invitations.persons import marks
from klankbord.web.privacy.actions import object_to_contact, withdraw_objection


@pytest.fixture
def an(acting, actor):  # noqa: ARG001
    row = {"external_id": "1", "started_at": "2026-03-02T09:00:00+01:00"}
    row["customer"] = {"id": "an", "email": "an@noord.example"}
    receive_contacts(actor=actor("owner"), source="test", rows=[row])
    return Customer.objects.get()


def test_an_objection_blocks_the_customer_and_the_address_until_it_is_withdrawn(an, actor):
    for _ in range(2):
        object_to_contact(actor("privacy_officer"), pseudonym=an.pseudonym)
    blocked = {(one.mark, one.reason) for one in Block.objects.all()}
    assert blocked == {(mark, "do_not_contact") for mark in marks([an.pseudonym, an.email_digest])}
    withdraw_objection(actor("privacy_officer"), pseudonym=an.pseudonym)
    assert Block.objects.count() == 0


def test_what_is_left_of_a_block_after_an_erasure_refuses_and_finds_nobody(an, actor):
    object_to_contact(actor("privacy_officer"), pseudonym=an.pseudonym)
    kept = set(Block.objects.values_list("mark", flat=True))
    Customer.objects.all().delete()
    assert set(Block.objects.values_list("mark", flat=True)) == kept
    assert not kept & {an.pseudonym, an.email_digest}
