"""The first minute of an installation, being somebody in a demo, and what somebody belongs to."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people import first_run, queries
from klankbord.web.people.models import FirstRunLink, Membership, User

KNOWN = "koffie-met-koekjes-77"
LANGUAGES = ["nl", "fr", "de", "en"]
BEGIN = {
    "organisation": "Noord Telecom",
    "zone": "Europe/Brussels",
    "language": "nl",
    "name": "Ann Claes",
    "email": "Ann@Noord.example",
    "password": KNOWN,
}


def is_signed_in(browser):
    return browser.get("/account/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_run_makes_an_organisation_and_its_owner(language):
    link = first_run.link()
    assert Client(headers={"accept-language": language}).get(link).status_code == 200
    browser = Client()
    assert browser.post(link, BEGIN).url == "/"
    owner = User.objects.get()
    assert (owner.email, owner.language, Organisation.objects.get().slug) == (
        "ann@noord.example",
        "nl",
        "noord-telecom",
    )
    assert [one.role for one in queries.people_to_be(Organisation.objects.get())] == ["owner"]
    assert is_signed_in(browser)


@pytest.mark.django_db
def test_the_first_run_is_over_once_there_is_anybody():
    link = first_run.link()
    Client().post(link, BEGIN)
    assert first_run.link() == ""
    assert Client().get(link).status_code == 404
    assert Client().post(link, BEGIN | {"email": "thief@noord.example"}).status_code == 404
    assert User.objects.count() == 1


def test_the_first_run_link_is_dead_when_an_owner_came_otherwise(organisation):
    link = first_run.link()
    User.objects.create_user("ann@noord.example", KNOWN)
    assert Client().get(link).status_code == 404
    assert Client().post(link, BEGIN).status_code == 404
    assert Organisation.objects.get() == organisation


@pytest.mark.django_db
def test_a_first_run_link_ends_after_a_day_and_with_the_next_one():
    first = first_run.link()
    second = first_run.link()
    assert Client().get(first).status_code == 404
    assert first_run.is_open(second.rsplit("/", 1)[-1])
    assert second.rsplit("/", 1)[-1] not in str(FirstRunLink.objects.values())
    FirstRunLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(second).status_code == 404


@pytest.mark.django_db
def test_a_mistake_in_the_first_run_leaves_the_link_open():
    link = first_run.link()
    page = Client().post(link, BEGIN | {"password": "kort"})
    assert page.context["form"].errors["password"]
    assert not Organisation.objects.exists()
    assert Client().post(link, BEGIN).status_code == 302


def test_in_a_demo_one_can_be_anybody(member, options):
    options(DEMO="1")
    analyst = member("analyst")
    browser = Client()
    assert browser.post(f"/account/be/{analyst.pk}").url == "/"
    assert browser.session["_auth_user_id"] == str(analyst.user_id)
    assert browser.post("/account/be/999999").status_code == 404


def test_without_a_demo_nobody_can(member):
    analyst = member("analyst")
    browser = Client()
    assert browser.post(f"/account/be/{analyst.pk}").status_code == 404
    assert browser.get(f"/account/be/{analyst.pk}").status_code in {404, 405}
    assert not is_signed_in(browser)


def test_people_to_be_are_one_a_role(member, organisation, elsewhere):
    lead = member("lead", teams=["Ghent"])
    owner = member("owner")
    member("analyst", of=elsewhere)
    with acting_in(organisation):
        user = User.objects.create_user("second@noord.example")
        Membership.objects.create(user=user, role="lead")
    assert queries.people_to_be(organisation) == [owner, lead]


def test_organisations_of_somebody_are_their_own(member, organisation, elsewhere):
    user = member("owner").user
    assert queries.organisations_of(user) == [organisation]
    with acting_in(elsewhere):
        Membership.objects.create(user=user, role="lead")
    assert queries.organisations_of(user) == [organisation, elsewhere]
