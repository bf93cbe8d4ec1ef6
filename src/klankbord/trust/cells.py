"""What the tests of choosing need to know of contacts: sums by group and stratum, from rows or from an engine."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from klankbord.errors import DataError
from klankbord.frames import Column, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """Contacts by group (an agent, a team) and stratum (a queue in a month), and which of them were chosen.

    Parameters
    ----------
    groups : tuple
        Names of the groups.
    group, stratum : ndarray of int, shape (cells,)
        Which group and which stratum each cell is of.
    n, chosen : ndarray, shape (cells,)
        Contacts, and those that were chosen: invited, handed on, given to another.
    total, squares, cubes, chosen_total : ndarray, shape (cells,)
        Sum of the signal, of its square and cube, and of the signal of those that were chosen; zeros without a signal.
    """

    groups: tuple[object, ...]
    group: Ints
    stratum: Ints
    n: Floats
    chosen: Floats
    total: Floats
    squares: Floats
    cubes: Floats
    chosen_total: Floats

    def summed(self, amounts: Floats) -> Floats:
        """Return amounts (cells,) added up by group (groups,)."""
        return np.bincount(self.group, amounts, minlength=len(self.groups)).astype(np.float64)


def cells_of(
    group: Column, chosen: ArrayLike, *, signal: ArrayLike | None = None, strata: Sequence[Column] = ()
) -> Cells:
    """Sum rows into cells.

    Parameters
    ----------
    group : column, shape (rows,)
        The agent or team of each contact; rows without one are left out.
    chosen : array of flags, shape (rows,)
        Whether the contact was chosen.
    signal : array, shape (rows,), optional
        What could be seen of the contact beforehand, such as the agent's prediction; rows without one are left out.
    strata : sequence of columns, each of shape (rows,)
        What chances may honestly differ by, such as queue and month.

    Raises
    ------
    DataError
        When the columns differ in length.

    Examples
    --------
    >>> cells = cells_of(["mila", "mila", "omar"], [1, 0, 1], signal=[9, 4, 7])
    >>> cells.groups, cells.n, cells.chosen_total
    (('mila', 'omar'), array([2., 1.]), array([9., 7.]))
    """
    picked = np.asarray(chosen, dtype=np.float64)
    signals = np.zeros(picked.shape) if signal is None else np.asarray(signal, dtype=np.float64)
    names, codes = coded(group)
    strata_codes = [coded(column)[1] for column in strata]
    if any(len(part) != len(picked) for part in (signals, codes, *strata_codes)):
        raise DataError("the columns of a test differ in length", hint="one value for every contact")
    keep = (codes >= 0) & np.isfinite(signals) & np.isfinite(picked)
    stratum = np.zeros(len(picked), dtype=np.int64)
    for part in strata_codes:
        stratum = stratum * (part.max(initial=0) + 2) + part + 1
    _, stratum = np.unique(stratum[keep], return_inverse=True)
    return summed_cells(names, codes[keep], stratum, picked[keep], signals[keep])


def summed_cells(names: Sequence[object], group: Ints, stratum: Ints, chosen: Floats, signal: Floats) -> Cells:
    """Sum rows that are coded already: group and stratum (rows,) as places, `names` what the groups are called."""
    many = int(stratum.max(initial=0)) + 1
    cell, at = np.unique(group * many + stratum, return_inverse=True)

    def summed(amounts: Floats) -> Floats:
        return np.bincount(at, amounts, minlength=len(cell)).astype(np.float64)

    return Cells(
        groups=tuple(names),
        group=cell // many,
        stratum=cell % many,
        n=summed(np.ones(len(at))),
        chosen=summed(chosen),
        total=summed(signal),
        squares=summed(signal**2),
        cubes=summed(signal**3),
        chosen_total=summed(signal * chosen),
    )


def coded(column: Column) -> tuple[list[object], Ints]:
    """Return the distinct values in order of appearance, and the place of each row's value; -1 where it is empty."""
    values = column.tolist() if isinstance(column, np.ndarray) else list(column)
    seen: dict[object, int] = {}
    codes = np.fromiter(
        (-1 if _is_empty(value) else seen.setdefault(value, len(seen)) for value in values), np.int64, len(values)
    )
    return list(seen), codes


def _is_empty(value: object) -> bool:
    return value is None or value == "" or value != value  # noqa: PLR0124  (what is not a number differs from itself)
