"""Arrivals: the peaks are where they should be, and nothing is lost."""

from datetime import date, timedelta

import numpy as np
import pytest

from klankbord.twin.arrivals import holidays, intensities
from klankbord.twin.organisation import organise
from klankbord.twin.parameters import stream
from klankbord.twin.presets import PRESETS

START = date(2024, 11, 1)
DAYS = 730


@pytest.fixture(scope="module", params=sorted(PRESETS))
def preset(request):
    return PRESETS[request.param]


@pytest.fixture(scope="module")
def centre(preset):
    return organise(preset, preset.parameters, agents=80, days=DAYS, rng=stream(1, "organisation"))


@pytest.fixture(scope="module")
def expected(preset, centre):
    return intensities(preset.parameters, centre, START, DAYS, 1_000_000)


def test_expected_contacts_sum_to_what_was_asked(expected, centre):
    assert expected.sum() == pytest.approx(1_000_000)
    assert expected.sum((0, 2)) / 1_000_000 == pytest.approx(centre.queue_share, rel=1e-3)
    assert expected.min() >= 0


def test_mondays_are_busiest_and_weekends_and_holidays_quiet(expected):
    dates = [START + timedelta(days=day) for day in range(DAYS)]
    daily = expected.sum((1, 2))
    by_weekday = [np.mean([n for n, each in zip(daily, dates, strict=True) if each.weekday() == d]) for d in range(7)]
    assert int(np.argmax(by_weekday)) == 0
    assert by_weekday[6] < 0.2 * by_weekday[1]
    christmas, week_before = dates.index(date(2025, 12, 25)), dates.index(date(2025, 12, 18))
    assert daily[christmas] < 0.3 * daily[week_before]


def test_closed_queues_get_nothing_at_night_and_open_ones_do(expected, centre):
    phone = centre.queue_channel == centre.channels.index("phone")
    at_night = expected[:, :, 1:5].sum((0, 2))
    assert not at_night[phone & ~centre.queue_open].any()
    assert (at_night[phone & centre.queue_open] > 0).all()


def test_the_hour_that_spring_skips_has_no_contacts(expected):
    day = (date(2025, 3, 30) - START).days
    assert not expected[day, :, 2].any()
    assert expected[day - 1, :, 2].any()


def test_invoices_peak_at_the_turn_of_the_month():
    preset = PRESETS["telecom"]
    centre = organise(preset, preset.parameters, agents=80, days=DAYS, rng=stream(1, "organisation"))
    daily = intensities(preset.parameters, centre, START, DAYS, 1e6).sum(2)
    share = daily[:, centre.queue_invoiced].sum(1) / daily.sum(1)
    day = np.array([(START + timedelta(days=number)).day for number in range(DAYS)])
    assert share[(day >= 2) & (day <= 4)].mean() > 1.25 * share[(day >= 14) & (day <= 20)].mean()


def test_arrivals_switched_off_are_the_same_every_day():
    preset = PRESETS["bank"]
    plain = preset.parameters.without("arrivals")
    centre = organise(preset, plain, agents=80, days=70, rng=stream(1, "organisation"))
    daily = intensities(plain, centre, START, 70, 7000).sum((1, 2))
    assert daily == pytest.approx(np.full(70, 100.0))


# Easter Sundays as published by the churches.
@pytest.mark.parametrize("easter", [date(2000, 4, 23), date(2024, 3, 31), date(2025, 4, 20), date(2038, 4, 25)])
def test_easter_falls_on_the_published_day(easter):
    assert holidays(easter.year)[easter] == 1.0
    assert holidays(easter.year)[easter + timedelta(days=39)] == 1.0


def test_kings_day_moves_when_it_would_be_a_sunday():
    assert date(2025, 4, 26) in holidays(2025)
    assert date(2026, 4, 27) in holidays(2026)
