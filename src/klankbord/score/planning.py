"""Before asking: how many answers a question needs, and what a number of answers can show."""

from math import ceil, erf, sqrt

from klankbord.errors import OptionError
from klankbord.score.intervals import normal_quantile


def sample_size(
    *,
    margin: float | None = None,
    change: float | None = None,
    good: float = 0.5,
    bad: float = 0.2,
    level: float = 0.95,
    power: float = 0.8,
    population: int | None = None,
) -> int:
    """Return the number of answers that a margin, or a change between two groups, asks for.

    Parameters
    ----------
    margin : float, optional
        Wanted half-width of the interval, in points: n = z^2 V / E^2.
    change : float, optional
        Difference in points that must be seen between two groups; the answer is the number **in each group**:
        n = (z_level + z_power)^2 2V / change^2.
    good, bad : float
        Expected shares of good and bad answers; V = good + bad - (good - bad)^2.
    level, power : float
        Confidence level, and chance to see the change.
    population : int, optional
        Number who could be asked, where that is small.

    Raises
    ------
    OptionError
        Unless exactly one of `margin` and `change` is given, both positive, and the shares are possible.

    Examples
    --------
    >>> sample_size(margin=5), sample_size(change=10)
    (938, 958)
    """
    if (margin is None) == (change is None):
        raise OptionError("say what the sample is for", hint="give either margin= or change=, in points")
    points = margin if margin is not None else change
    if points is None or points <= 0:
        raise OptionError(f"{points} points cannot be planned for", hint="give a number of points above zero")
    variance = _variance(good, bad)
    z = normal_quantile(level)
    if change is not None:
        z, variance = z + _one_sided(power), 2 * variance
    n = z**2 * variance / (points / 100) ** 2
    return ceil(n if population is None else n * population / (n + population - 1))


def power(*, change: float, n: float, good: float = 0.5, bad: float = 0.2, level: float = 0.95) -> float:
    """Return the chance to see a change of `change` points between two groups of `n` answers each.

    Parameters
    ----------
    change : float
        True difference in points.
    n : float
        Answers in each group.
    good, bad : float
        Expected shares of good and bad answers.
    level : float
        Confidence level of the comparison.

    Examples
    --------
    >>> round(power(change=10, n=997, good=0.5, bad=0.25), 2)
    0.77
    """
    if n <= 0:
        raise OptionError(f"{n} answers show nothing", hint="n is the number of answers in each group")
    error = 100 * sqrt(2 * _variance(good, bad) / n)
    return _below(abs(change) / error - normal_quantile(level)) + _below(-abs(change) / error - normal_quantile(level))


def detectable(error: float, *, level: float = 0.95, power: float = 0.8) -> float:
    """Return the smallest change, in the units of its standard error, that would have been seen with this power."""
    return (normal_quantile(level) + _one_sided(power)) * error


def _variance(good: float, bad: float) -> float:
    if good < 0 or bad < 0 or good + bad > 1:
        raise OptionError(
            f"shares of {good} and {bad} are not possible",
            hint="shares are between 0 and 1 and together at most 1",
        )
    return good + bad - (good - bad) ** 2


def _one_sided(power: float) -> float:
    if not 0.5 <= power < 1:
        raise OptionError(f"a power of {power} cannot be planned for", hint="use 0.8 for 80 %", power=power)
    return normal_quantile(2 * power - 1) if power > 0.5 else 0.0


def _below(z: float) -> float:
    return (1 + erf(z / sqrt(2))) / 2
