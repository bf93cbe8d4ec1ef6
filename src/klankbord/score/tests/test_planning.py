"""Sample sizes against the figures of methods.md section 1, and power against simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klankbord.errors import OptionError
from klankbord.score import compare, from_counts, power, sample_size


@pytest.mark.parametrize(("margin", "good", "bad", "n"), [(5, 0.5, 0.2, 938), (5, 0.5, 0.5, 1537), (10, 0.5, 0.2, 235)])
def test_sample_size_for_a_margin(margin, good, bad, n):
    assert sample_size(margin=margin, good=good, bad=bad) == pytest.approx(n, abs=1)


@given(st.floats(2, 40), st.floats(0.1, 0.5), st.floats(0.1, 0.5))
def test_planned_sample_has_the_planned_power(change, good, bad):
    n = sample_size(change=change, good=good, bad=bad)
    assert power(change=change, n=n, good=good, bad=bad) >= 0.8 - 1e-9


def test_small_population_needs_fewer():
    assert sample_size(margin=5, population=1000) < sample_size(margin=5) / 1.9


@pytest.mark.slow
def test_power_is_what_compare_achieves():
    # methods.md section 1: 30 against 20 points with 997 a group, simulated power .8005
    rng = np.random.default_rng(3)
    a, b = rng.multinomial(997, [0.2, 0.3, 0.5], 1500), rng.multinomial(997, [0.25, 0.3, 0.45], 1500)
    wide = np.zeros((2, 1500, 11))
    wide[0][:, [0, 7, 10]], wide[1][:, [0, 7, 10]] = a, b
    pairs = zip(from_counts(wide[0]), from_counts(wide[1]), strict=True)
    seen = [compare(first, second).verdict == "real" for first, second in pairs]
    assert np.mean(seen) == pytest.approx(0.80, abs=0.035)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"margin": 5, "change": 5},
        {"margin": -1},
        {"margin": 5, "good": 0.8, "bad": 0.5},
        {"change": 5, "power": 1.0},
    ],
)
def test_impossible_plan_is_refused(options):
    with pytest.raises(OptionError):
        sample_size(**options)
