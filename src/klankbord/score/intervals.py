"""Intervals for the difference of two shares of one sample, vectorised over any number of groups."""

from collections.abc import Callable
from statistics import NormalDist

import numpy as np

from klankbord.errors import OptionError
from klankbord.frames import Floats

Limits = tuple[Floats, Floats]
_BLOCK = 1 << 14  # groups at a time: their working arrays stay in the processor's cache
_STEPS = 80
_PRECISE = 1e-12


def normal_quantile(level: float) -> float:
    """Return z with P(|Z| <= z) = level.

    Raises
    ------
    OptionError
        When `level` is not between 0 and 1.

    Examples
    --------
    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    if not 0 < level < 1:
        raise OptionError(f"level {level} is not between 0 and 1", hint="use 0.95 for 95 %", level=level)
    return NormalDist().inv_cdf((1 + level) / 2)


def score_interval(good: Floats, bad: Floats, n: Floats, z: Floats | float) -> Limits:
    """Return Tango's score interval for the difference between the shares of good and bad answers.

    Parameters
    ----------
    good, bad, n : ndarray of float, one shape
        Good and bad answers and all answers; effective (fractional) counts are welcome; n > 0.
    z : float or ndarray
        Normal quantile, one for all or one a group.

    Returns
    -------
    low, high : ndarray in [-1, 1]

    Notes
    -----
    Promoters and detractors are the off-diagonal cells of a paired 2 x 2 table, so the interval of Tango, T. (1998),
    "Equivalence test and confidence interval for the difference in proportions for the paired-sample design",
    Statistics in Medicine 17, 891-908, applies as it is: all D with |T(D)| <= z, where T is standardised with the
    maximum-likelihood share of bad answers under D.

    Examples
    --------
    The airway data of Fagerland, Lydersen and Laake (2014): 1 and 7 discordant pairs of 21.

    >>> low, high = score_interval(np.array([1.0]), np.array([7.0]), np.array([21.0]), normal_quantile(0.95))
    >>> round(low[0].item(), 6), round(high[0].item(), 6)
    (-0.517232, -0.026003)
    """
    shape = np.broadcast_shapes(good.shape, bad.shape, n.shape, np.shape(z))
    flat = [np.broadcast_to(part, shape).ravel() for part in (good, bad, n, np.asarray(z, dtype=np.float64))]
    low, high = np.empty(flat[0].shape), np.empty(flat[0].shape)
    for start in range(0, low.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        g, b, m, quantile = (part[block] for part in flat)
        low[block] = _lower_limit(g, b, m, quantile)
        high[block] = -_lower_limit(b, g, m, quantile)
    return low.reshape(shape), high.reshape(shape)


def _lower_limit(good: Floats, bad: Floats, n: Floats, z: Floats) -> Floats:
    """Find where Tango's statistic equals +z, by Newton steps that never leave their bracket."""
    p, d, z2 = good / n, bad / n, z * z / n
    difference = p - d
    low, high = np.full_like(difference, -1.0), difference.copy()
    # Bonett and Price (2012) give a start that is close already.
    near = (good + 1 - bad - 1) / (n + 2)
    spread = np.sqrt(np.maximum((good + bad + 2) / (n + 2) - near**2, 0) / (n + 2))
    at = np.clip(near - z * spread, -1.0 + 1e-9, difference)
    moving = np.ones(at.shape, dtype=np.bool_)
    for _ in range(_STEPS):
        value, slope = _excess(at, p, d, difference, z2)
        inside = value < 0
        high, low = np.where(inside, at, high), np.where(inside, low, at)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = at - value / slope
        after = np.where((step >= low) & (step <= high), step, (low + high) / 2)
        # A group stops when it is precise, whatever its neighbours do: its limits depend on its own counts alone.
        after = np.where(moving, after, at)
        moving &= np.abs(after - at) >= _PRECISE
        at = after
        if not moving.any():
            break
    return at


def _excess(at: Floats, p: Floats, d: Floats, difference: Floats, z2: Floats) -> Limits:
    """Return (difference - at)^2 - z^2 Var(at) and its derivative; zero at the limit, all divided by n."""
    open_ = at * (1 - at)
    b = (2 - difference) * at - p - d
    root = np.sqrt(np.maximum(b * b + 8 * d * open_, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(b > 0, 2 * d * open_ / (root + b), (root - b) / 4)
        share_slope = ((2 * d * (1 - 2 * at)) - (2 - difference) * 2 * share) / (2 * root)
    gap = difference - at
    value = gap * gap - z2 * (2 * share + open_)
    return value, -2 * gap - z2 * (2 * share_slope + 1 - 2 * at)


def adjusted_wald_interval(good: Floats, bad: Floats, n: Floats, z: Floats | float) -> Limits:
    """Return the adjusted Wald interval: 3/4 of an answer more on either side, the plain formula, cut at -1 and 1.

    The closed form that MeasuringU publishes, after Rocks (2016), here with limits that stay possible.
    """
    p, d, m = (good + 0.75) / (n + 3), (bad + 0.75) / (n + 3), n + 3
    spread = z * np.sqrt((p + d - (p - d) ** 2) / m)
    return np.maximum(p - d - spread, -1.0), np.minimum(p - d + spread, 1.0)


def jeffreys_interval(good: Floats, bad: Floats, n: Floats, z: Floats | float) -> Limits:
    """Return the equal-tailed posterior interval under Jeffreys' prior, Dirichlet(1/2, 1/2, 1/2).

    The share S of answers that are not neutral and the share R of good among those are independent Beta variables and
    the difference is S (2R - 1): its distribution is integrated over 400 quantiles of S and inverted by bisection.
    """
    from scipy.special import betainc, betaincinv  # noqa: PLC0415  (scipy takes longer to load than all else)

    nodes, weights = np.polynomial.legendre.leggauss(400)
    level = 2 * NormalDist().cdf(float(np.max(z))) - 1
    a, b = good + bad + 1, n - good - bad + 0.5
    share = np.asarray(betaincinv(a[..., None], b[..., None], (nodes + 1) / 2), dtype=np.float64)

    def below(at: Floats) -> Floats:
        r = np.clip((1 + at[..., None] / share) / 2, 0, 1)
        among = np.asarray(betainc((good + 0.5)[..., None], (bad + 0.5)[..., None], r), dtype=np.float64)
        chance: Floats = among @ (weights / 2)
        return chance

    return _quantile(below, good.shape, (1 - level) / 2), _quantile(below, good.shape, (1 + level) / 2)


def _quantile(below: Callable[[Floats], Floats], shape: tuple[int, ...], probability: float) -> Floats:
    low, high, middle = np.full(shape, -1.0), np.full(shape, 1.0), np.zeros(shape)
    for _ in range(40):
        less = below(middle) < probability
        low, high = np.where(less, middle, low), np.where(less, high, middle)
        middle = (low + high) / 2
    return middle


def wilson_interval(good: Floats, bad: Floats, n: Floats, z: Floats | float) -> Limits:  # noqa: ARG001
    """Return Wilson's score interval (1927) for the share of good answers, in [0, 1]: the one-sided case of Tango's."""
    p, z2 = good / n, np.square(z) / n
    centre = (p + z2 / 2) / (1 + z2)
    spread = np.sqrt(z2 * (p * (1 - p) + z2 / 4)) / (1 + z2)
    return np.maximum(centre - spread, 0.0), np.minimum(centre + spread, 1.0)


METHODS: dict[str, Callable[[Floats, Floats, Floats, Floats | float], Limits]] = {
    "score": score_interval,
    "jeffreys": jeffreys_interval,
    "adjusted-wald": adjusted_wald_interval,
}
