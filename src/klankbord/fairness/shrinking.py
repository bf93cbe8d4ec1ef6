"""Empirical Bayes: how far apart units truly are, and what is left of each unit's mean once its noise is taken out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from klankbord.errors import DataError
from klankbord.frames import Floats

FEWEST = 4
"""Units below which there is nothing to learn about how units differ."""
_LEAST, _MOST = -25.0, 15.0  # logarithm of the between variance, in units of the noise


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shrunk:
    """What is believed of each unit after its mean was seen.

    Parameters
    ----------
    values, sds : ndarray, each of shape (units,)
        Posterior means and standard deviations.
    center : float
        The mean that they are drawn towards.
    between : float
        Variance between units.
    reliability : ndarray, shape (units,)
        Share of the variance of each observed mean that is no noise: between / (between + noise).
    """

    values: Floats
    sds: Floats
    center: float
    between: float
    reliability: Floats


def components(means: Floats, counts: Floats, squares: float, freedom: float) -> tuple[float, float]:
    """Return the variance within units, pooled, and that between them, by restricted maximum likelihood.

    Parameters
    ----------
    means, counts : ndarray, each of shape (units,)
        Means of units, and how many answers each is worth.
    squares, freedom : float
        Sum of squares within units and its degrees of freedom.

    Returns
    -------
    within, between : float

    Raises
    ------
    DataError
        When there are not two answers of one unit, so that noise cannot be told from differences.

    Notes
    -----
    The exact REML of the one-way layout, also where counts differ. Given the ratio of the two variances the
    likelihood is greatest at a known variance within, so that one number is sought.

    Examples
    --------
    >>> within, between = components(np.array([10.0, 30.0, 20.0]), np.full(3, 4.0), 900.0, 9.0)
    >>> round(within, 4), round(between, 4)
    (100.0, 75.0)
    """
    if freedom <= 0 or squares <= 0:
        raise DataError(
            "nothing says how much answers of one and the same unit differ",
            hint="there must be units with several answers that are not all alike",
        )
    if len(means) < 2:
        return squares / freedom, 0.0

    def at(ratio: float) -> tuple[float, float]:
        spread = ratio + 1 / counts
        total = float(np.sum(1 / spread))
        center = np.sum(means / spread) / total
        within = (squares + float(np.sum((means - center) ** 2 / spread))) / (freedom + len(means) - 1)
        return (freedom + len(means) - 1) * np.log(within) + float(np.sum(np.log(spread))) + np.log(total), within

    ratio = _lowest(lambda ratio: at(ratio)[0], 1.0)
    within = at(ratio)[1]
    return within, ratio * within


def between_variance(means: Floats, noise: Floats) -> float:
    """Return the variance between units by restricted maximum likelihood, where the noise of each mean is known.

    Examples
    --------
    >>> round(between_variance(np.array([10.0, 30.0, 20.0]), np.full(3, 25.0)), 4)
    75.0
    """

    def at(variance: float) -> float:
        spread = variance + noise
        total = float(np.sum(1 / spread))
        center = np.sum(means / spread) / total
        return float(np.sum(np.log(spread)) + np.sum((means - center) ** 2 / spread) + np.log(total))

    return _lowest(at, float(np.mean(noise)))


def shrink(means: Floats, noise: Floats, between: float, *, corrected: bool = True) -> Shrunk:
    """Draw means towards their centre by as much as they are noise.

    Parameters
    ----------
    means, noise : ndarray, each of shape (units,)
        Observed means and the variances of their noise.
    between : float
        Variance between units.
    corrected : bool
        Allow for not knowing centre and variance (Morris); without, both are taken as known, which gives the usual best
        linear unbiased predictions.

    Notes
    -----
    B_i = noise_i / (noise_i + between), times (k - 3) / (k - 1) when corrected; value = center + (1 - B_i)(mean -
    center). Morris (1983), Parametric empirical Bayes inference, JASA 78, 47-55, equation 5.6 on, with one
    regressor. Fewer than four units are left as they are.

    Examples
    --------
    >>> found = shrink(np.array([0.0, 10.0, 20.0, 30.0]), np.full(4, 50.0), 50.0, corrected=False)
    >>> found.values.tolist(), found.sds.tolist()
    ([7.5, 12.5, 17.5, 22.5], [5.0, 5.0, 5.0, 5.0])
    """
    count = len(means)
    spread = noise + between
    shares = (1 / spread) / np.sum(1 / spread)
    center = float(np.sum(shares * means))
    reliability = between / spread
    pull = 1 - reliability
    if corrected and count < FEWEST:
        return Shrunk(values=means, sds=np.sqrt(noise), center=center, between=between, reliability=reliability)
    doubt = np.zeros(count)
    if corrected:
        pull = pull * (count - 3) / (count - 1)
        typical = float(np.sum(shares * noise))
        doubt = 2 / (count - 3) * pull**2 * (typical + between) / spread * (means - center) ** 2
    variance = noise * (1 - (1 - shares if corrected else 1.0) * pull) + doubt
    values = center + (1 - pull) * (means - center)
    return Shrunk(values=values, sds=np.sqrt(variance), center=center, between=between, reliability=reliability)


def _lowest(objective: Callable[[float], float], unit: float) -> float:
    """Return where an objective of a variance is lowest, zero included; the search runs over its logarithm."""
    found = minimize_scalar(
        lambda log: objective(unit * float(np.exp(log))),
        bounds=(_LEAST, _MOST),
        method="bounded",
        options={"xatol": 1e-10},
    )
    best = unit * float(np.exp(found.x))
    return best if objective(best) < objective(0.0) else 0.0
