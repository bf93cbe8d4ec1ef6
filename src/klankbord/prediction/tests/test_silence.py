"""The list of silent customers: in the right order, with chances that come true, and honest where it adds nothing."""

import numpy as np
import pytest

from klankbord.errors import DataError
from klankbord.prediction import silent_detractors


def centre(n=6000, *, seed=1, insight=0.5, telling=1.5):
    rng = np.random.default_rng(seed)
    wait = rng.exponential(60, n)
    reason = rng.choice(["bill", "fault", "move"], n)
    said = np.clip(np.rint(rng.normal(7.5, 2, n) - telling * (wait > 90) - telling * (reason == "fault")), 0, 10)
    foreseen = np.clip(np.rint(7.5 + insight * (said - 7.5) + 1.2 * rng.standard_normal(n)), 0, 10)
    heard = rng.random(n) < 0.4
    contacts = {"wait_s": wait, "reason": reason}
    return (foreseen, np.where(heard, said, np.nan), contacts), said, heard


def test_chances_come_true_among_the_silent():
    (foreseen, answers, contacts), said, _ = centre()
    found = silent_detractors(foreseen, answers, contacts=contacts)
    assert found.used == "model"
    chances, unhappy = np.array(found.chances), said[list(found.rows)] <= 6
    assert (np.diff(chances) <= 0).all()
    assert chances.mean() == pytest.approx(unhappy.mean(), abs=0.03)
    top = slice(0, len(chances) // 10)
    assert unhappy[top].mean() == pytest.approx(chances[top].mean(), abs=0.08)
    assert unhappy[top].mean() > 1.8 * unhappy.mean()
    assert found.calibration.miscalibration < 0.01
    assert not found.notices


def test_the_list_holds_the_silent_only_with_their_names():
    (foreseen, answers, contacts), _, heard = centre(1500)
    names = np.array([f"c{place}" for place in range(1500)])
    found = silent_detractors(foreseen, answers, contacts=contacts, names=names, limit=20)
    assert len(found.contacts) == 20
    assert not heard[list(found.rows)].any()
    assert found.contacts == tuple(names[list(found.rows)])
    assert found.silent == (~heard).sum()
    whole = silent_detractors(foreseen, answers, contacts=contacts)
    assert found.expected == pytest.approx(sum(whole.chances))
    assert f"{found.expected:,.0f} detractors are expected among {found.silent:,}" in found.summary()


def test_where_contact_data_tell_nothing_it_goes_by_the_prediction():
    (foreseen, answers, contacts), _, _ = centre(telling=0.0)
    found = silent_detractors(foreseen, answers, contacts=contacts)
    assert found.used == "prediction"
    assert [notice.code for notice in found.notices] == ["model_adds_nothing"]
    assert found.gains["prediction"].interval.low > 0


def test_where_nothing_tells_anything_it_says_so():
    (foreseen, answers, contacts), _, _ = centre(telling=0.0, insight=0.0)
    found = silent_detractors(foreseen, answers, contacts=contacts)
    assert found.used == "everybody alike"
    assert [notice.code for notice in found.notices] == ["no_telling"]
    assert len(set(found.chances)) == 1


def test_the_curve_is_in_per_cent_and_rises():
    (foreseen, answers, contacts), _, heard = centre()
    curve = silent_detractors(foreseen, answers, contacts=contacts).curve
    assert len(curve) == 10
    assert sum(point.n for point in curve) == heard.sum()
    assert curve[0].predicted < curve[-1].predicted <= 100
    assert curve[-1].mean > 2 * curve[0].mean
    inside = sum(point.predicted in point.interval for point in curve)
    assert inside >= 7


def test_too_little_to_learn_from_is_refused():
    with pytest.raises(DataError, match="too few to learn"):
        silent_detractors([7] * 300, [9] * 150 + [None] * 150)
    with pytest.raises(DataError, match="nobody is silent"):
        silent_detractors([7] * 300, [9] * 200 + [3] * 100)


def test_the_same_call_gives_the_same_list():
    (foreseen, answers, contacts), _, _ = centre(1200)
    first, second = (silent_detractors(foreseen, answers, contacts=contacts, limit=50) for _ in range(2))
    assert first == second
