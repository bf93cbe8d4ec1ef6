from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from klankbord.web.centre.actions import Seen, learn, put_units
from klankbord.web.centre.kinds import KINDS
from klankbord.web.centre.models import Agent, BroughtFile, Queue, Team, TeamSpell
from klankbord.web.centre.tests.conftest import rows
from klankbord.web.kernel.access import the_product
from klankbord.web.kernel.tenancy import acting_in

DAY = date(2026, 3, 2)
HOME = "/o/noord/centre"


@pytest.fixture
def centre(organisation, put):
    """A centre of each kind, beside one of another organisation with the same codes."""
    organisation.attribution, organisation.attribution_reason = "named", "agreed"
    organisation.save()
    with acting_in(organisation):
        put("client", {"code": "HAL", "name": "Halder"})
        put("site", {"code": "GH", "name": "Ghent"})
        put(
            "team",
            {"code": "G1", "name": "Ghent one", "client": "HAL", "site": "GH"},
            {"code": "G2", "name": "Ghent two"},
        )
        put(
            "agent",
            {"code": "ann", "name": "Ann Peeters", "team": "G1", "starts_on": DAY, "ends_on": date(2026, 3, 9)},
            {"code": "ann", "team": "G2", "starts_on": date(2026, 3, 10)},
            {"code": "bea", "name": "Bea Maes", "team": "G1", "starts_on": DAY},
        )
        put("queue", {"code": "q", "name": "Billing", "client": "HAL", "channel": "phone", "threshold_s": 20})
        put("touchpoint", {"code": "invoice", "name": "Invoice"})
    return organisation


@pytest.fixture
def theirs(elsewhere):
    """A team and an agent of another organisation."""
    with acting_in(elsewhere):
        for kind, row in {
            "team": {"code": "G1", "name": "Secret team"},
            "agent": {"code": "ann", "name": "Secret Ann"},
        }.items():
            put_units(the_product(elsewhere), kind=KINDS[kind], rows=rows(row))
        return Team.objects.get(), Agent.objects.get()


def text(response):
    return response.content.decode()


def pk(model, code, organisation):
    with acting_in(organisation):
        return model.objects.get(code=code).pk


def test_centre_that_is_empty_says_what_to_do(browse):
    page = text(browse("analyst").get(HOME))
    assert "Nothing is known of your centre yet" in page
    assert f"{HOME}/file" in page


@pytest.mark.parametrize(("level", "come_by_themselves"), [("off", False), ("team", False), ("named", True)])
def test_agents_are_said_to_appear_only_where_contacts_are_attributed_to_them(
    browse, organisation, level, come_by_themselves
):
    organisation.attribution, organisation.attribution_reason = level, "agreed"
    organisation.save()
    assert ("are not attributed to agents" in text(browse("owner").get(f"{HOME}/agent"))) is not come_by_themselves
    assert "are not attributed to agents" not in text(browse("owner").get(f"{HOME}/team"))


def test_centre_tells_how_many_of_each_and_what_is_new(browse, centre):
    with acting_in(centre):
        learn(the_product(centre), [Seen(team="G7"), Seen(team="G8", agent="cas", day=DAY), Seen(team="G9")])
    page = text(browse("analyst").get(HOME))
    assert "3 new teams" in page
    assert f"{HOME}/team?show=news" in page
    assert "1 new agent" in page
    news = browse("analyst").get(f"{HOME}/team?show=news")
    assert [row["unit"].code for row in news.context["rows"]] == ["G7", "G8", "G9"]
    browse("analyst").post(f"{HOME}/team/looked-over")
    assert "new teams" not in text(browse("analyst").get(HOME))


@pytest.mark.parametrize("kind", KINDS)
def test_units_are_listed_and_opened(browse, centre, kind):
    client = browse("analyst")
    listed = client.get(f"{HOME}/{kind}")
    assert listed.status_code == 200
    row = listed.context["rows"][0]
    page = text(client.get(f"{HOME}/{kind}/{row['unit'].pk}"))
    assert row["name"] in page
    assert row["unit"].code in page
    del centre


def test_list_is_narrowed_by_word_state_and_client(browse, centre):
    client = browse("analyst")
    found = lambda query: [row["name"] for row in client.get(f"{HOME}/team?{query}").context["rows"]]  # noqa: E731
    assert found("q=two") == ["Ghent two"]
    assert found("show=inactive") == []
    with acting_in(centre):
        halder = Team.objects.get(code="G1").client_id
    assert found(f"client={halder}") == ["Ghent one"]
    assert found("client=no&show=no&page=no") == ["Ghent one", "Ghent two"]
    assert "Nothing fits" in text(client.get(f"{HOME}/team?q=nowhere"))


def test_name_of_an_agent_cannot_be_searched_by_address(browse, centre):
    page = browse().get(f"{HOME}/agent?q=Ann")
    assert len(page.context["rows"]) == 2
    assert 'name="q"' not in text(page)
    del centre


