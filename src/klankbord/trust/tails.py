"""How far out something lies, as a deviate of the normal distribution, where its own distribution is not normal."""

import numpy as np
from scipy.special import bdtr, bdtrc, gammainc, gammaincc, ndtri

from klankbord.frames import Floats

_SYMMETRIC = 1e-3  # skewness below which a normal distribution serves
_LEAST = 1e-300


def of_counts(chosen: Floats, n: Floats, expected: Floats) -> Floats:
    """Return the deviates of counts (k,) of n, binomial with a mean of `expected`; never further out than they are.

    Examples
    --------
    >>> of_counts(np.array([5.0, 50.0]), np.array([10.0, 100.0]), np.array([5.0, 40.0])).round(2).tolist()
    [0.0, 1.93]
    """
    share = np.clip(expected / np.maximum(n, 1), 0, 1)
    above, below = bdtrc(chosen - 1, n.astype(np.int64), share), bdtr(chosen, n.astype(np.int64), share)
    above = np.where(chosen > 0, above, 1.0)
    return _of_tails(np.minimum(below, 1.0), np.minimum(above, 1.0))


def of_skewed(z: Floats, skewness: Floats) -> Floats:
    """Return the deviates of standardised sums (k,) with these skewnesses, by Pearson's type III.

    Examples
    --------
    >>> of_skewed(np.array([-3.0, -3.0, 3.0]), np.array([0.0, -0.5, -0.5])).round(2).tolist()
    [-3.0, -2.55, 4.42]
    """
    skewed = np.abs(skewness) > _SYMMETRIC
    shape = 4 / np.where(skewed, skewness, 1.0) ** 2
    at = np.maximum(shape + np.sign(skewness) * z * np.sqrt(shape), 0.0)
    near, far = gammainc(shape, at), gammaincc(shape, at)
    found: Floats = np.where(skewness > 0, _of_tails(near, far), _of_tails(far, near))
    return np.where(skewed, found, z)


def _of_tails(below: Floats, above: Floats) -> Floats:
    """Return deviates by the smaller tail, which alone is exact; where both are a half and more, the middle."""
    low, high = ndtri(np.maximum(below, _LEAST)), -ndtri(np.maximum(above, _LEAST))
    found: Floats = np.where(below < above, np.minimum(low, 0), np.maximum(high, 0))
    return found
