"""When contacts come: season, weekday, hour, holidays and invoices, as expected numbers by day, queue and hour."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from klankbord.twin.organisation import Organisation
from klankbord.twin.parameters import Arrivals, Parameters, stream

Reals = NDArray[np.float64]

_HOURS = np.arange(24)
_DAYTIME = {"phone": (8, 20), "chat": (8, 22), "messaging": (7, 23), "email": (0, 24)}
_NIGHT = 0.03


def intensities(
    parameters: Parameters, organisation: Organisation, first_day: date, days: int, contacts: float
) -> Reals:
    """Return the contacts that are expected, before repeats and incidents add theirs.

    Parameters
    ----------
    parameters : Parameters
        What is true of arrivals.
    organisation : Organisation
        Its queues and channels.
    first_day : date
        Day 0.
    days : int
        Number of days.
    contacts : float
        Sum over everything.

    Returns
    -------
    array, shape (days, queues, 24)
        Expected contacts in each hour of local time.

    Examples
    --------
    >>> from klankbord.twin.organisation import START, organise
    >>> from klankbord.twin.presets import PRESETS
    >>> bank = PRESETS["bank"]
    >>> centre = organise(bank, bank.parameters, agents=50, days=28, rng=stream(1, "organisation"))
    >>> expected = intensities(bank.parameters, centre, START, 28, 10_000)
    >>> expected.shape, round(float(expected.sum()), 6)
    ((28, 24, 24), 10000.0)
    """
    arrivals = parameters.arrivals
    dates = [first_day + timedelta(days=day) for day in range(days)]
    daily = (_season(arrivals, dates) * _weekdays(arrivals, dates) * _holidays(arrivals, dates))[:, None]
    daily = daily * np.where(organisation.queue_invoiced, 1 + arrivals.invoice_peak * _invoices(dates)[:, None], 1.0)
    rng = stream(organisation.roster_seed, "arrivals")
    daily = daily * np.exp(arrivals.day_noise * rng.standard_normal((days, 1)))
    daily = daily * np.exp(arrivals.queue_noise * rng.standard_normal((days, len(organisation.queues))))
    # Every queue keeps its share over the whole time, whatever its peaks.
    daily *= organisation.queue_share / daily.sum(0)
    hourly = daily[:, :, None] * _hours(organisation)[None]
    hourly[[_springs_forward(each) for each in dates], :, 2] = 0.0
    result: Reals = hourly * (contacts / hourly.sum())
    return result


def holidays(year: int) -> dict[date, float]:
    """Return the public holidays of a year, and in how much of the Netherlands and Belgium they are kept.

    Parameters
    ----------
    year : int
        Year of the Gregorian calendar.

    Examples
    --------
    >>> holidays(2025)[date(2025, 4, 21)], holidays(2025)[date(2025, 7, 21)], holidays(2026)[date(2026, 5, 14)]
    (1.0, 0.5, 1.0)
    """
    easter = _easter(year)
    king = date(year, 4, 27)
    both = [date(year, 1, 1), date(year, 12, 25), *(easter + timedelta(days=after) for after in (0, 1, 39, 49, 50))]
    dutch = [king if king.weekday() < 6 else king - timedelta(days=1), date(year, 12, 26)]
    belgian = [date(year, month, day) for month, day in ((5, 1), (7, 21), (8, 15), (11, 1), (11, 11))]
    return dict.fromkeys(dutch + belgian, 0.5) | dict.fromkeys(both, 1.0)


def _easter(year: int) -> date:
    """Return Easter Sunday by the rule of Meeus, Jones and Butcher (Meeus 1991, Astronomical Algorithms, chapter 8)."""
    century, rest = divmod(year, 100)
    epact = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (year % 19 + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _season(arrivals: Arrivals, dates: list[date]) -> Reals:
    day_of_year = np.array([each.timetuple().tm_yday for each in dates])
    wave = np.cos(2 * np.pi * (day_of_year - arrivals.yearly_peak_day) / 365.25)
    growth = (1 + arrivals.yearly_growth) ** (np.arange(len(dates)) / 365.25)
    result: Reals = (1 + arrivals.yearly_swing * wave) * growth
    return result


def _weekdays(arrivals: Arrivals, dates: list[date]) -> Reals:
    week = np.array([arrivals.monday, 1.0, 1.0, 1.0, 2 - arrivals.monday, arrivals.saturday, arrivals.sunday])
    result: Reals = week[[each.weekday() for each in dates]]
    return result


def _holidays(arrivals: Arrivals, dates: list[date]) -> Reals:
    years = range(dates[0].year, dates[-1].year + 1)
    kept: dict[date, float] = {}
    for year in years:
        kept |= holidays(year)
    return np.array([1 - kept.get(each, 0.0) * (1 - arrivals.holiday) for each in dates])


def _invoices(dates: list[date]) -> Reals:
    """Return the height of the invoice peak: invoices go out at the turn of the month and are read by the 3rd."""
    away = np.array([min((each.day - 3) % 31, (3 - each.day) % 31) for each in dates])
    result: Reals = np.exp(-0.5 * (away / 3.0) ** 2)
    return result


def _hours(organisation: Organisation) -> Reals:
    """Return the profile of the day of each queue: a top before noon, a lower one after, nothing when closed."""
    shape = np.exp(-0.5 * ((_HOURS + 0.5 - 10.5) / 2.0) ** 2) + 0.75 * np.exp(-0.5 * ((_HOURS + 0.5 - 15.5) / 3.0) ** 2)
    rows = []
    for channel, always in zip(organisation.queue_channel, organisation.queue_open, strict=True):
        opens, closes = _DAYTIME[organisation.channels[channel]]
        served = np.isin(_HOURS, range(opens, closes))
        rows.append(np.where(served, shape + _NIGHT, _NIGHT if always else 0.0))
    profile = np.array(rows)
    result: Reals = profile / profile.sum(1, keepdims=True)
    return result


def _springs_forward(day: date) -> bool:
    """Return whether the hour after two does not exist: the last Sunday of March (Directive 2000/84/EC)."""
    return day.month == 3 and day.day >= 25 and day.weekday() == 6
