"""The funnel: stages that nobody recorded are unknown and not zero, and every rate has its interval."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klankbord.errors import DataError
from klankbord.trust import STAGES, funnel, funnels


@given(st.lists(st.integers(0, 10_000), min_size=9, max_size=9).map(lambda counts: sorted(counts, reverse=True)))
def test_rates_multiply_to_the_whole(counts):
    contacts, *stages = counts
    whole = funnel(dict(zip(STAGES, stages, strict=True)), contacts=contacts)
    product = 1.0
    for step in whole.steps:
        if step.rate and step.rate.value is not None:
            product *= step.rate.value / 100
            assert step.rate.interval.low - 1e-9 <= step.rate.value <= step.rate.interval.high + 1e-9
    if contacts:
        assert product == pytest.approx(stages[-1] / contacts)


def test_response_rate_has_wilsons_interval():
    """120 of 600: Wilson's limits are 16.99 and 23.39 per cent, by the formula of 1927 worked by hand."""
    rate = funnel({"sent": 600, "scored": 120}, contacts=1000).response_rate
    assert (rate.value, rate.n) == (20.0, 600)
    assert (rate.interval.low, rate.interval.high) == pytest.approx((16.99, 23.39), abs=0.01)


def test_a_stage_that_nobody_recorded_is_not_zero():
    counts = {"eligible": 90, "invited": 80, "sent": 80, "delivered": 70, "opened": 0, "started": 30, "scored": 20}
    recorded = dict.fromkeys(STAGES, 100) | {"eligible": 100, "opened": 0, "commented": 0}
    told = funnel(counts, contacts=100, recorded=recorded)
    assert told["opened"].count is None
    assert told["started"].of == "delivered"
    assert told.unknown == ("opened", "commented")
    assert [notice.code for notice in told.notices] == ["stages_unknown"]
    assert "not known: opened, commented" in told.summary()


def test_a_stage_that_was_recorded_in_part_is_no_measure_for_the_next():
    counts = {"sent": 100, "opened": 30, "started": 50}
    told = funnel(counts, contacts=100, recorded={"sent": 100, "opened": 60, "started": 100})
    assert (told["opened"].rate.value, told["opened"].rate.n) == (50.0, 60)
    assert told["started"].of == "sent"
    assert "stages_partly_known" in [notice.code for notice in told.notices]


def test_more_than_the_stage_before_is_refused():
    with pytest.raises(DataError, match=r"90 contacts were scored, but only 80 came so far \(sent\)"):
        funnel({"sent": 80, "scored": 90}, contacts=100)


def test_reasons_are_told_in_order_and_those_without_one_too():
    told = funnel({"invited": 2}, contacts=10, not_asked={"quarantine": 1, None: 5, "opted_out": 2}, not_counted={})
    assert list(told.not_asked.items()) == [("no reason recorded", 5), ("opted_out", 2), ("quarantine", 1)]
    assert told.records()[-1] == {"stage": "not_asked", "reason": "quarantine", "count": 1}
    assert told.to_dict()["response_rate"] is None


def test_funnels_by_key_have_the_largest_first():
    small, large = funnel({"sent": 1}, contacts=5), funnel({"sent": 3}, contacts=9)
    table = funnels(["channel"], {("chat",): small, ("phone",): large})
    assert table.keys == (("phone",), ("chat",))
    assert table["chat"] is small
