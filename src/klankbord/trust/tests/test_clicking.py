"""Answers that are no opinion: what is planted is found, and honest answers are left in peace."""

import numpy as np
import pytest

from klankbord.trust import all_links, fast_answers, lock_step, repeated_customers


def delays(rng, n=2000):
    return np.exp(rng.normal(np.log(5 * 3600), 1.4, n)).clip(20)


def scores(rng, n):
    return rng.choice(11, n, p=[0.05, 0.02, 0.03, 0.03, 0.03, 0.06, 0.07, 0.13, 0.18, 0.18, 0.22])


def test_machines_that_click_at_once_are_found_and_their_weight_told():
    rng = np.random.default_rng(1)
    seconds = np.append(delays(rng), rng.exponential(3, 30).clip(0, 9))
    finding = fast_answers(seconds, np.append(scores(rng, 2000), [0] * 30))
    assert finding.found
    assert finding.touched == pytest.approx(30 / 2030)
    assert "without them the score would be +" in finding.conclusion


def test_people_who_answer_on_their_phone_are_no_machines():
    """Half of the answers within two minutes: some are within ten seconds, as many as such people give."""
    rng = np.random.default_rng(2)
    assert not fast_answers(np.exp(rng.normal(np.log(120), 1.2, 3000)), scores(rng, 3000)).found


def test_all_links_in_a_minute_are_a_scanner_and_a_change_of_mind_is_not():
    clicks = [("a", score, 2.0 * score) for score in range(11)] + [("a", 0, 0.5), ("a", 3, 7.0)]
    clicks += [("b", 3, 0), ("b", 8, 20), ("b", 7, 25), ("c", 1, 0), ("c", 2, 300), ("c", 3, 900), ("d", 9, 5)]
    clicks += [("e", 9, 0), ("e", 8, 1), ("e", 9, 2), ("e", 8, 3), ("e", 9, 4), ("e", 8, 5)]
    finding = all_links(*map(list, zip(*clicks[::-1], strict=True)))
    assert [group["group"] for group in finding.groups] == ["a"]
    assert finding.touched == pytest.approx(13 / 26)
    assert all_links([None], [1], [0]).state == "not tested"
    assert all_links(["a"], [1], [0]).state == "nothing seen"


def test_one_hand_with_many_answers_is_found():
    rng = np.random.default_rng(3)
    people = [f"c{number}" for number in rng.integers(0, 4000, 3000)] + ["me"] * 25
    finding = repeated_customers(people, np.append(scores(rng, 3000), [10] * 25))
    assert [group["group"] for group in finding.groups] == ["me"]
    assert finding.groups[0]["n"] == 25
    assert finding.effect < 0


def test_customers_of_whom_nobody_is_known_are_not_tested():
    assert repeated_customers([None] * 100, [9] * 100).state == "not tested"


def test_a_burst_of_tens_is_found_and_its_place_told():
    rng = np.random.default_rng(4)
    moments = np.append(np.sort(rng.uniform(0, 30 * 86_400, 3000)), 1_000_000 + np.arange(20) * 2.0)
    finding = lock_step(np.append(scores(rng, 3000), [10] * 20), moments)
    assert finding.found
    assert finding.groups[0]["group"] == 10
    assert finding.groups[0]["n"] >= 20
    assert finding.groups[0]["moment"] == pytest.approx(1_000_000, abs=60)


def test_a_good_day_is_no_burst():
    """Scores that are high for hours are alike, near and far neighbours both."""
    rng = np.random.default_rng(5)
    moments = np.sort(rng.uniform(0, 86_400, 4000))
    good = (moments // 7200) % 2 == 0
    assert not lock_step(np.where(good, 9, scores(rng, 4000)), moments, quick_s=20).groups[3:]


@pytest.mark.slow
def test_no_false_alarm_beyond_five_per_cent():
    rng = np.random.default_rng(6)
    alarms = np.zeros(3)
    for _ in range(1000):
        given, people = scores(rng, 1500), rng.integers(0, 2000, 1500)
        alarms += [
            fast_answers(delays(rng, 1500), given).found,
            repeated_customers(people, given).found,
            lock_step(given, np.sort(rng.uniform(0, 2e5, 1500))).found,
        ]
    assert np.all(alarms / 1000 <= 0.05 + 2 * 0.007), alarms / 1000
