"""How far questions go: what is beyond somebody's reach is in none of their numbers, however they ask."""

from dataclasses import replace

import pytest

from klankbord.errors import OptionError
from klankbord.lake.questions import Condition, Period, Question, ask
from klankbord.lake.schema import TABLES
from klankbord.web.insights import reach
from klankbord.web.insights.queries import answer
from klankbord.web.kernel.access import ForbiddenError, Reach

TEAMS = ("Telvoor front office Gent 1", "Pakjesplein front office Gent 1")
ALL = "2024-11..2025-06"


def asked(text):
    return Question.parse(text)


def teams_of(lake):
    return [str(key[0]) for key in ask("nps by team", lake).keys if key[0]]


def test_owner_gets_the_numbers_of_the_library(look, lake):
    question = asked(f"nps by team in {ALL} compare rest")
    assert look("owner").answer(question).to_dict() == ask(question, lake).to_dict()


def test_lead_gets_the_numbers_of_their_teams(look, lake):
    mine, other = teams_of(lake)[:2]
    told = look("lead", teams=[mine]).answer(asked("nps by team"))
    assert [key[0] for key in told.keys] == [mine]
    assert told.n == ask(Question.of("nps", where=Condition(column="team", values=(mine,))), lake).n > 0
    assert not look("lead", teams=[mine]).answer(Question.of("nps", where=Condition(column="team", values=(other,)))).n


def test_client_viewer_asking_for_another_client_gets_nothing(look, lake):
    assert ask("nps where client=Pakjesplein", lake).n > 0
    viewer = look("client_viewer", client="Telvoor")
    assert viewer.answer(asked("nps where client=Pakjesplein")).n == 0
    assert viewer.answer(asked("nps where client!=Telvoor")).n == 0
    assert viewer.answer(asked("nps where client=Telvoor|Pakjesplein")).n == ask("nps where client=Telvoor", lake).n


def test_client_viewer_grouping_by_client_sees_their_own(look, lake):
    assert len(ask("nps by client", lake).keys) > 1
    told = look("client_viewer", client="Telvoor").answer(asked("nps by client"))
    assert [key[0] for key in told.keys] == ["Telvoor"]


def test_rest_of_a_client_viewer_is_their_own_rest(look, lake):
    viewer = look("client_viewer", client="Telvoor")
    by_client = viewer.answer(asked("nps by client compare rest"))
    assert by_client.comparisons[0].b.n == 0
    by_channel = viewer.answer(asked("nps by channel compare rest"))
    mine = ask("nps where client=Telvoor", lake).n
    assert {row.n + compared.b.n for row, compared in zip(by_channel.rows, by_channel.comparisons, strict=True)} == {
        mine
    }


def test_days_before_are_narrowed_as_the_days_themselves(look, lake):
    question = asked("nps in 2025-04..2025-06 compare previous")
    told = look("client_viewer", client="Telvoor").answer(question)
    own = ask("nps where client=Telvoor in 2025-04..2025-06 compare previous", lake)
    assert (told.n, told.total_comparison.b.n) == (own.n, own.total_comparison.b.n)
    assert told.total_comparison.b.n < ask(question, lake).total_comparison.b.n


@pytest.mark.parametrize(("role", "said"), [("lead", {"teams": []}), ("client_viewer", {}), ("agent", {})])
def test_nothing_in_reach_is_nothing(look, answers, role, said):
    answers([10, 9, 3], team="Ghent", client="Telvoor")
    answers([10, 9, 3])  # rows of no team, client or agent are nobody's either
    nobody = look(role, **said)
    assert nobody.answer(asked("nps")).n == 0
    assert nobody.answer(asked("nps by team, client")).keys == ()
    assert look("owner").answer(asked("nps")).n == 6


@pytest.mark.parametrize(
    "text", ["nps by agent", "nps where agent=a00001", "nps by team, agent", "nps where agent is empty"]
)
@pytest.mark.parametrize(("role", "said"), [("client_viewer", {"client": "Telvoor"}), ("agent", {"agent": "a00001"})])
def test_agents_are_not_told_apart_for_clients_and_agents(look, lake, role, said, text):
    assert lake.settings.attribution == "pseudonym"
    with pytest.raises(ForbiddenError):
        look(role, **said).answer(asked(text))