def test_team_shows_who_is_there_now_and_who_was_before(browse, centre):
    url = f"{HOME}/team/{pk(Team, 'G1', centre)}"
    now, before = browse().get(url), browse().get(f"{url}?when=before")
    assert [row["name"] for row in now.context["spells"]] == ["Bea Maes"]
    assert [row["name"] for row in before.context["spells"]] == ["Ann Peeters"]
    assert "2 Mar 2026 to 9 Mar 2026" in text(before)


def test_agent_shows_teams_in_time(browse, centre):
    page = browse().get(f"{HOME}/agent/{pk(Agent, 'ann', centre)}")
    assert [(row["name"], row["period"]) for row in page.context["spells"]] == [
        ("Ghent two", "since 10 Mar 2026"),
        ("Ghent one", "2 Mar 2026 to 9 Mar 2026"),
    ]


@pytest.mark.parametrize("level", ["off", "team"])
@pytest.mark.parametrize("role", ["analyst", "lead"])
def test_agents_are_withheld_and_it_is_said_why(browse, centre, level, role):
    centre.attribution = level
    centre.save()
    client = browse(role, teams=["G1"])
    pages = [
        client.get(HOME),
        client.get(f"{HOME}/team/{pk(Team, 'G1', centre)}"),
        client.get(f"{HOME}/team/{pk(Team, 'G1', centre)}?when=before"),
        client.get(f"{HOME}/agent"),
        client.get(f"{HOME}/agent/{pk(Agent, 'ann', centre)}"),
    ]
    for page in pages:
        assert "by team, not by person" in text(page)
        assert "Peeters" not in text(page)
        assert "Maes" not in text(page)
    assert [page.status_code for page in pages] == [200, 200, 200, 403, 403]


def test_lead_opens_own_team_and_no_other(browse, centre):
    client = browse("lead", teams=["G1"])
    assert client.get(f"{HOME}/team/{pk(Team, 'G1', centre)}").status_code == 200
    assert client.get(f"{HOME}/team/{pk(Team, 'G2', centre)}").status_code == 404
    page = client.get(f"{HOME}/agent/{pk(Agent, 'ann', centre)}")
    assert [row["name"] for row in page.context["spells"]] == ["Ghent one"]
    assert "Ghent two" not in text(page)
    assert "Ghent two" not in text(client.get(f"{HOME}/agent"))


def test_unit_of_another_organisation_is_not_there(browse, centre, theirs):
    team, agent = theirs
    client = browse()
    for path in (
        f"team/{team.pk}",
        f"team/{team.pk}/edit",
        f"agent/{agent.pk}",
        f"agent/{agent.pk}/place",
        f"agent/{agent.pk}/forget",
    ):
        assert client.get(f"{HOME}/{path}").status_code == 404
    assert "Secret" not in text(client.get(f"{HOME}/team")) + text(client.get(f"{HOME}/agent"))
    assert client.get("/o/zuid/centre").status_code == 404
    del centre


def test_unit_is_added_and_changed_by_form(browse, centre):
    client = browse("analyst")
    client.post(
        f"{HOME}/queue/new", {"code": "moves", "name": "Moves", "client": "HAL", "channel": "chat", "active": "on"}
    )
    with acting_in(centre):
        queue = Queue.objects.get(code="moves")
    assert (queue.name, queue.client.name, queue.channel, queue.threshold_s) == ("Moves", "Halder", "chat", None)
    form = client.get(f"{HOME}/queue/{queue.pk}/edit").context["form"]
    assert form.initial == {"name": "Moves", "client": "HAL", "channel": "chat", "threshold_s": None, "active": True}
    client.post(f"{HOME}/queue/{queue.pk}/edit", {"name": "Moving", "client": "", "channel": "", "threshold_s": "30"})
    queue.refresh_from_db()
    assert (queue.name, queue.client_id, queue.channel, queue.threshold_s, queue.active) == (
        "Moving",
        None,
        "",
        30,
        False,
    )


def test_form_that_is_wrong_says_so_at_the_field(browse, centre):
    page = browse("analyst").post(f"{HOME}/team/new", {"code": "G1", "name": "Again"})
    assert "There is one with the code G1 already." in text(page)
    assert page.context["form"].errors.keys() == {"code"}
    del centre


def test_agent_is_placed_and_taken_back_by_page(browse, centre):
    client = browse("analyst")
    ann = pk(Agent, "ann", centre)
    wrong = client.post(
        f"{HOME}/agent/{ann}/place",
        {"team": pk(Team, "G1", centre), "starts_on": "2026-05-02", "ends_on": "2026-05-01"},
    )
    assert "The last day lies before the first." in text(wrong)
    client.post(f"{HOME}/agent/{ann}/place", {"team": pk(Team, "G1", centre), "starts_on": "2026-05-01"})
    with acting_in(centre):
        spell = TeamSpell.objects.get(agent=ann, starts_on="2026-05-01")
    assert client.get(f"{HOME}/spells/{spell.pk}/take-back").status_code == 405
    client.post(f"{HOME}/spells/{spell.pk}/take-back")
    shown = client.get(f"{HOME}/agent/{ann}").context["spells"]
    assert (shown[0]["name"], shown[0]["period"]) == ("Ghent two", "since 10 Mar 2026")


