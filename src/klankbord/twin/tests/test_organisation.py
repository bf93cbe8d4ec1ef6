"""The organisation: everybody has a place, leavers are replaced, and every queue has somebody at work."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klankbord.errors import OptionError
from klankbord.twin.comments.vocabulary import TOPICS
from klankbord.twin.organisation import organise
from klankbord.twin.parameters import Parameters, stream
from klankbord.twin.presets import DEPARTMENTS, PRESETS, preset_named

DAYS = 400


def organised(name="telecom", agents=600, days=DAYS, parameters=None, **more):
    preset = PRESETS[name]
    rng = stream(1, "organisation")
    return organise(preset, parameters or preset.parameters, agents=agents, days=days, rng=rng, **more)


@pytest.mark.parametrize("name", sorted(PRESETS))
@pytest.mark.parametrize("agents", [50, 400, 10_000])
def test_organisation_of_any_size_is_whole(name, agents):
    centre = organised(name, agents, 90)
    sizes = np.bincount(centre.agent_team[centre.employed(0)], minlength=len(centre.teams))
    assert sizes.min() >= 8
    assert sizes.max() <= 16
    assert len(set(centre.teams)) == len(centre.teams)
    assert len(set(centre.queues)) == len(centre.queues)
    assert centre.queue_share.sum() == pytest.approx(1)
    assert centre.reason_share.sum(1) == pytest.approx(1)
    assert set(np.unique(centre.touchpoint_next.sum(2).round(9))) <= {0.0, 1.0}
    for queue in range(len(centre.queues)):
        assert len(centre.teams_of(queue))
        place = (centre.queue_client[queue], centre.queue_touchpoint[queue], centre.queue_channel[queue])
        assert centre.queue_at[place] == queue


def test_teams_of_a_big_centre_serve_only_their_own_client_and_department():
    centre = organised("outsourcer", 10_000, 30)
    for queue in range(len(centre.queues)):
        teams = centre.teams_of(queue)
        assert (centre.team_client[teams] == centre.queue_client[queue]).all()
        assert (centre.team_department[teams] == centre.queue_department[queue]).all()


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 300), st.integers(1, 500), st.sampled_from(sorted(PRESETS)))
def test_headcount_stays_and_every_team_is_at_work(agents, days, name):
    centre = organised(name, agents, days)
    for day in {0, days // 2, days - 1}:
        at_work = centre.working(day)
        assert len(centre.employed(day)) == agents
        assert set(centre.agent_team[at_work]) == set(range(len(centre.teams)))
        assert (np.diff(at_work) > 0).all()
        assert np.isin(at_work, centre.employed(day)).all()


def test_working_is_the_same_whenever_it_is_asked():
    one, other = organised(), organised()
    other.working(3)
    assert (one.working(200) == other.working(200)).all()


def test_weekends_are_quieter_than_weekdays():
    centre = organised(agents=2000, first_day=date(2024, 11, 1))
    by_day = [len(centre.working(day)) / 2000 for day in range(7)]  # 1 November 2024 was a Friday
    assert by_day[0] == pytest.approx(0.82, abs=0.04)
    assert by_day[1] == pytest.approx(0.30, abs=0.06)
    assert by_day[2] == pytest.approx(0.10, abs=0.06)


def test_turnover_is_that_of_the_parameters():
    centre = organised(agents=8000, days=365)
    left = (centre.agent_until_day < 365).sum() / 8000
    yearly, newcomer = Parameters().turnover.yearly, Parameters().turnover.newcomer
    assert yearly < left < yearly * newcomer
    steady = organised(agents=500, parameters=Parameters().without("turnover"))
    assert len(steady.agent_ids) == 500
    assert len(steady.employed(DAYS - 1)) == 500


def test_newcomers_learn():
    centre = organised()
    newcomer = np.flatnonzero(centre.agent_from_day > 0)[:1].astype(np.int32)
    first = int(centre.agent_from_day[newcomer[0]])
    ability = [float(centre.ability(newcomer, first + days)[0]) for days in (0, 75, 5000)]
    assert ability[2] - ability[0] == pytest.approx(1.2)
    assert ability[2] - ability[1] == pytest.approx(1.2 / np.e)


def test_agents_switched_off_are_all_alike():
    centre = organised(parameters=Parameters().without("agents"))
    everybody = np.arange(len(centre.agent_ids), dtype=np.int32)
    assert not centre.ability(everybody, centre.agent_from_day).any()


def test_languages_can_be_chosen():
    centre = organised(languages={"nl": 1.0, "fr": 3.0})
    assert centre.languages == ("nl", "fr")
    assert centre.language_share.tolist() == [0.25, 0.75]


@pytest.mark.parametrize(("agents", "days", "languages"), [(0, 10, None), (10, 0, None), (10, 10, {"nl": -1.0})])
def test_impossible_centres_are_refused(agents, days, languages):
    with pytest.raises(OptionError):
        organised(agents=agents, days=days, languages=languages)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_presets_use_words_that_exist(name):
    preset = preset_named(name)
    subjects = [subject for client in preset.clients for subject in client.subjects]
    touchpoints = {subject.touchpoint for subject in subjects}
    assert {topic for subject in subjects for topic in subject.comments} <= set(TOPICS)
    assert {subject.department for subject in subjects} <= set(DEPARTMENTS)
    assert set(preset.follows) <= touchpoints
    assert {after for chances in preset.follows.values() for after in chances} <= touchpoints
    for shares in (preset.sites, preset.segments, preset.age_bands, preset.languages):
        assert sum(shares.values()) == pytest.approx(1)
    for client in preset.clients:
        assert sum(subject.share for subject in client.subjects) == pytest.approx(1)
    assert all(sum(subject.channels.values()) == pytest.approx(1) for subject in subjects)


def test_unknown_preset_names_the_nearest():
    with pytest.raises(OptionError) as caught:
        preset_named("telekom")
    assert "telecom" in str(caught.value.hint)
