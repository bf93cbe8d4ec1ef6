"""What the page for coaches promises: how often each abuse is found, and how often there is a false alarm."""

import re
from pathlib import Path

import numpy as np
import pytest

from klankbord.trust import BY_CHANCE
from klankbord.trust.tests.abuses import ABUSES

PAGE = Path(__file__).parents[4] / "docs" / "trust.md"
ROUNDS = 200


def promised():
    """Return (test, strength, share found) of every row under "How often it is found"."""
    table = PAGE.read_text(encoding="utf-8").partition("### How often it is found")[2].partition("\n#")[0]
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|([^|]*)\|", table, flags=re.MULTILINE)
    for code, strengths, shares in rows:
        for strength, share in zip(strengths.split(" / "), shares.split(" / "), strict=True):
            number = float(re.search(r"[\d.]+", strength).group())
            yield code, number / 100 if "%" in strength else number, float(share.strip(" %")) / 100


def test_every_test_has_its_power_on_the_page():
    assert {code for code, _, _ in promised()} == set(ABUSES)


@pytest.mark.slow
@pytest.mark.parametrize(("code", "strength", "share"), list(promised()))
def test_what_is_planted_is_found_as_often_as_the_page_says(code, strength, share):
    rng = np.random.default_rng(21)
    found = np.mean([ABUSES[code](rng, strength).found for _ in range(ROUNDS)])
    assert found == pytest.approx(share, abs=max(3 * (share * (1 - share) / ROUNDS) ** 0.5, 0.02))


@pytest.mark.slow
def test_a_clean_centre_is_alarmed_by_any_test_in_five_of_a_hundred_at_most():
    """1,000 centres in which nothing is there, looked at by all eleven tests that chance could alarm."""
    rng, alarms = np.random.default_rng(22), 0
    for _ in range(1_000):
        alarms += any(ABUSES[code](rng, 0).found for code in BY_CHANCE)
    assert alarms / 1_000 <= 0.05
    clicks = [ABUSES["all_links"](rng, 0).found for _ in range(100)]
    assert np.mean(clicks) <= 0.05
