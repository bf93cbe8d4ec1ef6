"""Recalibration: what is known comes back, little data move little, and the gain is measured on what was held back."""

import numpy as np
import pytest

from klankbord.errors import DataError, OptionError
from klankbord.prediction import recalibrate
from klankbord.prediction.recalibrating import shrunken


def biased(n, *, agents=20, seed=1, spread=0.8, slope=0.45):
    rng = np.random.default_rng(seed)
    agent = np.arange(n) % agents
    said = np.clip(np.rint(rng.normal(7, 2, n)), 0, 10)
    own = rng.normal(0.7, spread, agents)
    foreseen = np.clip(np.rint(7 + own[agent] + slope * (said - 7) + rng.standard_normal(n)), 0, 10)
    return foreseen, said, agent


def test_the_gain_is_what_fresh_answers_show():
    x, y, agent = biased(8000)
    made = recalibrate(x[:4000], y[:4000], agent=agent[:4000])
    assert set(made.methods) == {"linear"}
    fresh = ((x[4000:] - y[4000:]) ** 2).mean() - ((made.apply(x[4000:], agent[4000:]) - y[4000:]) ** 2).mean()
    assert made.gain.value == pytest.approx(fresh, abs=0.15)
    assert made.gain.interval.low > 0
    assert made.gain.value == pytest.approx(made.before - made.after)


def test_methods_follow_the_number_of_pairs():
    x, y, agent = biased(1000)
    few = recalibrate(x[:400], y[:400], agent=agent[:400])
    assert set(few.methods) == {"offset"}
    assert np.diff(few.maps[0][2:9]) == pytest.approx(1.0)
    assert recalibrate(x[:40], y[:40]).methods == ("offset",)
    assert recalibrate(x[:100], y[:100]).methods == ("linear",)
    assert recalibrate(x, y).methods == ("isotonic",)
    assert recalibrate(x, y, agent=agent, method="isotonic").methods == ("isotonic",) * 20


def test_the_best_method_depends_on_how_much_is_known():
    """The order that simulation gave when the methods were chosen: offsets win at ten pairs, lines at two hundred."""
    after = {}
    for pairs in (10, 200):
        for method in ("offset", "linear"):
            x, y, agent = biased(40 * (pairs + 500), agents=40, spread=0.6)
            learn = np.arange(x.size) < 40 * pairs
            made = recalibrate(x[learn], y[learn], agent=agent[learn], method=method)
            after[pairs, method] = ((made.apply(x[~learn], agent[~learn]) - y[~learn]) ** 2).mean()
    raw = ((x - y) ** 2).mean()
    assert max(after.values()) < raw
    assert after[200, "linear"] < after[200, "offset"]


def test_an_isotonic_map_rises_and_covers_every_level():
    x, y, _ = biased(2000)
    made = recalibrate(x, y, method="isotonic")
    assert (np.diff(made.maps) >= 0).all()
    assert np.isfinite(made.maps).all()


def test_perfect_predictions_are_left_alone_and_no_gain_is_claimed():
    y = np.tile(np.arange(11), 40)
    made = recalibrate(y, y)
    assert made.apply(np.arange(11)) == pytest.approx(np.arange(11), abs=1e-6)
    assert [notice.code for notice in made.notices] == ["no_gain"]


def test_who_was_not_seen_gets_the_common_map():
    x, y, agent = biased(2000, spread=0.0)
    made = recalibrate(x, y, agent=agent)
    assert made.apply([9, None], ["somebody", 3])[0] == made.maps[-1][9]
    assert np.isnan(made.apply([9, None], ["somebody", 3])[1])


def test_an_agent_with_few_pairs_is_moved_little():
    x, y, agent = biased(4000, spread=0.3)
    extreme = np.r_[x, [10] * 6], np.r_[y, [3] * 6], np.r_[agent, [99] * 6]
    made = recalibrate(extreme[0], extreme[1], agent=extreme[2])
    # Six answers seven points off say: more than the others, but nowhere near seven points.
    assert 3 < made.apply([10], [99])[0] < made.maps[-1][10]


def test_shrinking_finds_the_spread_that_is_there():
    rng = np.random.default_rng(2)
    weights = rng.integers(5, 60, 4000).astype(float)
    truth = rng.normal(1.0, 0.5, 4000)
    seen = truth + rng.standard_normal(4000) * np.sqrt(4 / weights)
    moved = shrunken(seen, weights, 4.0)
    assert ((moved - truth) ** 2).mean() < 0.6 * ((seen - truth) ** 2).mean()
    ideal = 0.25 / (0.25 + 4 / weights)
    assert moved == pytest.approx(1 + ideal * (seen - 1), abs=0.12)


@pytest.mark.parametrize(("options", "error"), [({"method": "magic"}, OptionError), ({"agent": ["a"]}, DataError)])
def test_what_cannot_be_is_refused(options, error):
    with pytest.raises(error):
        recalibrate([7] * 9, [8] * 9, **options)
    with pytest.raises(DataError, match="too few"):
        recalibrate([7] * 4, [8] * 4)
