"""Contacts come in: the newest state of each is kept, whatever comes how often and in what order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from klankbord.errors import OptionError
from klankbord.web.contacts.actions import receive_contacts
from klankbord.web.contacts.models import Contact, Customer, Payload
from klankbord.web.contacts.raw import unpacked
from klankbord.web.kernel.access import ForbiddenError, the_product
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in


def row(number: int = 1, **told: Any) -> dict[str, Any]:
    """A contact as a source tells it."""
    return {
        "external_id": f"c{number}",
        "started_at": "2026-03-02T09:00:00+01:00",
        "channel": "phone",
        "team": "Ghent",
    } | told


def at(minute: int) -> str:
    return (datetime(2026, 3, 2, 10, tzinfo=UTC) + timedelta(minutes=minute)).isoformat()


def receive(organisation: Organisation, *rows: object, source: str = "genesys") -> Any:
    return receive_contacts(actor=the_product(organisation), source=source, rows=list(rows))


def test_contact_is_kept_as_told(acting):
    received = receive(
        acting,
        row(
            ended_at="2026-03-02T09:10:00+01:00", wait_s=20, answered=True, prediction=8, leg=1,
            attributes={"region": "north", "count": 3, "vip": True, "none": None},
        ),
    )  # fmt: skip
    assert (received.accepted, received.changed, received.unchanged, received.rejected) == (1, 1, 0, [])
    kept = Contact.objects.get()
    assert kept.started_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert kept.ended_at == datetime(2026, 3, 2, 8, 10, tzinfo=UTC)
    assert (kept.team, kept.wait_s, kept.answered, kept.prediction, kept.lake_month) == (
        "Ghent",
        20,
        True,
        8,
        "2026-03",
    )
    assert kept.attributes == {"region": "north", "count": "3", "vip": "true"}
    assert (kept.version, kept.projected_version) == (1, 0)


def test_same_again_changes_nothing(acting):
    receive(acting, row(updated_at=at(0)), row(2))
    again = receive(acting, row(updated_at=at(0)), row(2))
    assert (again.accepted, again.changed, again.unchanged) == (2, 0, 2)
    assert set(Contact.objects.values_list("version", flat=True)) == {1}


def test_newer_state_wins_and_older_is_told_as_unchanged(acting):
    receive(acting, row(updated_at=at(5), team="Lille"))
    older = receive(acting, row(updated_at=at(1), team="Ghent"))
    assert (older.changed, older.unchanged, Contact.objects.get().team) == (0, 1, "Lille")
    newer = receive(acting, row(updated_at=at(9), team="Namur"))
    assert (newer.changed, Contact.objects.get().team, Contact.objects.get().version) == (1, "Namur", 2)


def test_state_that_stays_keeps_out_those_in_between(acting):
    receive(acting, row(updated_at=at(1), team="Ghent"))
    receive(acting, row(updated_at=at(9), team="Ghent"))
    receive(acting, row(updated_at=at(5), team="Lille"))
    assert Contact.objects.get().team == "Ghent"


def test_of_two_rows_in_one_batch_the_newer_counts_and_of_equals_the_later(acting):
    received = receive(
        acting,
        row(updated_at=at(5), team="Lille"),
        row(updated_at=at(1), team="Ghent"),
        row(2, team="first"),
        row(2, team="second"),
    )
    assert (received.accepted, received.changed, received.unchanged) == (4, 2, 2)
    assert dict(Contact.objects.values_list("external_id", "team")) == {"c1": "Lille", "c2": "second"}


def test_wrong_rows_are_told_and_the_others_kept(acting):
    received = receive(acting, row(1), row(2, quue="Bills"), row(3, wait_s=-1), "no row", row(4))
    assert [(wrong.row, wrong.field) for wrong in received.rejected] == [(2, "quue"), (3, "wait_s"), (4, "")]
    assert "queue" in received.rejected[0].hint
    assert received.accepted == Contact.objects.count() == 2


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"external_id": " "}, "external_id"),
        ({"external_id": None}, "external_id"),
        ({"external_id": "x" * 201}, "external_id"),
        ({"external_id": "a\x00b"}, "external_id"),
        ({"external_id": "\ud800"}, "external_id"),
        ({"started_at": None}, "started_at"),
        ({"started_at": "2026-03-02T09:00:00"}, "started_at"),
        ({"started_at": "yesterday"}, "started_at"),
        ({"started_at": "2999-03-02T09:00:00Z"}, "started_at"),
        ({"started_at": "0001-01-01T00:00:00+14:00"}, "started_at"),
        ({"updated_at": "2999-03-02T09:00:00Z"}, "updated_at"),
        ({"ended_at": "2026-03-02T08:59:59+01:00"}, "ended_at"),
        ({"channel": "fax"}, "channel"),
        ({"answered": "yes"}, "answered"),
        ({"talk_s": 700_000}, "talk_s"),
        ({"transfers": 40_000}, "transfers"),
        ({"wait_s": 1.5}, "wait_s"),
        ({"wait_s": True}, "wait_s"),
        ({"prediction": 11}, "prediction"),
        ({"leg": 0}, "leg"),
        ({"team": 7}, "team"),
        ({"attributes": ["a"]}, "attributes"),
        ({"attributes": {"a": {}}}, "attributes"),
        ({"customer": {"mail": "a@b.example"}}, "customer.mail"),
        ({"customer": ["a"]}, "customer"),
    ],
)
def test_field_that_the_lake_could_not_hold_is_refused_by_name(acting, told, field):
    received = receive(acting, row(**told))
    assert [(wrong.row, wrong.field) for wrong in received.rejected] == [(1, field)]
    assert received.rejected[0].message
    assert received.rejected[0].hint
    assert not Contact.objects.exists()


def test_customer_is_kept_as_pseudonym_with_encrypted_addresses(acting):
    receive(
        acting,
        row(customer={"id": "K-77", "email": "jan@voorbeeld.example", "language": "nl"}),
        row(2, customer="K-77"),
    )
    customer = Customer.objects.get()
    assert customer.pseudonym == lake_of(acting).key.pseudonym("K-77")
    assert (customer.email, customer.phone, customer.language) == ("jan@voorbeeld.example", "", "nl")
    assert customer.addresses_until > datetime.now(UTC) + timedelta(days=30)
    assert set(Contact.objects.values_list("customer", flat=True)) == {customer.pk}


def test_newest_address_counts_in_whatever_order_they_come(acting):
    receive(acting, row(1, updated_at=at(1), customer={"id": "K", "email": "a@x.example"}))
    receive(acting, row(2, updated_at=at(9), customer={"id": "K", "phone": "+32 2 555 01 01"}))
    receive(acting, row(3, updated_at=at(7), customer={"id": "K", "email": "b@x.example"}))
    receive(acting, row(4, updated_at=at(3), customer={"id": "K", "email": "c@x.example", "phone": "+32 2 555 09 09"}))
    customer = Customer.objects.get()
    assert (customer.email, customer.phone) == ("b@x.example", "+32 2 555 01 01")


def test_address_that_stays_the_same_is_not_encrypted_again(acting):
    receive(acting, row(1, customer={"email": "a@x.example"}))
    before = bytes(_raw_email())
    receive(acting, row(2, customer={"email": "a@x.example"}))
    assert bytes(_raw_email()) == before
    assert Customer.objects.get().email == "a@x.example"


def _raw_email() -> Any:
    from klankbord.web.contacts.staging import fetched

    return fetched("select email from contacts_customer")[0][0]


def test_erased_customer_stays_out(acting):
    mark = lake_of(acting).key.mark(lake_of(acting).key.pseudonym("K-77"))
    Customer.objects.create(pseudonym=mark, erased=True)
    receive(acting, row(customer={"id": "K-77", "email": "jan@voorbeeld.example"}))
    assert Contact.objects.get().customer is None
    assert list(Customer.objects.values_list("pseudonym", flat=True)) == [mark]
    payload = Payload.objects.get()
    assert payload.pseudonyms == ""
    assert b"K-77" not in unpacked(payload)


def test_row_that_was_refused_is_not_kept_where_nobody_would_find_it(acting):
    receive(acting, row(1), row(2, channel="fax", customer="K-99"))
    assert b"K-99" not in unpacked(Payload.objects.get())


def test_month_is_that_of_the_lake_and_earlier_ones_are_remembered(acting):
    receive(acting, row(started_at="2026-03-31T23:30:00Z", updated_at=at(1)))
    assert Contact.objects.get().lake_month == "2026-04"
    receive(acting, row(started_at="2026-02-28T09:00:00Z", updated_at=at(2)))
    moved = Contact.objects.get()
    assert (moved.lake_month, moved.earlier_months.split()) == ("2026-02", ["2026-04"])


def test_what_came_in_is_kept_as_it_came_in(acting):
    receive(acting, row(customer="K-77"))
    payload = Payload.objects.get()
    assert b"K-77" in unpacked(payload)
    assert b"K-77" not in bytes(payload.content)
    assert payload.pseudonyms == lake_of(acting).key.pseudonym("K-77")


def test_sources_and_organisations_are_kept_apart(acting, elsewhere):
    receive(acting, row())
    receive(acting, row(team="Lille"), source="zendesk")
    with acting_in(elsewhere):
        receive(elsewhere, row(team="Namur"))
        assert Contact.objects.get().team == "Namur"
    assert sorted(Contact.objects.values_list("source", "team")) == [("genesys", "Ghent"), ("zendesk", "Lille")]


def test_too_many_rows_or_an_odd_source_are_refused_whole(acting):
    with pytest.raises(OptionError, match="too many"):
        receive(acting, *[row()] * 10_001)
    with pytest.raises(OptionError, match="source"):
        receive(acting, row(), source="a/b")
    assert not Payload.objects.exists()


def test_who_may_not_bring_in_is_refused(actor):
    with pytest.raises(ForbiddenError):
        receive_contacts(actor=actor("lead"), source="genesys", rows=[row()])
