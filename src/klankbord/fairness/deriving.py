"""The subtraction attack, carried out: which shown groups together give a small hidden one away."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

Ints = NDArray[np.int64]
_PATIENCE = 5.0  # seconds for one search; after it the groups are taken to give something away


def culprits(members: sparse.csr_array, sizes: Ints, least: int) -> list[frozenset[int]]:
    """Return sets of shown groups, no two with a group in common, that each give away fewer than `least` people.

    Parameters
    ----------
    members : sparse array, shape (groups, cells)
        Which cells, none empty, make up each shown group.
    sizes : ndarray of int, shape (cells,)
        People in each cell.
    least : int
        The fewest people that may be told.

    Notes
    -----
    Cells that are in the same shown groups cannot be told apart, and are one. A group all but one of whose cells
    are known makes that one known: this alone settles nested groups. What remains is searched for a sum of 0/1
    multiples of cells, small and in the span of the groups, as an integer programme; parts that share no cell are
    searched apart.

    Examples
    --------
    >>> total, first, second = [1, 1, 1], [1, 0, 0], [0, 1, 0]
    >>> [sorted(found) for found in culprits(sparse.csr_array([total, first, second]), np.array([9, 6, 3]), 5)]
    [[0, 1, 2]]
    >>> culprits(sparse.csr_array([total, first]), np.array([9, 6, 3]), 5)
    []
    """
    if not members.shape[0]:
        return []
    merged, people = _merged(members, sizes)
    found, known, left = _peeled(merged, people, least)
    if found:
        return found
    return [group for part in _parts(merged, left) if (group := _searched(merged, people, part, known, least))]


def _merged(members: sparse.csr_array, sizes: Ints) -> tuple[sparse.csr_array, Ints]:
    """Make one of cells that are in the same groups."""
    marks = np.random.default_rng(1).integers(1, 2**53, (2, members.shape[0]))
    # Two random sums that wrap around are a fingerprint of the groups that a cell is in.
    prints = np.column_stack([members.T @ mark for mark in marks.astype(np.uint64)])
    kinds, first, which = np.unique(prints, axis=0, return_index=True, return_inverse=True)
    people = np.bincount(which.ravel(), sizes, len(kinds)).astype(np.int64)
    covered = kinds.any(axis=1)
    return members[:, first[covered]], people[covered]


def _peeled(
    members: sparse.csr_array, people: Ints, least: int
) -> tuple[list[frozenset[int]], dict[int, int], list[int]]:
    """Work out cells one by one; return what gave a small rest away, by which group each cell is known, groups left."""
    cells_of, groups_of = _rows(members), _rows(members.T.tocsr())
    cells = [len(own) for own in cells_of]
    rest = [sum(int(people[cell]) for cell in own) for own in cells_of]
    known: dict[int, int] = {}
    queue = [at for at, count in enumerate(cells) if count == 1]
    broken = list[int]()
    while queue:
        at = queue.pop()
        cell = next((one for one in cells_of[at] if one not in known), None)
        if cell is None or people[cell] < least:
            continue
        known[cell] = at
        for group in groups_of[cell]:
            cells[group] -= 1
            rest[group] -= int(people[cell])
            if cells[group] and rest[group] < least:
                broken.append(group)
            elif cells[group] == 1:
                queue.append(group)
    found, used = list[frozenset[int]](), set[int]()
    for at in dict.fromkeys(broken):
        together = _behind(at, cells_of, known)
        if used.isdisjoint(together):
            found.append(together)
            used |= together
    return found, known, [at for at, count in enumerate(cells) if count > 1]


def _behind(at: int, cells_of: list[list[int]], known: dict[int, int]) -> frozenset[int]:
    """Return a group with all groups by which the cells that were taken out of it are known."""
    seen, queue = {at}, [at]
    while queue:
        group = queue.pop()
        for by in {known[cell] for cell in cells_of[group] if cell in known} - seen:
            seen.add(by)
            queue.append(by)
    return frozenset(seen)


def _rows(matrix: sparse.csr_array) -> list[list[int]]:
    columns: list[int] = matrix.indices.tolist()
    return [columns[start:end] for start, end in pairwise(matrix.indptr.tolist())]


def _parts(members: sparse.csr_array, left: list[int]) -> list[list[int]]:
    """Return the groups that are left, in parts that have no cell in common."""
    if not left:
        return []
    rows = members[left]
    count, which = sparse.csgraph.connected_components(rows @ rows.T, directed=False)
    return [[left[at] for at in np.flatnonzero(which == part)] for part in range(count)]


def _searched(
    members: sparse.csr_array, people: Ints, groups: list[int], known: dict[int, int], least: int
) -> frozenset[int] | None:
    """Search groups for a combination that is a small sum; where the search takes too long, take all to be one."""
    rows = members[groups]
    cells = np.array([cell for cell in np.unique(rows.indices) if cell not in known])
    small = people[cells] < least
    if not small.any():
        return None
    matrix, picks = rows[:, cells].T.tocsr(), sparse.csr_array(-np.eye(len(cells))[:, small])
    width, smalls = len(groups), int(small.sum())
    # Multiples of groups as the difference of two that are not negative, then a yes or no for each small cell.
    equal = sparse.hstack([matrix, -matrix, picks])
    size = np.concatenate([np.zeros(2 * width), people[cells][small]])
    answer = milp(
        np.concatenate([np.ones(2 * width), np.zeros(smalls)]),
        integrality=np.concatenate([np.zeros(2 * width), np.ones(smalls)]),
        bounds=Bounds(0, np.concatenate([np.full(2 * width, np.inf), np.ones(smalls)])),
        constraints=[LinearConstraint(equal, 0, 0), LinearConstraint(size[None, :], 1, least - 1)],
        options={"time_limit": _PATIENCE},
    )
    if answer.status == 2:  # infeasible: nothing small can be worked out
        return None
    if answer.x is None:
        return frozenset(groups)
    taken = np.abs(answer.x[:width] - answer.x[width : 2 * width]) > 1e-6
    return frozenset(at for at, used in zip(groups, taken, strict=True) if used)
