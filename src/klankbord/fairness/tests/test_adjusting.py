"""Case mix: the same numbers as least squares with a dummy for every unit, and no more."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klankbord.errors import OptionError
from klankbord.fairness.adjusting import adjust
from klankbord.fairness.levels import circumstances_of


def by_least_squares(scores, units, weights, mix):
    """Adjusted means of units from one regression with a dummy for every unit and every circumstance."""
    blocks = [np.eye(int(units.max()) + 1)[units], *(np.eye(levels)[codes] for codes, levels in mix)]
    design, root = np.hstack(blocks), np.sqrt(weights)
    effects = np.linalg.lstsq(design * root[:, None], scores * root, rcond=None)[0]
    size = blocks[0].shape[1]
    typical = np.average(np.hstack(blocks[1:]) @ effects[size:], weights=weights)
    residual = float(np.sum(weights * (scores - design @ effects) ** 2))
    return effects[:size] + typical, residual, np.linalg.matrix_rank(design) - size


@given(st.integers(0, 10_000))
def test_adjusted_means_are_those_of_least_squares(seed):
    rng = np.random.default_rng(seed)
    units = np.concatenate([np.arange(6), rng.integers(0, 6, 194)])
    mix = [(rng.integers(0, 3, 200), 3), (np.where(rng.random(200) < 0.8, units % 4, rng.integers(0, 4, 200)), 4)]
    scores, weights = rng.choice([-100.0, 0.0, 100.0], 200), rng.uniform(0.2, 1, 200)
    found = adjust(scores, units, weights, mix)
    means, residual, rank = by_least_squares(scores, units, weights, mix)
    assert found.adjusted == pytest.approx(means, abs=1e-6)
    assert found.squares == pytest.approx(residual)
    weight = np.bincount(units, weights)
    assert found.freedom == pytest.approx(np.sum(weight - np.bincount(units, weights**2) / weight) - rank)
    assert found.lost == 0


def test_an_easy_queue_is_not_the_merit_of_who_works_there():
    rng = np.random.default_rng(5)
    units, easy = np.repeat([0, 1], 4_000), np.concatenate([rng.random(4_000) < 0.9, rng.random(4_000) < 0.1])
    scores = np.where(rng.random(8_000) < np.where(easy, 0.8, 0.4), 100.0, -100.0)
    found = adjust(scores, units, np.ones(8_000), [(easy.astype(int), 2)])
    assert found.observed[0] - found.observed[1] > 50
    assert abs(found.adjusted[0] - found.adjusted[1]) < 12


def test_units_that_share_no_circumstance_are_told_to_be_entangled():
    units, queue = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 0, 1, 1, 1])
    scores = np.array([100.0, 0.0, 100.0, -100.0, 0.0, 100.0])
    assert adjust(scores, units, np.ones(6), [(queue, 2)]).lost == 1
    # A queue that belongs to one channel says the same twice, which takes nothing away from units.
    shared_queue = np.array([0, 1, 2, 0, 1, 2])
    mix = [(shared_queue, 3), (shared_queue // 2, 2)]
    assert adjust(scores, units, np.ones(6), mix).lost == 0


def test_many_numbers_fall_into_bands_and_many_words_are_refused():
    waits = np.append(np.arange(1_000.0), np.nan)
    codes, levels = circumstances_of(waits, "wait_s")
    assert levels == 11
    assert np.bincount(codes).tolist() == [100] * 10 + [1]
    with pytest.raises(OptionError, match="external_id"):
        circumstances_of([f"c{at}" for at in range(1_001)], "external_id")


@pytest.mark.parametrize("shares", [(1.0,), (0.3, 0.5, 1.0)], ids=["whole", "shared"])
def test_what_adjusted_means_are_worth_is_the_variance_of_their_weights_on_every_answer(shares):
    """An adjusted mean is a weighted sum of all answers; the sum of squares of these weights is its noise."""
    rng = np.random.default_rng(1)
    units, n = np.append(np.arange(5), rng.integers(0, 5, 115)), 120
    queue, hour = (rng.integers(0, 4, n) + units) % 5, rng.integers(0, 3, n)
    weights = rng.choice(shares, n)
    found = [adjust(answer, units, weights, [(queue, 5), (hour, 3)]) for answer in np.eye(n)]
    noise = np.sum(np.square([one.adjusted for one in found]), axis=0)
    # With unequal shares a mean and what is taken from it go together a little, which is left out.
    assert found[0].counts * noise == pytest.approx(np.ones(5), rel=1e-9 if len(shares) == 1 else 0.05)


def test_circumstances_that_are_hardly_shared_make_means_worth_little():
    """Two teams with a queue each, and one answer of each in the other's: what a queue does is hardly known."""
    units = np.repeat([0, 1], 101)
    apart = np.where(np.arange(202) % 101 == 100, 1 - units, units)
    mixed = np.arange(202) % 2
    scores = np.random.default_rng(2).normal(size=202)
    worth = [adjust(scores, units, np.ones(202), [(queue, 2)]).counts for queue in (mixed, apart)]
    assert worth[0].tolist() == pytest.approx([101, 101], rel=0.01)
    assert np.all(worth[1] < 10)


def test_the_rest_is_what_a_regression_leaves():
    rng = np.random.default_rng(3)
    units, queue = np.append(np.arange(4), rng.integers(0, 4, 60)), rng.integers(0, 3, 64)
    scores = rng.normal(size=64)
    found = adjust(scores, units, np.ones(64), [(queue, 3)])
    dummies = np.column_stack([np.eye(4)[units], np.eye(3)[queue]])
    effects = np.linalg.lstsq(dummies, scores, rcond=None)[0]
    assert found.rest == pytest.approx(scores - dummies @ effects)
    assert found.squares == pytest.approx(np.sum(found.rest**2))
