"""Whether a number still means the same: versions, and scales that change in silence."""

import numpy as np
import pytest

from klankbord.score import CSAT
from klankbord.trust import scale_change, wording_change


def scores(rng, n, low=0):
    p = np.array([0.05, 0.02, 0.03, 0.03, 0.03, 0.06, 0.07, 0.13, 0.18, 0.18, 0.22])[low:]
    return rng.choice(np.arange(low, 11), n, p=p / p.sum())


def test_a_new_version_is_told_even_where_it_moved_nothing():
    rng = np.random.default_rng(1)
    finding = wording_change(["1"] * 500 + ["2"] * 500, scores(rng, 1000), np.arange(1000))
    assert finding.found
    assert finding.p_value > 0.05
    assert "changed from version 1 to 2: the score moved by difference" in finding.conclusion


def test_three_versions_are_two_changes():
    finding = wording_change(list("aab") * 20 + list("bbc") * 20, [9] * 120, np.arange(120))
    assert [group["group"] for group in finding.groups] == ["a to b", "b to c"]


def test_one_version_is_no_change_and_none_is_not_tested():
    assert wording_change(["1"] * 50, [9] * 50, range(50)).state == "nothing seen"
    assert wording_change([None] * 50, [9] * 50, range(50)).state == "not tested"


def test_a_lost_zero_is_found_in_its_month():
    rng = np.random.default_rng(2)
    months = np.repeat([f"2026-{month:02d}" for month in range(1, 7)], 200)
    given = np.concatenate([scores(rng, 600), scores(rng, 600, low=1)])
    finding = scale_change(months, given)
    assert finding.found
    assert dict(finding.groups[0]) == {"group": "2026-04", "answer": 0, "vanished": True}


def test_a_scale_of_five_that_begins_at_one_is_no_lost_zero():
    months = np.repeat(["01", "02"], 100)
    assert scale_change(months, np.tile([1, 2, 3, 4, 5], 40), CSAT).state == "nothing seen"
    assert scale_change(["01"] * 9, [1] * 9).state == "not tested"


@pytest.mark.slow
def test_no_false_alarm_of_scale_beyond_five_per_cent():
    rng = np.random.default_rng(3)
    months = np.repeat(np.arange(12), 60)
    alarms = sum(scale_change(months, scores(rng, 720)).found for _ in range(1000))
    assert alarms / 1000 <= 0.064
