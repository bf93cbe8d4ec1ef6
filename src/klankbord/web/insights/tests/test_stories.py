"""Stories: what is beyond somebody's reach is left out and said to be, and what is left is told in order."""

from datetime import UTC, datetime, timedelta

from klankbord.lake.looking import Event, Line, Story, SurveyStep
from klankbord.lake.questions import Condition
from klankbord.web.insights.addresses import Addresses
from klankbord.web.insights.naming import Names
from klankbord.web.insights.stories import within
from klankbord.web.insights.telling import Telling

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def leg(key, team, minutes, **told):
    begun = NINE + timedelta(minutes=minutes)
    ended = begun + timedelta(minutes=10)
    return Line(
        source="exchange", external_id=key, team=team, channel="phone", started_at=begun, ended_at=ended, **told
    )


def a_story():
    first = leg("a", "Ghent", 0, leg=1, answered=True, wait_s=60, threshold_s=20, talk_s=480, transferred_to="Liège")
    second = leg("b", "Liège", 10, leg=2, answered=True, wait_s=5, talk_s=300, resolved=True)
    answer = Line(
        source="exchange", external_id="b", team="Liège", metric="nps", score=2, counted=True, comment="Te laat",
        answered_at=NINE + timedelta(hours=5),
    )  # fmt: skip
    event = Event(
        source="it", external_id="1", kind="outage", title="Storing", started_at=NINE - timedelta(minutes=5),
        ended_at=None, client=None, site=None, team=None, queue=None, channel=None, severity=2,
    )  # fmt: skip
    return Story(
        contact=first,
        legs=(first, second),
        journey=(leg("z", "Hasselt", -3_000), leg("y", "Ghent", 5_000)),
        steps=tuple(SurveyStep(name=name, reached=True) for name in ("eligible", "invited", "sent", "delivered")),
        answers=(answer,),
        prediction=8,
        predicted_at=NINE + timedelta(minutes=21),
        events=(event,),
    )


def in_teams(*teams):
    return (Condition(column="team", values=teams),)


def test_everything_within_reach_is_told():
    told = within(a_story(), ())
    assert (told.story, told.hidden) == (a_story(), 0)


def test_what_lies_beyond_reach_is_left_out_and_counted():
    told = within(a_story(), in_teams("Ghent"))
    assert {line.team for line in (*told.story.legs, *told.story.journey, *told.story.answers)} == {"Ghent"}
    assert told.hidden == 3


def test_contact_beyond_reach_has_no_story():
    assert within(a_story(), in_teams("Liège")) is None
    nothing = (Condition(column="team", operator="is empty"), Condition(column="team", operator="is not empty"))
    assert within(a_story(), nothing) is None


def test_story_is_told_in_the_order_in_which_it_happened(acting):
    moments = Telling(story=a_story(), names=Names(), addresses=Addresses(organisation=acting)).moments()
    assert [moment.what for moment in moments] == [
        "Earlier contact",
        "Storing",
        "Contact begins: Phone",
        "Taken by a person after 1:00",
        "Handed over to Liège",
        "Goes on: Phone",
        "Taken by a person after 5 s",
        "Contact ends",
        "The customer is asked",
        "The agent predicts a score of 8",
        "Answer: NPS 2",
        "Later contact",
    ]
    assert moments[3].facts == ("Later than the promised 20 s",)
    assert (moments[10].words, moments[10].tone) == ("Te laat", "trouble")
    assert moments[5].url
    assert not moments[2].url
