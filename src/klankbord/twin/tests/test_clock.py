from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from klankbord.twin.clock import Clock

ZONE = ZoneInfo("Europe/Amsterdam")
FIRST = date(2024, 10, 4)
CLOCK = Clock.over(FIRST, 800)


def instant(day, second):
    return int(CLOCK.instants(np.array([day]), np.array([second]))[0])


@given(st.integers(0, 799), st.integers(0, 86_399))
def test_instant_is_that_of_the_zone(day, second):
    local = datetime(FIRST.year, FIRST.month, FIRST.day) + timedelta(days=day, seconds=second)  # noqa: DTZ001
    there = local.replace(tzinfo=ZONE)
    expected = {int(there.replace(fold=fold).timestamp()) for fold in (0, 1)}
    assert instant(day, second) in expected


@given(st.integers(0, 799 * 86_400))
def test_local_is_that_of_the_zone(seconds):
    begin = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
    moment = int(begin.timestamp()) + seconds
    day, second = CLOCK.local(np.array([moment]))
    local = datetime.fromtimestamp(moment, ZONE)
    assert FIRST + timedelta(days=int(day[0])) == local.date()
    assert int(second[0]) == local.hour * 3600 + local.minute * 60 + local.second


def test_skipped_hour_of_spring_becomes_the_one_after():
    day = (date(2025, 3, 30) - FIRST).days
    assert datetime.fromtimestamp(instant(day, 9000), ZONE).hour == 3
    assert instant(day, 3 * 3600) - instant(day, 2 * 3600 - 1) == 1
