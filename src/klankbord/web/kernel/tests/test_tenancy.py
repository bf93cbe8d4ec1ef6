import pytest

from klankbord.web.kernel.audit import entry_type, forget_customer, keep_all, record
from klankbord.web.kernel.models import AuditEntry
from klankbord.web.kernel.tenancy import NoOrganisationError, acting_in, everywhere
from klankbord.web.people.models import Membership

SEEN = entry_type("test.seen")
KEPT = entry_type("test.kept", shred=keep_all)


def test_rows_are_found_in_their_organisation_only(member, organisation, elsewhere):
    member("owner")
    member("owner", of=elsewhere)
    with acting_in(organisation):
        assert [one.organisation for one in Membership.objects.all()] == [organisation]
        assert Membership.objects.filter(organisation=elsewhere).exists() is False
    with everywhere():
        assert Membership.objects.count() == 2


@pytest.mark.parametrize("look", ["all", "exists", "count", "first", "none", "get"])
def test_rows_are_refused_when_no_organisation_is_acted_in(member, look):
    member("owner")
    with pytest.raises(NoOrganisationError):
        getattr(Membership.objects, look)()


def test_new_rows_belong_to_the_organisation_acted_in(member, acting):
    assert member("analyst").organisation == acting


def test_a_forgotten_customer_is_in_no_entry(actor, acting):
    del acting
    record(actor(), SEEN, "customer 12", about="abc", email="jan@voorbeeld.example")
    record(actor(), KEPT, about="abc", rows=3)
    record(actor(), SEEN, "customer 13", about="def", email="els@voorbeeld.example")
    assert forget_customer("abc") == 2
    told = [(entry.action, entry.subject, entry.details, entry.about) for entry in AuditEntry.objects.all()]
    assert told == [
        ("test.seen", "customer 13", {"email": "els@voorbeeld.example"}, "def"),
        ("test.kept", "", {"rows": 3}, ""),
        ("test.seen", "", {}, ""),
    ]
