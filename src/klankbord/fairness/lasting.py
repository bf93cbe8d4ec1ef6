"""Whether one score can stand for a whole period: who came in the middle of it, and whose scores drift."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from klankbord.errors import DataError
from klankbord.frames import Column, Floats, Ints
from klankbord.score.comparison import benjamini_hochberg

AWAY = 28.0
"""Days without answers that leave explains; who is first heard of after more than these may be new."""
_FEWEST = 30
Days = Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lasting:
    """What became of each unit within the period.

    Parameters
    ----------
    first : ndarray, shape (units,)
        Days from the first answer of all to its own first.
    joined : ndarray, shape (units,)
        Chance that a unit that was there from the start is first heard of so late, allowing for the number of units.
    change : ndarray, shape (units,)
        Change from the first to the last answer of all along a line, less what all units changed alike; in points.
    drifts : ndarray, shape (units,)
        Chance of such a change where nothing drifts, allowing for the number of units.
    """

    first: Days
    joined: Floats
    change: Floats
    drifts: Floats


def days_of(column: Column) -> Days:
    """Return moments (n,) as days, NaN where there is none.

    Raises
    ------
    DataError
        When they are no moments.

    Examples
    --------
    >>> days_of(["2026-01-01", None, "2026-01-02 12:00"]).tolist()
    [20454.0, nan, 20455.5]
    """
    try:
        moments = np.asarray(column).astype("datetime64[us]")
    except (TypeError, ValueError) as reason:
        raise DataError(
            f"the moments of answers cannot be read: {reason}", hint="a column of dates, or of text like 2026-01-31"
        ) from reason
    return np.where(np.isnat(moments), np.nan, moments.astype(np.int64) / 86_400e6)


def lasting(days: Days, units: Ints, weights: Floats, rest: Floats, within: float) -> Lasting:
    """Look at units in time.

    Parameters
    ----------
    days, units, weights, rest : ndarray, each of shape (n,)
        When each answer came, whose it is, its share, and what is left of it after unit and circumstances.
    within : float
        Variance of answers within units.

    Notes
    -----
    Time is the place in the order of all answers, from 0 to 1, so that busy and quiet weeks count as they should.
    Of n answers from the same period as everybody's, the chance that all come after a share f of these is (1 - f)^n;
    absences of up to four weeks are no news. Drift is the slope of `rest` within a unit, held against that of all.
    Both are adjusted by Benjamini and Hochberg (1995).

    Examples
    --------
    >>> day = np.tile(np.arange(100.0), 4)
    >>> unit, late = np.repeat(np.arange(4), 100), np.repeat([True, True, True, False], 100) | (day >= 60)
    >>> found = lasting(day[late], unit[late], np.ones(340), np.zeros(340), 100.0)
    >>> found.first.tolist(), (found.joined < 0.05).tolist()
    ([0.0, 0.0, 0.0, 60.0], [False, False, False, True])
    """
    known = np.isfinite(days)
    count = int(units.max()) + 1
    day, unit, weight, left = days[known], units[known], weights[known], rest[known]
    n = np.bincount(unit, minlength=count)
    # Answers of one day came at the same time: none of them before the others.
    before = np.searchsorted(np.sort(day), day) / max(len(day), 1)
    first, place = np.full(count, np.inf), np.ones(count)
    np.minimum.at(first, unit, day)
    np.minimum.at(place, unit, before)
    origin = float(day.min()) if day.size else 0.0
    first = np.where(n > 0, first, origin) - origin
    came = np.where((n > 0) & (first > AWAY), (1 - place) ** n, 1.0)
    change, error = _slopes(before, unit, weight, left, count)
    tested = (n >= _FEWEST) & (error > 0)
    z = change / np.where(tested, error * np.sqrt(within), np.inf)
    drifts = np.ones(count)
    drifts[tested] = benjamini_hochberg(2 * ndtr(-np.abs(z[tested])))
    return Lasting(first=first, joined=benjamini_hochberg(came), change=change, drifts=drifts)


def _slopes(place: Floats, unit: Ints, weight: Floats, left: Floats, count: int) -> tuple[Floats, Floats]:
    """Return slopes against that of all, and their errors in units of the noise of one answer."""

    def summed(amounts: Floats) -> Floats:
        return np.bincount(unit, amounts, count).astype(np.float64)

    apart = weight * (place - (summed(weight * place) / np.maximum(summed(weight), 1e-300))[unit])
    spread, along = summed(apart * place), summed(apart * left)
    seen = np.maximum(spread, 1e-300)
    common = float(along.sum() / max(spread.sum(), 1e-300))
    return np.where(spread > 0, along / seen - common, 0.0), np.where(spread > 0, np.sqrt(summed(apart**2)) / seen, 0.0)
