"""Trends: published break, simulated error rate and power, periods and their edges."""

import csv
from datetime import date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest

import klankbord as kb
from klankbord.errors import DataError, OptionError
from klankbord.frames import periods
from klankbord.score.trends import critical_values, likelihood_ratios


def weekly(shares, sizes, rng):
    """Draw answers for consecutive weeks from shares (detractors, passives, promoters)."""
    scores, days = [], []
    for week, (share, n) in enumerate(zip(shares, sizes, strict=True)):
        scores.extend(np.repeat([3, 7, 10], rng.multinomial(n, share)).tolist())
        days.extend([date(2026, 1, 5) + timedelta(weeks=week)] * int(n))
    return {"score": scores, "date": days}


def test_break_of_the_nile(shared):
    # strucchange 1.5-3, breakpoints(Nile ~ 1): observation 28, the year 1898; shared/fixtures/nile/SOURCE.txt
    with (shared / "fixtures/nile/nile.csv").open() as file:
        flow = np.array([float(row["flow"]) for row in csv.DictReader(file)])
    assert int(likelihood_ratios(flow, np.ones(100)).argmax()) + 1 == 28


def test_critical_value_of_a_year_of_weeks():
    # methods.md section 1: 52 weeks of 20 to 120 answers, 5 % critical value 9.03 over all places. There each week is
    # divided by its own estimated variance, which has the heavier tail; with the variance of all it lies near 8.7.
    sizes = np.random.default_rng(1).integers(20, 121, 52)
    simulated = critical_values(sizes, np.array([0.5, 0.3, 0.2]), side=1)
    assert np.quantile(simulated, 0.95) == pytest.approx(9.03, abs=0.5)


@pytest.mark.slow
def test_break_error_rate_and_power():
    # methods.md section 1: power .90 for a step of 10 points, 1.00 for 15; found to within a week or two at 10
    rng = np.random.default_rng(11)
    calm, ten, fifteen = (0.2, 0.3, 0.5), (0.25, 0.3, 0.45), (0.275, 0.3, 0.425)
    found = {}
    for name, after in {"calm": calm, "ten": ten, "fifteen": fifteen}.items():
        trends = [
            kb.trend(weekly([calm] * 26 + [after] * 26, rng.integers(20, 121, 52), rng), every="week")
            for _ in range(120)
        ]
        found[name] = [one.shift.at for one in trends if one.shift]
    assert len(found["calm"]) / 120 <= 0.11  # 5 % and three standard errors
    assert 0.83 <= len(found["ten"]) / 120 <= 0.97
    assert len(found["fifteen"]) / 120 >= 0.99
    weeks_off = [abs((at - date(2026, 7, 6)).days) / 7 for at in found["ten"]]
    assert np.median(weeks_off) <= 2


@pytest.mark.slow
def test_slope_interval_covers_the_truth():
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(150):
        lift = np.linspace(0, 0.1, 20)  # 20 points over 19 weeks
        shares = [(0.3 - up, 0.3, 0.4 + up) for up in lift]
        slope = kb.trend(weekly(shares, rng.integers(20, 121, 20), rng), every="week").slope
        held += slope.interval.low <= 20 / 19 <= slope.interval.high
    assert 0.90 <= held / 150 <= 0.99


def test_trend_says_what_moved():
    rng = np.random.default_rng(2)
    trend = kb.trend(weekly([(0.5, 0.3, 0.2)] * 10 + [(0.1, 0.3, 0.6)] * 10, [60] * 20, rng), every="week")
    assert trend.shift.at == date(2026, 3, 16)
    assert trend.shift.comparison.verdict == "real"
    assert trend.slope.verdict == "real"
    assert len(trend.periods) == len(trend.scores) == 20
    assert trend.to_dict()["break"]["at"] == "2026-03-16"
    assert "break at 2026-03-16" in trend.summary()


def test_trend_of_few_periods_has_no_slope_and_no_break():
    trend = kb.trend({"score": [9, 3] * 10, "date": ["2026-01-01", "2026-02-01"] * 10})
    assert trend.slope is None
    assert trend.shift is None
    assert trend.latest.value == pytest.approx(-200)


def test_trend_without_dates_is_empty_and_says_so():
    trend = kb.trend({"score": [9, 3], "date": [None, None]})
    assert trend.periods == ()
    assert [notice.code for notice in trend.notices] == ["undated"]
    assert trend.summary() == "no dated answers"


@pytest.mark.parametrize(
    ("every", "first"),
    [
        ("day", (2026, 5, 21)),
        ("week", (2026, 5, 18)),
        ("month", (2026, 5, 1)),
        ("quarter", (2026, 4, 1)),
        ("year", (2026, 1, 1)),
    ],
)
def test_period_begins_where_it_should(every, first):
    assert periods([date(2026, 5, 21)], every) == [date(*first)]
    monday = periods([date(1969, 12, 31)], "week")
    assert monday == [date(1969, 12, 29)]


def test_aware_moment_is_taken_in_utc():
    late = datetime(2026, 5, 1, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    assert periods([late], "month") == [date(2026, 4, 1)]


def test_a_missing_date_of_pandas_is_no_date():
    moments = pd.to_datetime(["2026-01-01", None, "2026-02-03"])
    trend = kb.trend(pd.DataFrame({"score": [9, 3, 10], "date": moments}))
    assert trend.periods == (date(2026, 1, 1), date(2026, 2, 1))
    assert trend.notices[0].data["count"] == 1


def test_bad_period_and_bad_date_are_named():
    with pytest.raises(OptionError, match="no period 'fortnight'"):
        kb.trend({"score": [1], "date": ["2026-01-01"]}, every="fortnight")
    with pytest.raises(DataError, match="row 2: '31/12/2026' is not a date"):
        kb.trend({"score": [1, 2], "date": ["2026-01-01", "31/12/2026"]})
