"""Figures about predictions: what they show is what the result says, wide and narrow."""

import numpy as np
import pytest

from klankbord import prediction
from klankbord.charts.expected import perceived
from klankbord.charts.rendering import svg
from klankbord.errors import OptionError


def pairs(n=600):
    rng = np.random.default_rng(1)
    said = rng.choice([3, 6, 8, 9, 10], n)
    return np.clip(said + rng.integers(-1, 3, n), 0, 10), said, rng.integers(0, 4, n)


def rows(chart):
    return [row for dataset in chart.to_dict()["datasets"].values() for row in dataset]


def texts(chart):
    return {row["text"] for row in rows(chart) if row.get("text")}


def test_the_perception_gap_stands_in_its_bars():
    x, y, _ = pairs()
    found = prediction.skill(x, y)
    shown = texts(perceived(found))
    for gap in found.gaps:
        assert {f"taken for {gap.expected}", f"{gap.n:,}"} <= shown
        assert {f"{share.value:.0f} %" for _, _, share in gap.shares if share.value > 6} <= shown
    assert {"predicted too high", "mean answer"} <= shown


def test_a_bias_that_is_certain_has_another_colour_than_one_that_is_not():
    y = np.tile([3, 8, 9, 10, 6], 60)
    high = prediction.skill(np.r_[np.minimum(y + 1, 10), y], np.r_[y, y], by=["high"] * 300 + ["right"] * 300)
    inks = {row["ink"] for row in rows(high.plot()) if row.get("width") == 10}
    assert len(inks) == 2
    assert {"high", "right", "+0.8", "+0.0", "300"} <= texts(high.plot())


@pytest.mark.parametrize("width", [720, 340])
def test_every_result_is_drawn(width):
    x, y, agent = pairs()
    heard = np.where(np.arange(600) % 2, y, np.nan)
    when = np.arange(600)
    results = [
        prediction.skill(x, y),
        prediction.skill(x, y, by=agent),
        prediction.skill([9, 8], [9, 3]),
        prediction.assisted_score(x, heard),
        prediction.assisted_score([9] * 20, [9] * 4 + [None] * 16),
        prediction.learning(x, y, agent=agent, when=when),
        prediction.recalibrate(x, y, agent=agent),
        prediction.silent_detractors(x, heard, limit=10),
    ]
    for result in results:
        assert "<svg" in svg(result.plot(), label=result.summary())
    assert svg(perceived(results[0], width=width), label="narrow").count(f'width="{width}"') == 1


def test_what_predictions_should_have_been_is_written_beside_each():
    x, y, agent = pairs()
    found = prediction.recalibrate(x, y, agent=agent)
    drawn = svg(found.plot(), label="mended")
    own = found.maps[:-1, 9]
    assert f"{found.maps[-1, 9]:.1f} ({own.min():.1f} to {own.max():.1f})" in drawn


def test_what_cannot_be_read_is_not_drawn():
    x = np.arange(1010) % 11
    with pytest.raises(OptionError, match="101 rows"):
        prediction.skill(x, x, by=np.arange(1010) % 101).plot()
