"""Means over clusters, with the interval that their likeness within a cluster leaves."""

import numpy as np

from klankbord.frames import Floats, Ints
from klankbord.results import Estimate, Interval

METHOD = "cluster t"


def clustered_mean(amounts: Floats, codes: Ints, *, level: float) -> Estimate:
    """Return the mean of amounts (n,) whose rows belong to clusters (n,), with its t interval.

    Notes
    -----
    A mean is the ratio of cluster sums to cluster sizes: linearised, with as many degrees of freedom as there are
    clusters less one (Cochran, W. G. (1977), *Sampling Techniques*, section 6.4).

    Examples
    --------
    >>> clustered_mean(np.array([1.0, 2.0, 3.0, 4.0]), np.array([0, 0, 1, 1]), level=0.95).value
    2.5
    """
    sizes = np.bincount(codes).astype(np.float64)
    sums = np.bincount(codes, amounts).astype(np.float64)
    return ratio(sums[sizes > 0], sizes[sizes > 0], level=level, n=amounts.size)


def ratio(sums: Floats, sizes: Floats, *, level: float, n: int) -> Estimate:
    """Return the ratio of the totals of two columns of clusters (c,), with its t interval; n is shown with it."""
    value = float(sums.sum() / sizes.sum())
    count = sums.size
    if count < 2:
        return Estimate(value=value, interval=None, n=n, method=METHOD)
    spread = float(np.sqrt(count / (count - 1) * ((sums - value * sizes) ** 2).sum()) / sizes.sum())
    reach = t_quantile(count - 1, level) * spread
    interval = Interval(low=value - reach, high=value + reach, level=level)
    return Estimate(value=value, interval=interval, n=n, method=METHOD)


def t_quantile(free: float, level: float) -> float:
    """Return t with P(|T| <= t) = level at so many degrees of freedom."""
    from scipy.special import stdtrit  # noqa: PLC0415  (scipy takes longer to load than all else)

    return float(stdtrit(free, (1 + level) / 2))
