"""Deviates where a normal distribution would not do: exact counts, and sums that lean to one side."""

from math import comb

import numpy as np
import pytest
from scipy.stats import norm, pearson3

from klankbord.trust.cells import cells_of
from klankbord.trust.choosing import rates, selection
from klankbord.trust.tails import of_counts, of_skewed


def test_deviates_of_counts_are_those_of_the_binomial_tail():
    """P(X >= 8) of 20 at .2, summed by hand."""
    above = sum(comb(20, k) * 0.2**k * 0.8 ** (20 - k) for k in range(8, 21))
    below = sum(comb(20, k) * 0.2**k * 0.8 ** (20 - k) for k in range(2))
    found = of_counts(np.array([8.0, 1.0, 4.0, 0.0, 20.0]), np.full(5, 20.0), np.full(5, 4.0))
    assert found[0] == pytest.approx(-norm.ppf(above))
    assert found[1] == pytest.approx(norm.ppf(below))
    assert found[2] == 0
    assert found[3] == pytest.approx(norm.ppf(0.8**20))
    assert np.isfinite(found).all()


@pytest.mark.parametrize("skewness", [-0.8, -0.05, 0.05, 0.8])
def test_deviates_of_skewed_sums_are_those_of_pearson(skewness):
    z = np.array([-2.0, -1.0, 1.0, 2.0, 3.0])
    below, above = pearson3.cdf(z, skewness), pearson3.sf(z, skewness)
    expected = np.where(below < above, norm.ppf(below), np.minimum(-norm.ppf(above), 37.0471))
    assert of_skewed(z, np.full(5, skewness)) == pytest.approx(expected, abs=1e-4)


def test_a_few_low_scores_among_those_that_chance_picked_are_less_rare_than_a_normal_tail_says():
    """Ten of a hundred, drawn 200,000 times: how often their sum is so low, by count, and by the test."""
    rng = np.random.default_rng(1)
    signal = np.repeat([0.0, 3.0, 7.0, 8.0, 9.0, 10.0], [4, 4, 12, 20, 30, 30])
    lowest = np.argsort(rng.random((200_000, 100)), axis=1)[:, :10]
    sums = signal[lowest].sum(axis=1)
    chosen = np.isin(np.arange(100), [0, 1, 4, 10, 15, 20, 30, 50, 60, 80])
    exact = np.mean(sums <= signal[chosen].sum())
    found = selection(cells_of(["a"] * 100, chosen, signal=signal), "shed_ratings")
    assert found.p_value == pytest.approx(exact, rel=0.25)  # the same look at the one group and at all together
    z = (signal[chosen].sum() - 10 * signal.mean()) / np.sqrt(10 * 90 / 99 * np.var(signal))
    assert norm.cdf(z) < exact / 2


def test_a_few_handed_on_are_no_alarm_where_a_normal_tail_sounds_one():
    """Of 200 agents with 60 contacts each, one hands on 14 where 5 are usual: chance does that, too."""
    agent = np.repeat(np.arange(200), 60)
    handed = np.tile(np.arange(60) < 5, 200)
    handed[7 * 60 : 7 * 60 + 14] = True
    assert not rates(cells_of(agent, handed), "transfer_rate").found