def test_agent_is_forgotten_after_asking(browse, centre):
    ann = pk(Agent, "ann", centre)
    assert "Forget Ann Peeters?" in text(browse("privacy_officer").get(f"{HOME}/agent/{ann}/forget"))
    assert "Peeters" in text(browse().get(f"{HOME}/agent/{ann}"))
    browse("privacy_officer").post(f"{HOME}/agent/{ann}/forget")
    page = text(browse().get(f"{HOME}/agent/{ann}"))
    assert "Forgotten agent" in page
    assert "Peeters" not in page
    assert "forgotten " not in page.split("<main", 1)[1].split("<dd>", 1)[1]
    assert browse().get(f"{HOME}/agent").status_code == 200


@pytest.mark.parametrize("role", ["privacy_officer", "lead"])
def test_readers_are_offered_nothing_to_change(browse, centre, role):
    client = browse(role, teams=["G1"])
    page = text(client.get(f"{HOME}/team/{pk(Team, 'G1', centre)}"))
    assert "/edit" not in page
    for path in ("team/new", f"team/{pk(Team, 'G1', centre)}/edit", "file", f"agent/{pk(Agent, 'bea', centre)}/place"):
        assert client.get(f"{HOME}/{path}").status_code == 403
    assert client.post(f"{HOME}/team/looked-over").status_code == 403


@pytest.mark.parametrize("role", ["agent", "client_viewer"])
def test_page_is_refused_to_who_may_not_see_the_centre(browse, centre, role):
    for path in ("", "/team", f"/team/{pk(Team, 'G1', centre)}"):
        assert browse(role).get(f"{HOME}{path}").status_code == 403


@pytest.mark.parametrize("path", ["dragon", "dragon/new", "dragon/1", "team/0", "file/0"])
def test_what_is_not_there_is_not_found(browse, centre, path):
    assert browse().get(f"{HOME}/{path}").status_code == 404
    del centre


def test_file_is_shown_before_it_is_brought_in(browse, centre):
    client = browse("analyst")
    content = "code,name,team,from\ncas,Cas Bos,G2,2026-03-01\ndan,Dan,G9,2026-03-01\n"
    answer = client.post(f"{HOME}/file", {"kind": "agent", "file": SimpleUploadedFile("agents.csv", content.encode())})
    page = text(client.get(answer.url))
    assert "Cas Bos" in page
    assert "G9 is not known." in page
    with acting_in(centre):
        assert not Agent.objects.filter(code="cas").exists()
    assert client.post(answer.url).status_code == 302
    with acting_in(centre):
        assert Agent.objects.get(code="cas").spells.get().team.code == "G2"
        assert not Agent.objects.filter(code="dan").exists()
    assert client.get(answer.url).status_code == 404


def test_file_of_somebody_else_is_not_shown(browse, centre):
    content = SimpleUploadedFile("agents.csv", b"code,name\ncas,Cas Bos\n")
    answer = browse("analyst").post(f"{HOME}/file", {"kind": "agent", "file": content})
    assert browse().get(answer.url).status_code == 404
    with acting_in(centre):
        assert BroughtFile.objects.exists()


def test_file_that_cannot_be_read_says_so_at_the_field(browse, centre):
    file = SimpleUploadedFile("units.csv", b"colour\nred\n")
    page = browse("analyst").post(f"{HOME}/file", {"kind": "team", "file": file})
    assert "no column with codes" in text(page)
    del centre


def queries_of(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    "path", ["", "/agent", "/team", "/queue", "/client/{client}", "/team/{team}", "/agent/{agent}"]
)
def test_page_takes_as_many_queries_for_one_row_as_for_three(browse, organisation, put, path):
    client, counts = browse(), []
    for n in ("a", "b", "c"):
        with acting_in(organisation):
            put("client", {"code": n})
            put("site", {"code": n})
            team = put("team", {"code": n, "client": n, "site": n})["a"]
            put("queue", {"code": n, "client": n})
            spells = [
                {"code": "ann", "team": n, "starts_on": date(2026, 3, ord(n) - 90)},
                {"code": n, "team": "a", "starts_on": DAY},
            ]
            agent = put("agent", *spells)["ann"]
        counts.append(queries_of(client, HOME + path.format(client=team.client_id, team=team.pk, agent=agent.pk)))
    assert counts[0] == counts[2] <= 12


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_pages_speak_four_languages(browse, centre, language):
    client = browse()
    client.cookies["language"] = language
    ann = pk(Agent, "ann", centre)
    for path in (
        "",
        "/agent",
        f"/agent/{ann}",
        f"/agent/{ann}/edit",
        f"/agent/{ann}/place",
        f"/agent/{ann}/forget",
        "/file",
        "/queue/new",
    ):
        page = client.get(HOME + path)
        assert page.status_code == 200
        assert f'lang="{language}"' in text(page)