def test_agents_are_told_apart_only_where_the_organisation_decided_so(look, answers, acting):
    acting.attribution = "team"
    acting.save()
    answers([10, 9], team="Ghent", agent="kim")
    with pytest.raises(OptionError, match="not attributed"):
        look("analyst").answer(asked("nps by agent"))


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize("text", ["nps by attributes.x", "nps where attributes.x=1"])
def test_client_viewer_does_not_ask_by_what_can_hold_anything(look, text):
    look("owner").answer(asked(text))
    with pytest.raises(ForbiddenError):
        look("client_viewer", client="Telvoor").answer(asked(text))


@pytest.mark.parametrize(("level", "seen"), [("named", 2), ("pseudonym", 2), ("team", 0), ("off", 0)])
def test_agent_sees_own_contacts_as_far_as_they_are_attributed(look, answers, acting, level, seen):
    acting.attribution, acting.attribution_reason = level, "agreed with the works council"
    acting.save()
    answers([10, 9], agent="kim", team="Ghent")
    answers([3, 2, 1], agent="robin", team="Ghent")
    assert look("agent", agent="kim").answer(asked("nps")).n == seen
    assert look("owner").answer(asked("nps")).n == 5


def test_table_that_does_not_tell_whose_its_rows_are_is_refused(actor, lake):
    table = TABLES["indicators"]
    mine = actor("agent", agent="kim")
    assert "agent" not in table.dimensions
    with pytest.raises(ForbiddenError):
        reach.reach_on(mine, table, lake, "named")


@pytest.mark.usefixtures("lake")
def test_choices_are_those_within_reach(look):
    assert len(look("owner").known("client")) > 1
    assert [value for value, _ in look("client_viewer", client="Telvoor").known("client")] == ["Telvoor"]


@pytest.mark.usefixtures("lake")
def test_comments_are_those_within_reach(look):
    mine = look("client_viewer", client="Telvoor").comments((), None, metric="nps", limit=500)
    everybody = look("owner").comments((), None, metric="nps", limit=500)
    assert {remark.client for remark in mine} == {"Telvoor"}
    assert len(everybody) > len(mine)


def test_contacts_are_those_within_reach(look, lake):
    team = teams_of(lake)[0]
    lead = look("lead", teams=[team])
    assert {line.team for line in lead.contacts((), None)} == {team}
    assert {line.team for line in lead.behind(asked("nps by team"), group={})} == {team}
    assert len({line.team for line in look("owner").contacts((), None)}) > 1
    other = Condition(column="team", values=(teams_of(lake)[1],))
    assert not lead.contacts((other,), Period.parse(ALL))


@pytest.mark.usefixtures("lake")
def test_client_viewer_sees_no_single_contact(look):
    viewer = look("client_viewer", client="Telvoor")
    with pytest.raises(ForbiddenError):
        viewer.contacts((), None)
    with pytest.raises(ForbiddenError):
        viewer.behind(asked("nps"))
    with pytest.raises(ForbiddenError):
        viewer.story("exchange", "1")


def test_story_beyond_reach_is_not_there(look, lake):
    line = next(line for line in look("owner").contacts((), None) if line.team)
    other = next(team for team in teams_of(lake) if team != line.team)
    lead = look("lead", teams=[line.team])
    elsewhere = replace(lead, actor=replace(lead.actor, reach=Reach(dimension="team", codes=frozenset({other}))))
    assert look("owner").story(line.source, line.external_id) is not None
    assert lead.story(line.source, line.external_id) is not None
    assert elsewhere.story(line.source, line.external_id) is None


@pytest.mark.usefixtures("lake")
def test_group_of_agents_is_refused_where_the_question_would_be(look):
    with pytest.raises(ForbiddenError):
        look("agent", agent="a00001").behind(asked("nps by team"), group={"agent": "a00002"})


@pytest.mark.usefixtures("lake")
def test_numbers_need_their_permission(actor):
    stranger = replace(actor("owner"), permissions=frozenset())
    with pytest.raises(ForbiddenError):
        answer(stranger, asked("nps"))
