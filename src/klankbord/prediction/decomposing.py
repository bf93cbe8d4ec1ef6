"""Any forecast of a number or of a chance, however fine: its squared error and the parts of it."""

from dataclasses import dataclass

import numpy as np

from klankbord.errors import DataError
from klankbord.frames import Floats
from klankbord.prediction.pairs import Column, floats_of, same_length
from klankbord.results import Record, Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Decomposition(Result):
    """A mean squared error in parts: mse = miscalibration - discrimination + uncertainty.

    Parameters
    ----------
    n : int
        Pairs.
    mse : float
        Mean squared error; of chances and events it is the Brier score.
    miscalibration : float
        What would go if every forecast said what comes of it on average.
    discrimination : float
        What is gained by telling cases apart.
    uncertainty : float
        The error of always naming the mean.
    """

    n: int
    mse: float
    miscalibration: float
    discrimination: float
    uncertainty: float

    @property
    def skill(self) -> float | None:
        """1 - mse / uncertainty; None where all answers are equal."""
        return 1 - self.mse / self.uncertainty if self.uncertainty > 0 else None

    def records(self) -> list[Record]:
        """Return the parts as one row."""
        names = ("n", "mse", "miscalibration", "discrimination", "uncertainty", "skill")
        return [{name: getattr(self, name) for name in names}]

    def summary(self) -> str:
        """Return the parts in words."""
        return (
            f"squared error {self.mse:.4f} = {self.miscalibration:.4f} miscalibration "
            f"- {self.discrimination:.4f} discrimination + {self.uncertainty:.4f} uncertainty (n = {self.n:,})"
        )


def decompose(predicted: Column, actual: Column) -> Decomposition:
    """Split the squared error of any forecasts: scores, fractions of scores, or chances of events (0 or 1).

    Parameters
    ----------
    predicted, actual : columns of numbers, shape (n,)
        Rows where either is empty are left out.

    Raises
    ------
    ScoreError, DataError
        When a value is no number, there is no pair, or columns are not equally long.

    Notes
    -----
    CORP: Dimitriadis, T., Gneiting, T. and Jordan, A. I. (2021), "Stable reliability diagrams for probabilistic
    classifiers", PNAS 118. The recalibrated forecast is the isotonic regression of answers on forecasts; equal
    forecasts are pooled first and get one value.

    Examples
    --------
    >>> decompose([0.2, 0.2, 0.8, 0.8], [0, 0, 1, 0]).summary()
    'squared error 0.1900 = 0.0650 miscalibration - 0.0625 discrimination + 0.1875 uncertainty (n = 4)'
    """
    same_length(predicted=predicted, actual=actual)
    x, y = floats_of(predicted, "predicted"), floats_of(actual, "actual")
    known = ~(np.isnan(x) | np.isnan(y))
    if not known.any():
        raise DataError("there is not one forecast with an answer", hint="pass pairs of numbers")
    x, y = x[known], y[known]
    fit, mean = _recalibrated(x, y), float(y.mean())
    mse, best = float(((x - y) ** 2).mean()), float(((fit - y) ** 2).mean())
    uncertainty = float(((y - mean) ** 2).mean())
    return Decomposition(
        n=x.size,
        mse=mse,
        miscalibration=max(mse - best, 0.0),
        discrimination=max(uncertainty - best, 0.0),
        uncertainty=uncertainty,
    )


def _recalibrated(x: Floats, y: Floats) -> Floats:
    from scipy.optimize import isotonic_regression  # noqa: PLC0415  (scipy takes longer to load than all else)

    _, place, counts = np.unique(x, return_inverse=True, return_counts=True)
    means = np.bincount(place, y) / counts
    fitted: Floats = isotonic_regression(means, weights=counts).x[place]
    return fitted
