"""Research is anonymous to the line: no page, download or API address tells it what was answered, or by whom."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone
from tests.contracts.web.addresses import addresses
from tests.contracts.web.filling import filled
from tests.contracts.web.populating import populate

from klankbord.web.contacts.actions import receive_contacts
from klankbord.web.contacts.models import Contact
from klankbord.web.contacts.projection import project
from klankbord.web.insights.references import seal
from klankbord.web.invitations.models import Invitation, Passed
from klankbord.web.kernel.access import PERMISSIONS, TOKEN_SCOPES, Role, the_product
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.digests import digest_of, fresh_token
from klankbord.web.people.models import ApiToken
from klankbord.web.responses.models import Response
from klankbord.web.site.api import api
from klankbord.web.surveys.library import starting_point
from klankbord.web.surveys.models import Survey, Version

INSIDE = [one for one in addresses() if one.is_of_an_organisation]
LINE = (Role.LEAD, Role.AGENT, Role.CLIENT_VIEWER)
UNIT = "Noordrij0"  # the team, agent and client of the rows that fill the addresses
SECRET = "kwartelslag"  # noqa: S105  a word of the one comment that must stay unseen
SAID = re.compile(rf"{SECRET}|[-−]102\b")  # Freshdesk's scale has a score that no other number looks like
BEGUN = datetime(2026, 10, 7, 9, tzinfo=UTC)
SECOND = 41  # of the moment of the answer, by which it can be told from any other

_MEASURE = "csat_freshdesk"
_QUESTIONS = tuple(
    f"measure={measure}{more}"
    for measure in (_MEASURE, "response_rate", "comment_rate", "start_rate", "handle_time", "abandonment")
    for more in (
        *("", "&by=team", "&by=team&by=queue", "&by=queue&compare=rest", "&where=queue%3DBilling"),
        *("&period=2026-10-07", "&grain=day", "&grain=week", "&period=2026-10&compare=previous"),
        *("&where=scored%3Dtrue", "&where=metric%3Dcsat_freshdesk&where=score%3C0"),
    )
)
_FEW = _QUESTIONS[:11]
_LISTS = tuple(
    f"metric={_MEASURE}&period=all{more}"
    for more in ("", *(f"&kind={kind}" for kind in ("good", "middle", "bad", "silent")), "&queue=Billing")
)
_MORE = {
    "overview": (f"metric={_MEASURE}&period=all", f"metric={_MEASURE}&from=2026-10-07&until=2026-10-07"),
    "unit-overview": (f"metric={_MEASURE}&period=all", f"metric={_MEASURE}&period=all&queue=Billing"),
    "contact-list": _LISTS,
    "question": (*(f"{one}&format=json" for one in _QUESTIONS), *_FEW, *(f"{one}&format=csv" for one in _FEW)),
    "contacts-behind": (*_QUESTIONS, f"{_QUESTIONS[0]}&part=bad"),
    "asked-list": ("show=answered", "show=silent"),
    "answer-list": ("show=counted", "score=1", "survey=quiet"),
}


@pytest.fixture
def said(organisation):
    """Two research answers that look like no others, a contact that was asked and is silent, and one that was not."""
    organisation.attribution, organisation.attribution_reason = "named", "agreed with the works council"
    organisation.save()
    rows = populate(organisation, "Noordrij")
    with acting_in(organisation):
        for model in (Contact, Invitation, Passed, Response):  # what fills addresses is in no shape for the lake
            version = "version" if model is Contact else "lake_version"
            model.objects.update(projected_version=F(version))
        survey = Survey.objects.create(name="Quiet", code="quiet", metric="csat", mode="research")
        content = starting_point("csat", brand="Noord", mode="research").to_dict()
        version = Version.objects.create(survey=survey, number=1, content=content, published_at=BEGUN)
        told = {"team": UNIT, "client": UNIT, "agent": UNIT, "queue": "Billing", "channel": "phone", "answered": True}
        contacts = [
            told
            | {"external_id": f"call-{at}", "started_at": (BEGUN + timedelta(days=at)).isoformat(), "handle_s": 60 + at}
            for at in range(4)
        ]
        receive_contacts(actor=the_product(organisation), source="exchange", rows=contacts)
        for at in range(3):
            _asked(Contact.objects.get(external_id=f"call-{at}"), survey, version, answer=at < 2)
        project(organisation)
    return rows


def _asked(contact, survey, version, *, answer):
    when = contact.started_at + timedelta(hours=2)
    moments = {
        "planned_at": when,
        "due_at": when,
        "asked_at": when,
        "sent_at": when,
        "expires_at": when + timedelta(days=14),
    }
    frozen = {name: getattr(contact, name) for name in ("source", "external_id", "team", "client", "agent", "queue")}
    frozen |= {"started_at": contact.started_at.isoformat()}
    answered = when + timedelta(minutes=7, seconds=SECOND)
    more = {"started_at": answered, "answered_at": answered, "opened_at": answered} if answer else {}
    invitation = Invitation.objects.create(
        survey=survey, version=version, metric=_MEASURE, channel="email", contact=contact, circumstances=frozen,
        state=Invitation.State.SENT, **moments, **more,
    )  # fmt: skip
    if answer:
        Response.objects.create(
            invitation=invitation, version=version, metric=_MEASURE, channel="email", language="nl", score=-102,
            comment=f"dat was een {SECRET}", circumstances=frozen, started_at=answered, answered_at=answered,
            changed_at=answered, status="complete",
        )  # fmt: skip


def _paths(rows, organisation):
    with acting_in(organisation):
        rows = rows | {"Response": list(Response.objects.filter(score=-102))}
    for address in INSIDE:
        for place in range(3):
            path = filled(address, "noord", rows)
            if "token" in address.blanks:
                token = seal(organisation, "contact", "exchange", f"call-{place}")
                path = f"{path.rpartition('/')[0]}/{token}"
            elif place:
                break
            yield address, path
        for query in _MORE.get(address.name, ()):
            yield address, f"{path}?{query}"


def _leaks(text):
    """Return what a text says that it should not: the words, the score, or the moment of the answer."""
    return SAID.search(text) or re.search(rf":07:{SECOND}\b", text)


@pytest.mark.parametrize("role", LINE)
def test_no_page_says_what_somebody_answered(role, said, organisation, browse):
    browser = browse(role.value, teams=[UNIT], client=UNIT, agent=UNIT)
    found, seen = [], 0
    for address, path in _paths(said, organisation):
        answer = browser.get(path, headers={"X-Seen": "before"})
        text = b"".join(answer).decode()
        seen += answer.status_code == 200
        if answer.status_code == 200 and _leaks(text):
            found.append((address.name, path))
    assert seen > 20
    assert not found


@pytest.mark.parametrize("role", LINE)
def test_no_address_of_the_api_says_what_somebody_answered(role, said, organisation):
    del said
    scopes = sorted(PERMISSIONS[role] & TOKEN_SCOPES)
    program = _program(organisation, scopes)
    found, seen = [], 0
    for path, methods in api.get_openapi_schema()["paths"].items():
        for place in _filled(path) if "get" in methods else ():
            answer = program.get(place)
            seen += answer.status_code == 200
            if _leaks(b"".join(answer).decode()):
                found.append(place)
    assert seen > 5
    assert not found


def _program(organisation, scopes):
    secret = fresh_token()
    with acting_in(organisation):
        until = timezone.now() + timedelta(days=1)
        ApiToken.objects.create(
            name=f"program {len(scopes)}", digest=digest_of(secret), scopes=scopes, expires_at=until
        )
    return Client(headers={"Authorization": f"Bearer {secret}"})


def _filled(path):
    if "{external_id}" in path:
        return [path.replace("{source}", "exchange").replace("{external_id}", f"call-{at}") for at in range(3)]
    if path.startswith("/api/numbers"):
        return [f"{path}?{one}" for one in _QUESTIONS]
    return [re.sub("{.*?}", "1", path)]


@pytest.mark.parametrize("role", LINE)
def test_nobody_of_the_line_sees_who_answered_and_who_did_not(role, said, organisation, browse):
    """Contacts that answered, and one that was asked alike and did not, look the same."""
    if role is Role.CLIENT_VIEWER:
        pytest.skip("sees no contacts")
    del said
    browser = browse(role.value, teams=[UNIT], client=UNIT, agent=UNIT)
    stories = []
    for place in range(3):
        token = seal(organisation, "contact", "exchange", f"call-{place}")
        text = browser.get(f"/o/noord/contacts/story/{token}").content.decode()
        stories.append(re.sub(r"<[^>]*>|\d+|\s+", " ", text))
    assert " ".join(stories[0].split()) == " ".join(stories[2].split())


def test_no_list_of_invitations_says_who_answered(said, browse):
    del said
    lead, owner = browse("lead", teams=[UNIT]), browse("owner")
    for show in ("answered", "silent"):
        assert b"call-" in owner.get(f"/o/noord/asking/invitations?show={show}").content
        assert b"call-" not in lead.get(f"/o/noord/asking/invitations?show={show}").content
    page = lead.get("/o/noord/asking/invitations").content.decode()
    rows = re.findall(r"<tr>.*?</tr>", page, re.DOTALL)
    rows = [re.sub(r"<[^>]*>|\d|\s", "", row) for row in rows if "exchange call-" in row]
    assert len(rows) == 3
    assert len(set(rows)) == 1


def test_the_api_of_asking_says_not_who_answered(said, organisation):
    del said
    program = _program(organisation, ["surveys:read"])
    told = [program.get(f"/api/invitations/contacts/exchange/call-{at}").json() for at in (0, 2)]
    same = [
        {name: value for name, value in one.items() if name[-3:] != "_at" and name != "external_id"} for one in told
    ]
    assert same[0] == same[1]
    assert {one[name] for one in told for name in ("opened_at", "started_at", "answered_at")} == {None}
    full = _program(organisation, ["surveys:read", "research:read"])
    assert full.get("/api/invitations/contacts/exchange/call-0").json()["answered_at"]


def test_those_who_arrange_it_see_what_was_answered(said, organisation, browse):
    """The walk would find it: an owner comes by all of it."""
    browser = browse("owner")
    found = set()
    for address, path in _paths(said, organisation):
        answer = browser.get(path)
        if answer.status_code == 200 and _leaks(b"".join(answer).decode()):
            found.add(address.name)
    assert {"overview", "contact-list", "contact-story", "contacts-behind", "answer-list", "answer-detail"} <= found
