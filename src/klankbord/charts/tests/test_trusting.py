"""Funnel and mix drawn: every stage, what is not recorded, and both parts of a change, wide and narrow."""

import pytest

from klankbord.charts import draw, svg
from klankbord.charts.trusting import funnel_figure, mix_figure
from klankbord.errors import OptionError
from klankbord.score import nps
from klankbord.trust import TrustReport, decompose, funnel, verdict

FUNNEL = funnel(
    {"eligible": 900, "invited": 700, "sent": 690, "scored": 130, "commented": 40},
    contacts=1000,
    not_asked={"quarantine": 150, "opted_out": 50, "no_address": 40, "bounced": 30, "not_sampled": 20},
    not_counted={"scanner": 4},
)
UP, DOWN = [10, *[0] * 9, 90], [60, *[0] * 9, 40]
MOVED = decompose(["phone", None], [UP, DOWN], [DOWN, UP])


@pytest.mark.parametrize("width", [720, 340])
def test_funnel_shows_every_stage_and_says_what_is_not_recorded(width):
    drawn = svg(funnel_figure(FUNNEL, width=width), label="funnel")
    for word in ("eligible", "commented", "not recorded", "130", "quarantine 150", "Not counted: scanner 4"):
        assert word in drawn
    assert f'width="{width}"' in drawn


@pytest.mark.parametrize("width", [720, 340])
def test_mix_shows_the_sum_and_its_groups(width):
    drawn = svg(mix_figure(MOVED, width=width), label="mix")
    for word in ("change", "from mix", "from scores", "phone", "(empty)"):
        assert word in drawn


def test_a_report_draws_what_it_has():
    score = nps([10] * 60 + [3] * 40)
    whole = TrustReport(score=score, verdict=verdict(score), funnel=FUNNEL, moved=MOVED)
    drawn = svg(draw(whole), label="trust")
    assert "eligible" in drawn
    assert "from mix" in drawn
    assert "from mix" not in svg(FUNNEL.plot(), label="funnel")
    assert "from scores" in svg(MOVED.plot(), label="mix")
    with pytest.raises(OptionError, match="does not say who was asked"):
        TrustReport(score=score, verdict=verdict(score)).plot()
