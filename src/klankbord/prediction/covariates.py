"""What is known of every contact, as a few classes each: columns of ones and zeros that a model can use."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from klankbord.frames import Floats, Ints
from klankbord.prediction.pairs import Column, coded, values_of

_PARTS = 5  # classes that a number is cut into
_MANY = 12  # distinct values up to which numbers are classes already
ENOUGH = 20  # answers that a class needs to speak for its silent ones


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Classes:
    """A column in classes.

    Parameters
    ----------
    codes : ndarray of int, shape (n,)
        Class of each contact.
    count : int
        Number of classes.
    """

    codes: Ints
    count: int


def classes_of(column: Column, answered: NDArray[np.bool_]) -> Classes:
    """Cut numbers into fifths, and join classes in which fewer than twenty answered into one.

    Examples
    --------
    >>> classes_of(["a"] * 30 + ["b"] * 30 + ["c"] * 3 + ["d"] * 2, np.ones(65, dtype=bool)).count
    2
    """
    values = values_of(column)
    array = np.asarray(values)
    if array.dtype.kind in "iuf" and np.unique(array[~np.isnan(array.astype(np.float64))]).size > _MANY:
        return _joined(_fifths(array.astype(np.float64)), answered)
    return _joined(coded(values).codes, answered)


def _fifths(numbers: Floats) -> Ints:
    """Cut at quantiles; what is empty is a class of its own."""
    known = ~np.isnan(numbers)
    cuts = np.unique(np.quantile(numbers[known], np.arange(1, _PARTS) / _PARTS))
    return np.where(known, np.searchsorted(cuts, np.nan_to_num(numbers), side="right"), _PARTS)


def _joined(codes: Ints, answered: NDArray[np.bool_]) -> Classes:
    """Join the classes with too few answers; if they are too few together, they go with the largest."""
    answers = np.bincount(codes[answered], minlength=int(codes.max(initial=0)) + 1)
    few = answers < ENOUGH
    place = np.cumsum(~few) - 1
    rest = int(place.max(initial=-1)) + 1
    if answers[few].sum() < ENOUGH and (~few).any():
        rest = int(place[np.argmax(answers)])
    place = np.where(few, rest, place)
    merged = place[codes]
    return Classes(codes=merged, count=int(place.max(initial=0)) + 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """Contacts with equal classes in everything are one cell: models are fitted to cells, which are few.

    Parameters
    ----------
    columns : ndarray, shape (cells, p)
        One, then ones and zeros for every class of every column but its first.
    cell : ndarray of int, shape (n,)
        Cell of each contact.
    """

    columns: Floats
    cell: Ints

    @classmethod
    def of(cls, named: Mapping[str, Classes], rows: int) -> "Design":
        """Lay out the columns."""
        if not named:
            return cls(columns=np.ones((1, 1)), cell=np.zeros(rows, dtype=np.int64))
        code = np.zeros(rows, dtype=np.int64)
        for one in named.values():
            code = np.unique(code * one.count + one.codes, return_inverse=True)[1]
        first = np.unique(code, return_index=True)[1]
        parts = [np.ones((first.size, 1))]
        parts += [(one.codes[first][:, None] == np.arange(1, one.count)).astype(np.float64) for one in named.values()]
        return cls(columns=np.concatenate(parts, axis=1), cell=code)

    def total(self, amounts: Floats | None = None, rows: Ints | None = None) -> Floats:
        """Add amounts (or count) of some rows up by cell."""
        cell = self.cell if rows is None else self.cell[rows]
        return np.bincount(cell, amounts, minlength=len(self.columns)).astype(np.float64)


def logistic(columns: Floats, hits: Floats, trials: Floats, *, ridge: float = 1.0, steps: int = 50) -> Floats:
    """Fit a logistic regression to cells and return the chance of each: columns (c, p), hits and trials (c,).

    Newton steps on the likelihood with a small normal prior on everything but the mean, so that a class without hits
    has a small chance instead of none.

    Examples
    --------
    >>> logistic(np.ones((1, 1)), np.array([30.0]), np.array([100.0])).round(3)
    array([0.3])
    """
    prior = np.full(columns.shape[1], ridge)
    prior[0] = 0.0
    share = np.clip(hits.sum() / trials.sum(), 1e-6, 1 - 1e-6)
    beta = np.zeros(columns.shape[1])
    beta[0] = np.log(share / (1 - share))
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-(columns @ beta)))
        slope = columns.T @ (hits - trials * chance) - prior * beta
        weight = trials * chance * (1 - chance)
        step = np.linalg.solve((columns * weight[:, None]).T @ columns + np.diag(prior + 1e-9), slope)
        beta = beta + np.clip(step, -4.0, 4.0)
        if np.abs(step).max() < 1e-9:
            break
    fitted: Floats = 1 / (1 + np.exp(-(columns @ beta)))
    return fitted


def linear(columns: Floats, sums: Floats, counts: Floats, *, ridge: float = 1.0) -> Floats:
    """Fit least squares to cells with sums (c,) over counts (c,) answers, and return the mean that each should have."""
    prior = np.full(columns.shape[1], ridge)
    prior[0] = 1e-9
    beta = np.linalg.solve((columns * counts[:, None]).T @ columns + np.diag(prior), columns.T @ sums)
    fitted: Floats = columns @ beta
    return fitted
