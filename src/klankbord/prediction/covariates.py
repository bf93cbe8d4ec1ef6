"""What is known of every contact, as a few classes each: columns of ones and zeros that a model can use."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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

    A model has a coefficient for the mean and one for every class of every column but its first. A cell takes part in
    one of each column, so sums over cells are counts by class and nothing as wide as all classes is ever laid out.

    Parameters
    ----------
    places : ndarray of int, shape (columns + 1, cells)
        Coefficient of the mean, then of the class in each column; a first class has `width`, which is none.
    width : int
        Number of coefficients.
    cell : ndarray of int, shape (n,)
        Cell of each contact.
    """

    places: Ints
    width: int
    cell: Ints

    @classmethod
    def of(cls, named: Mapping[str, Classes], rows: int) -> "Design":
        """Lay out the columns."""
        code = np.zeros(rows, dtype=np.int64)
        for one in named.values():
            code = np.unique(code * one.count + one.codes, return_inverse=True)[1]
        first = np.unique(code, return_index=True)[1]
        width = 1 + sum(one.count - 1 for one in named.values())
        places, taken = [np.zeros(first.size, dtype=np.int64)], 0
        for one in named.values():
            codes = one.codes[first]
            places.append(np.where(codes == 0, width, taken + codes))
            taken += one.count - 1
        return cls(places=np.stack(places), width=width, cell=code)

    def total(self, amounts: Floats | None = None, rows: Ints | None = None) -> Floats:
        """Add amounts (or count) of some rows up by cell."""
        cell = self.cell if rows is None else self.cell[rows]
        return np.bincount(cell, amounts, minlength=self.places.shape[1]).astype(np.float64)

    def ones(self, rows: NDArray[np.bool_]) -> Floats:
        """Return the columns of some rows as ones and zeros, (rows, width)."""
        mine = self.places[:, self.cell[rows]]
        laid = np.zeros((mine.shape[1], self.width + 1))
        laid[np.arange(len(laid)), mine] = 1.0
        return laid[:, : self.width]

    def along(self, beta: NDArray[np.floating[Any]]) -> Floats:
        """Add the coefficients of each cell up."""
        found: Floats = np.append(beta, 0.0)[self.places].sum(axis=0)
        return found

    def sums(self, amounts: Floats) -> Floats:
        """Add amounts of the cells up by coefficient."""
        by_column = [np.bincount(one, amounts, minlength=self.width + 1) for one in self.places]
        found: Floats = np.sum(by_column, axis=0)[: self.width]
        return found

    def products(self, weight: Floats) -> Floats:
        """Add weights of the cells up by pair of coefficients, (width, width)."""
        size = self.width + 1
        above = np.zeros(size * size)
        for at, one in enumerate(self.places):
            for other in self.places[at + 1 :]:
                above += np.bincount(one * size + other, weight, minlength=size * size)
        square = above.reshape(size, size)[: self.width, : self.width]
        found: Floats = square + square.T + np.diag(self.sums(weight))
        return found


def logistic(design: Design, hits: Floats, trials: Floats, *, ridge: float = 1.0, steps: int = 50) -> Floats:
    """Fit a logistic regression to the hits of the trials in each cell and return the chance of each, (cells,).

    Newton steps on the likelihood with a small normal prior on everything but the mean, so that a class without hits
    has a small chance instead of none.

    Examples
    --------
    >>> logistic(Design.of({}, 1), np.array([30.0]), np.array([100.0])).round(3)
    array([0.3])
    """
    prior = np.full(design.width, ridge)
    prior[0] = 0.0
    share = np.clip(hits.sum() / trials.sum(), 1e-6, 1 - 1e-6)
    beta = np.zeros(design.width)
    beta[0] = np.log(share / (1 - share))
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-design.along(beta)))
        slope = design.sums(hits - trials * chance) - prior * beta
        step = np.linalg.solve(design.products(trials * chance * (1 - chance)) + np.diag(prior + 1e-9), slope)
        beta = beta + np.clip(step, -4.0, 4.0)
        if np.abs(step).max() < 1e-9:
            break
    fitted: Floats = 1 / (1 + np.exp(-design.along(beta)))
    return fitted


def linear(design: Design, sums: Floats, counts: Floats, *, ridge: float = 1.0) -> Floats:
    """Fit least squares to cells with sums over counts of answers, and return the mean that each should have."""
    prior = np.full(design.width, ridge)
    prior[0] = 1e-9
    return design.along(np.linalg.solve(design.products(counts) + np.diag(prior), design.sums(sums)))
