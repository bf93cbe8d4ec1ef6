from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from klankbord.web.centre.spells import Stay, holding, learnt_stays, placed

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 40).map(lambda n: FIRST + timedelta(n))
TEAMS = st.sampled_from(["Ghent", "Liège", "Utrecht"])
SEEN = st.dictionaries(DAYS, st.sets(TEAMS, min_size=1), max_size=25)
STAYS = st.builds(
    lambda first, length, team: Stay(first, None if length is None else first + timedelta(length), team),
    DAYS,
    st.none() | st.integers(0, 15),
    TEAMS,
)


def day(number):
    return date(2026, 1, number)


def overlapping(stays):
    ordered = sorted(stays)
    return [(a, b) for a, b in pairwise(ordered) if a.last >= b.starts_on]


def test_stay_lasts_until_the_next_one_begins():
    days = {day(2): {"Ghent"}, day(5): {"Ghent"}, day(9): {"Liège"}, day(12): {"Ghent"}}
    assert learnt_stays(days, []) == [
        Stay(day(2), day(8), "Ghent"),
        Stay(day(9), day(11), "Liège"),
        Stay(day(12), None, "Ghent"),
    ]


def test_agent_seen_in_two_teams_on_a_day_stays_where_they_were():
    days = {day(2): {"Liège"}, day(5): {"Ghent", "Liège"}, day(6): {"Ghent"}}
    assert learnt_stays(days, []) == [Stay(day(2), day(5), "Liège"), Stay(day(6), None, "Ghent")]


def test_stay_kept_by_hand_goes_before_days_and_ends_what_was_learnt():
    kept = [Stay(day(4), day(10), "Utrecht")]
    assert learnt_stays({day(2): {"Ghent"}, day(5): {"Ghent"}}, kept) == [Stay(day(2), day(3), "Ghent")]
    assert learnt_stays({day(2): {"Ghent"}, day(12): {"Ghent"}}, kept)[-1] == Stay(day(12), None, "Ghent")


def test_stay_kept_by_hand_without_end_leaves_nothing_to_learn_after_it():
    assert learnt_stays({day(9): {"Ghent"}}, [Stay(day(4), None, "Utrecht")]) == []


def test_lending_somebody_out_comes_back_to_the_team():
    kept = placed([Stay(day(1), None, "Ghent")], Stay(day(10), day(12), "Liège"))
    assert kept == [Stay(day(1), day(9), "Ghent"), Stay(day(10), day(12), "Liège"), Stay(day(13), None, "Ghent")]


def test_moving_somebody_leaves_later_moves_as_they_are():
    kept = placed([Stay(day(20), None, "Liège")], Stay(day(10), None, "Ghent"))
    assert kept == [Stay(day(10), day(19), "Ghent"), Stay(day(20), None, "Liège")]


def test_saying_the_same_again_changes_nothing():
    asked = [Stay(day(1), None, "Ghent"), Stay(day(10), None, "Liège")]
    assert holding(asked + asked) == holding(asked)


@given(SEEN, st.lists(STAYS, max_size=4))
def test_stays_never_overlap(days, asked):
    kept = holding(asked)
    assert not overlapping([*kept, *learnt_stays(days, kept)])


@given(SEEN, st.lists(STAYS, max_size=4))
def test_every_day_seen_lies_in_a_stay_of_a_team_seen_or_of_one_holding(days, asked):
    kept = holding(asked)
    learnt = learnt_stays(days, kept)
    for seen_on, teams in days.items():
        if not any(stay.covers(seen_on) for stay in kept):
            (stay,) = [stay for stay in learnt if stay.covers(seen_on)]
            assert stay.team in teams


@given(st.lists(STAYS, min_size=1, max_size=5))
def test_what_is_said_last_holds(asked):
    (stay,) = [stay for stay in holding(asked) if stay.covers(asked[-1].starts_on)]
    assert stay.team == asked[-1].team
