"""What may be shown to whom: no group below the minimum, and none that could be worked out from what is shown."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from klankbord.errors import ColumnError, DataError, OptionError
from klankbord.fairness.deriving import culprits
from klankbord.results import Record, Result

Key = tuple[object, ...]
Reason = Literal["few", "protects"]
LEAST = 5
FLOOR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown(Result):
    """Which groups may be shown.

    Parameters
    ----------
    by : tuple of str
        Dimensions of the finest groups.
    least : int
        People that a group must have.
    hidden : Mapping of (dimensions, key) to {"few", "protects"}
        Groups that stay hidden: there are too few in it, or it would give away one that has too few.
    counts : Mapping of (dimensions, key) to int
        People in each group that was asked about.
    """

    by: tuple[str, ...]
    least: int
    hidden: Mapping[tuple[tuple[str, ...], Key], Reason]
    counts: Mapping[tuple[tuple[str, ...], Key], int]

    def allows(self, *key: object, by: str | Sequence[str] | None = None) -> bool:
        """Return whether a group may be shown; `by` names its dimensions, all of them by default.

        Raises
        ------
        KeyError
            When it was not asked about: what is not known to be safe is not answered with yes.
        """
        names = self.by if by is None else (by,) if isinstance(by, str) else tuple(by)
        if (names, key) not in self.counts:
            raise KeyError((names, key))
        return (names, key) not in self.hidden

    def records(self) -> list[Record]:
        """Return a row for each group, without the number of people where it is hidden."""
        rows = []
        for (names, key), count in self.counts.items():
            reason = self.hidden.get((names, key))
            group = dict(zip(names, key, strict=True))
            rows.append(
                {
                    **{name: group.get(name) for name in self.by},
                    "level": " x ".join(names) or "all",
                    "n": None if reason else count,
                    "shown": reason is None,
                    "reason": reason,
                }
            )
        return rows

    def summary(self) -> str:
        """Return in words how much is hidden."""
        few = sum(reason == "few" for reason in self.hidden.values())
        total, others = len(self.counts), len(self.hidden) - few
        return (
            f"{total - len(self.hidden):,} of {total:,} groups may be shown; {few:,} have fewer than {self.least}, "
            f"{others:,} would give these away"
        )


def minimum(
    cells: Mapping[object, int],
    *,
    by: str | Sequence[str],
    shown: Collection[Sequence[str]] | None = None,
    spans: Mapping[str, Mapping[object, Collection[object]]] | None = None,
    own: Collection[object] = (),
    least: int = LEAST,
) -> Shown:
    """Decide which groups may be shown, so that no small one can be found by adding and subtracting those that are.

    Parameters
    ----------
    cells : Mapping of key to int
        People in each finest group: one value for each dimension, as a tuple where there are several.
    by : str or sequence of str
        Names of the dimensions.
    shown : collection of sequences of str, optional
        Which groupings readers will see, `()` being the total. By default the total and each step of `by`: with
        ("site", "team") the total, sites, and teams within sites. Name every grouping that anybody sees.
    spans : Mapping of dimension to mapping of name to values, optional
        What is shown instead of the values of a dimension, where these overlap: {"month": {"Q1": [...], "year":
        [...]}}.
    own : collection of keys
        Finest groups that the reader is, such as an agent who sees their own figures: they are never hidden, and
        taken as known, so that nobody else can be found by taking them away.
    least : int
        The fewest people of whom anything is said; never below 3.

    Returns
    -------
    Shown

    Raises
    ------
    OptionError
        When `least` is below 3.
    ColumnError
        When `shown` or `spans` name a dimension that is not in `by`.
    DataError
        When a key has not one value for each dimension, or a count is negative.

    Notes
    -----
    Groups are hidden smallest first until no combination of the shown ones, each added or subtracted any number of
    times, is the sum over a group of fewer than `least` people. That is exact, for crossed dimensions by integer
    programming. It does not keep anybody from guessing within bounds, nor from knowing members by other means.

    Examples
    --------
    >>> teams = minimum({"a": 3, "b": 6, "c": 20}, by="team")
    >>> [team for team in "abc" if teams.allows(team)], teams.summary()
    (['c'], '2 of 4 groups may be shown; 1 have fewer than 5, 1 would give these away')
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    if least < FLOOR:
        raise OptionError(
            f"a minimum of {least} protects nobody", hint=f"take {FLOOR} or more; {LEAST} is usual", least=least
        )
    atoms = {key if isinstance(key, tuple) else (key,): int(count) for key, count in cells.items()}
    _check(atoms, names, shown, spans or {})
    mine = {key if isinstance(key, tuple) else (key,) for key in own}
    groupings = [names[:length] for length in range(len(names) + 1)] if shown is None else [tuple(one) for one in shown]
    groups = list(dict.fromkeys(_groups(atoms, names, groupings, spans or {})))
    keys, sizes = list(atoms), np.array([*atoms.values()], dtype=np.int64)
    others = np.where([key in mine for key in keys], 0, sizes)
    members = _members(keys, names, groups, spans or {})
    reasons = _reasons(members, others, least)
    counts: list[int] = np.asarray(members @ sizes).tolist()
    return Shown(
        question={"by": list(names), "shown": [list(one) for one in groupings], "least": least},
        by=names,
        least=least,
        hidden={group: reason for group, reason in zip(groups, reasons, strict=True) if reason},
        counts=dict(zip(groups, counts, strict=True)),
    )


