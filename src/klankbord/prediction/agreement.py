"""What a table of predictions by answers says: bias, error, calibration, insight, agreement; of many tables at once.

Predictions and answers are levels of one scale, so the table of how often each pair was seen is all that these figures
need. That is what makes thousands of agents, and hundreds of resamples of each, a matter of a second.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from klankbord.frames import Floats, Ints

FIGURES = {
    "bias": (-np.inf, np.inf),
    "mae": (0.0, np.inf),
    "mse": (0.0, np.inf),
    "miscalibration": (0.0, np.inf),
    "discrimination": (0.0, np.inf),
    "uncertainty": (0.0, np.inf),
    "skill": (-np.inf, 1.0),
    "kappa": (-1.0, 1.0),
    "spearman": (-1.0, 1.0),
    "hits": (0.0, 1.0),
}
"""The figures, each with the least and the greatest value that it can have."""


def tabulate(groups: Ints, predicted: Ints, actual: Ints, *, count: int, levels: int) -> Ints:
    """Count pairs: groups (n,), places on the scale (n,) to tables (count, levels, levels), predictions first.

    Examples
    --------
    >>> tabulate(np.array([0, 0]), np.array([1, 1]), np.array([0, 1]), count=1, levels=2)
    array([[[0, 0],
            [1, 1]]])
    """
    cells = (groups * levels + predicted) * levels + actual
    return np.bincount(cells, minlength=count * levels * levels).reshape(count, levels, levels)


def isotonic(means: Floats, weights: Floats) -> Floats:
    """Return the non-decreasing fit to weighted means along the last axis; where the weight is 0, the value is 0.

    Parameters
    ----------
    means, weights : ndarray, shape (..., levels)
        Mean answer and number of answers at each prediction, in the order of predictions.

    Notes
    -----
    The least-squares fit at k is max over i <= k of min over j >= k of the mean of i..j (Robertson, Wright and Dykstra
    (1988), *Order Restricted Statistical Inference*, theorem 1.4.4): the same as pooling adjacent violators, but for
    all tables at once.

    Examples
    --------
    >>> isotonic(np.array([1.0, 3.0, 2.0, 4.0]), np.ones(4))
    array([1. , 2.5, 2.5, 4. ])
    """
    levels = means.shape[-1]
    # Levels first: the loop over stretches of the scale then runs over whole rows of tables.
    weight = weights.reshape(-1, levels).T
    mass = np.concatenate([np.zeros((1, weight.shape[1])), np.cumsum(weight, axis=0)])
    sums = np.concatenate([np.zeros((1, weight.shape[1])), np.cumsum(weight * means.reshape(-1, levels).T, axis=0)])
    fit = np.full(weight.shape, -np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        for first in range(levels):
            lowest = np.full(weight.shape[1], np.inf)
            for last in range(levels - 1, first - 1, -1):
                # A stretch without answers gives nan, but reaches only levels without answers.
                np.minimum(lowest, (sums[last + 1] - sums[first]) / (mass[last + 1] - mass[first]), out=lowest)
                np.maximum(fit[last], lowest, out=fit[last])
    return np.where(weight > 0, fit, 0.0).T.reshape(means.shape)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Agreement:
    """The figures of many tables, each of shape (...); nan where a table cannot tell.

    Parameters
    ----------
    bias, mae, mse : ndarray
        Mean of prediction less answer, mean absolute error (points), mean squared error (points squared).
    miscalibration, discrimination, uncertainty : ndarray
        Parts of `mse`, which is miscalibration - discrimination + uncertainty.
    skill : ndarray
        1 - mse / uncertainty: 1 is perfect, 0 as good as always naming the mean of what came.
    kappa, spearman : ndarray
        Quadratic weighted kappa and rank correlation, -1 to 1.
    hits : ndarray
        Share of customers whose kind was foreseen, 0 to 1.
    fit : ndarray, shape (..., levels)
        The calibration curve: mean answer after each prediction, made non-decreasing; nan where it never came.
    """

    bias: Floats
    mae: Floats
    mse: Floats
    miscalibration: Floats
    discrimination: Floats
    uncertainty: Floats
    skill: Floats
    kappa: Floats
    spearman: Floats
    hits: Floats
    fit: Floats


def agreement(tables: NDArray[np.generic], values: Floats, kinds: Ints) -> Agreement:
    """Compute all figures of tables (..., levels, levels), for levels with these values (levels,) and kinds (levels,).

    Notes
    -----
    Decomposition: Dimitriadis, T., Gneiting, T. and Jordan, A. I. (2021), "Stable reliability diagrams for
    probabilistic classifiers", PNAS 118; Gneiting, T. and Resin, J. (2023), Electronic Journal of Statistics 17, for
    the mean. Predictions that are equal get one recalibrated value. Quadratic weighted kappa equals Lin's concordance
    correlation, 2 cov / (var + var + (difference of means)^2).

    Examples
    --------
    Always a point too high, but the order is right: all error is miscalibration.

    >>> found = agreement(np.array([[0, 0, 0], [5, 0, 0], [0, 5, 0]]), np.array([0.0, 1.0, 2.0]), np.array([0, 1, 2]))
    >>> found.bias.item(), found.mse.item(), found.miscalibration.item(), found.spearman.item()
    (1.0, 1.0, 1.0, 1.0)
    """
    gaps = values[:, None] - values
    weights = np.stack([gaps**2, np.abs(gaps), kinds[:, None] == kinds, values[:, None] * values]).reshape(4, -1)
    with np.errstate(divide="ignore", invalid="ignore"):
        counts = np.asarray(tables, dtype=np.float64)
        share = counts / counts.sum(axis=(-2, -1))[..., None, None]
        predicted, answered = share.sum(axis=-1), share.sum(axis=-2)
        mse, mae, hits, product = np.moveaxis(share.reshape(*share.shape[:-2], -1) @ weights.T, -1, 0)
        mean_x, mean_y = predicted @ values, answered @ values
        variance_x = predicted @ values**2 - mean_x**2
        variance_y = answered @ values**2 - mean_y**2
        covariance = product - mean_x * mean_y
        fit = isotonic(np.nan_to_num((share @ values) / predicted), np.nan_to_num(predicted))
        discrimination = np.maximum((predicted * fit**2).sum(axis=-1) - mean_y**2, 0.0)
        return Agreement(
            bias=mean_x - mean_y,
            mae=mae,
            mse=mse,
            miscalibration=np.maximum(mse - variance_y + discrimination, 0.0),
            discrimination=discrimination,
            uncertainty=variance_y,
            skill=np.where(variance_y > 1e-12, 1 - mse / variance_y, np.nan),
            kappa=2 * covariance / (variance_x + variance_y + (mean_x - mean_y) ** 2),
            spearman=_rank_correlation(share, predicted, answered),
            hits=hits,
            fit=np.where(predicted > 0, fit, np.nan),
        )


def _rank_correlation(share: Floats, predicted: Floats, answered: Floats) -> Floats:
    """Correlate mid-ranks: those of a level depend on the margins alone."""
    rank_x = np.cumsum(predicted, axis=-1) - predicted / 2 - 0.5
    rank_y = np.cumsum(answered, axis=-1) - answered / 2 - 0.5
    covariance = ((share @ rank_y[..., None])[..., 0] * rank_x).sum(axis=-1)
    spread = (predicted * rank_x**2).sum(axis=-1) * (answered * rank_y**2).sum(axis=-1)
    correlation: Floats = np.where(spread > 1e-20, covariance / np.sqrt(spread), np.nan)
    return correlation