def _check(
    atoms: Mapping[Key, int],
    names: tuple[str, ...],
    shown: Collection[Sequence[str]] | None,
    spans: Mapping[str, Mapping[object, Collection[object]]],
) -> None:
    for key, count in atoms.items():
        if len(key) != len(names):
            raise DataError(f"{key!r} has not one value for each of {', '.join(names)}", hint="give one value for each")
        if count < 0:
            raise DataError(f"{key!r} has {count} people", hint="count people")
    for name in [*(one for grouping in shown or () for one in grouping), *spans]:
        if name not in names:
            raise ColumnError(name, names)


def _groups(
    atoms: Mapping[Key, int],
    names: tuple[str, ...],
    groupings: Sequence[tuple[str, ...]],
    spans: Mapping[str, Mapping[object, Collection[object]]],
) -> Iterator[tuple[tuple[str, ...], Key]]:
    for grouping in groupings:
        for key in atoms:
            cell = dict(zip(names, key, strict=True))
            yield from ((grouping, part) for part in product(*(_named(cell[name], name, spans) for name in grouping)))


def _named(value: object, name: str, spans: Mapping[str, Mapping[object, Collection[object]]]) -> tuple[object, ...]:
    """Return under which names a value is shown: its own, or those of the spans that hold it."""
    return tuple(span for span, values in spans[name].items() if value in values) if name in spans else (value,)


def _members(
    keys: Sequence[Key],
    names: tuple[str, ...],
    groups: Sequence[tuple[tuple[str, ...], Key]],
    spans: Mapping[str, Mapping[object, Collection[object]]],
) -> sparse.csr_array:
    """Return the matrix (groups, finest groups) that has a one where a finest group is part of a group."""
    place = {group: at for at, group in enumerate(groups)}
    groupings = dict.fromkeys(grouping for grouping, _ in groups)
    rows, columns = list[int](), list[int]()
    for at, key in enumerate(keys):
        cell = dict(zip(names, key, strict=True))
        for grouping in groupings:
            found = [place[grouping, part] for part in product(*(_named(cell[one], one, spans) for one in grouping))]
            rows += found
            columns += [at] * len(found)
    ones = np.ones(len(rows), dtype=np.int64)
    return sparse.csr_array((ones, (rows, columns)), shape=(len(groups), len(keys)))


def _reasons(members: sparse.csr_array, sizes: NDArray[np.int64], least: int) -> list[Reason | None]:
    """Hide what is too small, then, smallest first, what gives it away."""
    people = members @ sizes
    few = (people > 0) & (people < least)
    shown = ~few
    while found := culprits(members[shown & (people > 0)][:, sizes > 0], sizes[sizes > 0], least):
        places = np.flatnonzero(shown & (people > 0))
        for group in found:
            # Of groups of one size the later one, which is the finer, goes first.
            worst = min((places[at] for at in group), key=lambda at: (people[at], -at))
            shown[worst] = False
    return ["few" if small else None if seen else "protects" for small, seen in zip(few, shown, strict=True)]
